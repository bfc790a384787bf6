//! The screen in a shell in tmux: left, suspended and fetched back, pasted into, pointed at.

use crate::support::tmux::Tmux;

fn started(columns: u16, rows: u16) -> Tmux {
    let tmux = Tmux::start(columns, rows);
    tmux.gatepost("--sandbox");
    tmux.wait_for("jonas.berg");
    tmux
}

/// The shell has its terminal again, as it was: tmux knows what is switched on.
#[track_caller]
fn assert_the_shells_own(tmux: &Tmux) {
    tmux.wait_until("the main screen", |tmux| tmux.fact("alternate_on") == "0");
    for (fact, wanted) in [
        ("mouse_any_flag", "0"),
        ("mouse_sgr_flag", "0"),
        ("cursor_flag", "1"),
        ("bracket_paste_flag", "0"),
    ] {
        let found = tmux.fact(fact);
        // Older tmux does not know each of them.
        assert!(found == wanted || found.is_empty(), "{fact} is {found}");
    }
    tmux.shell("stty -a | tr ' ;' '\\n\\n' | grep -cx -e icanon -e echo");
    tmux.wait_until("keys to be lines", |tmux| {
        let text = tmux.text();
        text.lines()
            .any(|line| line.trim_start_matches("$ ").trim() == "2")
    });
    tmux.shell("clear");
}

/// Whether the cursor's row is this account's.
fn is_on(tmux: &Tmux, account: &str) -> bool {
    let text = tmux.text();
    text.lines()
        .any(|line| line.contains('▸') && line.contains(account))
}

#[test]
#[ignore = "needs tmux"]
fn quitting_leaves_the_shell_as_it_was() {
    let tmux = started(100, 30);
    assert_eq!(tmux.fact("alternate_on"), "1");
    tmux.type_keys("q");
    assert_the_shells_own(&tmux);
    assert!(!tmux.text().contains("jonas.berg"), "{}", tmux.text());
}

#[test]
#[ignore = "needs tmux"]
fn three_times_to_the_shell_and_back() {
    let tmux = started(100, 30);
    tmux.type_keys("jj");
    tmux.wait_until("the third row", |tmux| is_on(tmux, "registrar@"));
    for _ in 0..3 {
        tmux.key("C-z");
        assert_the_shells_own(&tmux);
        tmux.shell("fg");
        tmux.wait_until("the cursor where it was", |tmux| is_on(tmux, "registrar@"));
        assert_eq!(tmux.fact("mouse_any_flag"), "1");
    }
    tmux.type_keys("q");
    assert_the_shells_own(&tmux);
    // No late answer of the terminal ends at the prompt.
    assert!(!tmux.text().contains(";1R"), "{}", tmux.text());
}

#[test]
#[ignore = "needs tmux"]
fn stopped_from_elsewhere_it_comes_back_too() {
    let tmux = started(100, 30);
    let group = tmux.fact("pane_pid");
    let find = format!("pgrep -P {group} -f gatepost");
    let found = std::process::Command::new("sh")
        .args(["-c", &find])
        .output()
        .unwrap();
    let process: i32 = String::from_utf8(found.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let process = rustix::process::Pid::from_raw(process).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::STOP).unwrap();
    tmux.wait_for("Stopped");
    // Nobody put the keys in order for the shell, so Enter is no end of line to it.
    tmux.type_keys("fg");
    tmux.key("C-j");
    tmux.wait_until("a whole picture", |tmux| {
        let text = tmux.text();
        text.contains("jonas.berg") && text.contains("? help") && !text.contains("Stopped")
    });
    tmux.type_keys("q");
    assert_the_shells_own(&tmux);
}

#[test]
#[ignore = "needs tmux"]
fn a_paste_is_one_piece() {
    let tmux = started(100, 30);
    tmux.type_keys("/");
    tmux.run(&["set-buffer", "li.wei"]);
    tmux.run(&["paste-buffer", "-p"]);
    tmux.wait_for("Accounts (1 of 14)");
    tmux.key("Escape");
    tmux.wait_for("Accounts (14)");
    // Outside of a field a paste is no key: the q in it does not quit.
    tmux.run(&["set-buffer", "quit X revoke"]);
    tmux.run(&["paste-buffer", "-p"]);
    tmux.type_keys("G");
    tmux.wait_until("the last row", |tmux| {
        let text = tmux.text();
        let rows = text.lines().filter(|line| line.contains('@'));
        text.contains("Accounts (14)") && rows.count() > 10
    });
}

#[test]
#[ignore = "needs tmux"]
fn the_mouse_chooses_looks_around_and_can_be_let_go() {
    let tmux = started(100, 20);
    let row = |account: &str| {
        let text = tmux.text();
        text.lines()
            .position(|line| line.contains(account))
            .unwrap()
            + 1
    };
    let press = |button: u8, row: usize| tmux.type_keys(&format!("\u{1b}[<{button};20;{row}M"));
    let account = "m.okafor@";
    press(0, row(account));
    tmux.wait_until("the clicked row", |tmux| is_on(tmux, account));
    let first = tmux.text();
    press(65, row(account));
    tmux.wait_until("the list to have moved", |tmux| {
        tmux.text().lines().nth(5) != first.lines().nth(5)
    });
    press(64, 8);
    tmux.wait_until("the cursor still there", |tmux| is_on(tmux, account));
    tmux.type_keys("m");
    tmux.wait_until("the mouse to be free", |tmux| {
        tmux.fact("mouse_any_flag") == "0"
    });
}

#[test]
#[ignore = "needs tmux"]
fn a_window_of_any_size_is_filled() {
    let tmux = started(100, 30);
    for (columns, rows) in [(50, 15), (40, 10), (120, 32), (80, 24)] {
        let (x, y) = (columns.to_string(), rows.to_string());
        tmux.run(&["resize-window", "-x", &x, "-y", &y]);
        tmux.wait_until("a footer in the last line", |tmux| {
            let text = tmux.text();
            let lines: Vec<&str> = text.trim_end_matches('\n').lines().collect();
            let last = lines.last().copied().unwrap_or_default();
            lines.len() == rows && last.contains("? help") && last.trim_end().ends_with("q quit")
        });
    }
}
