//! What changed by itself, told once: states that stay, not those that pass within two seconds,
//! and a sum instead of a list when many change together. No countdown is ever told.

use std::collections::{BTreeMap, HashMap};

use super::words::trouble;
use crate::domain::account::AccountId;
use crate::domain::health::State;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::{count, safe};

/// A state has to last this long to be worth a sentence.
const SETTLED: Span = Span::seconds(2);
/// What the person asked for was answered; its echo in the states needs no second sentence.
const ECHO: Span = Span::seconds(5);
/// More changes than these at once are summed up.
const EACH: usize = 8;

#[derive(Debug)]
pub(super) struct News {
    told: HashMap<AccountId, State>,
    /// Seen, and not yet told: since when.
    fresh: HashMap<AccountId, (State, Timestamp)>,
    answered: HashMap<AccountId, Timestamp>,
}

/// `due` is renewed without anybody; an account that goes to and fro is not worth a word.
fn calm(state: State) -> State {
    match state {
        State::Due => State::Ready,
        other => other,
    }
}

impl News {
    /// What is so at the beginning is not news.
    pub(super) fn new(snapshot: &Snapshot, now: Timestamp) -> Self {
        let told = snapshot.accounts.iter();
        let told = told.map(|view| (view.id, calm(view.state(&snapshot.policy, now))));
        Self {
            told: told.collect(),
            fresh: HashMap::new(),
            answered: HashMap::new(),
        }
    }

    /// The person has just been told about this account.
    pub(super) fn answered(&mut self, id: AccountId, now: Timestamp) {
        self.answered.insert(id, now);
    }

    /// When something seen will have settled.
    pub(super) fn settles_at(&self) -> Option<Timestamp> {
        self.fresh.values().map(|(_, since)| *since + SETTLED).min()
    }

    /// Takes the accounts in as they are and returns what is to be told of them.
    pub(super) fn of(&mut self, snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
        self.answered.retain(|_, at| (now - *at).abs() < ECHO);
        let mut settled: Vec<(&AccountView, State)> = Vec::new();
        for view in &snapshot.accounts {
            let state = calm(view.state(&snapshot.policy, now));
            if self.told.get(&view.id) == Some(&state) {
                self.fresh.remove(&view.id);
            } else if self.answered.contains_key(&view.id) {
                self.told.insert(view.id, state);
            } else {
                let seen = self.fresh.get(&view.id).filter(|(s, _)| *s == state);
                let since = seen.map_or(now, |(_, since)| *since);
                self.fresh.insert(view.id, (state, since));
                if now - since >= SETTLED {
                    settled.push((view, state));
                }
            }
        }
        for (view, state) in &settled {
            self.fresh.remove(&view.id);
            self.told.insert(view.id, *state);
        }
        self.fresh.retain(|id, _| snapshot.account(*id).is_some());
        if settled.len() > EACH {
            return vec![sum(&settled)];
        }
        let told = settled.iter();
        told.map(|(view, state)| one(view, *state, snapshot, now))
            .collect()
    }
}

fn one(view: &AccountView, state: State, snapshot: &Snapshot, now: Timestamp) -> String {
    let email = safe(&view.email);
    match trouble(view, &snapshot.policy, now) {
        // Its sentence says it better than the word does.
        Some(why) if state == State::Retrying => format!("{email}: {why}"),
        Some(why) => format!("{email}: {}. {why}", state.as_str()),
        None => format!("{email}: {}", state.as_str()),
    }
}

fn sum(settled: &[(&AccountView, State)]) -> String {
    let mut states: BTreeMap<State, usize> = BTreeMap::new();
    for (_, state) in settled {
        *states.entry(*state).or_default() += 1;
    }
    let states = states.iter();
    let states: Vec<_> = states.map(|(s, n)| format!("{n} {}", s.as_str())).collect();
    let changed = count(settled.len(), "account");
    format!("{changed} changed: {}", states.join(", "))
}
