//! The OAuth clients: a list, and the chosen one in full with whoever signs in with it.

use ratatui::layout::{Position, Rect};

use super::full_page;
use super::ink::{Ink, Piece};
use crate::domain::client::{Client, Publishing};
use crate::domain::wording::{count, date, safe};
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::scroll::{Scroll, window};
use crate::tui::widget::text::{cut, width, wrap, wrap_within};

/// The names of the facts.
const NAMES: usize = 11;

/// How many clients are in sight.
pub fn page(size: (u16, u16)) -> usize {
    usize::from(parts(size).0.max(1))
}

/// Lines for the list and for the chosen client in full.
fn parts(size: (u16, u16)) -> (u16, u16) {
    let inner = full_page::inner(size).height;
    let full = match inner {
        24.. => 14,
        16.. => 12,
        11.. => 8,
        _ => 0,
    };
    (inner - full, full)
}

/// The client under the mouse.
pub fn row_at(app: &App, scroll: Scroll, at: Position) -> Option<usize> {
    let inner = full_page::inner(app.size);
    let (list, _) = parts(app.size);
    let line = at.y.checked_sub(inner.y)?;
    if line >= list || !inner.contains(at) {
        return None;
    }
    let len = app.snapshot.clients.len();
    let row = window(scroll.top, scroll.at, len, usize::from(list)) + usize::from(line);
    (row < len).then_some(row)
}

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect, scroll: Scroll) {
    let app = ink.app;
    let clients = &app.snapshot.clients;
    let title = format!("OAuth clients ({})", clients.len());
    let inner = full_page::frame(ink, area, &title, &ink.hint(Action::Back, "back"));
    let Some(chosen) = clients.len().checked_sub(1).map(|last| scroll.at.min(last)) else {
        return nothing(ink, inner);
    };
    let (list, full) = parts(app.size);
    let top = window(scroll.top, chosen, clients.len(), usize::from(list));
    for (row, client) in clients.iter().enumerate().skip(top).take(usize::from(list)) {
        let line = (row - top) as u16;
        let words = summary(ink, client, row == chosen, inner.width);
        ink.line(inner, line, &words);
        if row == chosen {
            let here = Rect {
                y: inner.y + line,
                height: 1,
                ..inner
            };
            ink.fill(here, Role::Cursor);
        }
    }
    if full > 0 {
        in_full(ink, inner, list, &clients[chosen]);
    }
}

fn nothing(ink: &mut Ink<'_>, inner: Rect) {
    let texts = [
        (
            "There is no OAuth client yet. Download a Desktop client's JSON from the Google \
             console, then:",
            Role::Text,
        ),
        ("gatepost client add FILE", Role::Strong),
    ];
    let room = usize::from(inner.width.saturating_sub(2));
    let lines = texts.iter().flat_map(|(text, role)| {
        let lines = wrap(text, room).into_iter();
        lines.map(|words| (words, *role))
    });
    for (row, (words, role)) in lines.enumerate() {
        ink.put(inner, row as u16, &format!(" {words}"), role);
    }
}

fn summary(ink: &Ink<'_>, client: &Client, chosen: bool, wide: u16) -> Vec<Piece> {
    let glyphs = ink.glyphs();
    let (glyph, role) = if client.fault.is_some() {
        (glyphs.failed, Role::Bad)
    } else {
        (glyphs.done, Role::Ok)
    };
    let cursor = if chosen { glyphs.cursor } else { " " };
    let users = count(ink.app.snapshot.users_of(&client.name).count(), "account");
    let name = safe(&client.name);
    let mut line = vec![(cursor.to_owned(), Role::Text), (format!("{glyph} "), role)];
    if wide < 60 {
        let room = if wide < 44 { 10 } else { 14 };
        line.push((padded(&name, room, glyphs.cut), Role::Text));
        line.push((format!("{:<11}", status(client.publishing)), Role::Text));
        line.push((users, Role::Dim));
        return line;
    }
    line.push((padded(&name, 18, glyphs.cut), Role::Text));
    line.push((format!("{:<10} ", client.kind.as_str()), Role::Dim));
    line.push((format!("{:<11} ", status(client.publishing)), Role::Text));
    line.push((format!("{users:<13} "), Role::Text));
    line.push((safe(&client.client_id), Role::Dim));
    line
}

/// Filled up to `room` columns and one more.
fn padded(name: &str, room: usize, mark: &str) -> String {
    let name = cut(name, room, mark);
    let gap = " ".repeat(room.saturating_sub(width(&name)) + 1);
    format!("{name}{gap}")
}

fn status(publishing: Publishing) -> &'static str {
    match publishing {
        Publishing::Unknown => "not told",
        known => known.as_str(),
    }
}

fn facts(ink: &Ink<'_>, client: &Client) -> Vec<(&'static str, String, usize)> {
    let key = ink.app.keymap.key(Action::ClientStatus);
    let meaning = match client.publishing {
        Publishing::Unknown => format!("not told; {key} declares it, so that an end is foreseen"),
        Publishing::Testing => "testing: sign-ins that reach mail end after 7 days".into(),
        Publishing::Production => "production: sign-ins have no set end".into(),
        Publishing::Internal => "internal: only accounts of one organisation".into(),
    };
    let project = client.project.clone();
    let users: Vec<String> = ink
        .app
        .snapshot
        .users_of(&client.name)
        .map(|email| ink.address(email))
        .collect();
    let users = match users.as_slice() {
        [] => "no account".to_owned(),
        users => users.join(", "),
    };
    let mut facts = Vec::new();
    if let Some(fault) = &client.fault {
        let words = format!("{} {}", fault.code, fault.message);
        facts.push(("TROUBLE", words, 2));
        let remedy = "gatepost client add FILE with the current JSON; sign-ins keep working";
        facts.push(("NEXT", remedy.into(), 2));
    }
    facts.push(("STATUS", meaning, 2));
    facts.push(("USED BY", users, 3));
    facts.push(("CLIENT ID", client.client_id.clone(), 2));
    let unnamed = || "not named in its file".into();
    facts.push(("PROJECT", project.unwrap_or_else(unnamed), 1));
    let kind = match client.kind.as_str() {
        "web" => "web application: one registered redirect address",
        _ => "desktop app: any port on this machine",
    };
    facts.push(("KIND", kind.into(), 2));
    facts.push(("ADDED", date(client.added_at), 1));
    facts
}

/// As many facts as there is room for; what matters comes first.
fn in_full(ink: &mut Ink<'_>, inner: Rect, from: u16, client: &Client) {
    let inside = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    ink.rule(inside, from, "");
    let room = usize::from(inside.width).saturating_sub(NAMES);
    let mut row = from + 1;
    for (name, words, most) in facts(ink, client) {
        let most = most.min(usize::from(inside.height.saturating_sub(row)));
        let lines = wrap_within(&ink.words(&words), room, most, ink.glyphs().cut);
        for (i, words) in lines.into_iter().enumerate() {
            let name = if i == 0 { name } else { "" };
            let line = [(format!("{name:<NAMES$}"), Role::Dim), (words, Role::Text)];
            ink.line(inside, row, &line);
            row += 1;
        }
    }
}
