//! Service accounts' keys: stored, replaced where that is wanted, removed. Google is never asked,
//! for nothing can be had with them yet.

use super::actor::Actor;
use super::error::GateError;
use super::gate::{Entry, Gate};
use crate::domain::event::{Event, What};
use crate::domain::service_account::{KeyStored, ServiceAccountKey, short};

impl Gate {
    /// Another key of the same account gives way only to `replace`.
    pub async fn put_service_account(
        &self,
        key: ServiceAccountKey,
        replace: bool,
    ) -> Result<KeyStored, GateError> {
        self.book(|reply| Entry::PutServiceAccount(Box::new(key), replace, reply))
            .await
    }

    /// Forgets the key here; at Google it goes on.
    pub async fn remove_service_account(&self, email: &str) -> Result<(), GateError> {
        let email = email.to_owned();
        self.book(|reply| Entry::RemoveServiceAccount(email, reply))
            .await
    }
}

impl Actor {
    pub(super) async fn put_service_account(
        &mut self,
        key: ServiceAccountKey,
        replace: bool,
    ) -> Result<KeyStored, GateError> {
        let (email, key_id) = (key.email.clone(), key.key_id.clone());
        let now = self.crew.clock.now();
        let store = &self.crew.store;
        let stored = store
            .with(move |vault| vault.put_service_account(&key, replace, now))
            .await?;
        let key = format!("key {} of a service account", short(&key_id));
        let detail = match &stored {
            KeyStored::Known => return Ok(stored),
            KeyStored::Replaced(before) if *before != key_id => {
                format!("{key} stored in place of {}", short(before))
            }
            KeyStored::Added | KeyStored::Replaced(_) => format!("{key} stored"),
        };
        self.tell_of_key(email, detail).await?;
        Ok(stored)
    }

    pub(super) async fn remove_service_account(&mut self, email: String) -> Result<(), GateError> {
        let gone = email.clone();
        let store = &self.crew.store;
        store
            .with(move |vault| vault.remove_service_account(&gone))
            .await?;
        let detail = "key of a service account removed; it goes on at Google";
        self.tell_of_key(email, detail.to_owned()).await
    }

    /// With the address, by which the history can be asked after it is gone.
    async fn tell_of_key(&mut self, email: String, detail: String) -> Result<(), GateError> {
        let event = Event {
            email: Some(email),
            ..self.event_of_program(What::Client, detail)
        };
        self.write(Vec::new(), event).await
    }
}
