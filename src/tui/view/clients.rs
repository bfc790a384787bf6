//! The OAuth clients, to be looked at; they are changed on the command line.

use ratatui::layout::Rect;

use super::ink::{Ink, Piece};
use crate::domain::client::Client;
use crate::domain::wording::{count, date, safe};
use crate::tui::theme::Role;
use crate::tui::widget::scroll::{Scroll, window};
use crate::tui::widget::text::wrap_within;

/// Lines below the list.
const IN_FULL: u16 = 8;

/// How many clients are in sight.
pub fn page(size: (u16, u16)) -> usize {
    usize::from(parts(size).0.max(1))
}

fn parts(size: (u16, u16)) -> (u16, u16) {
    let inner = size.1.saturating_sub(3);
    let full = if inner >= 14 { IN_FULL } else { 0 };
    (inner - full, full)
}

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect, scroll: Scroll) {
    let app = ink.app;
    let clients = &app.snapshot.clients;
    let inner = ink.pane(
        area,
        true,
        &format!("OAuth clients ({})", clients.len()),
        "Esc back",
    );
    if clients.is_empty() {
        ink.put(inner, 0, " There is no OAuth client yet.", Role::Text);
        ink.put(
            inner,
            1,
            " Download a Desktop client's JSON from the Google console, then:",
            Role::Text,
        );
        ink.put(inner, 2, "   gatepost client add FILE", Role::Strong);
        return;
    }
    let (list, full) = parts(app.size);
    let chosen = scroll.at.min(clients.len() - 1);
    let top = window(scroll.top, chosen, clients.len(), usize::from(list));
    for (row, client) in clients.iter().enumerate().skip(top).take(usize::from(list)) {
        let line = (row - top) as u16;
        let words = summary(ink, client, row == chosen);
        ink.line(inner, line, &words);
        if row == chosen {
            ink.fill(
                Rect {
                    y: inner.y + line,
                    height: 1,
                    ..inner
                },
                Role::Cursor,
            );
        }
    }
    if full > 0 {
        in_full(ink, inner, list, &clients[chosen]);
    }
}

fn users(ink: &Ink<'_>, client: &Client) -> usize {
    let accounts = &ink.app.snapshot.accounts;
    accounts
        .iter()
        .filter(|a| a.client.as_deref() == Some(&client.name))
        .count()
}

fn summary(ink: &Ink<'_>, client: &Client, chosen: bool) -> Vec<Piece> {
    let glyphs = ink.glyphs();
    let (glyph, role) = if client.fault.is_some() {
        (glyphs.failed, Role::Bad)
    } else {
        (glyphs.done, Role::Ok)
    };
    vec![
        (
            if chosen { glyphs.cursor } else { " " }.to_owned(),
            Role::Text,
        ),
        (format!("{glyph} "), role),
        (format!("{:<18} ", safe(&client.name)), Role::Text),
        (format!("{:<10} ", client.kind.as_str()), Role::Dim),
        (format!("{:<11} ", client.publishing.as_str()), Role::Text),
        (
            format!("{:<13} ", count(users(ink, client), "account")),
            Role::Text,
        ),
        (safe(&client.client_id), Role::Dim),
    ]
}

fn in_full(ink: &mut Ink<'_>, inner: Rect, from: u16, client: &Client) {
    let inside = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    ink.rule(inside, from, "");
    let status = match client.publishing.as_str() {
        "unknown" => format!(
            "not told; gatepost client set {} --status testing, production or internal",
            client.name
        ),
        known => known.to_owned(),
    };
    let mut facts = vec![
        ("CLIENT ID", client.client_id.clone()),
        (
            "PROJECT",
            client
                .project
                .clone()
                .unwrap_or_else(|| "not named in its file".into()),
        ),
        ("STATUS", status),
        ("ADDED", date(client.added_at)),
    ];
    if let Some(fault) = &client.fault {
        facts.push(("TROUBLE", format!("{} {}", fault.code, fault.message)));
        facts.push((
            "NEXT",
            "gatepost client add FILE with the current JSON".into(),
        ));
    }
    let mut row = from + 1;
    let room = usize::from(inside.width).saturating_sub(11);
    for (name, words) in facts {
        for (i, words) in wrap_within(&ink.words(&words), room, 2, ink.glyphs().cut)
            .into_iter()
            .enumerate()
        {
            let name = if i == 0 { name } else { "" };
            if row < inside.height {
                ink.line(
                    inside,
                    row,
                    &[(format!("{name:<11}"), Role::Dim), (words, Role::Text)],
                );
            }
            row += 1;
        }
    }
}
