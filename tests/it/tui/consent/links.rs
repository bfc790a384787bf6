//! The link as terminals get it: a hyperlink in every cell, and a code that a camera can read.

use gatepost::tui::glyphs;
use gatepost::tui::theme::Theme;
use ratatui::style::{Color, Modifier};

use super::super::sample::{drawn, press};
use super::{URL, waiting};

#[test]
fn each_cell_of_the_visible_part_leads_to_the_whole_link() {
    for keys in ["", "z"] {
        let mut app = waiting();
        app.links = true;
        press(&mut app, keys);
        let buffer = drawn(&mut app, 80, 24);
        let mut text = String::new();
        let begin = format!("\u{1b}]8;id=gatepost;{URL}\u{1b}\\");
        for cell in buffer.content() {
            if let Some(rest) = cell.symbol().strip_prefix(&begin) {
                text.push_str(rest.strip_suffix("\u{1b}]8;;\u{1b}\\").unwrap());
            }
        }
        let whole = text.trim_end_matches('…');
        assert!(URL.starts_with(whole) && whole.len() > 50, "{text}");
        assert_eq!(text == URL, keys == "z", "the sheet has all of it");
    }
}

#[test]
fn without_hyperlinks_the_link_is_text() {
    let mut app = waiting();
    let buffer = drawn(&mut app, 80, 24);
    assert!(
        buffer
            .content()
            .iter()
            .all(|cell| !cell.symbol().contains('\u{1b}'))
    );
}

#[test]
fn the_code_is_dark_on_light_in_every_theme() {
    for name in ["ansi", "dark", "light", "mono"] {
        let mut app = waiting();
        app.look.theme = Theme::named(name).unwrap();
        press(&mut app, "g");
        let buffer = drawn(&mut app, 120, 60);
        let dark: Vec<_> = buffer
            .content()
            .iter()
            .filter(|cell| cell.symbol() == "█")
            .collect();
        assert!(dark.len() > 200, "{name}: the code is drawn");
        for cell in dark {
            let black = matches!(cell.fg, Color::Black | Color::Rgb(0, 0, 0));
            let reversed = cell.modifier.contains(Modifier::REVERSED) && cell.fg == Color::Reset;
            assert!(black || reversed, "{name}: {cell:?}");
        }
    }
}

#[test]
fn in_ascii_the_code_needs_more_room_and_says_how_much() {
    let mut app = waiting();
    app.look.glyphs = &glyphs::ASCII;
    press(&mut app, "g");
    let seen = super::super::sample::picture(&mut app, 80, 24);
    assert!(
        seen.contains("needs a window of") && seen.contains("80 x 24"),
        "{seen}"
    );
    let seen = super::super::sample::picture(&mut app, 240, 120);
    assert!(seen.contains("##############"), "{seen}");
}
