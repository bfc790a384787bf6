//! The little that a small window can say about one account: a strip with a border, a few lines
//! without one, or one line.

use ratatui::layout::Rect;

use super::clocks::{access_left, day};
use super::facts::{calm, client_name, remedy, short_remedy};
use super::history::{checked, failures, handed_out, marks};
use super::{heading, indent, status};
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::problem::Problem;
use crate::domain::snapshot::AccountView;
use crate::domain::wording;
use crate::tui::app::Pane;
use crate::tui::keymap::Action;
use crate::tui::rows::reach;
use crate::tui::theme::Role;
use crate::tui::view::attention;
use crate::tui::view::ink::Ink;
use crate::tui::widget::text::{width, wrap_within};

const NAME: usize = 9;

pub(in crate::tui::view) fn strip(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let focused = app.focus == Pane::Details;
    let Some((account, state)) = app.current() else {
        ink.pane(area, focused, "", "");
        return;
    };
    let title = heading(ink, account);
    let more = format!("{} all of it", app.keymap.key(Action::Open));
    let inner = indent(ink.pane(area, focused, &title, &more));
    let problem = account.problem(&app.snapshot.policy, ink.now);
    let mut status = status(ink, account, state);
    if let Some(problem) = problem.as_ref().filter(|_| account.busy.is_none()) {
        // Why says more than what the word means.
        status.truncate(2);
        let used: usize = status.iter().map(|(words, _)| width(words)).sum();
        let why = one_line(ink, &problem.message, usize::from(inner.width) - used - 2);
        status.push((format!("  {why}"), Role::Text));
    }
    ink.line(inner, 0, &status);
    let (next, role) = match &problem {
        Some(problem) => {
            let next = fitting_remedy(ink, account, problem, inner.width);
            (next, Role::Strong)
        }
        None => (joined(&calm(ink, account)), Role::Text),
    };
    let next = one_line(ink, &next, usize::from(inner.width));
    ink.put(inner, 1, &next, role);
    for (row, pair) in (2..).zip(pairs(ink, account)) {
        pair_line(ink, inner, row, &pair);
    }
}

fn pairs(ink: &Ink<'_>, account: &AccountView) -> [[(&'static str, String); 2]; 3] {
    let now = ink.app.shown_at(ink.now);
    let sign_in = match outlook::end(&account.facts).filter(|end| *end > now) {
        Some(end) => format!("ends {}", day(ink, end)),
        None => wording::sign_in(&account.facts, now),
    };
    let latest = match failures(&account.recent) {
        0 => marks(ink, &account.recent),
        bad => format!("{} {bad} failed", marks(ink, &account.recent)),
    };
    let reach: Vec<_> = reach(account).collect();
    let last = if account.handed_out.is_empty() {
        ("CLIENT", client_name(account))
    } else {
        ("GIVEN TO", handed_out(ink, account))
    };
    [
        [("ACCESS", access_left(ink, account)), ("SIGN-IN", sign_in)],
        [
            ("SCOPES", reach.join(" ")),
            ("CHECKED", checked(ink, account)),
        ],
        [("LATEST", latest), last],
    ]
}

fn pair_line(ink: &mut Ink<'_>, inner: Rect, row: u16, pair: &[(&str, String); 2]) {
    let (dim, text) = (ink.style(Role::Dim), ink.style(Role::Text));
    let half = usize::from(inner.width) / 2;
    let room = half.saturating_sub(NAME + 2);
    let words = pair.each_ref().map(|(_, words)| one_line(ink, words, room));
    let mut pen = ink.pen(inner, row);
    for ((name, _), words) in pair.iter().zip(&words) {
        pen.cell(name, NAME, dim).cell(words, room, text).skip(2);
    }
}

fn joined(parts: &[String]) -> String {
    let some: Vec<_> = parts.iter().filter(|part| !part.is_empty()).collect();
    some.iter()
        .map(|s| s.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

/// As many whole words as fit.
fn one_line(ink: &Ink<'_>, words: &str, room: usize) -> String {
    let lines = wrap_within(&ink.words(words), room, 1, ink.glyphs().cut);
    lines.into_iter().next().unwrap_or_default()
}

/// With the command when there is room for it.
fn fitting_remedy(ink: &Ink<'_>, account: &AccountView, problem: &Problem, room: u16) -> String {
    let whole = remedy(ink, problem);
    if width(&whole) <= usize::from(room) {
        whole
    } else {
        short_remedy(ink, account, problem)
    }
}

/// Without a border: one line, or a rule and three.
pub(in crate::tui::view) fn lines(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let Some((account, state)) = app.current() else {
        return;
    };
    if area.height == 1 {
        return single(ink, area, account, state);
    }
    ink.rule(area, 0, "");
    let room = usize::from(area.width);
    let mut first = status(ink, account, state);
    first.truncate(2);
    first.insert(
        1,
        (format!(" {} ", ink.address(&account.email)), Role::Strong),
    );
    ink.line(area, 1, &first);
    let words = match account.problem(&app.snapshot.policy, ink.now) {
        Some(problem) => {
            let why = one_line(ink, &problem.message, room.saturating_sub(2));
            vec![why, short_remedy(ink, account, &problem)]
        }
        None => calm(ink, account).to_vec(),
    };
    for (i, words) in words.iter().enumerate() {
        let line = one_line(ink, words, room.saturating_sub(2));
        ink.put(area, 2 + i as u16, &format!("  {line}"), Role::Text);
    }
}

fn single(ink: &mut Ink<'_>, area: Rect, account: &AccountView, state: State) {
    let app = ink.app;
    let problem = account.problem(&app.snapshot.policy, ink.now);
    // Where the attention line says it already, what helps is worth the line.
    let urgent = app.rows.most_urgent(&app.snapshot);
    let is_told = app.plan().attention.is_some() && urgent.is_some_and(|(a, _)| a.id == account.id);
    if state.needs_person() && !is_told {
        return attention::line(ink, area, account, state);
    }
    let words = match problem {
        Some(problem) if is_told => short_remedy(ink, account, &problem),
        Some(problem) => problem.message,
        None => joined(&calm(ink, account)),
    };
    let line = one_line(ink, &words, usize::from(area.width));
    ink.put(area, 0, &line, Role::Text);
}
