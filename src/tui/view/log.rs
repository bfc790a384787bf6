//! The event log: newest first with a line for each older day, the chosen event in full below, and
//! the line that is typed where the footer was.

use std::sync::Arc;

use ratatui::layout::{Position, Rect};

use super::event;
use super::events::{columns, compact};
use super::full_page;
use super::ink::{Ink, Piece, shown};
use crate::domain::event::Event;
use crate::domain::time::Timestamp;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::log::{Chosen, LogView, Older, Typing};
use crate::tui::theme::Role;
use crate::tui::widget::scroll::window;
use crate::tui::widget::text::{width, wrap};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Above the first event of an older day.
    Day(String),
    /// The event at this place of the list.
    Event(usize),
    /// More of its detail.
    Rest(usize, String),
    Older,
}

#[derive(Debug)]
pub struct Rows<'a> {
    pub events: Vec<&'a Arc<Event>>,
    pub lines: Vec<Line>,
}

impl Rows<'_> {
    /// The line of the event at `row`, or of what asks for older ones.
    pub fn line_of(&self, row: usize) -> usize {
        let is_it = |line: &Line| match line {
            Line::Event(at) => *at == row,
            Line::Older => row >= self.events.len(),
            Line::Day(_) | Line::Rest(..) => false,
        };
        self.lines.iter().position(is_it).unwrap_or(0)
    }

    /// The row that is drawn on a line.
    pub fn row_at(&self, line: usize) -> Option<usize> {
        match self.lines.get(line)? {
            Line::Event(at) | Line::Rest(at, _) => Some(*at),
            Line::Older => Some(self.events.len()),
            Line::Day(_) => None,
        }
    }
}

/// Lines for the names of the columns, the list, and the chosen event in full.
fn parts(size: (u16, u16)) -> (u16, u16, u16) {
    let inner = full_page::inner(size).height;
    let full = match inner {
        26.. => 10,
        16.. => 8,
        11.. => 6,
        _ => 0,
    };
    let head = u16::from(inner >= 16);
    (head, inner.saturating_sub(full + head), full)
}

/// How many lines of the list are in sight.
pub fn page(size: (u16, u16)) -> usize {
    usize::from(parts(size).1.max(1))
}

/// The row under the mouse.
pub fn row_at(app: &App, log: &LogView, at: Position, now: Timestamp) -> Option<usize> {
    let inner = full_page::inner(app.size);
    let (head, list, _) = parts(app.size);
    let line = at.y.checked_sub(inner.y + head)?;
    if line >= list || !inner.contains(at) {
        return None;
    }
    let rows = rows(app, log, now);
    rows.row_at(top(&rows, log, usize::from(list)) + usize::from(line))
}

/// The screen's lines that must stay in sight: the chosen one.
pub fn chosen_line(app: &App, log: &LogView, now: Timestamp) -> u16 {
    let rows = rows(app, log, now);
    let (head, list, _) = parts(app.size);
    let top = top(&rows, log, usize::from(list));
    let line = rows.line_of(log.row(&rows.events)).saturating_sub(top) as u16;
    full_page::inner(app.size).y + head + line
}

fn top(rows: &Rows<'_>, log: &LogView, page: usize) -> usize {
    let at = match log.at {
        Chosen::Newest => 0,
        _ => rows.line_of(log.row(&rows.events)),
    };
    window(log.top, at, rows.lines.len(), page)
}

/// Room for the address: nothing is gained by showing a domain instead of what happened.
fn room_for_address(wide: u16) -> usize {
    match wide {
        90.. => 28,
        70.. => 20,
        _ => 16,
    }
}

/// What is wrapped begins under the address, or near the edge where columns are short.
fn indent(wide: usize) -> usize {
    if wide >= 60 { 11 } else { 3 }
}

pub fn rows<'a>(app: &'a App, log: &'a LogView, now: Timestamp) -> Rows<'a> {
    let events = log.listed(&app.snapshot);
    let offset = app.place.offset;
    let mut day = now.with_timezone(&offset).date_naive();
    let mut lines = Vec::with_capacity(events.len());
    let wide = usize::from(full_page::inner(app.size).width);
    for (at, event) in events.iter().enumerate() {
        let date = event.at.with_timezone(&offset).date_naive();
        if date != day {
            day = date;
            lines.push(Line::Day(date.format("%A %-d %B %Y").to_string()));
        }
        lines.push(Line::Event(at));
        if log.wrap {
            // Masked before it is broken: half an address would not be known for one.
            let rest = wrap(
                &shown(app, &event.detail),
                wide.saturating_sub(indent(wide) + 1),
            );
            lines.extend(rest.into_iter().map(|words| Line::Rest(at, words)));
        }
    }
    if log.asks_for_older(&app.snapshot) {
        lines.push(Line::Older);
    }
    Rows { events, lines }
}

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect, log: &LogView) {
    let app = ink.app;
    let rows = rows(app, log, ink.now);
    let inner = frame(ink, area, log, rows.events.len());
    if rows.lines.is_empty() {
        return nothing(ink, inner, log);
    }
    let (head, list, full) = parts(app.size);
    let room = room_for_address(inner.width);
    if head > 0 {
        let names = format!(
            " {:<10}{:<wide$}{:<9}{:<10}DETAIL",
            "TIME",
            "ACCOUNT",
            "WHAT",
            "RESULT",
            wide = room + 2
        );
        ink.put(inner, 0, &names, Role::Dim);
    }
    let body = Rect {
        y: inner.y + head,
        height: list.min(inner.height.saturating_sub(head)),
        ..inner
    };
    let chosen = log.row(&rows.events);
    let top = top(&rows, log, usize::from(body.height));
    let seen = rows.lines.iter().skip(top).take(usize::from(body.height));
    for (at, line) in seen.enumerate() {
        let is_chosen = rows.row_at(top + at) == Some(chosen);
        let pieces = pieces(ink, line, &rows, log, (room, is_chosen));
        ink.line(body, at as u16, &pieces);
        if is_chosen {
            let here = Rect {
                y: body.y + at as u16,
                height: 1,
                ..body
            };
            ink.fill(here, Role::Cursor);
        }
    }
    if let (Some(event), true) = (rows.events.get(chosen), full > 0) {
        let below = Rect {
            x: inner.x + 1,
            y: body.bottom(),
            width: inner.width.saturating_sub(2),
            height: inner.bottom().saturating_sub(body.bottom()),
        };
        event::in_full(ink, below, event);
    }
}

fn frame(ink: &mut Ink<'_>, area: Rect, log: &LogView, listed: usize) -> Rect {
    let of = match log.account {
        Some(id) => format!(" of {}", ink.address(&ink.app.email(id))),
        None => String::new(),
    };
    let left = format!("Events{of} ({listed})");
    let right = if !log.filter.is_empty() {
        let clears = ink.hint(Action::Back, "clears");
        format!("filter: {}  {clears}", ink.words(log.filter.text()))
    } else if log.at == Chosen::Newest {
        "following".into()
    } else {
        format!("{} follows", ink.app.keymap.key(Action::First))
    };
    full_page::frame(ink, area, &left, &right)
}

fn nothing(ink: &mut Ink<'_>, inner: Rect, log: &LogView) {
    let text = match (log.filter.is_empty(), log.account) {
        (false, _) => {
            "No event has these words. They are looked for in account, what, result and detail; \
             !word leaves out."
        }
        (true, Some(_)) => "Nothing is known of this account. a shows all.",
        (true, None) => "Nothing has happened yet.",
    };
    for (row, words) in wrap(text, usize::from(inner.width.saturating_sub(2)))
        .iter()
        .enumerate()
    {
        ink.put(inner, row as u16, &format!(" {words}"), Role::Dim);
    }
}

fn pieces(
    ink: &Ink<'_>,
    line: &Line,
    rows: &Rows<'_>,
    log: &LogView,
    (room, is_chosen): (usize, bool),
) -> Vec<Piece> {
    let cursor = if is_chosen { ink.glyphs().cursor } else { " " };
    match line {
        Line::Day(day) => vec![(format!(" {} {day}", ink.glyphs().dash.repeat(2)), Role::Dim)],
        Line::Older => {
            let text = match log.older {
                Older::Asked => "looking for older ones".to_owned(),
                _ => ink.hint(Action::Open, "fetches older ones"),
            };
            vec![(format!("{cursor}{text}"), Role::Key)]
        }
        Line::Rest(_, words) => {
            let lead = indent(usize::from(full_page::inner(ink.app.size).width));
            vec![(format!("{:lead$}{words}", ""), Role::Text)]
        }
        Line::Event(at) => {
            let mut line = vec![(cursor.to_owned(), Role::Text)];
            let event = rows.events[*at];
            let wide = full_page::inner(ink.app.size).width;
            let mut columns = match wide {
                60.. => columns(ink, event, room),
                _ => compact(ink, event, wide),
            };
            if log.wrap && wide >= 30 {
                columns.pop();
            }
            line.extend(columns);
            line
        }
    }
}

/// The line that is typed under the log, in the footer's place.
pub(super) fn prompt(ink: &mut Ink<'_>, area: Rect, log: &LogView) -> Option<Position> {
    let (field, label, help) = match log.typing.as_ref()? {
        Typing::Filter => (&log.filter, " /", ["keep", "clear"]),
        Typing::Path(path) => (path, " Save to: ", ["save", "back"]),
    };
    let keep = ink.hint(Action::Keep, help[0]);
    let help = format!(" {keep}  {} ", ink.hint(Action::Back, help[1]));
    let (key, text, dim) = (
        ink.style(Role::Key),
        ink.style(Role::Text),
        ink.style(Role::Dim),
    );
    let shown = ink.typed(field.text());
    let helps = usize::from(area.width) > width(&help) + width(label) + 24;
    if helps {
        ink.pen(area, 0).put_right(&help, dim);
    }
    let mut pen = ink.pen(area, 0);
    if helps {
        pen.keep_free(width(&help));
    }
    pen.put(label, key);
    let origin = Position::new(area.x + width(label) as u16, area.y);
    Some(field.draw(&mut pen, origin, &shown, text))
}
