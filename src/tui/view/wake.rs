//! When the screen will next look different by itself. The loop sleeps until then, so an idle
//! screen costs one draw a second while seconds are shown and one a minute while they are not, or
//! where nothing may move.

use chrono::DurationRound;

use super::consent;
use crate::domain::outlook;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Span, Timestamp};
use crate::tui::app::{App, HANDS_ON_KEYS};
use crate::tui::modal::Modal;
use crate::tui::work::LONG;

/// A countdown shows seconds below this.
const SECONDS_BELOW: Span = Span::hours(1);
/// An age is told in seconds below this.
const YOUNG: Span = Span::minutes(1);

pub fn next(app: &App, now: Timestamp) -> Timestamp {
    let second = next_whole(now, Span::seconds(1));
    if app.look.motion && ticks(app, now) {
        return second;
    }
    let minute = next_whole(now, Span::minutes(1));
    let toasts = app.toasts.iter().filter_map(|t| t.until);
    let begins = in_sight(app).filter_map(|a| begins_to_tick(a, now));
    let released = app
        .touched_at
        .filter(|_| app.rows.held && app.frozen.is_none())
        .map(|at| at + HANDS_ON_KEYS);
    let grows_long = app.works.iter().map(|w| w.began_at + LONG);
    let moments = toasts
        .chain(grows_long)
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
pub(super) fn ticks(app: &App, now: Timestamp) -> bool {
    let dialog = app
        .modals
        .iter()
        .any(|m| matches!(m, Modal::Consent(dialog) if consent::ticks(dialog, now)));
    let works = matches!(app.modals.last(), Some(Modal::Works(_))) && !app.works.is_empty();
    let working = works || app.long_work().is_some();
    dialog || working || (app.frozen.is_none() && in_sight(app).any(|a| shows_seconds(a, now)))
}

/// Whose times are on the screen: under a page of its own the table is not seen, whatever lies over
/// the page.
fn in_sight(app: &App) -> impl Iterator<Item = &AccountView> {
    let page = app.modals.iter().rev().find(|modal| modal.is_page());
    let (rows, details) = match page {
        None => (true, app.plan().details.is_some()),
        Some(Modal::Details(_)) => (false, true),
        Some(_) => (false, false),
    };
    let current = app.current().map(|(account, _)| account);
    let rows = rows.then(|| visible(app)).into_iter().flatten();
    rows.chain(current.filter(|_| details))
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
    let retrying = facts.held_back_until(now).is_some();
    counting
        || retrying
        || account.busy.is_some()
        || young(facts.last_refresh_at)
        || young(account.checked.as_ref().map(|c| c.at))
        || young(facts.fault.as_ref().map(|f| f.at))
        || young(account.handed_out.first().map(|h| h.at))
        || young(outlook::end(facts))
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
