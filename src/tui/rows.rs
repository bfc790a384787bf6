//! Which accounts are shown, in which order, and how each one stands. Worked out when the snapshot,
//! the sorting or the filter changes and when a state's boundary passes, never per frame: ten
//! thousand accounts cost a frame no more than ten.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::domain::account::AccountId;
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::schedule::Policy;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::{Span, Timestamp};

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

/// How the list is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    pub sort: Sort,
    pub filter: &'a str,
    /// Leave everyone where they are: the list is frozen, or a hand is on the keys.
    pub hold: bool,
}

#[derive(Debug, Default)]
pub struct Rows {
    /// By position in the snapshot.
    states: Vec<State>,
    /// Everyone, in order, whether shown or not.
    order: Vec<AccountId>,
    /// Positions in the snapshot, filtered and in order. The number beside each saves a walk
    /// through the accounts when the cursor is looked for.
    shown: Vec<(usize, AccountId)>,
    counts: [usize; State::ALL.len()],
    most_urgent: Option<usize>,
    /// For the columns: whether anyone has a label, and the longest address.
    pub labelled: bool,
    pub widest: usize,
    made_at: Timestamp,
    good_until: Option<Timestamp>,
    /// The order is not what the sorting asks for, because it was held.
    pub held: bool,
}

impl Rows {
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now < self.made_at || self.good_until.is_some_and(|until| now >= until)
    }

    /// When a state will change by itself.
    pub fn good_until(&self) -> Option<Timestamp> {
        self.good_until
    }

    pub fn renew(&mut self, snapshot: &Snapshot, now: Timestamp, wish: Wish<'_>) {
        let accounts = &snapshot.accounts;
        let policy = &snapshot.policy;
        self.states.clear();
        self.counts = Default::default();
        self.good_until = None;
        self.made_at = now;
        self.labelled = accounts.iter().any(|a| a.label.is_some());
        self.widest = accounts
            .iter()
            .map(|a| a.email.len())
            .max()
            .unwrap_or_default();
        for account in accounts {
            let state = account.state(policy, now);
            self.states.push(state);
            self.counts[state as usize] += 1;
            let next = next_boundary(account, policy, now);
            self.good_until = self.good_until.into_iter().chain(next).min();
        }
        let needy = (0..accounts.len()).filter(|&i| self.states[i].needs_person());
        self.most_urgent = needy.min_by_key(|&i| self.urgency(snapshot, i));
        let sorted = self.sorted(snapshot, wish.sort);
        let positions = if wish.hold {
            self.as_before(snapshot)
        } else {
            sorted.clone()
        };
        self.held = positions != sorted;
        self.order = positions.iter().map(|&i| accounts[i].id).collect();
        let words = lower_words(wish.filter);
        self.shown = positions
            .into_iter()
            .filter(|&i| words.is_empty() || matches(&accounts[i], self.states[i], &words))
            .map(|i| (i, accounts[i].id))
            .collect();
    }

    fn sorted(&self, snapshot: &Snapshot, sort: Sort) -> Vec<usize> {
        let accounts = &snapshot.accounts;
        let mut positions: Vec<usize> = (0..accounts.len()).collect();
        if sort.column == Column::Urgency {
            let keys: Vec<_> = positions
                .iter()
                .map(|&i| self.urgency(snapshot, i))
                .collect();
            positions.sort_by_key(|&i| keys[i]);
        } else {
            positions.sort_by(|&a, &b| compare(&accounts[a], &accounts[b], sort.column));
        }
        if sort.reversed {
            positions.reverse();
        }
        positions
    }

    /// The order of last time; who is new comes last.
    fn as_before(&self, snapshot: &Snapshot) -> Vec<usize> {
        let mut at: HashMap<AccountId, usize> = snapshot
            .accounts
            .iter()
            .enumerate()
            .map(|(i, a)| (a.id, i))
            .collect();
        let mut positions: Vec<usize> = self.order.iter().filter_map(|id| at.remove(id)).collect();
        let mut new: Vec<usize> = at.into_values().collect();
        new.sort_unstable();
        positions.extend(new);
        positions
    }

    /// How many are shown.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The account in a row, with its state.
    pub fn get<'s>(&self, snapshot: &'s Snapshot, row: usize) -> Option<(&'s AccountView, State)> {
        let &(i, _) = self.shown.get(row)?;
        Some((snapshot.accounts.get(i)?.as_ref(), *self.states.get(i)?))
    }

    pub fn row_of(&self, id: AccountId) -> Option<usize> {
        self.shown.iter().position(|(_, shown)| *shown == id)
    }

    pub fn state_of(&self, snapshot: &Snapshot, id: AccountId) -> Option<State> {
        let i = snapshot.accounts.iter().position(|a| a.id == id)?;
        self.states.get(i).copied()
    }

    pub fn count(&self, state: State) -> usize {
        self.counts[state as usize]
    }

    pub fn needing_a_person(&self) -> usize {
        State::ALL
            .into_iter()
            .filter(|s| s.needs_person())
            .map(|s| self.count(s))
            .sum()
    }

    /// Everyone who needs a person, most urgent first.
    pub fn in_need(&self, snapshot: &Snapshot) -> Vec<AccountId> {
        let mut needy: Vec<_> = (0..self.states.len())
            .filter(|&i| self.states[i].needs_person())
            .collect();
        needy.sort_by_key(|&i| self.urgency(snapshot, i));
        needy.into_iter().map(|i| snapshot.accounts[i].id).collect()
    }

    pub fn most_urgent<'s>(&self, snapshot: &'s Snapshot) -> Option<(&'s AccountView, State)> {
        let i = self.most_urgent?;
        Some((snapshot.accounts.get(i)?.as_ref(), *self.states.get(i)?))
    }

    /// Within one state whoever runs out first. It depends on facts alone, so the order holds
    /// until a state changes.
    fn urgency(&self, snapshot: &Snapshot, i: usize) -> (State, i64) {
        let facts = &snapshot.accounts[i].facts;
        let at = match self.states[i] {
            State::Ending => outlook::end(facts),
            State::Retrying => facts.backoff.map(|b| b.next_try_at),
            State::Revoked | State::Reauth | State::Blocked => facts.fault.as_ref().map(|f| f.at),
            _ => facts.access.map(|a| a.expires_at),
        };
        (
            self.states[i],
            at.map_or(i64::MAX, |at| at.timestamp_millis()),
        )
    }
}

fn compare(a: &AccountView, b: &AccountView, column: Column) -> Ordering {
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

/// The next moment at which time alone changes the state.
fn next_boundary(account: &AccountView, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    let access = account.facts.access;
    let end = outlook::end(&account.facts);
    [
        access.map(|a| a.expires_at - policy.lead),
        access.map(|a| a.expires_at),
        // A clock that was moved back makes a token unusable until the time has caught up.
        access.map(|a| a.obtained_at - Span::minutes(5)),
        end.map(|end| end - policy.ending_within),
    ]
    .into_iter()
    .flatten()
    .filter(|at| *at > now)
    .min()
}

fn lower_words(filter: &str) -> Vec<String> {
    filter.split_whitespace().map(str::to_lowercase).collect()
}

/// Whether every word is found in the address, the label, the client or the state.
fn matches(account: &AccountView, state: State, words: &[String]) -> bool {
    let fields = [
        Some(account.email.as_str()),
        account.label.as_deref(),
        account.client.as_deref(),
        Some(state.as_str()),
        account.busy.map(crate::domain::snapshot::Busy::as_str),
    ];
    let hay: Vec<String> = fields
        .into_iter()
        .flatten()
        .map(str::to_lowercase)
        .collect();
    words
        .iter()
        .all(|word| hay.iter().any(|h| h.contains(word)))
}
