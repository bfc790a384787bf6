//! `add` and `reauth`, with the sandbox in the browser's place.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

use gatepost::sandbox::{AllowScopes, Endpoint, Fault, FaultKind};
use rustix::process::{Pid, Signal, kill_process};

use super::sealed::{Sealed, Waiting};

#[test]
fn a_first_sign_in_by_a_pasted_address() {
    let sealed = Sealed::with_client();
    let ran = sealed.sign_in(&["add", "--label", "home"], "ana@gmail.com");
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 0
    err: open this address in a browser:
    err:
    err: LINK
    err:
    err: then paste the address that the browser ends on, and press Enter
    err: or let the browser reach this machine: ssh -L #:#.#.#.#:# THIS-HOST
    err: added ana@gmail.com
    "#);
    insta::assert_snapshot!(sealed.run(&["list"]), @r#"
    exit 0
    out:   STATE  ACCOUNT        ACCESS  SIGN-IN     LABEL  CLIENT
    out: ✓ ready  ana@gmail.com  #:#   long-lived  home   default
    "#);
}

#[test]
fn a_sign_in_by_the_browser_s_own_redirect() {
    let sealed = Sealed::with_client();
    let mut waiting = sealed.begin_sign_in(&["add"]);
    // The end of standard input leaves the listener waiting.
    waiting.close_stdin();
    let redirect = sealed.browse(&waiting.url, "ana@gmail.com", AllowScopes::All);
    let (host, path) = redirect
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let mut socket = TcpStream::connect(host).unwrap();
    write!(
        socket,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut page = String::new();
    socket.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let ran = waiting.finish(&sealed);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn bytes_that_are_no_text_and_lines_without_end_are_bad_pastes_too() {
    let sealed = Sealed::with_client();
    let mut waiting = sealed.begin_sign_in(&["add"]);
    let redirect = sealed.browse(&waiting.url, "ana@gmail.com", AllowScopes::All);
    let stdin = waiting.child.stdin.as_mut().unwrap();
    stdin.write_all(b"\xff\xfe\0\n").unwrap();
    for _ in 0..200 {
        stdin.write_all(&vec![b'x'; 100_000]).unwrap();
    }
    stdin.write_all(b"\n").unwrap();
    waiting.type_in(&redirect);
    let ran = waiting.finish(&sealed);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stderr.len() < 2_000, "{ran}");
    assert!(ran.stderr.contains("added ana@gmail.com"), "{ran}");
}

#[test]
fn a_bad_paste_leaves_it_waiting() {
    let sealed = Sealed::with_client();
    let mut waiting = sealed.begin_sign_in(&["add"]);
    waiting.type_in("http://127.0.0.1:1/?code=4/0Afoo&state=forged");
    waiting.until("warning:");
    let redirect = sealed.browse(&waiting.url, "ana@gmail.com", AllowScopes::All);
    waiting.type_in(&redirect);
    let ran = waiting.finish(&sealed);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 0
    err: open this address in a browser:
    err:
    err: LINK
    err:
    err: then paste the address that the browser ends on, and press Enter
    err: or let the browser reach this machine: ssh -L #:#.#.#.#:# THIS-HOST
    err: warning: the address belongs to another sign-in; use the link shown here
    err: added ana@gmail.com
    "#);
}

#[test]
fn a_denied_sign_in_stores_nothing() {
    let sealed = Sealed::with_client();
    let ran = sealed.sign_in_with(&["add"], "ana@gmail.com", AllowScopes::Deny);
    insta::assert_snapshot!(ran, @r#"
    exit 4
    err: open this address in a browser:
    err:
    err: LINK
    err:
    err: then paste the address that the browser ends on, and press Enter
    err: or let the browser reach this machine: ssh -L #:#.#.#.#:# THIS-HOST
    err: gatepost: the sign-in was denied in the browser (access_denied)
    "#);
    assert_eq!(sealed.run(&["list", "--json"]).stdout, "[]\n");
}

#[test]
fn an_unticked_box_is_said_and_shown() {
    let sealed = Sealed::with_client();
    let none = AllowScopes::Only(Vec::new());
    let ran = sealed.sign_in_with(&["add"], "ana@gmail.com", none);
    insta::assert_snapshot!(ran, @r#"
    exit 0
    err: open this address in a browser:
    err:
    err: LINK
    err:
    err: then paste the address that the browser ends on, and press Enter
    err: or let the browser reach this machine: ssh -L #:#.#.#.#:# THIS-HOST
    err: added ana@gmail.com
    err: warning: # permission left unticked: mail.google.com; `gatepost reauth ana@gmail.com` asks again
    "#);
    insta::assert_snapshot!(sealed.run(&["status", "ana"]), @r#"
    exit 0
    out: ! limited ana@gmail.com
    out:   problem   some permissions were left unticked: mail.google.com
    out:   remedy    sign in again and tick every box: press c, or run `gatepost reauth ana@gmail.com`
    out:   access    #:#
    out:   sign-in   long-lived, granted Day # Month #:# UTC
    out:   scopes    email, openid
    out:   client    default
    out:   refreshed #s ago
    "#);
}

#[test]
fn another_account_is_refused_and_both_are_named() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let before = sealed.run(&["list", "--json"]).json();
    let ran = sealed.sign_in(&["reauth", "ana"], "bob@example.com");
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 4
    err: open this address in a browser:
    err:
    err: LINK
    err:
    err: then paste the address that the browser ends on, and press Enter
    err: or let the browser reach this machine: ssh -L #:#.#.#.#:# THIS-HOST
    err: gatepost: expected a sign-in for ana@gmail.com, but this one is bob@example.com's; nothing was stored
    err: hint: choose the right account, or keep the other one: `gatepost add bob@example.com`
    "#);
    let after = sealed.run(&["list", "--json"]).json();
    assert_eq!(before[0]["grant"], after[0]["grant"]);
    assert_eq!(after.as_array().unwrap().len(), 1);
}

#[test]
fn signing_in_again_renews_and_does_not_double() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.sign_in(&["add"], "ana@gmail.com");
    assert!(ran.stderr.contains("renewed ana@gmail.com"), "{ran}");
    let ran = sealed.sign_in(&["reauth", "ana", "--json"], "ana@gmail.com");
    assert_eq!(ran.json()["state"], "ready");
    let listed = sealed.run(&["list", "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn a_label_that_is_taken_is_refused_before_and_after_the_browser() {
    let sealed = Sealed::with_client();
    let ran = sealed.sign_in(
        &["add", "ana@gmail.com", "--label", "home"],
        "ana@gmail.com",
    );
    assert_eq!(ran.code, Some(0), "{ran}");
    insta::assert_snapshot!(sealed.run(&["add", "bob@example.com", "--label", "home"]), @r#"
    exit 2
    err: gatepost: the label `home` already belongs to ana@gmail.com
    "#);
    let ran = sealed.sign_in(&["add", "--label", "home"], "bob@example.com");
    assert_eq!(ran.code, Some(2), "{ran}");
    let conn = rusqlite::Connection::open(sealed.db()).unwrap();
    let waiting: i64 = conn
        .query_row(
            "SELECT count(*) FROM grant WHERE stage = 'candidate'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(
        waiting, 0,
        "the next start would make the account after all"
    );
}

#[test]
fn interrupted_it_stores_nothing() {
    let sealed = Sealed::with_client();
    let waiting = sealed.begin_sign_in(&["add"]);
    tell(&waiting, Signal::INT);
    let ran = waiting.finish(&sealed);
    assert_eq!(ran.code, Some(130), "{ran}");
    assert!(ran.stderr.ends_with("gatepost: interrupted\n"), "{ran}");
    assert_eq!(sealed.run(&["list", "--json"]).stdout, "[]\n");
}

/// A sign-in that waits for the answer of a token endpoint that takes its time.
fn trading_the_code(sealed: &Sealed, slow: FaultKind) -> Waiting {
    sealed.control().add_fault(Fault::at(Endpoint::Token, slow));
    let mut waiting = sealed.begin_sign_in(&["add"]);
    let redirect = sealed.browse(&waiting.url, "ana@gmail.com", AllowScopes::All);
    waiting.type_in(&redirect);
    let mut tries = 0;
    while !sealed
        .control()
        .requests()
        .iter()
        .any(|r| r.path == "/token")
    {
        tries += 1;
        assert!(tries < 3_000, "the code was never traded");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    waiting
}

fn tell(waiting: &Waiting, signal: Signal) {
    kill_process(Pid::from_child(&waiting.child), signal).unwrap();
}

fn nothing_waits_for_the_next_start(sealed: &Sealed) {
    let conn = rusqlite::Connection::open(sealed.db()).unwrap();
    let grants: i64 = conn
        .query_row("SELECT count(*) FROM grant", [], |row| row.get(0))
        .unwrap();
    assert_eq!(grants, 0);
    assert_eq!(sealed.run(&["list", "--json"]).stdout, "[]\n");
}

#[test]
fn interrupted_while_the_code_is_traded_it_ends_what_google_made_of_it() {
    for signal in [Signal::INT, Signal::TERM] {
        let sealed = Sealed::with_client();
        let waiting = trading_the_code(&sealed, FaultKind::Latency { ms: 1_000 });
        tell(&waiting, signal);
        let ran = waiting.finish(&sealed);
        assert_eq!(ran.code, Some(130), "{ran}");
        assert!(ran.stderr.contains("taking the sign-in back"), "{ran}");
        assert!(ran.stderr.ends_with("gatepost: interrupted\n"), "{ran}");
        let requests = sealed.control().requests();
        let revoked = requests.iter().find(|r| r.path == "/revoke");
        assert_eq!(revoked.and_then(|r| r.status), Some(200), "{ran}");
        nothing_waits_for_the_next_start(&sealed);
    }
}

#[test]
fn interrupted_where_google_is_silent_it_ends_all_the_same() {
    let sealed = Sealed::with_client();
    let waiting = trading_the_code(&sealed, FaultKind::Silence);
    tell(&waiting, Signal::INT);
    let ran = waiting.finish(&sealed);
    assert_eq!(ran.code, Some(130), "{ran}");
    assert!(ran.stderr.contains("may live on at Google"), "{ran}");
    nothing_waits_for_the_next_start(&sealed);
}

#[test]
fn interrupted_twice_it_ends_at_once() {
    let sealed = Sealed::with_client();
    let mut waiting = trading_the_code(&sealed, FaultKind::Silence);
    tell(&waiting, Signal::INT);
    waiting.until("taking the sign-in back");
    let begun = std::time::Instant::now();
    tell(&waiting, Signal::INT);
    let ran = waiting.finish(&sealed);
    // The three seconds of patience were not spent.
    assert!(begun.elapsed().as_millis() < 2_500, "{ran}");
    assert_eq!(ran.code, Some(130), "{ran}");
    nothing_waits_for_the_next_start(&sealed);
}

#[test]
fn without_a_client_there_is_nothing_to_sign_in_with() {
    let sealed = Sealed::new();
    insta::assert_snapshot!(sealed.run(&["add"]), @r#"
    exit 3
    err: gatepost: there is no OAuth client yet
    err: hint: download a Desktop client's JSON from the Google console, then `gatepost client add FILE`
    "#);
    assert!(!sealed.db().exists(), "and nothing to make a vault for");
}

/// Whatever `$BROWSER` is called, and whatever it writes: the terminal stays ours.
#[test]
fn a_browser_writes_nothing_on_the_terminal() {
    let sealed = Sealed::with_client();
    let noisy = sealed.home.path().join("noisy");
    let script = "#!/bin/sh\nprintf '\\033]0;owned\\007'\nprintf '\\033[31m' >&2\nexit 3\n";
    std::fs::write(&noisy, script).unwrap();
    std::fs::set_permissions(&noisy, PermissionsExt::from_mode(0o755)).unwrap();
    for browser in [
        "/nowhere/\u{1b}]0;owned\u{7}\u{1b}[31mred",
        noisy.to_str().unwrap(),
    ] {
        let mut command = sealed.command(&["add"]);
        let mut child = command.env("BROWSER", browser).spawn().unwrap();
        let mut said = String::new();
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            said += &line.unwrap();
            if said.contains("no browser was opened") {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(said.contains("waiting for the sign-in"), "{said:?}");
        assert!(!said.contains(['\u{1b}', '\u{7}']), "{said:?}");
    }
}
