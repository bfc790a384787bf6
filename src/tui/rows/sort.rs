//! The columns that a list can be sorted by, and who comes before whom.

use std::cmp::Ordering;

use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::snapshot::AccountView;
use crate::domain::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Column {
    #[default]
    Urgency,
    Account,
    Label,
    Access,
    SignIn,
    Seen,
    Client,
}

impl Column {
    pub const ALL: [Self; 7] = [
        Self::Urgency,
        Self::Account,
        Self::Label,
        Self::Access,
        Self::SignIn,
        Self::Seen,
        Self::Client,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Account => "address",
            Self::Label => "label",
            Self::Access => "access",
            Self::SignIn => "sign-in",
            Self::Seen => "last refresh",
            Self::Client => "client",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    pub column: Column,
    pub reversed: bool,
}

pub(super) fn compare(a: &AccountView, b: &AccountView, column: Column) -> Ordering {
    let time = |at: Option<Timestamp>| at.map_or(i64::MAX, |at| at.timestamp_millis());
    let by_name = || a.email.cmp(&b.email);
    // Whoever has none comes last.
    let word = |text: &Option<String>| (text.is_none(), text.clone());
    match column {
        Column::Urgency | Column::Account => by_name(),
        Column::Label => word(&a.label).cmp(&word(&b.label)).then_with(by_name),
        Column::Client => word(&a.client).cmp(&word(&b.client)).then_with(by_name),
        Column::Access => time(a.facts.access.map(|x| x.expires_at))
            .cmp(&time(b.facts.access.map(|x| x.expires_at)))
            .then_with(by_name),
        Column::SignIn => time(outlook::end(&a.facts))
            .cmp(&time(outlook::end(&b.facts)))
            .then_with(by_name),
        Column::Seen => b
            .facts
            .last_refresh_at
            .cmp(&a.facts.last_refresh_at)
            .then_with(by_name),
    }
}

/// Within one state whoever runs out first. It depends on facts alone, so the order holds until a
/// state changes.
pub(super) fn urgency(account: &AccountView, state: State) -> (State, i64) {
    let facts = &account.facts;
    let at = match state {
        State::Ending => outlook::end(facts),
        State::Retrying => facts.backoff.map(|b| b.next_try_at),
        State::Revoked | State::Reauth | State::Blocked => facts.fault.as_ref().map(|f| f.at),
        _ => facts.access.map(|a| a.expires_at),
    };
    (state, at.map_or(i64::MAX, |at| at.timestamp_millis()))
}
