//! Which accounts are shown, in which order, and how each one stands. Worked out when the snapshot,
//! the sorting or the filter changes and when a state's boundary passes, never per frame: ten
//! thousand accounts cost a frame no more than ten.

mod sort;

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::account::AccountId;
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::schedule::Policy;
use crate::domain::scope::short;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::{Span, Timestamp};
use crate::tui::filter::{Filter, Sieve};
use crate::tui::widget::text::width;

pub use self::sort::{Column, Sort};
use self::sort::{compare, urgency};

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
    filter: Filter,
    pub widest: Widest,
    /// How many accounts each client has.
    per_client: HashMap<String, usize>,
    made_at: Timestamp,
    good_until: Option<Timestamp>,
    /// The order is not what the sorting asks for, because it was held.
    pub held: bool,
}

/// The longest text of each column, in columns of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Widest {
    pub account: usize,
    pub label: usize,
    pub client: usize,
    pub scopes: usize,
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
        self.measure(accounts);
        let filter = Filter::parse(wish.filter);
        let mut sieve = Sieve::new(&filter);
        for account in accounts {
            let state = account.state(policy, now);
            self.states.push(state);
            self.counts[state as usize] += 1;
            let next = next_boundary(account, policy, now);
            let passes = sieve.next_boundary(account, now);
            self.good_until = [self.good_until, next, passes].into_iter().flatten().min();
        }
        let needy = (0..accounts.len()).filter(|&i| self.states[i].needs_person());
        self.most_urgent = needy.min_by_key(|&i| urgency(&snapshot.accounts[i], self.states[i]));
        let sorted = self.sorted(snapshot, wish.sort);
        let positions = if wish.hold {
            self.as_before(snapshot)
        } else {
            sorted.clone()
        };
        self.held = positions != sorted;
        self.order = positions.iter().map(|&i| accounts[i].id).collect();
        self.shown = positions
            .into_iter()
            .filter(|&i| sieve.admits(&accounts[i], self.states[i], now))
            .map(|i| (i, accounts[i].id))
            .collect();
        self.filter = filter;
    }

    fn measure(&mut self, accounts: &[Arc<AccountView>]) {
        self.widest = Widest::default();
        self.per_client.clear();
        let Widest {
            account: address,
            label,
            client,
            scopes,
        } = &mut self.widest;
        let grow = |widest: &mut usize, text: Option<&String>| {
            *widest = text.map_or(0, |text| width(text)).max(*widest);
        };
        for account in accounts {
            grow(address, Some(&account.email));
            grow(label, account.label.as_ref());
            grow(client, account.client.as_ref());
            let wide: usize = reach(account).map(|scope| width(scope) + 1).sum();
            *scopes = wide.saturating_sub(1).max(*scopes);
            if let Some(client) = &account.client {
                match self.per_client.get_mut(client) {
                    Some(sharing) => *sharing += 1,
                    None => drop(self.per_client.insert(client.clone(), 1)),
                }
            }
        }
    }

    /// What the filter was understood as.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// How many accounts use this client.
    pub fn of_client(&self, client: &str) -> usize {
        self.per_client.get(client).copied().unwrap_or_default()
    }

    fn sorted(&self, snapshot: &Snapshot, sort: Sort) -> Vec<usize> {
        let accounts = &snapshot.accounts;
        let mut positions: Vec<usize> = (0..accounts.len()).collect();
        if sort.column == Column::Urgency {
            let keys: Vec<_> = positions
                .iter()
                .map(|&i| urgency(&snapshot.accounts[i], self.states[i]))
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
        needy.sort_by_key(|&i| urgency(&snapshot.accounts[i], self.states[i]));
        needy.into_iter().map(|i| snapshot.accounts[i].id).collect()
    }

    pub fn most_urgent<'s>(&self, snapshot: &'s Snapshot) -> Option<(&'s AccountView, State)> {
        let i = self.most_urgent?;
        Some((snapshot.accounts.get(i)?.as_ref(), *self.states.get(i)?))
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

/// What the grant is good for: its scopes without those that only tell who signed in.
pub fn reach(account: &AccountView) -> impl Iterator<Item = &str> {
    let grant = account.facts.grant.as_ref();
    let granted = grant.into_iter().flat_map(|grant| grant.granted.iter());
    granted
        .map(short)
        .filter(|scope| !matches!(*scope, "openid" | "email" | "profile"))
}
