//! The first screen: nothing is here yet, and these are the ways to begin.

use ratatui::layout::Rect;

use super::ink::Ink;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::text::{width, wrap};

pub(super) fn draw(ink: &mut Ink<'_>, header: Option<Rect>) {
    let app = ink.app;
    let screen = ink.buffer.area;
    let top = header.map_or(0, Rect::bottom);
    let area = Rect {
        y: top,
        height: screen.height.saturating_sub(top + 1),
        ..screen
    };
    let add = app.keymap.key(Action::Add);
    let has_client = !app.snapshot.clients.is_empty();
    let tick = if has_client { ink.glyphs().done } else { " " };
    let lines = [
        ("No account yet.".to_owned(), Role::Strong),
        (String::new(), Role::Text),
        (
            format!("1 {tick} Google's OAuth client: download a Desktop client's JSON, then"),
            Role::Text,
        ),
        (
            "      gatepost client add FILE".to_owned(),
            if has_client { Role::Dim } else { Role::Strong },
        ),
        (
            format!("2   First account: press {add} and sign in with Google"),
            Role::Text,
        ),
        (String::new(), Role::Text),
        (
            "Only looking? Made-up accounts, no network, nothing stored:".to_owned(),
            Role::Text,
        ),
        ("      gatepost --sandbox".to_owned(), Role::Strong),
    ];
    // In a small window the blank lines go, and the long ones are wrapped.
    let tight = usize::from(area.height) < lines.len() + 2;
    let wide = 66.min(area.width);
    let shown: Vec<_> = lines
        .iter()
        .filter(|(words, _)| !tight || !words.is_empty())
        .flat_map(|(words, role)| folded(words, usize::from(wide)).map(|line| (line, *role)))
        .collect();
    let height = (shown.len() as u16).min(area.height);
    let place = Rect {
        x: area.x + (area.width - wide) / 2,
        y: area.y + if tight { 0 } else { (area.height - height) / 3 },
        width: wide,
        height,
    };
    for (row, (words, role)) in shown.iter().enumerate() {
        ink.put(place, row as u16, words, *role);
    }
}

/// Lines that fit stay as they are, with their indent.
fn folded(words: &str, room: usize) -> std::vec::IntoIter<String> {
    let lines = if width(words) <= room {
        vec![words.to_owned()]
    } else {
        wrap(words, room)
    };
    lines.into_iter()
}
