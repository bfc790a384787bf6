//! The event log: newest first, with the chosen event in full below.

use ratatui::layout::Rect;

use super::events::{columns, role};
use super::ink::Ink;
use crate::tui::modal::LogView;
use crate::tui::theme::Role;
use crate::tui::widget::text::wrap_within;

/// Lines for the chosen event, with the rule above it.
const IN_FULL: u16 = 5;

fn parts(size: (u16, u16)) -> (u16, u16) {
    let inner = size.1.saturating_sub(3);
    let full = if inner >= 12 { IN_FULL } else { 0 };
    (inner - full, full)
}

/// How many events are in sight.
pub fn page(size: (u16, u16)) -> usize {
    usize::from(parts(size).0.max(1))
}

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect, log: &LogView) {
    let app = ink.app;
    let events = &app.snapshot.events;
    let following = if log.at.is_none() {
        "following"
    } else {
        "gg follows"
    };
    let inner = ink.pane(area, true, &format!("Events ({})", events.len()), following);
    if events.is_empty() {
        ink.put(inner, 0, " Nothing has happened yet.", Role::Dim);
        return;
    }
    let (list, full) = parts(app.size);
    let chosen = log.row(events);
    let top = crate::tui::widget::scroll::window(log.top, chosen, events.len(), usize::from(list));
    let room = if inner.width >= 90 { 28 } else { 20 };
    for (row, event) in events.iter().skip(top).take(usize::from(list)).enumerate() {
        let is_chosen = top + row == chosen;
        let cursor = if is_chosen { ink.glyphs().cursor } else { " " };
        let mut line = vec![(cursor.to_owned(), Role::Text)];
        line.extend(columns(ink, event, room));
        ink.line(inner, row as u16, &line);
        if is_chosen {
            ink.fill(
                Rect {
                    y: inner.y + row as u16,
                    height: 1,
                    ..inner
                },
                Role::Cursor,
            );
        }
    }
    if full > 0 {
        in_full(ink, inner, list, chosen);
    }
}

fn in_full(ink: &mut Ink<'_>, inner: Rect, from: u16, chosen: usize) {
    let Some(event) = ink.app.snapshot.events.get(chosen) else {
        return;
    };
    let inside = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    ink.rule(inside, from, "");
    let mut line = vec![
        (format!("{}  ", ink.moment(event.at)), Role::Dim),
        (format!("{} ", event.what.as_str()), Role::Strong),
        (event.result.as_str().to_owned(), role(event.result)),
    ];
    line.extend(
        event
            .email
            .as_deref()
            .map(|email| (format!("  {}", ink.address(email)), Role::Text)),
    );
    if !event.code.is_empty() {
        line.push((format!("  {}", ink.words(&event.code)), Role::Dim));
    }
    ink.line(inside, from + 1, &line);
    let words = wrap_within(
        &ink.words(&event.detail),
        usize::from(inside.width),
        3,
        ink.glyphs().cut,
    );
    for (i, words) in words.iter().enumerate() {
        ink.put(inside, from + 2 + i as u16, words, Role::Text);
    }
}
