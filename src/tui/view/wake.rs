//! When the screen will next look different by itself. The loop sleeps until then, so an idle
//! screen costs one draw a second while seconds are shown and one a minute while they are not.

use chrono::DurationRound;

use super::consent;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Span, Timestamp};
use crate::tui::app::{App, HANDS_ON_KEYS};
use crate::tui::modal::Modal;

/// A countdown shows seconds below this.
const SECONDS_BELOW: Span = Span::hours(1);
/// An age is told in seconds below this.
const YOUNG: Span = Span::minutes(1);

pub fn next(app: &App, now: Timestamp) -> Timestamp {
    let second = next_whole(now, Span::seconds(1));
    if ticks(app, now) {
        return second;
    }
    let minute = next_whole(now, Span::minutes(1));
    let toasts = app.toasts.iter().filter_map(|t| t.until);
    let begins = visible(app).filter_map(|a| begins_to_tick(a, now));
    let released = app
        .touched_at
        .filter(|_| app.rows.held && app.frozen.is_none())
        .map(|at| at + HANDS_ON_KEYS);
    let moments = toasts
        .chain(begins)
        .chain(released)
        .chain(app.rows.good_until());
    moments
        .map(|at| at.max(second))
        .min()
        .unwrap_or(minute)
        .min(minute)
}

/// Whether something in sight changes every second.
fn ticks(app: &App, now: Timestamp) -> bool {
    let dialog = app
        .modals
        .iter()
        .any(|m| matches!(m, Modal::Consent(dialog) if consent::ticks(dialog, now)));
    // Under a page of its own the table is not seen; its rows need no draw.
    let covered = matches!(app.modals.last(), Some(Modal::Log(_) | Modal::Clients(_)));
    dialog || (!covered && app.frozen.is_none() && visible(app).any(|a| shows_seconds(a, now)))
}

/// Who is in the window.
fn visible(app: &App) -> impl Iterator<Item = &AccountView> {
    let page = usize::from(app.plan().rows.height);
    (app.top..app.top + page)
        .map_while(|row| app.rows.get(&app.snapshot, row))
        .map(|(account, _)| account)
}

fn shows_seconds(account: &AccountView, now: Timestamp) -> bool {
    let facts = &account.facts;
    let counting = facts.access.is_some_and(|a| {
        let left = a.left(now);
        left > Span::zero() && left < SECONDS_BELOW || (left <= Span::zero() && -left < YOUNG)
    });
    let young = |at: Option<Timestamp>| at.is_some_and(|at| (now - at).abs() < YOUNG);
    let retrying = facts.backoff.is_some_and(|b| b.next_try_at > now);
    counting
        || retrying
        || account.busy.is_some()
        || young(facts.last_refresh_at)
        || young(account.checked.as_ref().map(|c| c.at))
}

/// When a countdown of hours becomes one of seconds.
fn begins_to_tick(account: &AccountView, now: Timestamp) -> Option<Timestamp> {
    let expires_at = account.facts.access?.expires_at;
    Some(expires_at - SECONDS_BELOW).filter(|at| *at > now)
}

/// The next whole second or minute: everything on the screen changes in one draw.
fn next_whole(now: Timestamp, unit: Span) -> Timestamp {
    now.duration_trunc(unit).unwrap_or(now) + unit
}
