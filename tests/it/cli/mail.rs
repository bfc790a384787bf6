//! `verify --imap --smtp --pop` as a person reads it, against servers that answer as Gmail's do.

use std::net::TcpListener;

use super::sealed::Sealed;
use crate::google::tls::fixture;
use crate::support::gmail::{Closed, EXPLANATION, Gmail, IMAP, POP, SMTP};
use crate::support::pty::Terminal;

/// A server that the test does not ask for.
const UNASKED: &str = "localhost:1";

/// ana is signed in, and the mail servers are these.
fn with_servers(imap: &str, smtp: &str, pop: &str) -> Sealed {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write(
        ".config/gatepost/config.toml",
        &format!(
            "[endpoints]\nimap = \"{imap}\"\nsmtp = \"{smtp}\"\npop = \"{pop}\"\nca_file = \"{}\"\n",
            fixture("ca.pem").display()
        ),
    );
    sealed
}

fn refusing(opening: &str, refusal: &str) -> Gmail {
    let refusal = refusal.replace("EXPLANATION", EXPLANATION);
    Gmail::play(&format!("{opening}{refusal}"))
}

#[test]
fn each_protocol_is_told_by_its_own_cause() {
    let imap = refusing(
        IMAP,
        "S: + EXPLANATION
        C:
        S: a2 NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)",
    );
    // Gmail welcomes, and refuses the mailbox.
    let pop = refusing(
        POP,
        "S: +OK Welcome.
        C: STAT
        S: -ERR [SYS/PERM] POP access is disabled for your domain.",
    );
    let nobody = Closed::keep();
    let sealed = with_servers(&imap.address(), &nobody.address(), &pop.address());
    let ran = sealed.run(&["verify", "ana", "--imap", "--smtp", "--pop"]);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 7
    out: ana@gmail.com
    out:   fails    imap  IMAP is switched off for this mailbox: “Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)”
    out:                  switch it on in Gmail: Settings > Forwarding and POP/IMAP > Enable IMAP
    out:   fails    smtp  localhost:#: the connection was refused
    out:                  see what is in the way: `gatepost doctor`
    out:   fails    pop   the organisation does not allow POP: “[SYS/PERM] POP access is disabled for your domain.”
    out:                  ask the administrator: Admin console > Gmail > End User Access
    "#);
    assert_eq!((imap.end(), pop.end()), (Ok(()), Ok(())));
}

#[test]
fn a_good_token_that_is_refused_is_told_with_gmails_words() {
    let smtp = refusing(
        SMTP,
        "S: 334 EXPLANATION
        C:
        S: 535 5.7.8 Username and Password not accepted.",
    );
    let sealed = with_servers(UNASKED, &smtp.address(), UNASKED);
    let ran = sealed.run(&["verify", "--all", "--smtp", "--json"]);
    let report = ran.json();
    let step = &report[0]["steps"][0];
    assert_eq!(
        (report[0]["holds"].as_bool(), ran.code),
        (Some(false), Some(7))
    );
    assert_eq!(
        (&step["name"], &step["finding"]),
        (&"smtp".into(), &"fails".into())
    );
    assert_eq!(step["problem"]["code"], "mail-refused");
    let message = step["message"].as_str().unwrap();
    assert!(
        message.contains("“535 5.7.8 Username and Password not accepted.”"),
        "{message}"
    );
    ran.without_secrets();
    assert_eq!(smtp.end(), Ok(()));
}

#[test]
fn too_many_connections_pass() {
    let imap = refusing(
        IMAP,
        "S: + EXPLANATION
        C:
        S: a2 NO [ALERT] Too many simultaneous connections. (Failure)",
    );
    let sealed = with_servers(&imap.address(), UNASKED, UNASKED);
    let ran = sealed.run(&["verify", "ana", "--imap"]);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 5
    out: ana@gmail.com
    out:   fails    imap  Gmail limits connections to this mailbox for now: “Too many simultaneous connections. (Failure)”
    out:                  close mail programs that hold connections, or wait a few minutes
    "#);
    assert_eq!(imap.end(), Ok(()));
}

#[test]
fn a_stand_ins_token_is_not_shown_to_gmail() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&["verify", "ana", "--pop"]);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 2
    out: ana@gmail.com
    out:   failed   nothing says where the POP server of this stand-in for Google is
    err: gatepost: nothing says where the POP server of this stand-in for Google is
    err: hint: set `pop = "HOST:PORT"` under `[endpoints]` in the configuration
    "#);
}

#[test]
fn the_screen_tells_the_cause_and_lets_go_of_a_silent_server() {
    let nobody = Closed::keep();
    // Taken in by the system's queue, and never answered.
    let silent = TcpListener::bind("localhost:0").unwrap();
    let silent_address = format!("localhost:{}", silent.local_addr().unwrap().port());
    let sealed = with_servers(&nobody.address(), &silent_address, UNASKED);
    let home = sealed.home.path().to_str().unwrap();
    let endpoints = sealed.sandbox.base_url();
    let environment = [("HOME", home), ("GATEPOST_ENDPOINTS", &*endpoints)];
    let mut terminal = Terminal::start(140, 30, &[], &environment);
    terminal.wait_for("ana@gmail.com");
    terminal.press(":verify --imap\r");
    terminal.wait_for("ana@gmail.com: IMAP: localhost");
    terminal.wait_for("connection was refused");
    terminal.press("\u{1b}");
    terminal.wait_until("the news to go", |screen| !screen.contains("refused"));
    terminal.press(":verify --smtp ana\r");
    terminal.wait_for("signing in to SMTP 0 of 1");
    terminal.press("\u{1b}");
    terminal.wait_for("stopped: 0 of 1 signed in to SMTP, 1 not done");
    terminal.press(":import --scan\r");
    terminal.wait_for("Import from other programs");
    terminal.press("\u{3}");
    terminal.wait();
    assert!(!String::from_utf8_lossy(&terminal.bytes()).contains("ya29."));
}
