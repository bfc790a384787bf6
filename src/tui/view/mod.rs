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
use ratatui::layout::{Position, Rect};

use self::ink::Ink;
use self::layout::Details;
use super::app::{App, Modal};
use super::theme::Role;
use crate::domain::time::Timestamp;

pub fn view(app: &App, now: Timestamp, frame: &mut Frame<'_>) {
    // Whole seconds: every countdown on the screen changes in the same draw.
    let now = now.trunc_subsecs(0);
    let area = frame.area();
    let mut ink = Ink::new(app, now, frame.buffer_mut());
    ink.fill(area, Role::Text);
    let cursor = draw(&mut ink, area);
    if let Some(cursor) = cursor.filter(|at| area.contains(*at)) {
        frame.set_cursor_position(cursor);
    }
}

/// Draws everything; the terminal's own cursor goes where text is typed.
fn draw(ink: &mut Ink<'_>, area: Rect) -> Option<Position> {
    let app = ink.app;
    if area.is_empty() {
        return None;
    }
    let mut cursor = match app.modals.last() {
        Some(Modal::Details(_) | Modal::Log(_) | Modal::Clients(_)) => page(ink, area),
        _ => {
            main(ink);
            None
        }
    };
    let footer = app.plan().footer;
    if let Some(footer) = footer {
        cursor = footer::draw(ink, footer).or(cursor);
    }
    toasts::draw(ink, above(area, footer));
    let over = match app.modals.last() {
        Some(Modal::Menu(menu)) => {
            menu::draw(ink, menu);
            None
        }
        Some(Modal::Help(help)) => help::draw(ink, help),
        Some(Modal::Confirm(confirm)) => confirm::draw(ink, confirm),
        Some(Modal::Consent(dialog)) => consent::draw(ink, dialog),
        _ => return cursor,
    };
    over
}

/// A screen of its own over the whole area but the footer.
fn page(ink: &mut Ink<'_>, area: Rect) -> Option<Position> {
    let area = above(area, ink.app.plan().footer);
    match ink.app.modals.last() {
        Some(Modal::Details(scroll)) => details::full(ink, area, *scroll),
        Some(Modal::Log(log)) => log::draw(ink, area, log),
        Some(Modal::Clients(scroll)) => clients::draw(ink, area, *scroll),
        _ => {}
    }
    None
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
