//! Who is in the air and who waits for it: single flight per account, inside this process.
//! Synchronous. Across processes the account's lock does the same.

use std::collections::HashMap;

use tokio::task;

use super::ask::{Revocation, Token, TokenAsk, Verification};
use super::gate::Reply;
use crate::domain::account::AccountId;
use crate::domain::snapshot::Busy;

/// Someone who wants to hear how a trip ended.
#[derive(Debug)]
pub(super) enum Waiter {
    Token(TokenAsk, Reply<Token>),
    Refresh(Reply<()>),
    /// A verification that first needs a live token.
    Verify(Reply<Verification>),
}

/// One trip and its audience.
#[derive(Debug)]
pub(super) enum Flight {
    Refresh(Vec<Waiter>),
    /// `true` once a refresh was tried because Google did not accept the access token.
    Verify {
        renewed: bool,
        reply: Reply<Verification>,
    },
    Revoke(Reply<Revocation>),
}

impl Flight {
    fn busy(&self) -> Busy {
        match self {
            Self::Refresh(_) => Busy::Refreshing,
            Self::Verify { .. } => Busy::Verifying,
            Self::Revoke(_) => Busy::Revoking,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Flights {
    airborne: HashMap<task::Id, (AccountId, Flight)>,
    refreshing: HashMap<AccountId, task::Id>,
}

impl Flights {
    /// Joins the refresh that is already in the air, or gives the waiter back.
    pub(super) fn join(&mut self, id: AccountId, waiter: Waiter) -> Option<Waiter> {
        let flight = self
            .refreshing
            .get(&id)
            .and_then(|trip| self.airborne.get_mut(trip));
        match flight {
            Some((_, Flight::Refresh(waiters))) => {
                waiters.push(waiter);
                None
            }
            _ => Some(waiter),
        }
    }

    pub(super) fn is_refreshing(&self, id: AccountId) -> bool {
        self.refreshing.contains_key(&id)
    }

    pub(super) fn took_off(&mut self, trip: task::Id, id: AccountId, flight: Flight) {
        if matches!(flight, Flight::Refresh(_)) {
            self.refreshing.insert(id, trip);
        }
        self.airborne.insert(trip, (id, flight));
    }

    /// A trip came down, however it ended; a panic lands too.
    pub(super) fn landed(&mut self, trip: task::Id) -> Option<(AccountId, Flight)> {
        let (id, flight) = self.airborne.remove(&trip)?;
        if self.refreshing.get(&id) == Some(&trip) {
            self.refreshing.remove(&id);
        }
        Some((id, flight))
    }

    /// What each account is busy with; a revocation outranks a refresh.
    pub(super) fn busy(&self) -> HashMap<AccountId, Busy> {
        let mut busy = HashMap::new();
        for (id, flight) in self.airborne.values() {
            let shown = busy.entry(*id).or_insert(flight.busy());
            if flight.busy() == Busy::Revoking {
                *shown = Busy::Revoking;
            }
        }
        busy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_caller_joins_and_a_landed_flight_is_gone() {
        let trip = tokio::spawn(async {}).id();
        let id = AccountId(1);
        let waiter = || Waiter::Refresh(tokio::sync::oneshot::channel().0);
        let mut flights = Flights::default();
        let first = flights.join(id, waiter()).expect("nothing to join yet");
        flights.took_off(trip, id, Flight::Refresh(vec![first]));
        assert!(flights.join(id, waiter()).is_none());
        assert_eq!(flights.busy().get(&id), Some(&Busy::Refreshing));
        let Some((_, Flight::Refresh(waiters))) = flights.landed(trip) else {
            panic!("the flight was lost")
        };
        assert_eq!(waiters.len(), 2);
        assert!(!flights.is_refreshing(id) && flights.join(id, waiter()).is_some());
    }
}
