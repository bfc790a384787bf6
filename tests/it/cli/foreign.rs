//! Files of other programs through the real binary: dry runs, several accounts in a file, what is
//! encrypted, what lies in its usual place, and the way back out.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::{Value, json};

use super::sealed::{Ran, Sealed};
use crate::support::pty::Terminal;

const ANA: &str = "ana@gmail.com";

/// A home from which ana's sign-in was taken out and forgotten; what was exported is at `name`.
fn exported(format: &str, name: &str) -> Sealed {
    let sealed = Sealed::with_account(ANA);
    let ran = sealed.run(&["export", ANA, "--format", format, "-o", name]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(sealed.run(&["remove", ANA, "--yes"]).code, Some(0));
    sealed
}

fn text(sealed: &Sealed, name: &str) -> String {
    std::fs::read_to_string(sealed.path(name)).unwrap()
}

/// Files stay what they were: their bytes, their time, their rights.
fn state(sealed: &Sealed, name: &str) -> (Vec<u8>, std::time::SystemTime, u32) {
    let path = sealed.path(name);
    let about = path.metadata().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (bytes, about.modified().unwrap(), about.permissions().mode())
}

#[test]
fn every_export_comes_back_as_the_same_sign_in() {
    let formats = [
        "token-json",
        "adc",
        "mutt",
        "sasl-xoauth2",
        "lieer",
        "rclone",
    ];
    for format in formats {
        let sealed = exported(format, "out");
        let before = state(&sealed, "out");
        assert_eq!(before.2 & 0o777, 0o600, "{format}");
        let ran = sealed.run(&["import", "out"]).without_secrets();
        let said = (ran.code, ran.stderr.as_str());
        assert_eq!(said, (Some(0), "imported ana@gmail.com\n"), "{format}");
        assert_eq!(state(&sealed, "out"), before, "{format}: only read");
        let again = sealed.run(&["export", ANA, "--format", "token-json"]);
        let grant = again.json()["refresh_token"].as_str().unwrap().to_owned();
        assert!(text(&sealed, "out").contains(&grant), "{format}: another");
        let ran = sealed.run(&["token", "ana", "--force-refresh"]);
        assert_eq!(ran.code, Some(0), "{format}: {ran}");
    }
}

#[test]
fn an_export_says_what_the_program_will_miss() {
    let sealed = Sealed::with_account(ANA);
    let mut said = String::new();
    for format in ["lieer", "rclone", "mutt"] {
        let ran = sealed.run(&["export", ANA, "--format", format, "-o", format]);
        said += &ran.without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 0
    err: warning: ana@gmail.com: lieer asks for https://www.googleapis.com/auth/gmail.labels https://www.googleapis.com/auth/gmail.modify https://www.googleapis.com/auth/gmail.readonly, which was not granted
    err: wrote the sign-in of ana@gmail.com to lieer; keep it as you would a password
    exit 0
    err: warning: ana@gmail.com: rclone is for Google Drive, and no scope of Drive was granted
    err: wrote the sign-in of ana@gmail.com to rclone; keep it as you would a password
    err: next: add it to rclone's own: `cat rclone >> $(rclone config file | tail -n #)`
    exit 0
    err: wrote the sign-in of ana@gmail.com to mutt; keep it as you would a password
    err: next: `gpg --encrypt --recipient YOU mutt`, and remove mutt
    "#);
    let again = sealed.run(&["export", ANA, "--format", "mutt", "-o", "mutt"]);
    assert_eq!(again.code, Some(2), "never overwritten: {again}");
}

/// Three of ana's remotes and two that are none of ours.
fn remotes(sealed: &Sealed) {
    let one = text(sealed, "out").replace("[ana-at-gmail.com]", "[good]");
    let dead = one.replace("[good]", "[dead]").replace("1//", "1//dead");
    let other = "[one]\ntype = onedrive\ntoken = {\"refresh_token\":\"M.R3_secret\"}\n";
    let own = "[own]\ntype = drive\ntoken = {\"refresh_token\":\"1//secret\"}\n";
    sealed.write("rclone.conf", &format!("{dead}{other}{one}{own}"));
}

#[test]
fn of_several_accounts_in_a_file_each_has_its_line() {
    let sealed = exported("rclone", "out");
    remotes(&sealed);
    let before = state(&sealed, "rclone.conf");
    let planned = sealed.run(&["import", "--dry-run", "rclone.conf"]);
    insta::assert_snapshot!(planned.without_secrets(), @r#"
    exit 0
    out: would import a sign-in (Google will say whose) from rclone.conf [dead] (rclone), with client `default`
    out: would skip rclone.conf [one] (rclone): it is for onedrive, not for Google
    out: would import a sign-in (Google will say whose) from rclone.conf [good] (rclone), with client `default`
    out: would skip rclone.conf [own] (rclone): it was signed in with rclone's own OAuth client, whose secret only rclone has
    "#);
    assert_eq!(sealed.run(&["list", "--json"]).json(), json!([]));
    let ran = sealed.run(&["import", "rclone.conf", "--json"]);
    let rows = ran.json();
    let told = |row: &Value| format!("{} {} {}", row["name"], row["outcome"], row["email"]);
    let told: Vec<_> = rows.as_array().unwrap().iter().map(told).collect();
    assert_eq!(
        told,
        [
            r#""dead" "failed" null"#,
            r#""one" "skipped" null"#,
            r#""good" "imported" "ana@gmail.com""#,
            r#""own" "skipped" null"#,
        ]
    );
    assert_eq!(rows[2]["account"]["state"], "ready");
    insta::assert_snapshot!(ran.without_secrets().stderr, @r#"
    gatepost: `rclone.conf [dead]`: Google refused the refresh token (invalid_grant: “Bad Request”)
    hint: sign in afresh with `gatepost add`; nothing was stored
    skipped rclone.conf [one]: it is for onedrive, not for Google
    imported ana@gmail.com
    skipped rclone.conf [own]: it was signed in with rclone's own OAuth client, whose secret only rclone has
    "#);
    assert_eq!(state(&sealed, "rclone.conf"), before);
}

#[test]
fn one_of_several_is_chosen_by_its_name() {
    let sealed = exported("rclone", "out");
    remotes(&sealed);
    let mut said = String::new();
    for arguments in [
        &["--only", "nobody"][..],
        &["--email", ANA],
        &["--only", "one"],
        &["--only", "good", "--email", ANA],
    ] {
        let ran = sealed.run(&[&["import", "rclone.conf"], arguments].concat());
        said += &ran.without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 2
    err: gatepost: there is no `nobody` in `rclone.conf`
    err: hint: there are: dead, one, good, own
    exit 2
    err: gatepost: `rclone.conf` holds several sign-ins; `--email` goes with one
    err: hint: choose it with `--only NAME`; `--dry-run` shows the names
    exit 2
    err: gatepost: `rclone.conf` [one]: it is for onedrive, not for Google
    exit 0
    err: imported ana@gmail.com
    "#);
}

#[test]
fn tokens_without_a_client_are_given_one_of_ours() {
    let sealed = exported("mutt", "out");
    let mut file: Value = serde_json::from_str(&text(&sealed, "out")).unwrap();
    file.as_object_mut()
        .unwrap()
        .retain(|key, _| !key.starts_with("client"));
    sealed.write("mutts.tokens", &file.to_string());
    sealed.write(
        "another.json",
        r#"{"installed":{"client_id":"9-z.apps.googleusercontent.com","client_secret":"GOCSPX-y","redirect_uris":["http://localhost"]}}"#,
    );
    let mut said = String::new();
    for arguments in [
        &["import", "another.json"][..],
        &["import", "another.json"],
        &["import", "mutts.tokens"],
        &["import", "mutts.tokens", "--dry-run"],
        &["import", "mutts.tokens", "--client", "nobody"],
        &["import", "mutts.tokens", "--client", "project-9"],
        &["import", "mutts.tokens", "--client", "default"],
    ] {
        said += &sealed.run(arguments).without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 0
    err: added client `project-#`
    err: next: `gatepost add --client project-#` signs in
    exit 0
    err: client `project-#` is known already
    err: next: `gatepost add --client project-#` signs in
    exit 2
    err: gatepost: `mutts.tokens` holds tokens, but not the OAuth client that they were made with
    err: hint: name it: `gatepost import FILE --client NAME`; one that gatepost does not know yet comes in first, by `gatepost client add FILE`
    exit 2
    out: would refuse ana@gmail.com from mutts.tokens (mutt_oauth#.py): it has no OAuth client in it; name one of yours with `--client NAME`
    exit 3
    err: gatepost: no OAuth client is called `nobody`
    err: hint: `gatepost client list` shows every client
    exit 7
    err: gatepost: `mutts.tokens`: Google refused the refresh token (invalid_client: “The OAuth client was not found.”)
    err: hint: bring in the client's current JSON with `gatepost client add FILE`; nothing was stored
    exit 0
    err: imported ana@gmail.com
    "#);
}

#[test]
fn accounts_of_pizauth_bring_their_clients() {
    let sealed = Sealed::new();
    let base = sealed.sandbox.base_url();
    let client = &sealed.sandbox.clients()[0];
    let (id, secret) = (&client.client_id, client.secret.expose());
    sealed.write(
        "pizauth.conf",
        &format!(
            "account \"mail\" {{\n  auth_uri = \"{base}/o/oauth2/v2/auth\";\n  token_uri = \"{base}/token\";\n  \
             client_id = \"{id}\"; client_secret = \"{secret}\";\n  \
             auth_uri_fields = {{ \"login_hint\": \"{ANA}\" }};\n}}\n"
        ),
    );
    let mut said = String::new();
    for arguments in [
        &["import", "pizauth.conf", "--dry-run"][..],
        &["import", "pizauth.conf"],
        &["import", "pizauth.conf"],
    ] {
        said += &sealed.run(arguments).without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 0
    out: would add the new client `default` from pizauth.conf [mail] (pizauth); ana@gmail.com has to sign in with it
    exit 0
    err: added client `default`
    err: next: `gatepost add ana@gmail.com --client default` signs in; its tokens could not be taken along
    exit 0
    err: client `default` is known already
    err: next: `gatepost add ana@gmail.com --client default` signs in; its tokens could not be taken along
    "#);
    let ran = sealed.sign_in(&["add", ANA, "--client", "default"], ANA);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn a_dump_that_only_its_own_program_can_read_says_what_to_do_instead() {
    let sealed = Sealed::new();
    std::fs::write(sealed.path("pizauth.dump"), [0x07, 0xff, 0x00, 0x9f, 0x92]).unwrap();
    sealed.write("dump.age", "age-encryption.org/v1\n-> X25519 abc\n");
    sealed.write(
        "rclone.conf",
        "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nabc\n",
    );
    let mut said = String::new();
    for file in ["pizauth.dump", "dump.age", "rclone.conf"] {
        said += &sealed.run(&["import", file]).without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 2
    err: gatepost: `pizauth.dump`: the file is not text; if it is a `pizauth dump`, only pizauth can read it: take in its `pizauth.conf` instead
    exit 2
    err: gatepost: `dump.age`: it is encrypted; take it in with `age --decrypt FILE | gatepost import -`
    exit 2
    err: gatepost: `rclone.conf`: it is encrypted; take it in with `rclone config show | gatepost import -`
    "#);
    assert!(!sealed.db().exists());
}

/// A gpg that does what the script says. The real one is asked under `interop`.
fn with_gpg(sealed: &Sealed, script: &str, arguments: &[&str]) -> Ran {
    sealed.write("bin/gpg", &format!("#!/bin/sh\n{script}\n"));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(sealed.path("bin/gpg"), mode).unwrap();
    let path = format!("{}:/usr/bin:/bin", sealed.path("bin").display());
    let mut command = sealed.command(arguments);
    sealed.finish(
        command
            .env("PATH", path)
            .stdin(Stdio::null())
            .spawn()
            .unwrap(),
    )
}

#[test]
fn what_gpg_encrypted_is_read_by_the_person_s_own() {
    let sealed = exported("mutt", "out");
    sealed.write("ana.gpg", "-----BEGIN PGP MESSAGE-----\n\nhQ==\n");
    let out = sealed.path("out");
    let mut said = String::new();
    for script in [
        "echo '[GNUPG:] NO_SECKEY 0123456789ABCDEF' >&2; exit 2",
        "echo '[GNUPG:] KEY_CONSIDERED 0123456789ABCDEF 0' >&2; exit 2",
        "echo '[GNUPG:] NODATA 1' >&2; exit 2",
        "exit 3",
        "printf '\\200\\377'",
        &format!("cat {}", out.display()),
    ] {
        let ran = with_gpg(&sealed, script, &["import", "ana.gpg"]);
        said += &ran.without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 2
    err: gatepost: `ana.gpg` is encrypted, and the key that it is encrypted to is not on this machine
    exit 2
    err: gatepost: `ana.gpg` is encrypted, and its key is locked
    err: hint: unlock the key, then `gatepost import ana.gpg` in a terminal
    exit 2
    err: gatepost: `ana.gpg` is encrypted, and gpg finds it damaged
    exit 2
    err: gatepost: `ana.gpg` is encrypted, and gpg could not decrypt it (exit status: #)
    exit 2
    err: gatepost: `ana.gpg`: the file is not text; if it is a `pizauth dump`, only pizauth can read it: take in its `pizauth.conf` instead
    exit 0
    err: imported ana@gmail.com
    "#);
    // Somebody else's cipher is not run through gpg twice, and a pipe is the person's own affair.
    let script = "cat ana.gpg";
    let ran = with_gpg(&sealed, script, &["import", "ana.gpg", "--force"]);
    assert!(
        ran.stderr
            .contains("gpg --decrypt FILE | gatepost import -"),
        "{ran}"
    );
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let sealed = exported("mutt", "out");
    let mut command = sealed.command(&["import", "-"]);
    let out = std::fs::File::open(sealed.path("out")).unwrap();
    let ran = sealed.finish(command.stdin(out).spawn().unwrap());
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 0
    err: imported ana@gmail.com
    "#);
    let ran = sealed.run(&["import", "-"]);
    assert_eq!(ran.code, Some(2), "nothing came: {ran}");
}

#[test]
fn what_lies_in_its_usual_place_is_found() {
    let sealed = exported("rclone", "out");
    remotes(&sealed);
    let nothing = sealed.run(&["import", "--scan"]).without_secrets();
    insta::assert_snapshot!(nothing, @r#"
    exit 0
    err: nothing was found in the usual places of other programs
    "#);
    sealed.write(".config/rclone/rclone.conf", &text(&sealed, "rclone.conf"));
    sealed.write(
        ".mail/gmail/.credentials.gmailieer.json",
        r#"{"refresh_token":"1//x","client_id":"1-a","account":"ben@gmail.com"}"#,
    );
    sealed.write(
        ".local/state/oama/eve@gmail.com.oama",
        "-----BEGIN PGP MESSAGE-----\n",
    );
    sealed.write(".gam/oauth2.txt", "not one");
    std::os::unix::fs::symlink("/etc/hostname", sealed.path(".oauth2l")).unwrap();
    // Another name of the same file is no second file.
    std::fs::create_dir(sealed.path("Mail")).unwrap();
    std::os::unix::fs::symlink(sealed.path(".mail/gmail"), sealed.path("Mail/gmail")).unwrap();
    let found = sealed.run(&["import", "--scan"]).without_secrets();
    insta::assert_snapshot!(found, @r#"
    exit 0
    out: ~/.config/rclone/rclone.conf (rclone, # accounts)
    out:     gatepost import HOME/.config/rclone/rclone.conf
    out: ~/.local/state/oama/eve@gmail.com.oama (encrypted by gpg)
    out:     gatepost import HOME/.local/state/oama/eve@gmail.com.oama
    out: ~/.mail/gmail/.credentials.gmailieer.json (google-auth token.json of ben@gmail.com)
    out:     gatepost import HOME/.mail/gmail/.credentials.gmailieer.json
    "#);
    let ran = sealed.run(&["import", "--scan", "--json"]);
    assert_eq!(ran.json()[0]["format"], "rclone");
    assert_eq!(ran.json()[0]["accounts"], 2);
    let locked = "echo '[GNUPG:] KEY_CONSIDERED 0123456789ABCDEF 0' >&2; exit 2";
    let ran = with_gpg(&sealed, locked, &["import", "--scan", "--yes", "--dry-run"]);
    let ran = ran.without_secrets();
    insta::assert_snapshot!(ran, @r#"
    exit 2
    out: would import a sign-in (Google will say whose) from HOME/.config/rclone/rclone.conf [dead] (rclone), with client `default`
    out: would skip HOME/.config/rclone/rclone.conf [one] (rclone): it is for onedrive, not for Google
    out: would import a sign-in (Google will say whose) from HOME/.config/rclone/rclone.conf [good] (rclone), with client `default`
    out: would skip HOME/.config/rclone/rclone.conf [own] (rclone): it was signed in with rclone's own OAuth client, whose secret only rclone has
    out: would import ben@gmail.com from HOME/.mail/gmail/.credentials.gmailieer.json (google-auth token.json), with the new client `project-#`
    err: gatepost: `HOME/.local/state/oama/eve@gmail.com.oama` is encrypted, and its key is locked
    err: hint: unlock the key, then `gatepost import HOME/.local/state/oama/eve@gmail.com.oama` in a terminal
    "#);
    assert_eq!(sealed.run(&["list", "--json"]).json(), json!([]));
    let ran = with_gpg(&sealed, locked, &["import", "--scan", "--yes"]).without_secrets();
    assert!(ran.stderr.contains("imported ana@gmail.com"), "{ran}");
}

#[test]
fn at_a_terminal_each_find_is_asked_about() {
    let sealed = exported("adc", ".config/adc.json");
    let found = text(&sealed, ".config/adc.json");
    sealed.write(
        ".config/gcloud/application_default_credentials.json",
        &found,
    );
    let home = sealed.path("").display().to_string();
    let base = sealed.sandbox.base_url();
    let environment = [
        ("HOME", home.as_str()),
        ("GATEPOST_ENDPOINTS", &base),
        ("GATEPOST_VAULT_KEY", "file"),
    ];
    let mut terminal = Terminal::start(140, 30, &["import", "--scan"], &environment);
    let question = "(gcloud credentials of ana@gmail.com): take it in? [y/N]";
    terminal.wait_for(question);
    terminal.press("n\r");
    assert_eq!(terminal.wait(), 0);
    assert!(terminal.text().contains("nothing was changed"));
    let mut terminal = Terminal::start(140, 30, &["import", "--scan"], &environment);
    terminal.wait_for(question);
    terminal.press("y\r");
    terminal.wait_for("imported ana@gmail.com");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn mutt_s_clock_on_the_wall_is_this_machine_s() {
    let sealed = Sealed::with_account(ANA);
    let run = |arguments: &[&str]| {
        let mut command = sealed.command(arguments);
        command.env("TZ", "AAA-13");
        command.env("GATEPOST_ENDPOINTS", "http://127.0.0.1:9");
        let ran = sealed.finish(command.spawn().unwrap());
        assert_eq!(ran.code, Some(0), "{ran}");
        ran
    };
    let end = |ran: &Ran| ran.json()[0]["access"]["expires_at"].clone();
    let before = end(&run(&["list", "--json"]));
    run(&["export", ANA, "--format", "mutt", "-o", "out"]);
    let file: Value = serde_json::from_str(&text(&sealed, "out")).unwrap();
    let wall = file["access_token_expiration"].as_str().unwrap();
    let wall = chrono::NaiveDateTime::parse_from_str(wall, "%Y-%m-%dT%H:%M:%S%.f").unwrap();
    let utc = chrono::DateTime::parse_from_rfc3339(before.as_str().unwrap()).unwrap();
    let ahead = (wall - utc.naive_utc()).num_minutes();
    assert_eq!(ahead, 13 * 60, "{before} is {wall} there");
    run(&["remove", ANA, "--yes"]);
    run(&["import", "out"]);
    assert_eq!(end(&run(&["list", "--json"])), before);
}
