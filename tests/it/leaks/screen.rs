//! The same for the terminal UI: every byte it writes, while somebody looks at everything.

use std::time::{Duration, Instant};

use super::Watched;
use crate::support::pty::Terminal;

#[test]
fn the_screen_never_shows_a_secret() {
    let mut home = Watched::new();
    let place = home.sealed.home.path().to_str().unwrap().to_owned();
    let base = home.sealed.sandbox.base_url();
    let environment = [
        ("HOME", place.as_str()),
        ("GATEPOST_ENDPOINTS", base.as_str()),
        ("BROWSER", "true"),
    ];
    let mut terminal = Terminal::start(120, 32, &["-vvv"], &environment);
    terminal.wait_for("ana@gmail.com");
    let process = terminal.process_id();
    // Details, refresh, verify, the log, the clients, the palette, help; each is closed again.
    for keys in ["\r", "r", "v", "e", "o", ":", "?", "y", "s", "X"] {
        look_at(&mut terminal, keys);
        look_at(&mut terminal, "\u{1b}");
    }
    // What is pasted into a consent is not repeated.
    look_at(&mut terminal, "c");
    terminal.wait_until("the link", |screen| screen.contains("oauth2"));
    let forged = "http://127.0.0.1:1/?state=x&code=4/0PASTED-pasted-pasted";
    home.marks.add("pasted code", "4/0PASTED-pasted-pasted");
    look_at(&mut terminal, &format!("\u{1b}[200~{forged}\u{1b}[201~"));
    look_at(&mut terminal, "\r");
    for name in ["cmdline", "environ"] {
        let seen = std::fs::read(format!("/proc/{process}/{name}")).unwrap();
        home.marks.assert_none_in(name, &seen);
    }
    look_at(&mut terminal, "\u{1b}");
    terminal.press("\u{3}");
    assert_eq!(terminal.wait(), 0);
    home.learn_tokens(", after the screen");
    home.marks.assert_none_in("the screen", &terminal.bytes());
    home.search_files();
}

/// Presses, and waits for the picture to change, if it does.
fn look_at(terminal: &mut Terminal, keys: &str) {
    let before = terminal.text();
    terminal.press(keys);
    let begun = Instant::now();
    while terminal.text() == before && begun.elapsed() < Duration::from_secs(1) {
        std::thread::sleep(Duration::from_millis(20));
    }
    // And for the rest of it.
    std::thread::sleep(Duration::from_millis(60));
}
