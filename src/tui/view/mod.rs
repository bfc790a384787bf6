//! The screen, drawn from the state and the time: one file per pane, none of which changes
//! anything. Text from outside passes `wording::safe`, and addresses are masked when asked.

pub mod accounts;
pub mod clients;
pub mod columns;
pub mod confirm;
pub mod consent;
pub mod details;
pub mod footer;
pub mod help;
pub mod layout;
pub mod log;
pub mod menu;
pub mod palette;
pub mod setup;
pub mod toasts;
pub mod wake;
pub mod work;
pub mod works;

mod attention;
mod calm;
mod empty;
mod event;
mod events;
mod full_page;
mod header;
mod ink;
mod row;

use chrono::SubsecRound;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::ink::Ink;
use self::layout::Details;
use super::app::App;
use super::modal::Modal;
use super::theme::Role;
use super::widget::bidi::hold_columns;
use crate::domain::time::Timestamp;

/// Where a click fell, with something lying over the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    Beside,
    /// On the entry at this place.
    Entry(usize),
    /// On its border or its texts.
    Nothing,
}

impl Hit {
    fn of(entry: Option<usize>) -> Self {
        entry.map_or(Self::Nothing, Self::Entry)
    }
}

pub fn view(app: &App, now: Timestamp, frame: &mut Frame<'_>) {
    // Whole seconds: every countdown on the screen changes in the same draw.
    let now = now.trunc_subsecs(0);
    let area = frame.area();
    let mut ink = Ink::new(app, now, frame.buffer_mut());
    ink.fill(area, Role::Text);
    let cursor = draw(&mut ink, area);
    if app.look.glyphs.plain {
        plain(ink.buffer);
    } else {
        hold_columns(ink.buffer);
    }
    if let Some(cursor) = cursor.filter(|at| area.contains(*at)) {
        frame.set_cursor_position(cursor);
    }
}

/// Where the terminal's cursor rests, unseen, while nothing is typed: on the address of the chosen
/// account, so that a Braille display or a magnifier that follows it is where the person is.
pub fn rest(app: &App) -> Option<Position> {
    let rows = app.plan().rows;
    let line = app.row()?.checked_sub(app.top)?;
    let line = u16::try_from(line)
        .ok()
        .filter(|line| *line < rows.height)?;
    let x = rows.x + accounts::columns(app, rows).address() as u16;
    let at = Position::new(x.min(rows.right().saturating_sub(1)), rows.y + line);
    (app.modals.is_empty() && !app.filtering).then_some(at)
}

/// Our own sentences have marks beyond ASCII too, which a terminal without UTF-8 shows as rubbish.
fn plain(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        match cell.symbol() {
            "“" | "”" => cell.set_symbol("\""),
            "…" => cell.set_symbol("~"),
            _ => continue,
        };
    }
}

/// Draws everything; the terminal's own cursor goes where text is typed.
fn draw(ink: &mut Ink<'_>, area: Rect) -> Option<Position> {
    let app = ink.app;
    if area.is_empty() {
        return None;
    }
    let mut written = None;
    let footer = app.plan().footer;
    match app.modals.iter().rev().find(|modal| modal.is_page()) {
        Some(Modal::Setup(setup)) => written = setup::draw(ink, above(area, footer), setup),
        Some(modal) => page(ink, above(area, footer), modal),
        None => main(ink),
    }
    let is_taken = app.modals.is_empty() && app.plan().work == footer;
    let footer = footer.filter(|_| !is_taken);
    let typed = footer.and_then(|footer| match app.modals.last() {
        Some(Modal::Log(log)) if log.typing.is_some() => log::prompt(ink, footer, log),
        _ => footer::draw(ink, footer),
    });
    // The consent dialog shows the newest one itself: it lies over the others.
    if !matches!(app.modals.last(), Some(Modal::Consent(_))) {
        toasts::draw(ink);
    }
    match app.modals.last() {
        Some(Modal::Menu(menu)) => {
            menu::draw(ink, menu);
            None
        }
        Some(Modal::Help(help)) => {
            help::draw(ink, help);
            None
        }
        Some(Modal::Confirm(confirm)) => confirm::draw(ink, confirm),
        Some(Modal::Consent(dialog)) => consent::draw(ink, dialog),
        Some(Modal::Setup(_)) => written,
        Some(Modal::Palette(palette)) => Some(palette::draw(ink, palette)),
        _ => typed,
    }
}

/// A screen of its own over the whole area but the footer.
fn page(ink: &mut Ink<'_>, area: Rect, modal: &Modal) {
    match modal {
        Modal::Details(scroll) => details::full(ink, area, *scroll),
        Modal::Log(log) => log::draw(ink, area, log),
        Modal::Clients(scroll) => clients::draw(ink, area, *scroll),
        Modal::Works(works) => works::draw(ink, area, works),
        Modal::Help(_)
        | Modal::Menu(_)
        | Modal::Confirm(_)
        | Modal::Consent(_)
        | Modal::Setup(_)
        | Modal::Palette(_) => {}
    }
}

fn main(ink: &mut Ink<'_>) {
    let app = ink.app;
    let plan = app.plan();
    if let Some(area) = plan.header {
        header::draw(ink, area);
    }
    if app.snapshot.accounts.is_empty() {
        return empty::draw(ink, plan.header);
    }
    if let Some(area) = plan.attention {
        attention::draw(ink, area);
    }
    accounts::draw(ink, &plan);
    match plan.details {
        Some((Details::Side, area)) => details::side(ink, area),
        Some((Details::Strip, area)) => details::strip(ink, area),
        Some((Details::Lines, area)) => details::lines(ink, area),
        None => {}
    }
    if let Some(area) = plan.events {
        events::draw(ink, area);
    }
    if let Some(area) = plan.latest {
        events::latest(ink, area);
    }
    if let Some(area) = plan.work {
        work::draw(ink, area);
    }
}

/// What is left of `area` above the footer.
fn above(area: Rect, footer: Option<Rect>) -> Rect {
    Rect {
        height: area.height - footer.map_or(0, |f| f.height),
        ..area
    }
}
