//! What only a terminal shows: the screen, a question before something is destroyed, and that the
//! sandbox leaves nothing behind however it ends.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::pty::Terminal;

fn sandboxed(temporary: &Path, arguments: &[&str]) -> Terminal {
    let directory = temporary.to_str().unwrap();
    let arguments = [&["--sandbox"], arguments].concat();
    Terminal::start(100, 30, &arguments, &[("TMPDIR", directory)])
}

fn left_behind(directory: &Path) -> usize {
    std::fs::read_dir(directory).unwrap().count()
}

fn tell(terminal: &Terminal, signal: Signal) {
    let pid = i32::try_from(terminal.process_id()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

#[test]
fn the_sandbox_s_screen_opens_plays_and_leaves_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let mut terminal = sandboxed(temporary.path(), &[]);
    terminal.wait_for("jonas.berg@gmail.com");
    assert_eq!(left_behind(temporary.path()), 1);
    terminal.press("!");
    terminal.wait_for("Google is down for 30 s");
    terminal.press("d");
    terminal.wait_until("the menu to close", |screen| {
        !screen.contains("Sandbox: make something happen")
    });
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert_eq!(left_behind(temporary.path()), 0);
}

#[test]
fn told_to_end_it_cleans_up_too() {
    let temporary = tempfile::tempdir().unwrap();
    let mut terminal = sandboxed(temporary.path(), &[]);
    terminal.wait_for("jonas.berg@gmail.com");
    tell(&terminal, Signal::TERM);
    assert_eq!(terminal.wait(), 130);
    assert_eq!(left_behind(temporary.path()), 0);
}

#[test]
fn a_question_is_answered_or_given_up() {
    let temporary = tempfile::tempdir().unwrap();
    let arguments = ["revoke", "ana@example.com"];
    let mut terminal = sandboxed(temporary.path(), &arguments);
    terminal.wait_for("revoke ana@example.com? [y/N]");
    terminal.press("n\r");
    assert_eq!(terminal.wait(), 130);
    assert!(terminal.text().contains("nothing was changed"));

    let mut terminal = sandboxed(temporary.path(), &arguments);
    terminal.wait_for("[y/N]");
    terminal.press("y\r");
    assert_eq!(terminal.wait(), 0, "{}", terminal.text());
    assert!(terminal.text().contains("revoked at Google"));

    let mut terminal = sandboxed(temporary.path(), &arguments);
    terminal.wait_for("[y/N]");
    terminal.press("\u{3}");
    assert_eq!(terminal.wait(), 130);
    assert_eq!(left_behind(temporary.path()), 0);
}

#[test]
fn several_are_shown_as_they_go_and_nothing_of_it_stays() {
    let temporary = tempfile::tempdir().unwrap();
    let mut terminal = sandboxed(temporary.path(), &["refresh", "--all"]);
    assert_eq!(terminal.wait(), 4, "{}", terminal.text());
    let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(written.contains("refreshing ["), "{written}");
    let text = terminal.text();
    assert!(
        !text.contains("refreshing [") && text.contains("could not be refreshed"),
        "{text}"
    );
}
