//! The screen, drawn from the state and the time: one file per pane, none of which changes
//! anything. Text from outside passes `wording::safe`, and addresses are masked when asked.

pub mod accounts;
pub mod clients;
pub mod confirm;
pub mod consent;
pub mod details;
pub mod footer;
pub mod help;
pub mod layout;
pub mod log;
pub mod menu;
pub mod wake;

mod attention;
mod empty;
mod events;
mod header;
mod ink;
mod row;
mod toasts;

use chrono::SubsecRound;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::ink::Ink;
use self::layout::Details;
use super::app::App;
use super::modal::Modal;
use super::theme::Role;
use crate::domain::time::Timestamp;

pub fn view(app: &App, now: Timestamp, frame: &mut Frame<'_>) {
    // Whole seconds: every countdown on the screen changes in the same draw.
    let now = now.trunc_subsecs(0);
    let area = frame.area();
    let mut ink = Ink::new(app, now, frame.buffer_mut());
    ink.fill(area, Role::Text);
    let cursor = draw(&mut ink, area);
    if app.look.glyphs.plain {
        plain(ink.buffer);
    }
    if let Some(cursor) = cursor.filter(|at| area.contains(*at)) {
        frame.set_cursor_position(cursor);
    }
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
    let is_page =
        |modal: &&Modal| matches!(modal, Modal::Details(_) | Modal::Log(_) | Modal::Clients(_));
    let footer = app.plan().footer;
    match app.modals.iter().rev().find(is_page) {
        Some(modal) => page(ink, above(area, footer), modal),
        None => main(ink),
    }
    let typed = footer.and_then(|footer| footer::draw(ink, footer));
    toasts::draw(ink, above(area, footer));
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
        _ => typed,
    }
}

/// A screen of its own over the whole area but the footer.
fn page(ink: &mut Ink<'_>, area: Rect, modal: &Modal) {
    match modal {
        Modal::Details(scroll) => details::full(ink, area, *scroll),
        Modal::Log(log) => log::draw(ink, area, log),
        Modal::Clients(scroll) => clients::draw(ink, area, *scroll),
        Modal::Help(_) | Modal::Menu(_) | Modal::Confirm(_) | Modal::Consent(_) => {}
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
}

/// What is left of `area` above the footer.
fn above(area: Rect, footer: Option<Rect>) -> Rect {
    Rect {
        height: area.height - footer.map_or(0, |f| f.height),
        ..area
    }
}
