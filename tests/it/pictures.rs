//! The pictures of the README, taken of the real program in a pseudo-terminal:
//! `cargo test --test it pictures -- --ignored`

use std::fs;

use crate::support::picture::{DARK, LIGHT, svg};
use crate::support::pty::Terminal;

fn take(name: &str, size: (u16, u16), theme: &str, keys: &[(&str, &str)]) {
    // A desktop with a browser that anyone would have.
    let programs = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/bin/true", programs.path().join("firefox")).unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.path().display());
    let environment = [
        ("COLORTERM", "truecolor"),
        ("GATEPOST_THEME", theme),
        ("DISPLAY", ":0"),
        ("BROWSER", "firefox"),
        ("PATH", &path),
    ];
    let mut terminal = Terminal::start(size.0, size.1, &["--sandbox"], &environment);
    terminal.wait_for("jonas.berg");
    for (key, shown) in keys {
        terminal.press(key);
        terminal.wait_for(shown);
    }
    let palette = if theme == "light" { &LIGHT } else { &DARK };
    let picture = terminal.with_screen(|screen| svg(screen, palette));
    let is_token = |mark: &str| picture.contains(mark);
    assert!(
        !["ya29.", "1//0"].into_iter().any(is_token),
        "a token was drawn"
    );
    fs::write(format!("assets/{name}.svg"), picture).unwrap();
}

#[test]
#[ignore = "writes the README's pictures into assets/"]
fn take_all() {
    take("screen-dark", (120, 32), "dark", &[]);
    take("screen-light", (120, 32), "light", &[]);
    // In a container the browser is thought to be elsewhere; `t` turns to the page for one that is here.
    let waiting = [
        ("c", "Waiting for Google"),
        ("t", "ssh -L"),
        ("t", "Trade the code"),
    ];
    take("screen-consent", (100, 32), "dark", &waiting);
    take(
        "screen-palette",
        (100, 30),
        "light",
        &[(":re", "a new access token now")],
    );
    take("screen-narrow", (50, 15), "dark", &[]);
}
