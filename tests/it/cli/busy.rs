//! A process that hangs in the middle of a write holds up all others. Nobody waits for it longer
//! than asked, nobody asks Google for what could not be stored, and everybody is told its number.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::sealed::{Ran, Sealed};

const ANA: &str = "ana@gmail.com";
/// For what only a refresh would give.
const ASK: [&str; 7] = [
    "token",
    ANA,
    "--force-refresh",
    "--min-valid",
    "2h",
    "--max-wait",
    "1s",
];
/// Start and end of the program, on a busy machine.
const SLACK: Duration = Duration::from_secs(5);

fn signed_in() -> Sealed {
    let sealed = Sealed::with_account(ANA);
    sealed.control().habits(|habits| habits.rotates = true);
    sealed.control().clear_requests();
    sealed
}

/// What a process that hangs holds, for as long as the connection lives.
fn held(sealed: &Sealed, how: &str) -> Connection {
    let conn = Connection::open(sealed.db()).unwrap();
    conn.execute_batch(how).unwrap();
    conn
}

fn timed(sealed: &Sealed, arguments: &[&str]) -> (Ran, Duration) {
    let begun = Instant::now();
    let ran = sealed.run(arguments);
    (ran, begun.elapsed())
}

#[track_caller]
fn gives_up(sealed: &Sealed, arguments: &[&str], after: Duration) {
    let (ran, took) = timed(sealed, arguments);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(5), ""), "{ran}");
    assert!(took < after + SLACK, "{took:?}: {ran}");
    let holder = format!("process {} (", std::process::id());
    let named = ran.stderr.contains(&holder) || !cfg!(target_os = "linux");
    assert!(named, "{ran}");
    assert!(!ran.stderr.contains("database is locked"), "{ran}");
    assert!(sealed.control().requests().is_empty(), "Google was asked");
}

#[test]
fn a_hung_writer_is_waited_for_no_longer_than_asked() {
    let sealed = signed_in();
    let writer = held(&sealed, "BEGIN IMMEDIATE");
    gives_up(&sealed, &ASK, Duration::from_secs(1));
    // What is stored and live needs nobody's leave.
    assert_eq!(sealed.run(&["token", ANA]).code, Some(0));
    assert_eq!(sealed.run(&["list"]).code, Some(0));
    drop(writer);
    assert_eq!(sealed.run(&ASK[..3]).code, Some(0));
}

#[test]
fn a_live_token_is_served_though_a_newer_one_could_not_be_stored() {
    let sealed = signed_in();
    let stored = sealed.run(&["token", ANA]).stdout;
    let _writer = held(&sealed, "BEGIN IMMEDIATE");
    let (ran, took) = timed(&sealed, &[&ASK[..3], &["--max-wait", "1s"]].concat());
    assert_eq!((ran.code, ran.stdout), (Some(0), stored), "{}", ran.stderr);
    assert!(took < Duration::from_secs(1) + SLACK, "{took:?}");
}

#[test]
fn nor_is_one_that_lets_nobody_read() {
    let sealed = signed_in();
    let conn = held(&sealed, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    gives_up(&sealed, &ASK, Duration::from_secs(1));
    drop(conn);
    assert_eq!(sealed.run(&ASK[..3]).code, Some(0));
}

#[test]
fn what_a_person_wants_to_change_is_refused_in_words_and_may_be_tried_again() {
    let sealed = signed_in();
    let writer = held(&sealed, "BEGIN IMMEDIATE");
    gives_up(&sealed, &["label", ANA, "work"], gatepost::vault::PATIENCE);
    drop(writer);
    assert_eq!(sealed.run(&["label", ANA, "work"]).code, Some(0));
}

#[test]
fn neither_browser_nor_file_is_asked_for_what_could_not_be_stored() {
    let sealed = signed_in();
    let export = ["export", ANA, "--format", "token-json", "-o", "token.json"];
    assert_eq!(sealed.run(&export).code, Some(0));
    let writer = held(&sealed, "BEGIN IMMEDIATE");
    for ask in [
        &["import", "token.json", "--force"][..],
        &["reauth", ANA, "--no-browser"],
    ] {
        gives_up(&sealed, ask, Duration::from_secs(2));
    }
    drop(writer);
    let ran = sealed.run(&["import", "token.json", "--force"]);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn whoever_has_the_vault_open_is_named_where_it_cannot_be_replaced() {
    let sealed = signed_in();
    sealed.write("word", "correct horse\n");
    let run = |arguments: &[&str]| {
        let mut command = sealed.command(arguments);
        command.env("GATEPOST_PASSPHRASE_FILE", sealed.path("word"));
        sealed.finish(command.spawn().unwrap())
    };
    assert_eq!(run(&["vault", "backup", "copy"]).code, Some(0));
    let screen = held(&sealed, "PRAGMA user_version");
    let ran = run(&["vault", "restore", "copy", "--force"]);
    assert_eq!(ran.code, Some(6), "{ran}");
    let holder = format!("in use by process {} (", std::process::id());
    let named = ran.stderr.contains(&holder) || !cfg!(target_os = "linux");
    assert!(named, "{ran}");
    drop(screen);
    assert_eq!(run(&["vault", "restore", "copy", "--force"]).code, Some(0));
}

#[test]
fn the_doctor_says_that_nothing_can_be_stored() {
    let sealed = signed_in();
    let writer = held(&sealed, "BEGIN IMMEDIATE");
    let ran = sealed.run(&["doctor"]);
    assert_eq!(ran.code, Some(6), "{ran}");
    let said = "it opens, but nothing can be stored: the vault";
    assert!(ran.stdout.contains(said), "{ran}");
    drop(writer);
    let ran = sealed.run(&["doctor"]);
    assert!(ran.stdout.contains("opens with its key file"), "{ran}");
}
