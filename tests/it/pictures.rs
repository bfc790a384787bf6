//! The pictures of the README, taken of the real program in a pseudo-terminal:
//! `cargo test --test it pictures -- --ignored`

use std::fs;

use crate::support::picture::{DARK, LIGHT, Palette, svg};
use crate::support::pty::Terminal;

fn take(name: &str, size: (u16, u16), keys: &[(&str, &str)], palette: &Palette) {
    let mut terminal = Terminal::start(
        size.0,
        size.1,
        &["--sandbox"],
        &[("COLORTERM", "truecolor")],
    );
    terminal.wait_for("jonas.berg");
    for (key, shown) in keys {
        terminal.press(key);
        terminal.wait_for(shown);
    }
    let picture = terminal.with_screen(|screen| svg(screen, palette));
    assert!(
        !["ya29.", "1//0"].iter().any(|mark| picture.contains(mark)),
        "a token was drawn"
    );
    fs::write(format!("assets/{name}.svg"), picture).unwrap();
}

#[test]
#[ignore = "writes the README's pictures into assets/; .ci/run takes them to see that it can be done"]
fn take_all() {
    take("screen-dark", (120, 32), &[], &DARK);
    take("screen-light", (120, 32), &[], &LIGHT);
    take(
        "screen-consent",
        (100, 30),
        &[("c", "Waiting for Google")],
        &DARK,
    );
    take("screen-narrow", (50, 15), &[], &DARK);
}
