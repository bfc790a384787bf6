//! `doctor`: what is well, what is not, at which step, and what helps.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use gatepost::domain::time::Span;
use gatepost::sandbox::{Endpoint, Fault, FaultKind, Standing};
use serde_json::Value;

use super::sealed::{Ran, Sealed};

/// Runs it with these variables on top, and within the time it promises.
fn examined(sealed: &Sealed, environment: &[(&str, &str)]) -> (Ran, Value) {
    let mut command = sealed.command(&["doctor", "--json"]);
    command.envs(environment.iter().copied());
    let begun = Instant::now();
    let ran = sealed.finish(command.spawn().unwrap()).without_secrets();
    assert!(begun.elapsed() < Duration::from_secs(15), "{ran}");
    let report = ran.json();
    assert_eq!(report["exit_code"], ran.code.unwrap(), "{ran}");
    (ran, report)
}

fn checks(report: &Value, check: &str) -> Vec<Value> {
    let all = report["checks"].as_array().unwrap();
    let wanted = all.iter().filter(|entry| entry["check"] == check);
    wanted.cloned().collect()
}

/// `status: message`, of the only check of that name.
#[track_caller]
fn only(report: &Value, check: &str) -> String {
    let found = checks(report, check);
    assert_eq!(found.len(), 1, "{found:?}");
    line(&found[0])
}

fn line(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
    format!("{}, {}: {}", text("status"), text("stage"), text("message"))
}

#[test]
fn all_is_well() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut command = sealed.command(&["doctor"]);
    command.env("BROWSER", "/bin/true");
    let ran = sealed.finish(command.spawn().unwrap());
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 0
    out: ✓ ok    config    there is no `HOME/.config/gatepost/config.toml`, so the defaults apply; Google is looked for at SANDBOX
    out: ✓ ok    files     nobody else can read or change them
    out: ✓ ok    vault     `HOME/.local/share/gatepost/vault.db` opens with its key file (layout #)
    out: ✓ ok    clock     agrees with the servers'
    out: ✓ ok    proxy     none is used
    out: ✓ ok    network   #.#.#.#:#: answers (HTTP #) in # ms
    out: ✓ ok    browser   links are opened with `/bin/true`
    out: ✓ ok    listener  a browser can come back to #.#.#.#, any free port
    out: ✓ ok    client    default: Google knows this client ID and its secret
    out: ✓ ok    account   ana@gmail.com: ready, #:# left
    err: # ok, # warn, # fail
    "#);
    let (ran, report) = examined(&sealed, &[("BROWSER", "/bin/true")]);
    assert_eq!((ran.code, &report["status"]), (Some(0), &Value::from("ok")));
    let keys: Vec<_> = report["checks"][5].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["check", "message", "remedy", "stage", "status", "subject"]
    );
    assert_eq!(report["checks"][5]["check"], "network");
}

#[test]
fn a_fresh_home_is_not_touched() {
    let sealed = Sealed::new();
    let (ran, report) = examined(&sealed, &[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(
        checks(&report, "client")[0]["remedy"],
        "gatepost client add FILE"
    );
    assert_eq!(std::fs::read_dir(sealed.home.path()).unwrap().count(), 0);
}

#[test]
fn the_step_at_which_the_way_broke() {
    let sealed = Sealed::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", listener.local_addr().unwrap());
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    for (base, said) in [
        (
            "https://nowhere.invalid",
            "fail, dns: broke at DNS: the name could not be looked up",
        ),
        (
            &refused,
            "fail, tcp: broke at TCP: the connection was refused",
        ),
        (&silent, "fail, http: broke at HTTP: no answer within 5s"),
    ] {
        let (ran, report) = examined(&sealed, &[("GATEPOST_ENDPOINTS", base)]);
        assert_eq!(only(&report, "network"), said);
        assert_eq!(ran.code, Some(5), "{ran}");
        assert!(only(&report, "clock").starts_with("warn"), "{ran}");
    }
}

#[test]
fn a_portal_and_a_server_in_trouble() {
    let sealed = Sealed::with_client();
    let at = |endpoint, kind| sealed.control().add_fault(Fault::at(endpoint, kind));
    at(Endpoint::Tokeninfo, FaultKind::Portal);
    let (ran, report) = examined(&sealed, &[]);
    assert_eq!(
        only(&report, "network"),
        "fail, http: broke at HTTP: a web page came back in place of Google's answer"
    );
    assert_eq!(ran.code, Some(5));
    sealed.control().clear_faults();
    at(Endpoint::Tokeninfo, FaultKind::status(503));
    let (ran, report) = examined(&sealed, &[]);
    assert!(only(&report, "network").starts_with("warn, http:"), "{ran}");
    assert_eq!(ran.code, Some(0), "{ran}");
    at(Endpoint::Token, FaultKind::status(503));
    let (ran, report) = examined(&sealed, &[]);
    assert!(
        only(&report, "client").contains("could not be tested"),
        "{ran}"
    );
    assert_eq!(ran.code, Some(5), "{ran}");
}

#[test]
fn a_clock_that_is_off_is_measured() {
    let sealed = Sealed::new();
    for (offset, said) in [
        (59, "ok, -: agrees with the servers'"),
        (330, "warn, -: this computer's is 5m behind the servers'"),
        (
            -7_300,
            "warn, -: this computer's is 2h ahead of the servers'",
        ),
    ] {
        let offset = Span::seconds(offset);
        sealed
            .control()
            .habits(|habits| habits.date_offset = offset);
        let (ran, report) = examined(&sealed, &[]);
        assert_eq!(only(&report, "clock"), said);
        assert_eq!(ran.code, Some(0), "{ran}");
    }
}

#[test]
fn each_client_and_each_account_is_judged() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let client = sealed.sandbox.clients()[0].client_id.clone();
    let control = sealed.control();
    control.set_client(&client, Standing::Deleted).unwrap();
    let (ran, report) = examined(&sealed, &[]);
    assert_eq!(
        only(&report, "client"),
        "fail, -: This client was deleted in the Google console"
    );
    assert_eq!(ran.code, Some(7), "{ran}");
    control.set_client(&client, Standing::Active).unwrap();
    control.revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    control.clear_requests();
    let (ran, report) = examined(&sealed, &[]);
    assert!(only(&report, "account").starts_with("fail, -: revoked: "));
    assert_eq!(ran.code, Some(4), "{ran}");
    assert_eq!(control.refreshes_for("ana@gmail.com"), 0, "it only looks");
}

#[test]
fn a_broken_configuration_stops_other_commands_but_not_this_one() {
    let sealed = Sealed::with_client();
    sealed.write(".config/gatepost/config.toml", "[refresh]\nlaed = \"5m\"\n");
    let (ran, report) = examined(&sealed, &[]);
    let said = only(&report, "config");
    assert!(said.starts_with("fail") && said.contains("did you mean `refresh.lead`?"));
    assert!(only(&report, "vault").starts_with("ok"), "{ran}");
    // What the environment says still holds; the defaults would be Google's own servers.
    assert!(only(&report, "network").starts_with("ok"), "{ran}");
    assert_eq!(ran.code, Some(2), "{ran}");
}

#[test]
fn files_that_others_could_read_are_told_of_and_closed() {
    let sealed = Sealed::with_client();
    let open = |name: &str, mode| {
        let path = sealed.path(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    open(".config/gatepost/vault.key", 0o644);
    sealed.write(".local/share/gatepost/locks/1", "");
    open(".local/share/gatepost/locks", 0o755);
    sealed.write(".config/gatepost/config.toml", "");
    open(".config/gatepost/config.toml", 0o666);
    let (ran, report) = examined(&sealed, &[]);
    let said: Vec<_> = checks(&report, "files").iter().map(line).collect();
    assert_eq!(
        said,
        [
            "warn, -: other users can change it (mode 0666)",
            "warn, -: other users could look into it (mode 0644); it is private again",
            "warn, -: other users could look into it (mode 0755)",
        ]
    );
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn a_vault_that_does_not_open() {
    let sealed = Sealed::with_client();
    let key = sealed.path(".config/gatepost/vault.key");
    let right = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let (ran, report) = examined(&sealed, &[]);
    assert!(only(&report, "vault").contains("vault.key` is missing"));
    assert_eq!(ran.code, Some(6), "{ran}");
    assert!(!key.exists() && checks(&report, "account").is_empty());
    std::fs::write(&key, right).unwrap();
    let (ran, _) = examined(&sealed, &[("GATEPOST_VAULT_KEY", "command")]);
    assert_eq!(ran.code, Some(2), "{ran}");
    std::os::unix::fs::symlink("/dev/null", sealed.path("elsewhere")).unwrap();
    std::fs::rename(&key, sealed.path("moved")).unwrap();
    std::os::unix::fs::symlink(sealed.path("moved"), &key).unwrap();
    let (ran, report) = examined(&sealed, &[]);
    assert!(only(&report, "files").contains("symbolic link"), "{ran}");
    assert_eq!(ran.code, Some(6), "{ran}");
}

#[test]
fn what_a_sign_in_needs_of_this_machine() {
    let sealed = Sealed::new();
    for (browser, said) in [
        (
            "firefox-that-is-not-here %s",
            "there is no program `firefox-that-is-not-here`",
        ),
        ("w3m", "`w3m` draws in the terminal"),
        ("'open", "has an open quote"),
    ] {
        let (_, report) = examined(&sealed, &[("BROWSER", browser)]);
        let found = only(&report, "browser");
        assert!(found.starts_with("warn") && found.contains(said), "{found}");
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let settings = format!("[consent]\nport = {port}\n");
    sealed.write(".config/gatepost/config.toml", &settings);
    let (ran, report) = examined(&sealed, &[]);
    assert!(only(&report, "listener").contains("another program has that port"));
    assert_eq!(ran.code, Some(2), "{ran}");
}

/// Files and programs may be called anything.
#[test]
fn what_it_names_writes_nothing_on_the_terminal() {
    let sealed = Sealed::with_client();
    sealed.write("\u{1b}[31mred\u{7}.toml", "");
    for ask in [&["doctor"][..], &["vault", "status"]] {
        let mut command = sealed.command(ask);
        command
            .env("BROWSER", "/nowhere/\u{1b}]0;owned\u{7}x")
            .env("GATEPOST_CONFIG", "\u{1b}[31mred\u{7}.toml")
            .env("XDG_CONFIG_HOME", "/nowhere/\u{1b}[31mred\u{7}");
        let ran = command.output().unwrap();
        let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
        assert!(said.contains("/nowhere/"), "{said:?}");
        assert!(!said.contains(['\u{1b}', '\u{7}']), "{said:?}");
    }
}

#[test]
fn a_proxy_is_named_without_its_login() {
    let sealed = Sealed::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1_024]);
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        }
    });
    let mut command = sealed.command(&["doctor", "--json"]);
    command.env_remove("GATEPOST_ENDPOINTS");
    command.env("https_proxy", format!("http://ana:hunter2@{place}"));
    let ran = sealed.finish(command.spawn().unwrap());
    assert!(!format!("{ran}").contains("hunter2"), "{ran}");
    let report = ran.json();
    assert_eq!(
        only(&report, "proxy"),
        format!("ok, -: http://{place}, from https_proxy, with a login; 4 servers behind it")
    );
    let web: Vec<_> = checks(&report, "network");
    let behind = web.iter().filter(|entry| entry["stage"] == "proxy");
    for entry in behind.clone() {
        let said = format!("fail, proxy: broke at proxy: http://{place}: it wants a login");
        assert_eq!(line(entry), said);
    }
    assert_eq!((behind.count(), ran.code), (4, Some(5)), "{ran}");
}

#[test]
fn certificates_are_told_with_issuer_and_dates() {
    use crate::google::tls::{fixture, serve};
    let sealed = Sealed::new();
    let ca = fixture("ca.pem");
    let settings = format!("[endpoints]\nca_file = \"{}\"\n", ca.display());
    sealed.write(".config/gatepost/config.toml", &settings);
    let base = serve("old.pem");
    let (ran, report) = examined(&sealed, &[("GATEPOST_ENDPOINTS", &base)]);
    assert_eq!(
        only(&report, "network"),
        "fail, tls: broke at TLS: its certificate has run out by this computer's clock \
         (by `Harbour Hotel Inspection CA`, 2020-01-01 to 2021-01-01)"
    );
    assert_eq!(ran.code, Some(5), "{ran}");
    let base = serve("good.pem");
    let (_, report) = examined(&sealed, &[("GATEPOST_ENDPOINTS", &base)]);
    let said = only(&report, "network");
    assert!(
        said.ends_with("root `Harbour Hotel Inspection CA` of your CA file"),
        "{said}"
    );
    let (_, report) = examined(
        &sealed,
        &[
            ("GATEPOST_ENDPOINTS", &base),
            ("GATEPOST_CONFIG", "/dev/null"),
        ],
    );
    let said = only(&report, "network");
    assert!(
        said.contains("intercepted by `Harbour Hotel Inspection CA`"),
        "{said}"
    );
}

#[test]
fn what_is_no_file_is_not_to_be_closed_but_moved_away() {
    let sealed = Sealed::with_client();
    let key = sealed.path(".config/gatepost/vault.key");
    std::fs::remove_file(&key).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&key).status();
    assert!(made.unwrap().success());
    let (ran, report) = examined(&sealed, &[]);
    assert!(only(&report, "files").contains("no regular file"), "{ran}");
    assert!(!ran.stdout.contains("chmod"), "{ran}");
    assert_eq!(ran.code, Some(6), "{ran}");
}

#[test]
fn before_there_is_a_vault_it_is_said_where_its_key_would_be() {
    let sealed = Sealed::new();
    let nobody = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/there/is/none");
    for (kind, code, said) in [
        ("file", 0, "makes it, with a key file"),
        ("passphrase", 0, "makes it, with a passphrase"),
        (
            "auto",
            0,
            "makes it, with a key file: there is no keyring here",
        ),
        ("keyring", 6, "none can be made: there is no keyring here"),
        ("command", 2, "none can be made: vault.key is `command`"),
    ] {
        let (ran, report) = examined(&sealed, &[("GATEPOST_VAULT_KEY", kind), nobody]);
        assert!(only(&report, "vault").contains(said), "{kind}: {ran}");
        assert_eq!(ran.code, Some(code), "{kind}: {ran}");
        assert!(!sealed.path(".local/share/gatepost").exists(), "{kind}");
        assert!(!sealed.path(".config/gatepost").exists(), "{kind}");
    }
}
