//! One event in full: Google's words, what usually lies behind them, and what helps now.

use ratatui::layout::Rect;

use super::events::role;
use super::ink::Ink;
use crate::domain::event::{Event, Result as Ended};
use crate::domain::fault::Diagnosis;
use crate::domain::snapshot::AccountView;
use crate::domain::usual;
use crate::tui::app::App;
use crate::tui::theme::Role;
use crate::tui::widget::text::wrap_within;

/// The chosen event, as far as there is room: what helps before what is usual.
pub(super) fn in_full(ink: &mut Ink<'_>, below: Rect, event: &Event) {
    ink.rule(below, 0, "");
    let mut line = vec![
        (format!("{}  ", ink.moment(event.at)), Role::Dim),
        (format!("{} ", event.what.as_str()), Role::Strong),
        (event.result.as_str().to_owned(), role(event.result)),
    ];
    let who = event.email.as_deref().map(|email| ink.address(email));
    line.extend(who.map(|who| (format!("  {who}"), Role::Text)));
    if !event.code.is_empty() {
        line.push((format!("  {}", ink.words(&event.code)), Role::Dim));
    }
    ink.line(below, 1, &line);
    let (wide, mark) = (usize::from(below.width), ink.glyphs().cut);
    let mut room = usize::from(below.height.saturating_sub(2));
    let mut fitted = |words: &str, most: usize| -> Vec<String> {
        let lines = wrap_within(words, wide, most.min(room), mark);
        room -= lines.len();
        lines
    };
    let next = next_step(ink, event).map_or(Vec::new(), |next| fitted(&ink.words(&next), 2));
    let said = fitted(&quoted(ink, event), 3);
    let usual = causes(ink.app, event).map(|causes| format!("Usual causes: {causes}."));
    let usual = usual.map_or(Vec::new(), |usual| fitted(&usual, 3));
    let all = said
        .iter()
        .map(|words| (words, Role::Text))
        .chain(usual.iter().map(|words| (words, Role::Dim)))
        .chain(next.iter().map(|words| (words, Role::Text)));
    for (row, (words, role)) in all.enumerate() {
        ink.put(below, row as u16 + 2, words, role);
    }
}

/// What Google, or whoever answered, had to say.
fn quoted(ink: &Ink<'_>, event: &Event) -> String {
    let words = ink.words(&event.detail);
    match event.result {
        Ended::Refused if !words.is_empty() => format!("“{words}”"),
        _ => words,
    }
}

fn view<'a>(app: &'a App, event: &Event) -> Option<&'a AccountView> {
    app.snapshot.account(event.account?)
}

fn is_trouble(event: &Event) -> bool {
    matches!(event.result, Ended::Failed | Ended::Refused)
}

fn causes(app: &App, event: &Event) -> Option<&'static str> {
    // One word of Google's stands for several refusals; what was made of it then is known now.
    let otherwise = view(app, event)
        .and_then(|account| account.facts.refusal())
        .is_some_and(|f| f.code == event.code && f.diagnosis != Diagnosis::Reauth);
    let causes = usual::causes(&event.code).filter(|_| is_trouble(event))?;
    (!(otherwise && event.code == "invalid_grant")).then_some(causes)
}

fn next_step(ink: &Ink<'_>, event: &Event) -> Option<String> {
    if !is_trouble(event) || event.account.is_none() {
        return None;
    }
    let Some(account) = view(ink.app, event) else {
        return Some("This account is not on this machine any more.".into());
    };
    let worked = account.facts.last_refresh_at.filter(|at| *at > event.at);
    match (worked, account.problem(&ink.app.snapshot.policy, ink.now)) {
        (Some(at), _) => Some(format!("It has worked again since: {}.", ink.moment(at))),
        (None, Some(problem)) => Some(format!("Next: {}.", problem.remedy)),
        (None, None) => None,
    }
}
