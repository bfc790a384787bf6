//! What happened to one account: its latest refreshes as marks, how long they take, why the last
//! one failed, and which programs were given a token.

use super::facts::Fact;
use crate::domain::event::{Event, Result, What};
use crate::domain::snapshot::AccountView;
use crate::tui::view::ink::Ink;

/// Fewer have no middle worth telling.
const ENOUGH: usize = 3;

pub(super) fn history(ink: &Ink<'_>, account: &AccountView) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !account.recent.is_empty() {
        facts.push(Fact::lines("LATEST", latest(ink, account)));
    }
    if !account.handed_out.is_empty() {
        facts.push(Fact::line("GIVEN TO", handed_out(ink, account)));
    }
    if account.checked.is_some() {
        facts.push(Fact::line("CHECKED", checked(ink, account)));
    }
    facts
}

fn latest(ink: &Ink<'_>, account: &AccountView) -> Vec<String> {
    let bad = failures(&account.recent);
    let all = account.recent.len();
    let failed = match bad {
        0 => format!("none of {all} failed"),
        _ => format!("{bad} of {all} failed"),
    };
    let took = median(ink, account).map(|median| format!("median {median} ms"));
    let told: Vec<_> = std::iter::once(failed).chain(took).collect();
    let mut lines = vec![marks(ink, &account.recent), told.join(", ")];
    if bad > 0 {
        lines.extend(last_failure(ink, account));
    }
    lines
}

/// One mark for each of the latest refreshes, the newest at the right.
pub(super) fn marks(ink: &Ink<'_>, results: &[Result]) -> String {
    let glyphs = ink.glyphs();
    let mark = |result: &Result| match result {
        Result::Done => glyphs.done,
        Result::Failed => "!",
        Result::Refused => glyphs.failed,
        Result::Cancelled => "-",
    };
    results.iter().map(mark).collect()
}

pub(super) fn failures(results: &[Result]) -> usize {
    let is_bad = |result: &&Result| matches!(result, Result::Failed | Result::Refused);
    results.iter().filter(is_bad).count()
}

/// This account's refreshes among the latest events, newest first.
fn refreshes<'a>(ink: &Ink<'a>, account: &AccountView) -> impl Iterator<Item = &'a Event> {
    let id = account.id;
    let events = ink.app.snapshot.events.iter().map(AsRef::as_ref);
    events.filter(move |event: &&Event| event.account == Some(id) && event.what == What::Refresh)
}

fn last_failure(ink: &Ink<'_>, account: &AccountView) -> Option<String> {
    let is_bad = |event: &&Event| matches!(event.result, Result::Failed | Result::Refused);
    let event = refreshes(ink, account).find(is_bad)?;
    let why = if event.detail.is_empty() {
        &event.code
    } else {
        &event.detail
    };
    Some(format!("last {}: {why}", ink.ago(event.at)))
}

fn median(ink: &Ink<'_>, account: &AccountView) -> Option<u64> {
    let done = refreshes(ink, account).filter(|event| event.result == Result::Done);
    let mut took: Vec<u64> = done.filter_map(|event| took(&event.detail)).collect();
    took.sort_unstable();
    (took.len() >= ENOUGH).then(|| took[took.len() / 2])
}

/// `in 181 ms, good for 59:59`
fn took(detail: &str) -> Option<u64> {
    let (number, _) = detail.strip_prefix("in ")?.split_once(" ms")?;
    number.parse().ok()
}

pub(super) fn handed_out(ink: &Ink<'_>, account: &AccountView) -> String {
    let each = account
        .handed_out
        .iter()
        .map(|h| format!("{} {}", h.program, ink.ago(h.at)));
    each.collect::<Vec<_>>().join(", ")
}

pub(super) fn checked(ink: &Ink<'_>, account: &AccountView) -> String {
    account.checked.as_ref().map_or_else(
        || "never".into(),
        |c| format!("{}: {}", ink.ago(c.at), c.line),
    )
}
