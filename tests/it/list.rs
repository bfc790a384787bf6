//! The list as a person uses it: filtered, sorted and followed by the terminal's cursor, in a real
//! pseudo-terminal.

use crate::support::pty::Terminal;

fn started(columns: u16, rows: u16) -> Terminal {
    let terminal = Terminal::start(columns, rows, &["--sandbox"], &[]);
    terminal.wait_for("jonas.berg");
    terminal
}

/// The line that the cursor's mark is on, and its number.
fn chosen(terminal: &Terminal) -> (usize, String) {
    let text = terminal.text();
    let mut lines = text.lines().enumerate();
    let found = lines.find(|(_, line)| line.contains('▸'));
    found.map(|(at, line)| (at, line.to_owned())).unwrap()
}

fn cursor(terminal: &Terminal) -> (u16, bool) {
    terminal.with_screen(|screen| (screen.cursor_position().0, screen.hide_cursor()))
}

#[test]
fn a_filter_is_typed_corrected_kept_and_taken_off() {
    let mut terminal = started(120, 32);
    terminal.press("/state:sigx");
    terminal.wait_for("no such state");
    terminal.press("\u{7f}n");
    terminal.wait_for("Accounts (3 of ");
    terminal.press(" !jonas");
    terminal.wait_until("two of them", |screen| {
        screen.contains("(2 of ") && screen.contains("filter: state:sign !jonas")
    });
    terminal.press("\r");
    terminal.wait_for("? help");
    terminal.press("\u{1b}");
    terminal.wait_until("everyone", |screen| !screen.contains(" of 14)"));
    terminal.press("/ending<3d\r");
    terminal.wait_until("whose sign-in ends", |screen| {
        screen.contains("(1 of ") && screen.contains("ana.lab@gmail.com")
    });
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn a_pasted_filter_is_a_filter() {
    let mut terminal = started(80, 24);
    terminal.press("/");
    terminal.wait_for("Enter keep");
    terminal.press("\u{1b}[200~scope:mail !\"jonas berg\"\u{1b}[201~");
    terminal.wait_for("filter: scope:mail !\"jonas berg\"");
    terminal.press("\r1");
    terminal.wait_for("by address ▾");
    terminal.press("1");
    terminal.wait_for("by address ▴");
    terminal.press("0");
    terminal.wait_for("by urgency ▾");
    terminal.press("q");
    terminal.wait();
}

#[test]
fn the_terminals_cursor_is_hidden_on_the_chosen_row() {
    let mut terminal = started(80, 24);
    for key in ["j", "j", "G", "k"] {
        let (before, _) = chosen(&terminal);
        terminal.press(key);
        terminal.wait_until("the next row", |screen| {
            let at = screen.lines().position(|line| line.contains('▸'));
            at.is_some_and(|at| at != before)
        });
        // The mark and the cursor come in one frame, but not always in one read.
        terminal.wait_until("the cursor beside it", |_| {
            cursor(&terminal) == (chosen(&terminal).0 as u16, true)
        });
    }
    terminal.press("q");
    terminal.wait();
}

#[test]
fn details_scroll_to_their_end() {
    let mut terminal = started(50, 15);
    terminal.press("\r");
    terminal.wait_for("more ▾");
    terminal.press("G");
    terminal.wait_until("the last line", |screen| {
        screen.contains("above ▴") && screen.contains("xoauth2")
    });
    terminal.press("\u{1b}");
    terminal.wait_for("by urgency");
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(!bytes.contains("ya29."), "an access token was drawn");
}
