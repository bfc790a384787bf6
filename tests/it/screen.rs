//! The terminal UI as a person meets it: the real program in a real pseudo-terminal.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::pty::Terminal;

/// What a terminal is told when it is given back: mouse, paste and focus reports off, the main
/// screen, the cursor shown.
const GIVEN_BACK: [&str; 5] = [
    "\u{1b}[?1006l",
    "\u{1b}[?2004l",
    "\u{1b}[?1004l",
    "\u{1b}[?1049l",
    "\u{1b}[?25h",
];

fn started(columns: u16, rows: u16) -> Terminal {
    let terminal = Terminal::start(columns, rows, &["--sandbox"], &[]);
    terminal.wait_for("jonas.berg");
    terminal
}

fn assert_given_back(terminal: &Terminal) {
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    for code in GIVEN_BACK {
        let last = bytes.rfind(code);
        assert!(last.is_some(), "{code:?} was never written");
        let opposite = match code.strip_suffix('l') {
            Some(stem) => format!("{stem}h"),
            None => code.replace('h', "l"),
        };
        assert!(
            last > bytes.rfind(&opposite),
            "{opposite:?} came after {code:?}"
        );
    }
    assert!(!bytes.contains("ya29."), "an access token was drawn");
}

#[test]
fn the_countdown_ticks_and_q_gives_the_terminal_back() {
    let mut terminal = started(120, 32);
    let first = terminal.text();
    terminal.wait_until("another second", |screen| screen != first);
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert_given_back(&terminal);
}

#[test]
fn a_signal_gives_the_terminal_back_too() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut terminal = started(80, 24);
        let process = Pid::from_raw(terminal.process_id().cast_signed()).unwrap();
        kill_process(process, signal).unwrap();
        terminal.wait();
        assert_given_back(&terminal);
    }
}

#[test]
fn resizing_redraws_whole_and_keeps_the_account() {
    let mut terminal = started(120, 32);
    terminal.press("jjj");
    terminal.wait_until("the cursor on press@", |screen| {
        screen
            .lines()
            .any(|line| line.contains('▸') && line.contains("press@"))
    });
    for (columns, rows) in [(50, 15), (20, 3), (80, 24), (120, 32)] {
        terminal.resize(columns, rows);
        terminal.wait_until("the cursor on press@ at the new size", |screen| {
            screen
                .lines()
                .any(|line| line.contains('▸') && line.contains("press"))
        });
    }
}

#[test]
fn the_hidden_cursor_rests_on_the_chosen_row() {
    let mut terminal = started(80, 24);
    terminal.press("jj");
    terminal.wait_until("the cursor on the third row", |screen| {
        screen
            .lines()
            .any(|l| l.contains('▸') && l.contains("registrar"))
    });
    let row = terminal.text().lines().position(|line| line.contains('▸'));
    let (at, is_hidden) =
        terminal.with_screen(|screen| (screen.cursor_position(), screen.hide_cursor()));
    assert_eq!((Some(usize::from(at.0)), is_hidden), (row, true));
}

#[test]
fn r_asks_google_and_the_row_becomes_ready() {
    let mut terminal = started(120, 32);
    terminal.press("/orders\r");
    terminal.wait_for("Accounts (1 of");
    terminal.press("!d");
    terminal.press("r");
    terminal.wait_until("a failed refresh", |screen| {
        screen.contains("orders@example.com") && screen.contains("failed")
    });
    terminal.press("q");
    terminal.wait();
}

#[test]
fn x_revokes_only_after_two_deliberate_choices() {
    let mut terminal = started(120, 32);
    terminal.press("/li.wei\r");
    terminal.wait_for("Accounts (1 of");
    terminal.press("X");
    terminal.wait_for("Revoke at Google");
    terminal.press("v");
    terminal.wait_for("Cancel");
    // Typed ahead: the confirmation has just opened and listens to nothing yet.
    terminal.press("\r");
    std::thread::sleep(Duration::from_millis(600));
    terminal.wait_for("li.wei@example.org");
    assert!(
        !terminal.text().contains("signed-out"),
        "{}",
        terminal.text()
    );
    terminal.press("\u{1b}\u{1b}");
    terminal.press("q");
    terminal.wait();
}

#[test]
fn no_color_means_no_colour_and_the_cursor_is_seen_all_the_same() {
    let mut terminal = Terminal::start(80, 24, &["--sandbox"], &[("NO_COLOR", "1")]);
    terminal.wait_for("jonas.berg");
    let inverse = terminal.with_screen(|screen| {
        (0..24).any(|row| {
            (4..20).all(|column| screen.cell(row, column).is_some_and(vt100::Cell::inverse))
        })
    });
    assert!(inverse, "the selected row is reversed");
    terminal.press("q");
    terminal.wait();
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    for colour in ["[38;", "[48;", ";38;", ";48;", "[31m", "[32m", "[33m"] {
        assert!(!bytes.contains(colour), "{colour} was written");
    }
}

#[test]
fn the_sandbox_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let mut terminal = Terminal::start(80, 24, &["--sandbox"], &[("TMPDIR", path)]);
    terminal.wait_for("jonas.berg");
    assert!(
        std::fs::read_dir(path).unwrap().next().is_some(),
        "its vault is somewhere while it runs"
    );
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert!(
        std::fs::read_dir(path).unwrap().next().is_none(),
        "the throw-away vault is gone"
    );
    assert!(
        std::fs::read_dir(terminal.home()).unwrap().next().is_none(),
        "and nothing is in the home"
    );
}
