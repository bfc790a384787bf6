//! Sentences for a voice: whole words instead of columns and marks, and durations as one says them.

use crate::domain::account::AccountId;
use crate::domain::event::Event;
use crate::domain::health::State;
use crate::domain::outlook::{self, Outlook};
use crate::domain::schedule::Policy;
use crate::domain::scope::short;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::{count, date, safe};

/// `24 seconds`, `5 minutes`, `1 day 4 hours`: at most two units.
pub(super) fn spoken(span: Span) -> String {
    let s = span.num_seconds().unsigned_abs() as usize;
    let (big, small) = match s {
        0..60 => return count(s, "second"),
        60..3_600 => return count(s / 60, "minute"),
        3_600..86_400 => (count(s / 3_600, "hour"), count(s % 3_600 / 60, "minute")),
        _ => (count(s / 86_400, "day"), count(s % 86_400 / 3_600, "hour")),
    };
    if small.starts_with("0 ") {
        big
    } else {
        format!("{big} {small}")
    }
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", spoken(now - at))
}

fn access(view: &AccountView, now: Timestamp) -> String {
    match view.facts.access {
        None => "none".into(),
        Some(access) if access.is_live(now) => format!("{} left", spoken(access.left(now))),
        Some(access) => format!("ran out {}", ago(access.expires_at, now)),
    }
}

fn sign_in(view: &AccountView, now: Timestamp) -> String {
    if let Some(fault) = view.facts.lost_sign_in() {
        return format!("lost {}", ago(fault.at, now));
    }
    match outlook::of(&view.facts, now) {
        None => "none".into(),
        Some(Outlook::Stated { until } | Outlook::Testing { until }) if until > now => {
            format!("{} left, until {}", spoken(until - now), date(until))
        }
        Some(Outlook::Stated { until } | Outlook::Testing { until }) => {
            format!("ended {}", ago(until, now))
        }
        Some(Outlook::Idle { since, until }) => format!(
            "unused for {}, dropped after {}",
            spoken(now - since),
            spoken(until - since)
        ),
        Some(Outlook::LongLived) => "long-lived".into(),
        Some(Outlook::Unknown) => "unknown".into(),
    }
}

/// Why an account is not well, if it is not.
pub(super) fn trouble(view: &AccountView, policy: &Policy, now: Timestamp) -> Option<String> {
    let problem = view.problem(policy, now)?;
    let next = view.next_refresh_at.filter(|at| *at > now);
    if view.state(policy, now) == State::Retrying
        && let Some(next) = next
    {
        let why = match problem.message.split_once(';') {
            Some((why, _)) => why,
            None => &problem.message,
        };
        let next = spoken(next - now);
        return Some(format!("refresh failed, next try in {next}. {}", safe(why)));
    }
    Some(safe(&problem.message))
}

/// With a full stop, unless one stands inside the closing quotation mark.
fn sentence(words: &str) -> String {
    if words.ends_with('.') || words.ends_with(".”") {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}

/// `3. shop@example.com: retrying; access ran out 2 minutes ago; sign-in long-lived`.
pub(super) fn row(number: usize, view: &AccountView, policy: &Policy, now: Timestamp) -> String {
    let label = view
        .label
        .as_deref()
        .map(|label| format!(", {}", safe(label)));
    format!(
        "{number}. {}{}: {}; access {}; sign-in {}",
        safe(&view.email),
        label.unwrap_or_default(),
        view.state(policy, now).as_str(),
        access(view, now),
        sign_in(view, now),
    )
}

/// `7 accounts. 2 need you. 1 retrying.`
pub(super) fn health(snapshot: &Snapshot, now: Timestamp) -> String {
    let states: Vec<State> = snapshot
        .accounts
        .iter()
        .map(|view| view.state(&snapshot.policy, now))
        .collect();
    let needy = match states.iter().filter(|state| state.needs_person()).count() {
        0 => String::new(),
        1 => " 1 needs you.".into(),
        n => format!(" {n} need you."),
    };
    let retrying = match states.iter().filter(|s| **s == State::Retrying).count() {
        0 => String::new(),
        n => format!(" {n} retrying."),
    };
    format!("{}.{needy}{retrying}", count(states.len(), "account"))
}

/// Everything about one account.
pub(super) fn account(snapshot: &Snapshot, id: AccountId, now: Timestamp) -> Vec<String> {
    let Some(view) = snapshot.account(id) else {
        return vec!["This account is gone.".into()];
    };
    let policy = &snapshot.policy;
    let mut said = vec![format!(
        "{}: {}.",
        safe(&view.email),
        view.state(policy, now).as_str()
    )];
    if let Some(label) = &view.label {
        said.push(format!("Label: {}.", safe(label)));
    }
    said.extend(trouble(view, policy, now).map(|why| format!("Why: {}", sentence(&why))));
    if let Some(problem) = view.problem(policy, now) {
        if let Some(cause) = &problem.cause {
            let facts = cause.facts.iter().map(|fact| safe(fact));
            let facts: Vec<_> = facts.collect();
            said.push(format!(
                "Cause: {} ({}).",
                safe(&cause.text),
                facts.join("; ")
            ));
        }
        said.push(format!("What helps: {}.", safe(&problem.remedy)));
    }
    said.push(format!("Access token: {}.", access(view, now)));
    said.push(format!("Sign-in: {}.", sign_in(view, now)));
    if let Some(at) = view.facts.last_refresh_at {
        said.push(format!("Last refresh: {}.", ago(at, now)));
    }
    if let Some(checked) = &view.checked {
        said.push(format!(
            "Checked {}: {}.",
            ago(checked.at, now),
            safe(&checked.line)
        ));
    }
    if let Some(grant) = &view.facts.grant {
        let scopes: Vec<_> = grant.granted.iter().map(short).collect();
        said.push(format!("Permissions: {}.", safe(&scopes.join(", "))));
    }
    if let Some(client) = &view.client {
        said.push(format!("OAuth client: {}.", safe(client)));
    }
    for handout in &view.handed_out {
        let (program, at) = (safe(&handout.program), ago(handout.at, now));
        said.push(format!("Token taken by {program} {at}."));
    }
    said
}

/// `14:01 shop@example.com: refresh failed: 503 from the token endpoint`.
pub(super) fn event(event: &Event, time: &str) -> String {
    let who = event.email.as_deref().unwrap_or("gatepost");
    let (what, result) = (event.what.as_str(), event.result.as_str());
    let why = if event.detail.is_empty() {
        &event.code
    } else {
        &event.detail
    };
    let why = if why.is_empty() {
        String::new()
    } else {
        format!(": {}", safe(why))
    };
    format!("{time} {}: {what} {result}{why}", safe(who))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_whole_words() {
        let said = |seconds| spoken(Span::seconds(seconds));
        assert_eq!(said(1), "1 second");
        assert_eq!(said(24), "24 seconds");
        assert_eq!(said(3_599), "59 minutes");
        assert_eq!(said(3_600), "1 hour");
        assert_eq!(said(100_800), "1 day 4 hours");
        assert_eq!(said(-61), "1 minute");
    }
}
