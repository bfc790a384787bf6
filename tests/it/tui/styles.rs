//! What pictures of text do not show: colours and weights.

use gatepost::domain::health::State;
use gatepost::tui::message::{Msg, Tone};
use gatepost::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::sample::{app, drawn, now, press, text};

/// Every screen there is, by the keys that lead to it.
const SCREENS: [&str; 10] = ["", "<Enter>", "e", "o", "?", "y", "s", "Xv", "/a", " "];

fn is_colourless(buffer: &Buffer) -> bool {
    let none = |color: Color| color == Color::Reset;
    buffer
        .content()
        .iter()
        .all(|cell| none(cell.fg) && none(cell.bg))
}

#[test]
fn mono_never_uses_a_colour() {
    for keys in SCREENS {
        let mut app = app();
        app.look.theme = Theme::mono();
        press(&mut app, keys);
        app.update(Msg::Note(Tone::Error, "it failed".into()), now());
        assert!(is_colourless(&drawn(&mut app, 120, 32)), "after {keys:?}");
    }
    assert!(
        !is_colourless(&drawn(&mut app(), 120, 32)),
        "the check would see one"
    );
}

#[test]
fn the_cursor_row_is_reversed_even_without_colours() {
    let mut app = app();
    app.look.theme = Theme::mono();
    press(&mut app, "jj");
    let buffer = drawn(&mut app, 80, 24);
    for y in 4..11 {
        let reversed = buffer[(10, y)].modifier.contains(Modifier::REVERSED);
        assert_eq!(reversed, y == 6, "row {y}");
    }
}

#[test]
fn words_are_in_the_default_colour_and_marks_carry_the_state() {
    let buffer = drawn(&mut app(), 80, 24);
    // The row of the account that ends: mark, then word.
    assert_eq!(buffer[(3, 5)].symbol(), "!");
    assert_eq!(buffer[(3, 5)].fg, Color::Yellow);
    assert_eq!(buffer[(5, 5)].fg, Color::Reset);
}

#[test]
fn every_state_is_told_by_its_word_alone() {
    let words: std::collections::BTreeSet<_> = State::ALL.iter().map(|s| s.as_str()).collect();
    assert_eq!(words.len(), State::ALL.len());
    let mut app = app();
    let seen = text(&drawn(&mut app, 80, 24));
    for word in [
        "revoked",
        "ending",
        "retrying",
        "paused",
        "refreshing",
        "ready",
    ] {
        assert!(seen.contains(word), "{word}");
    }
}

#[test]
fn no_theme_uses_a_grey_that_vanishes_on_its_background() {
    for name in ["ansi", "dark", "light"] {
        let mut app = app();
        app.look.theme = Theme::named(name).unwrap();
        let buffer = drawn(&mut app, 120, 32);
        assert!(
            buffer
                .content()
                .iter()
                .all(|cell| cell.fg != Color::DarkGray),
            "{name}"
        );
    }
}
