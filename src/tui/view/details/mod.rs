//! Everything about one account, as a pane beside the table, a strip under it, a few lines or a
//! screen of its own. Dates and words only: there is no token to be shown.

mod facts;

use ratatui::layout::Rect;

use self::facts::{access_left, calm, checked, client, facts, handed_out, recent, scopes};
use crate::domain::health::State;
use crate::domain::snapshot::AccountView;
use crate::domain::time::Timestamp;
use crate::domain::wording;
use crate::tui::app::{App, Pane};
use crate::tui::modal::Modal;
use crate::tui::theme::Role;
use crate::tui::view::attention;
use crate::tui::view::ink::{Ink, Piece};
use crate::tui::view::layout::Details;
use crate::tui::view::row::spinner;
use crate::tui::widget::scroll::Scroll;
use crate::tui::widget::text::{wrap, wrap_within};

pub(in crate::tui::view) fn side(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let Some((account, state)) = app.current() else {
        ink.pane(area, app.focus == Pane::Details, "", "");
        return;
    };
    let title = heading(ink, account);
    let inner = indent(ink.pane(area, app.focus == Pane::Details, &title, ""));
    let lines = broken(ink, account, state, inner.width, 9);
    scrolled(ink, inner, &lines, app.pane_scroll.top);
}

pub(in crate::tui::view) fn full(ink: &mut Ink<'_>, area: Rect, scroll: Scroll) {
    let Some((account, state)) = ink.app.current() else {
        return;
    };
    let title = heading(ink, account);
    let inner = if area.height >= 5 {
        indent(ink.pane(area, true, &title, "Esc back"))
    } else {
        area
    };
    let lines = broken(ink, account, state, inner.width, name_room(inner.width));
    scrolled(ink, inner, &lines, scroll.top);
}

fn name_room(width: u16) -> usize {
    if width >= 70 { 16 } else { 9 }
}

/// How many lines there are to scroll through.
pub fn length(app: &App, now: Timestamp) -> usize {
    let Some((account, state)) = app.current() else {
        return 0;
    };
    let width = match (app.modals.last(), app.plan().details) {
        (Some(Modal::Details(_)), _) | (_, None) => app.size.0.saturating_sub(4),
        (_, Some((Details::Side, area))) => area.width.saturating_sub(4),
        // The strip shows a choice of facts and does not scroll.
        (_, Some(_)) => return 0,
    };
    let mut buffer = ratatui::buffer::Buffer::default();
    let ink = Ink::new(app, now, &mut buffer);
    broken(&ink, account, state, width, name_room(width)).len()
}

fn scrolled(ink: &mut Ink<'_>, inner: Rect, lines: &[Vec<Piece>], top: usize) {
    let page = usize::from(inner.height);
    let top = top.min(lines.len().saturating_sub(page));
    for (row, line) in lines.iter().skip(top).take(page).enumerate() {
        ink.line(inner, row as u16, line);
    }
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
        Some(label) => format!("{email}  ({})", wording::safe(label)),
        None => email,
    }
}

/// State mark, state word and what goes on.
fn status(ink: &Ink<'_>, account: &AccountView, state: State) -> Vec<Piece> {
    let mut line = vec![
        (ink.glyphs().state(state).to_owned(), Role::of(state)),
        (format!(" {}", state.as_str()), Role::of_word(state)),
    ];
    if let Some(busy) = account.busy {
        line.push((format!("   {} {}", spinner(ink), busy.as_str()), Role::Busy));
    } else if account.facts.paused && state != State::Paused {
        line.push(("   automatic refresh paused".into(), Role::Dim));
    }
    line
}

fn broken(
    ink: &Ink<'_>,
    account: &AccountView,
    state: State,
    width: u16,
    name_room: usize,
) -> Vec<Vec<Piece>> {
    let room = usize::from(width).saturating_sub(name_room);
    let mut lines = vec![status(ink, account, state)];
    for group in facts(ink, account) {
        lines.push(Vec::new());
        for fact in group {
            let words = fact.words.iter().flat_map(|w| wrap(&ink.words(w), room));
            for (i, words) in words.enumerate() {
                let name = if i == 0 { fact.name } else { "" };
                lines.push(vec![
                    (format!("{name:name_room$}"), Role::Dim),
                    (words, fact.role),
                ]);
            }
        }
    }
    lines
}

pub(in crate::tui::view) fn strip(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let focused = app.focus == Pane::Details;
    let Some((account, state)) = app.current() else {
        ink.pane(area, focused, "", "");
        return;
    };
    let title = heading(ink, account);
    let inner = indent(ink.pane(area, focused, &title, "Enter more"));
    let mut status = status(ink, account, state);
    let room = usize::from(inner.width);
    let problem = account.problem(&app.snapshot.policy, ink.now);
    let (why, next) = match problem {
        Some(problem) => (problem.message, problem.remedy),
        None => (String::new(), calm(ink, account)),
    };
    status.push((format!("   {}", ink.words(&why)), Role::Text));
    ink.line(inner, 0, &status);
    let now = app.shown_at(ink.now);
    let used = if account.handed_out.is_empty() {
        recent(ink, &account.recent)
    } else {
        handed_out(ink, account)
    };
    let name = if account.handed_out.is_empty() {
        "LATEST"
    } else {
        "USED BY"
    };
    let sign_in = wording::sign_in(&account.facts, now);
    let mut rows = vec![
        [
            ("ACCESS", access_left(ink, account, now)),
            ("SIGN-IN", sign_in),
        ],
        [
            ("SCOPES", scopes(account)),
            ("CHECKED", checked(ink, account)),
        ],
        [(name, used), ("CLIENT", client(account))],
    ];
    let mut row = 1;
    for line in wrap_within(&ink.words(&next), room, 1, ink.glyphs().cut) {
        let role = if why.is_empty() {
            Role::Text
        } else {
            Role::Strong
        };
        ink.put(inner, row, &line, role);
        row += 1;
    }
    for pair in rows.drain(..) {
        pair_line(ink, inner, row, &pair);
        row += 1;
    }
}

fn pair_line(ink: &mut Ink<'_>, inner: Rect, row: u16, pair: &[(&str, String); 2]) {
    let (dim, text) = (ink.style(Role::Dim), ink.style(Role::Text));
    let half = usize::from(inner.width) / 2;
    let words: Vec<String> = pair.iter().map(|(_, words)| ink.words(words)).collect();
    let mut pen = ink.pen(inner, row);
    for ((name, _), words) in pair.iter().zip(&words) {
        pen.cell(name, 9, dim)
            .cell(words, half.saturating_sub(11), text)
            .skip(2);
    }
}

/// Without a border: one line, or a rule and three.
pub(in crate::tui::view) fn lines(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let Some((account, state)) = app.current() else {
        return;
    };
    let problem = account.problem(&app.snapshot.policy, ink.now);
    let room = usize::from(area.width);
    if area.height == 1 {
        // Where the attention line says it already, what helps is worth the line.
        let told = app.plan().attention.is_some()
            && app
                .rows
                .most_urgent(&app.snapshot)
                .is_some_and(|(a, _)| a.id == account.id);
        if state.needs_person() && !told {
            return attention::line(ink, area, account, state);
        }
        if told && let Some(problem) = problem {
            ink.put(area, 0, &ink.words(&problem.remedy), Role::Text);
            return;
        }
        let words = problem.map_or_else(|| calm(ink, account), |p| p.message);
        ink.put(area, 0, &ink.words(&words), Role::Text);
        return;
    }
    ink.rule(area, 0, "");
    let mut first = status(ink, account, state);
    first.insert(
        1,
        (format!(" {} ", ink.address(&account.email)), Role::Strong),
    );
    ink.line(area, 1, &first);
    let words = problem.map_or_else(
        || calm(ink, account),
        |p| format!("{}; {}", p.message, p.remedy),
    );
    let words = wrap_within(
        &ink.words(&words),
        room.saturating_sub(2),
        2,
        ink.glyphs().cut,
    );
    for (i, line) in words.iter().enumerate() {
        ink.put(area, 2 + i as u16, &format!("  {line}"), Role::Text);
    }
}
