//! The last question. It says what dies, and starts on Cancel.

use ratatui::layout::{Position, Rect};

use super::ink::{Ink, Piece, popup_room, shown};
use crate::domain::snapshot::AccountView;
use crate::domain::wording::count;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::Op;
use crate::tui::modal::Confirm;
use crate::tui::theme::Role;
use crate::tui::widget::frame::centred;
use crate::tui::widget::text::{width, wrap};

/// More names than these are counted instead.
const NAMED: usize = 5;
const WIDTH: u16 = 68;
const CANCEL: &str = "[ Cancel ]";
const GAP: &str = "   ";

/// Where everything of the dialog is, for drawing and for the mouse.
struct Plan {
    lines: Vec<Piece>,
    area: Rect,
    inner: Rect,
    /// The rows inside of the number's field and of the buttons.
    number: Option<u16>,
    buttons: u16,
}

fn plan(app: &App, confirm: &Confirm) -> Plan {
    let screen = Rect::new(0, 0, app.size.0, app.size.1);
    let mut lines = explanation(
        app,
        confirm,
        usize::from(WIDTH.min(screen.width).saturating_sub(4)),
    );
    let asks = usize::from(confirm.targets.len() > 1);
    // A small screen keeps the question and the buttons; the explanation is cut.
    let below = 2 + 2 * asks;
    let most = usize::from(screen.height.saturating_sub(2)).saturating_sub(below);
    lines.truncate(most.max(1));
    let height = (lines.len() + below) as u16;
    let area = centred(popup_room(screen), WIDTH, height.max(2) + 2);
    let inner = if area.height < 4 || area.width < 12 {
        area
    } else {
        Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
    };
    let row = lines.len() as u16 + 1;
    let buttons = row + 2 * asks as u16;
    Plan {
        lines,
        area,
        inner,
        number: (asks == 1).then_some(row),
        buttons: buttons.min(inner.height.saturating_sub(1)),
    }
}

pub(super) fn draw(ink: &mut Ink<'_>, confirm: &Confirm) -> Option<Position> {
    let plan = plan(ink.app, confirm);
    let title = match confirm.op {
        Op::Revoke => "Revoke at Google",
        _ => "Forget on this machine",
    };
    let lines = plan.area.height.saturating_sub(2);
    let cancels = ink.hint(Action::Back, "cancels");
    let inner = ink.popup(WIDTH, lines, title, &cancels);
    for (row, (words, role)) in plan.lines.iter().enumerate() {
        ink.put(inner, row as u16, words, *role);
    }
    let cursor = plan.number.map(|row| number(ink, inner, row, confirm));
    buttons(ink, inner, plan.buttons, confirm);
    cursor
}

fn explanation(app: &App, confirm: &Confirm, room: usize) -> Vec<Piece> {
    let accounts: Vec<&AccountView> = confirm
        .targets
        .iter()
        .filter_map(|id| app.snapshot.account(*id))
        .collect();
    let mut lines: Vec<Piece> = Vec::new();
    for account in accounts.iter().take(NAMED) {
        lines.push((shown(app, &account.email), Role::Strong));
    }
    if accounts.len() > NAMED {
        let more = format!("and {} more", accounts.len() - NAMED);
        lines.push((more, Role::Strong));
    }
    lines.push((String::new(), Role::Text));
    for sentence in what_happens(confirm.op, &accounts) {
        let indent = if sentence.starts_with("- ") { 2 } else { 0 };
        let wrapped = wrap(&shown(app, &sentence), room.saturating_sub(indent).max(1));
        for (i, words) in wrapped.into_iter().enumerate() {
            let lead = if i == 0 { 0 } else { indent };
            lines.push((format!("{}{words}", " ".repeat(lead)), Role::Text));
        }
    }
    lines
}

/// Which button is under the mouse: whether it is the one that acts.
pub fn button_at(app: &App, confirm: &Confirm, at: Position) -> Option<bool> {
    let plan = plan(app, confirm);
    if at.y != plan.inner.y + plan.buttons || !plan.inner.contains(at) {
        return None;
    }
    let x = usize::from(at.x - plan.inner.x);
    let cancel = width(CANCEL) + 1;
    let go = cancel + width(GAP)..cancel + width(GAP) + 1 + width(&does(confirm));
    if x < cancel {
        return Some(false);
    }
    go.contains(&x).then_some(true)
}

pub(in crate::tui) fn what_happens(op: Op, accounts: &[&AccountView]) -> Vec<String> {
    if op == Op::Forget {
        let mut lines =
            vec!["The account and its tokens are deleted from this machine.".to_owned()];
        if accounts.iter().any(|account| account.facts.lives_on()) {
            lines.push("The sign-in lives on at Google, and so do copies of its tokens elsewhere. To end it there: myaccount.google.com/connections".into());
        }
        return lines;
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

/// What stands on the button that acts.
fn does(confirm: &Confirm) -> String {
    let does = match confirm.op {
        Op::Revoke => "Revoke",
        _ => "Forget",
    };
    match confirm.targets.len() {
        1 => format!("[ {does} ]"),
        n => format!("[ {does} {} ]", count(n, "account")),
    }
}

fn buttons(ink: &mut Ink<'_>, inner: Rect, row: u16, confirm: &Confirm) {
    let (cancel, go) = match (confirm.on_cancel, confirm.is_armed()) {
        (true, true) => (Role::Cursor, Role::Text),
        (true, false) => (Role::Cursor, Role::Dim),
        (false, true) => (Role::Text, Role::Danger),
        (false, false) => (Role::Text, Role::Dim),
    };
    let glyphs = ink.glyphs();
    let mark = |on: bool| if on { glyphs.cursor } else { " " };
    let line = [
        (format!("{}{CANCEL}", mark(confirm.on_cancel)), cancel),
        (GAP.to_owned(), Role::Text),
        (format!("{}{}", mark(!confirm.on_cancel), does(confirm)), go),
    ];
    ink.line(inner, row, &line);
}
