//! Everything about one account, as a pane beside the table, a strip under it, a few lines or a
//! screen of its own. Dates and words only: there is no token to be shown.

use ratatui::layout::Rect;

use super::attention;
use super::ink::{Ink, Piece};
use super::layout::Details;
use super::row::{life, sign_in, spinner};
use crate::domain::event::Result;
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::problem::Problem;
use crate::domain::scope::short;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::{self, ago, date};
use crate::tui::app::{App, Modal, Pane};
use crate::tui::theme::Role;
use crate::tui::widget::scroll::Scroll;
use crate::tui::widget::text::{wrap, wrap_within};

/// A fact and its name, before it is broken into lines.
struct Fact {
    name: &'static str,
    words: Vec<String>,
    role: Role,
}

pub(super) fn side(ink: &mut Ink<'_>, area: Rect) {
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

pub(super) fn full(ink: &mut Ink<'_>, area: Rect, scroll: Scroll) {
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

fn facts(ink: &Ink<'_>, account: &AccountView) -> Vec<Vec<Fact>> {
    let problem = account.problem(&ink.app.snapshot.policy, ink.now);
    let groups = vec![
        problem.map(|p| why(&p)).unwrap_or_default(),
        clocks(ink, account),
        about(ink, account),
        vec![fact(
            "SHELL",
            format!("gatepost token {}", ink.address(account.shell_name())),
        )],
    ];
    groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect()
}

fn fact(name: &'static str, words: impl Into<String>) -> Fact {
    Fact {
        name,
        words: vec![words.into()],
        role: Role::Text,
    }
}

fn why(problem: &Problem) -> Vec<Fact> {
    let mut facts = vec![fact("WHY", problem.message.clone())];
    if let Some(cause) = &problem.cause {
        let words =
            std::iter::once(cause.text.clone()).chain(cause.facts.iter().map(|f| format!("- {f}")));
        facts.push(Fact {
            words: words.collect(),
            ..fact("CAUSE", "")
        });
    }
    facts.push(Fact {
        role: Role::Strong,
        ..fact("NEXT", problem.remedy.clone())
    });
    facts
}

fn clocks(ink: &Ink<'_>, account: &AccountView) -> Vec<Fact> {
    let now = ink.app.shown_at(ink.now);
    let mut access = vec![access_left(ink, account, now)];
    if let Some(dates) = account.facts.access {
        let verb = if dates.is_live(now) { "ends" } else { "ended" };
        access.push(format!("{verb} {}", ink.moment(dates.expires_at)));
    }
    if let Some(next) = account.next_refresh_at {
        let when = if next <= now {
            "now".into()
        } else {
            format!("at {}", ink.moment(next))
        };
        access.push(format!("renews by itself {when}"));
    }
    let mut sign_in = vec![sign_in(account, now)];
    sign_in.extend(outlook::end(&account.facts).map(|end| format!("until {}", date(end))));
    let given = account.facts.grant.as_ref().and_then(|g| g.granted_at);
    sign_in.extend(given.map(|at| format!("given {}", date(at))));
    vec![
        Fact {
            words: access,
            ..fact("ACCESS", "")
        },
        Fact {
            words: sign_in,
            ..fact("SIGN-IN", "")
        },
    ]
}

/// The countdown with its gauge.
fn access_left(ink: &Ink<'_>, account: &AccountView, now: Timestamp) -> String {
    let left = account.facts.access.map(|a| a.left(now));
    let words = wording::access(left);
    if left.is_none_or(|left| left <= Span::zero()) {
        return words;
    }
    let glyphs = ink.glyphs();
    let full = (life(account, now) * 10.0).round().clamp(1.0, 10.0) as usize;
    format!(
        "{words} left {}{}",
        glyphs.full.repeat(full),
        glyphs.empty.repeat(10 - full)
    )
}

fn about(ink: &Ink<'_>, account: &AccountView) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(grant) = &account.facts.grant {
        facts.push(fact("SCOPES", scopes(account)));
        let missing: Vec<_> = account
            .facts
            .missing_scopes()
            .iter()
            .map(|s| short(s).to_owned())
            .collect();
        if !missing.is_empty() {
            facts.push(fact("MISSING", missing.join(" ")));
        }
        if !grant.verified {
            facts.push(fact("IMPORT", "not tried with Google yet"));
        }
    }
    facts.extend(
        account
            .checked
            .as_ref()
            .map(|_| fact("CHECKED", checked(ink, account))),
    );
    facts.push(fact("CLIENT", client(account)));
    facts.extend(
        (!account.handed_out.is_empty()).then(|| fact("USED BY", handed_out(ink, account))),
    );
    facts
        .extend((!account.recent.is_empty()).then(|| fact("LATEST", recent(ink, &account.recent))));
    if !account.dies_with.is_empty() {
        facts.push(fact(
            "SHARES",
            format!("its grant with {}", account.dies_with.join(", ")),
        ));
    }
    facts
}

fn scopes(account: &AccountView) -> String {
    let grant = account.facts.grant.as_ref();
    let names: Vec<_> = grant
        .map(|g| g.granted.iter().map(short).collect())
        .unwrap_or_default();
    if names.is_empty() {
        "none".into()
    } else {
        names.join(" ")
    }
}

fn checked(ink: &Ink<'_>, account: &AccountView) -> String {
    account.checked.as_ref().map_or_else(
        || "never".into(),
        |c| format!("{}: {}", ago(c.at, ink.now), c.line),
    )
}

fn client(account: &AccountView) -> String {
    let name = account.client.clone().unwrap_or_else(|| "none".into());
    match account.facts.client.publishing.as_str() {
        "unknown" => name,
        publishing => format!("{name} ({publishing})"),
    }
}

fn handed_out(ink: &Ink<'_>, account: &AccountView) -> String {
    let each = account
        .handed_out
        .iter()
        .map(|h| format!("{} {}", h.program, ago(h.at, ink.now)));
    each.collect::<Vec<_>>().join(", ")
}

/// One mark for each of the latest refreshes, the newest at the right.
fn recent(ink: &Ink<'_>, results: &[Result]) -> String {
    let glyphs = ink.glyphs();
    let mark = |result: &Result| match result {
        Result::Done => glyphs.done,
        Result::Failed => "!",
        Result::Refused => glyphs.failed,
        Result::Cancelled => "-",
    };
    results.iter().map(mark).collect()
}

pub(super) fn strip(ink: &mut Ink<'_>, area: Rect) {
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
    let sign_in = sign_in(account, now);
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
pub(super) fn lines(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let Some((account, state)) = app.current() else {
        return;
    };
    let problem = account.problem(&app.snapshot.policy, ink.now);
    let room = usize::from(area.width);
    if area.height == 1 {
        if state.needs_person() {
            return attention::line(ink, area, account, state);
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

/// What to say of an account that has no problem.
fn calm(ink: &Ink<'_>, account: &AccountView) -> String {
    let now = ink.app.shown_at(ink.now);
    let sign_in = sign_in(account, now);
    match account.next_refresh_at {
        Some(next) if next > now => {
            let at = ink.moment(next);
            format!("nothing to do: renews by itself at {at}; sign-in {sign_in}")
        }
        _ => format!("nothing to do; sign-in {sign_in}"),
    }
}
