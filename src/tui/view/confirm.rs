//! The last question. It says what dies, and starts on Cancel.

use ratatui::layout::{Position, Rect};

use super::ink::{Ink, Piece};
use crate::domain::snapshot::AccountView;
use crate::domain::wording::count;
use crate::tui::message::Op;
use crate::tui::modal::Confirm;
use crate::tui::theme::Role;
use crate::tui::widget::text::{width, wrap};

/// More names than these are counted instead.
const NAMED: usize = 5;
const WIDTH: u16 = 68;

pub(super) fn draw(ink: &mut Ink<'_>, confirm: &Confirm) -> Option<Position> {
    let room = usize::from(WIDTH.min(ink.buffer.area.width).saturating_sub(4));
    let accounts: Vec<&AccountView> = confirm
        .targets
        .iter()
        .filter_map(|id| ink.app.snapshot.account(*id))
        .collect();
    let mut lines: Vec<Piece> = Vec::new();
    for account in accounts.iter().take(NAMED) {
        lines.push((ink.address(&account.email), Role::Strong));
    }
    if accounts.len() > NAMED {
        lines.push((format!("and {} more", accounts.len() - NAMED), Role::Strong));
    }
    lines.push((String::new(), Role::Text));
    for sentence in what_happens(confirm.op, &accounts) {
        let indent = if sentence.starts_with("- ") { 2 } else { 0 };
        for (i, words) in wrap(&ink.words(&sentence), room.saturating_sub(indent).max(1))
            .into_iter()
            .enumerate()
        {
            let lead = if i == 0 { 0 } else { indent };
            lines.push((format!("{}{words}", " ".repeat(lead)), Role::Text));
        }
    }
    let title = match confirm.op {
        Op::Revoke => "Revoke at Google",
        _ => "Forget on this machine",
    };
    let asks = usize::from(confirm.targets.len() > 1);
    // A small screen keeps the question and the buttons; the explanation is cut.
    let below = 2 + 2 * asks;
    let most = usize::from(ink.buffer.area.height.saturating_sub(2)).saturating_sub(below);
    lines.truncate(most.max(1));
    let inner = ink.popup(WIDTH, (lines.len() + below) as u16, title, "Esc cancels");
    for (row, piece) in lines.iter().enumerate() {
        ink.line(inner, row as u16, std::slice::from_ref(piece));
    }
    let mut row = lines.len() as u16 + 1;
    let cursor = (asks == 1).then(|| number(ink, inner, row, confirm));
    row += 2 * asks as u16;
    buttons(ink, inner, row.min(inner.height.saturating_sub(1)), confirm);
    cursor
}

fn what_happens(op: Op, accounts: &[&AccountView]) -> Vec<String> {
    if op == Op::Forget {
        return vec![
            "The account and its tokens are deleted from this machine.".into(),
            "The sign-in lives on at Google, and so do copies of its tokens elsewhere. To end it there: myaccount.google.com/permissions".into(),
        ];
    }
    let [ends, tokens, uses, again] = if accounts.len() == 1 {
        [
            "Google ends this sign-in at once, and with it:",
            "- the refresh token and every access token made from it",
            "- every program and machine that uses this account with this OAuth client",
            "It cannot be undone; using the account again needs a new consent in the browser.",
        ]
    } else {
        [
            "Google ends these sign-ins at once, and with them:",
            "- the refresh tokens and every access token made from them",
            "- every program and machine that uses these accounts with their OAuth clients",
            "It cannot be undone; using the accounts again needs new consents in the browser.",
        ]
    };
    let mut lines: Vec<String> = vec![ends.into(), tokens.into(), uses.into()];
    let mut others: Vec<&str> = accounts
        .iter()
        .flat_map(|a| &a.dies_with)
        .map(String::as_str)
        .collect();
    others.sort_unstable();
    others.dedup();
    if !others.is_empty() {
        lines.push(format!("- here as well: {}", others.join(", ")));
    }
    let mut programs: Vec<&str> = accounts
        .iter()
        .flat_map(|a| &a.handed_out)
        .map(|h| h.program.as_str())
        .collect();
    programs.sort_unstable();
    programs.dedup();
    if !programs.is_empty() {
        lines.push(format!("- lately used by: {}", programs.join(", ")));
    }
    lines.push(again.into());
    lines
}

fn number(ink: &mut Ink<'_>, inner: Rect, row: u16, confirm: &Confirm) -> Position {
    let (text, input) = (ink.style(Role::Text), ink.style(Role::Input));
    let ask = format!("Type {} to go on: ", confirm.targets.len());
    let mut pen = ink.pen(inner, row);
    pen.put(&ask, text);
    let origin = Position::new(inner.x + width(&ask) as u16, inner.y + row);
    confirm
        .number
        .draw(&mut pen, origin, confirm.number.text(), input)
}

fn buttons(ink: &mut Ink<'_>, inner: Rect, row: u16, confirm: &Confirm) {
    let does = match confirm.op {
        Op::Revoke => "Revoke",
        _ => "Forget",
    };
    let does = match confirm.targets.len() {
        1 => does.to_owned(),
        n => format!("{does} {}", count(n, "account")),
    };
    let (cancel, go) = match (confirm.on_cancel, confirm.is_armed()) {
        (true, true) => (Role::Cursor, Role::Text),
        (true, false) => (Role::Cursor, Role::Dim),
        (false, true) => (Role::Text, Role::Danger),
        (false, false) => (Role::Text, Role::Dim),
    };
    let glyphs = ink.glyphs();
    let mark = |on: bool| if on { glyphs.cursor } else { " " };
    let line = [
        (format!("{}[ Cancel ]", mark(confirm.on_cancel)), cancel),
        ("   ".to_owned(), Role::Text),
        (format!("{}[ {does} ]", mark(!confirm.on_cancel)), go),
    ];
    ink.line(inner, row, &line);
}
