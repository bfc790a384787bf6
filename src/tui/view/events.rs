//! The strip of the latest events, and the single line that stands for it in a small window.

use ratatui::layout::Rect;

use super::ink::{Ink, Piece};
use crate::domain::event::{Event, Result};
use crate::tui::app::Pane;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::text::{cut_address, width};

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let more = ink.hint(Action::Log, "all events");
    let inner = ink.pane(area, app.focus == Pane::Events, "Events", &more);
    let events = &app.snapshot.events;
    if events.is_empty() {
        ink.put(inner, 0, " Nothing has happened yet.", Role::Dim);
    }
    let top = if app.focus == Pane::Events {
        app.pane_scroll.top
    } else {
        0
    };
    for (row, event) in events
        .iter()
        .skip(top)
        .take(usize::from(inner.height))
        .enumerate()
    {
        let mut line = vec![(" ".to_owned(), Role::Text)];
        line.extend(columns(ink, event, 28));
        ink.line(inner, row as u16, &line);
    }
}

/// Time, who, what, how it went, and the one line for a person.
pub(super) fn columns(ink: &Ink<'_>, event: &Event, room: usize) -> Vec<Piece> {
    let who = event
        .email
        .as_deref()
        .map_or_else(|| "(gatepost)".into(), |email| ink.address(email));
    let who = cut_address(&who, room, ink.glyphs().cut).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&who)) + 2);
    vec![
        (format!("{}  ", ink.time(event.at)), Role::Dim),
        (who + &gap, Role::Text),
        (format!("{:<9}", event.what.as_str()), Role::Text),
        (format!("{:<10}", event.result.as_str()), role(event.result)),
        (detail(ink, event), Role::Text),
    ]
}

pub(super) fn role(result: Result) -> Role {
    match result {
        Result::Done => Role::Text,
        Result::Failed => Role::WarnWord,
        Result::Refused => Role::BadWord,
        Result::Cancelled => Role::Dim,
    }
}

/// The same where there is no room for columns; the narrowest leave out when and what.
pub(super) fn compact(ink: &Ink<'_>, event: &Event, wide: u16) -> Vec<Piece> {
    let who = event
        .email
        .as_deref()
        .map_or_else(|| "(gatepost)".into(), |email| ink.address(email));
    let room = if wide < 30 { 11 } else { 13 };
    let who = cut_address(&who, room, ink.glyphs().cut).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&who)) + 1);
    let result = (event.result.as_str().to_owned(), role(event.result));
    if wide < 30 {
        return vec![(who + &gap, Role::Text), result];
    }
    let time: String = ink.time(event.at).chars().take(5).collect();
    vec![
        (format!("{time} "), Role::Dim),
        (who + &gap, Role::Text),
        (format!("{} ", event.what.as_str()), Role::Text),
        result,
        (format!("  {}", detail(ink, event)), Role::Text),
    ]
}

fn detail(ink: &Ink<'_>, event: &Event) -> String {
    if event.detail.is_empty() {
        ink.words(&event.code)
    } else {
        ink.words(&event.detail)
    }
}

pub(super) fn latest(ink: &mut Ink<'_>, area: Rect) {
    let Some(event) = ink.app.snapshot.events.first() else {
        return;
    };
    let margin = if area.width >= 56 { " " } else { "" };
    let who = event
        .email
        .as_deref()
        .map_or_else(|| "gatepost".into(), |email| ink.address(email));
    let line = [
        (format!("{margin}{} ", ink.time(event.at)), Role::Dim),
        (format!("{who} {} ", event.what.as_str()), Role::Text),
        (event.result.as_str().to_owned(), role(event.result)),
        (": ".to_owned(), Role::Dim),
        (detail(ink, event), Role::Dim),
    ];
    let said = if line[4].0.is_empty() { 3 } else { 5 };
    ink.line(area, 0, &line[..said]);
}
