//! Everything about one account, as a pane beside the table, a strip under it, a few lines or a
//! screen of its own. Dates and words only: there is no token to be shown.

mod clocks;
mod facts;
mod history;
mod strip;

use ratatui::layout::Rect;

use self::facts::{Fact, facts, meaning};
pub(super) use self::strip::{lines, strip};
use crate::domain::health::State;
use crate::domain::snapshot::AccountView;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Action;
use crate::tui::modal::Modal;
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece};
use crate::tui::view::layout::Details;
use crate::tui::view::row::spinner;
use crate::tui::widget::scroll::Scroll;
use crate::tui::widget::text::{cut, width, wrap};

pub(super) fn side(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let focused = app.focus == Pane::Details;
    let Some((account, state)) = app.current() else {
        ink.pane(area, focused, "", "");
        return;
    };
    let title = heading(ink, account);
    let inner = indent(ink.pane(area, focused, &title, ""));
    let lines = broken(ink, account, state, inner.width);
    let top = if focused { app.pane_scroll.top } else { 0 };
    scrolled(ink, area, inner, &lines, top);
}

pub(super) fn full(ink: &mut Ink<'_>, area: Rect, scroll: Scroll) {
    let Some((account, state)) = ink.app.current() else {
        return;
    };
    let title = heading(ink, account);
    let inner = if is_boxed(area) {
        let back = ink.hint(Action::Back, "back");
        indent(ink.pane(area, true, &title, &back))
    } else {
        area
    };
    let mut lines = broken(ink, account, state, inner.width);
    if !is_boxed(area) {
        lines.insert(0, vec![(title, Role::Strong)]);
    }
    scrolled(ink, area, inner, &lines, scroll.top);
}

/// A border takes two lines and four columns, which have to be there.
fn is_boxed(area: Rect) -> bool {
    area.height >= 5 && area.width >= 30
}

/// How wide the names are; 0 means on a line of their own.
fn name_room(width: u16) -> usize {
    match width {
        70.. => 12,
        26.. => 9,
        _ => 0,
    }
}

/// How many lines there are to scroll through.
pub fn length(app: &App, now: Timestamp) -> usize {
    let Some((account, state)) = app.current() else {
        return 0;
    };
    let (columns, rows) = app.size;
    let (width, title) = match (app.modals.last(), app.plan().details) {
        (Some(Modal::Details(_)), _) | (_, None) => {
            let area = Rect::new(0, 0, columns, rows.saturating_sub(1));
            if is_boxed(area) {
                (columns - 4, 0)
            } else {
                (columns, 1)
            }
        }
        (_, Some((Details::Side, area))) => (area.width.saturating_sub(4), 0),
        // The strip shows a choice of facts and does not scroll.
        (_, Some(_)) => return 0,
    };
    let mut buffer = ratatui::buffer::Buffer::default();
    let ink = Ink::new(app, now, &mut buffer);
    broken(&ink, account, state, width).len() + title
}

/// How many of them are in sight.
pub fn page(app: &App) -> usize {
    let (columns, rows) = app.size;
    let area = match (app.modals.last(), app.plan().details) {
        (None, Some((_, area))) => area,
        _ => Rect::new(0, 0, columns, rows.saturating_sub(1)),
    };
    let border = if is_boxed(area) { 2 } else { 0 };
    usize::from(area.height.saturating_sub(border)).max(1)
}

/// The lines in the window, and in the border how many there are beyond it.
fn scrolled(ink: &mut Ink<'_>, area: Rect, inner: Rect, lines: &[Vec<Piece>], top: usize) {
    let page = usize::from(inner.height);
    let top = top.min(lines.len().saturating_sub(page));
    for (row, line) in lines.iter().skip(top).take(page).enumerate() {
        ink.line(inner, row as u16, line);
    }
    let below = lines.len().saturating_sub(top + page);
    let glyphs = ink.glyphs();
    let more = match (top, below) {
        (0, 0) => return,
        (0, below) => format!(" {below} more {} ", glyphs.down),
        (above, 0) => format!(" {above} above {} ", glyphs.up),
        (above, below) => format!(" {above} {} {below} {} ", glyphs.up, glyphs.down),
    };
    if area == inner {
        return;
    }
    let style = ink.style(Role::Dim);
    let corner = Rect {
        width: area.width.saturating_sub(2),
        ..area
    };
    ink.pen(corner, area.height - 1)
        .skip(2)
        .put_right(&more, style);
}

fn indent(inner: Rect) -> Rect {
    Rect {
        x: inner.x + 1.min(inner.width),
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

fn heading(ink: &Ink<'_>, account: &AccountView) -> String {
    let email = ink.address(&account.email);
    match &account.label {
        Some(label) => format!("{email}  ({})", ink.words(label)),
        None => email,
    }
}

/// State mark, state word, what it means, and what goes on.
fn status(ink: &Ink<'_>, account: &AccountView, state: State) -> Vec<Piece> {
    let mut line = vec![
        (ink.glyphs().state(state).to_owned(), Role::of(state)),
        (format!(" {}", state.as_str()), Role::of_word(state)),
    ];
    if let Some(busy) = account.busy {
        line.push((format!("  {} {}", spinner(ink), busy.as_str()), Role::Busy));
    } else {
        line.push((format!("  {}", meaning(ink, account, state)), Role::Text));
    }
    if account.facts.paused && state != State::Paused {
        line.push((", paused".into(), Role::Dim));
    }
    line
}

fn broken(ink: &Ink<'_>, account: &AccountView, state: State, width: u16) -> Vec<Vec<Piece>> {
    let width = usize::from(width);
    let mut lines = folded(status(ink, account, state), width);
    for group in facts(ink, account, width < 60) {
        lines.push(Vec::new());
        for fact in group {
            lines.extend(named(ink, &fact, width));
        }
    }
    lines
}

/// Two lines where one is too short for the state and what it means.
fn folded(mut line: Vec<Piece>, room: usize) -> Vec<Vec<Piece>> {
    let used: usize = line.iter().map(|(words, _)| width(words)).sum();
    if used <= room {
        return vec![line];
    }
    let rest = line.split_off(2);
    vec![line, rest]
}

/// A fact beside its name, or under it where there is no room.
fn named(ink: &Ink<'_>, fact: &Fact, width: usize) -> Vec<Vec<Piece>> {
    let beside = name_room(width as u16);
    let room = width.saturating_sub(beside);
    let words = fact.words.iter().flat_map(|words| {
        let words = ink.words(words);
        if fact.cut {
            vec![cut(&words, room, ink.glyphs().cut).into_owned()]
        } else {
            wrap(&words, room)
        }
    });
    let mut lines = Vec::new();
    if beside == 0 && !fact.name.is_empty() {
        lines.push(vec![(fact.name.to_owned(), Role::Dim)]);
    }
    for (i, words) in words.enumerate() {
        let name = if i == 0 && beside > 0 { fact.name } else { "" };
        lines.push(vec![
            (format!("{name:beside$}"), Role::Dim),
            (words, fact.role),
        ]);
    }
    lines
}
