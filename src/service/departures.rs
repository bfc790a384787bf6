//! How trips begin: what each command checks first, and which flight it boards.

use std::time::Duration;

use tokio::time::Instant;

use super::actor::{Actor, PATIENT_ATTEMPTS, refuse, unknown};
use super::ask::{Revocation, TokenAsk, Verification};
use super::flights::{Flight, Waiter};
use super::gate::Reply;
use crate::domain::account::AccountId;

impl Actor {
    pub(super) fn on_verify(&mut self, id: AccountId, reply: Reply<Verification>) {
        let now = self.crew.clock.now();
        let Some(account) = self.roster.account(id) else {
            return refuse(reply, unknown());
        };
        if account
            .facts
            .access
            .is_some_and(|access| access.is_live(now))
        {
            return self.verify(id, false, reply);
        }
        if account.facts.grant.is_none() {
            let error = self.refusal(id);
            return refuse(reply, error);
        }
        let ask = TokenAsk {
            force: true,
            ..TokenAsk::default()
        };
        self.renew(id, ask, PATIENT_ATTEMPTS, Some(Waiter::Verify(reply)));
    }

    pub(super) fn verify(&mut self, id: AccountId, renewed: bool, reply: Reply<Verification>) {
        let trip = self.trips.spawn(self.crew.clone().verify(id)).id();
        self.take_off(trip, id, Flight::Verify { renewed, reply });
    }

    pub(super) fn on_revoke(&mut self, id: AccountId, reply: Reply<Revocation>) {
        let Some(account) = self.roster.account(id) else {
            return refuse(reply, unknown());
        };
        if account.facts.grant.is_none() {
            let error = self.refusal(id);
            return refuse(reply, error);
        }
        let deadline = Instant::now() + Duration::from_secs(30);
        let trip = self
            .trips
            .spawn(self.crew.clone().revoke(id, deadline))
            .id();
        self.take_off(trip, id, Flight::Revoke(reply));
    }
}
