//! The two clocks of one account in words: the access token, which renews by itself, and the
//! sign-in, whose end a person has to know beforehand.

use super::facts::Fact;
use crate::domain::fault::Diagnosis;
use crate::domain::outlook::{self, IDLE_LIFE, Outlook, TESTING_LIFE};
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Span, Timestamp, distance};
use crate::tui::view::ink::Ink;
use crate::tui::view::row::life;

/// `brief` leaves out what is true of every long-lived sign-in.
pub(super) fn clocks(ink: &Ink<'_>, account: &AccountView, brief: bool) -> Vec<Fact> {
    vec![
        Fact::lines("ACCESS", access(ink, account)),
        Fact::lines("SIGN-IN", sign_in(ink, account, brief)),
    ]
}

fn access(ink: &Ink<'_>, account: &AccountView) -> Vec<String> {
    let now = ink.app.shown_at(ink.now);
    let mut lines = vec![access_left(ink, account)];
    if let Some(dates) = account.facts.access {
        let verb = if dates.is_live(now) { "ends" } else { "ended" };
        let local = moment(ink, dates.expires_at);
        lines.push(if ink.app.place.offset.local_minus_utc() == 0 {
            format!("{verb} {local}")
        } else {
            let utc = dates.expires_at.format("%H:%M:%S");
            format!("{verb} {local} ({utc} UTC)")
        });
        lines.push(format!("made {}", moment(ink, dates.obtained_at)));
    }
    lines.extend(renewal(ink, account, now));
    lines
}

/// The countdown with its gauge.
pub(super) fn access_left(ink: &Ink<'_>, account: &AccountView) -> String {
    let now = ink.app.shown_at(ink.now);
    let left = account.facts.access.map(|a| a.left(now));
    let words = ink.access(left);
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

/// When it is asked for anew, or why it is not.
fn renewal(ink: &Ink<'_>, account: &AccountView, now: Timestamp) -> Option<String> {
    let facts = &account.facts;
    Some(match account.next_refresh_at {
        Some(next) if next <= now => "renews by itself now".into(),
        Some(next) => format!("renews by itself at {}", moment(ink, next)),
        None if facts.paused => "not renewed: paused".into(),
        None if !facts.can_refresh() => return None,
        None if !ink.app.snapshot.policy.auto => {
            "renewed at next use: automatic refresh is off".into()
        }
        None => return None,
    })
}

/// What is known of the sign-in's end, and what would bring it nearer.
fn sign_in(ink: &Ink<'_>, account: &AccountView, brief: bool) -> Vec<String> {
    let facts = &account.facts;
    let given_at = facts.grant.as_ref().and_then(|grant| grant.granted_at);
    let given = given_at.map(|at| format!("given {}", day(ink, at)));
    let mut lines = outlook_lines(ink, account, brief);
    lines.extend(given);
    lines
}

fn outlook_lines(ink: &Ink<'_>, account: &AccountView, brief: bool) -> Vec<String> {
    let now = ink.app.shown_at(ink.now);
    let facts = &account.facts;
    let is_over = |d: Diagnosis| {
        matches!(
            d,
            Diagnosis::Reauth | Diagnosis::OrgReauth | Diagnosis::Account
        )
    };
    if let Some(fault) = facts.refusal().filter(|fault| is_over(fault.diagnosis)) {
        return vec![format!(
            "lost {}, {}",
            ink.ago(fault.at),
            day(ink, fault.at)
        )];
    }
    if !facts
        .grant
        .as_ref()
        .is_some_and(|grant| grant.has_refresh_token)
    {
        return vec!["none".into()];
    }
    match outlook::of(facts, now) {
        None => vec!["none".into()],
        Some(Outlook::Stated { until }) => {
            vec![ends(ink, until, now), stated_why(account, until).into()]
        }
        Some(Outlook::Testing { until }) => vec![
            ends(ink, until, now),
            "its client is in Testing, where Google ends sign-ins after 7 days".into(),
        ],
        Some(Outlook::Idle { since, until }) => vec![
            format!("unused for {} of 180 days", (now - since).num_days()),
            format!("ends {} if it stays unused", day(ink, until)),
        ],
        Some(Outlook::LongLived) => {
            let unused = day(ink, last_use(account, now) + IDLE_LIFE);
            let mut lines = vec![
                "long-lived: no end was set".into(),
                format!("unused, it ends {unused}"),
            ];
            let early = "ends early if the password changes, access is withdrawn, or 100 newer sign-ins use its client";
            lines.extend((!brief).then(|| early.to_owned()));
            lines
        }
        Some(Outlook::Unknown) => vec!["unknown: it was imported without its date".into()],
    }
}

fn ends(ink: &Ink<'_>, until: Timestamp, now: Timestamp) -> String {
    if until > now {
        format!("ends {}, in {}", day(ink, until), distance(until - now))
    } else {
        format!("should have ended {}", day(ink, until))
    }
}

fn stated_why(account: &AccountView, until: Timestamp) -> &'static str {
    let given = account.facts.grant.as_ref().and_then(|g| g.granted_at);
    let is_week = |at: Timestamp| (until - at - TESTING_LIFE).abs() < Span::hours(12);
    if given.is_some_and(is_week) {
        "Google gave it 7 days, as it does for apps in Testing"
    } else {
        "Google limited its time when it was given"
    }
}

fn last_use(account: &AccountView, now: Timestamp) -> Timestamp {
    let facts = &account.facts;
    let uses = [facts.last_refresh_at, facts.last_used_at];
    uses.into_iter().flatten().max().unwrap_or(now)
}

/// Today's hour, or another day.
pub(super) fn moment(ink: &Ink<'_>, at: Timestamp) -> String {
    let date = |at: Timestamp| at.with_timezone(&ink.app.place.offset).date_naive();
    if date(at) == date(ink.now) {
        ink.time(at)
    } else {
        day(ink, at)
    }
}

/// A day in the person's own time, with the hour while it is near and the year when it is not this.
pub(super) fn day(ink: &Ink<'_>, at: Timestamp) -> String {
    let offset = &ink.app.place.offset;
    let local = at.with_timezone(offset);
    let this_year = ink.now.with_timezone(offset).format("%Y").to_string();
    let is_near = (at - ink.now).abs() < Span::days(60);
    let form = match local.format("%Y").to_string() == this_year {
        _ if is_near => "%a %-d %b %H:%M",
        true => "%a %-d %b",
        false => "%a %-d %b %Y",
    };
    local.format(form).to_string()
}
