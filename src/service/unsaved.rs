//! Refresh tokens that Google has changed and the disk would not take: the only copies there are.
//! They are kept as long as the service lives, and each tick tries again to store them. Until then
//! nothing uses them, and the account's lock is held, lest another process shows Google the old one.

use super::actor::Actor;
use super::flights::{Flight, Waiter};
use super::gate::Role;
use super::landing::Ending;
use crate::domain::account::AccountId;
use crate::domain::event::{self, Event, What};
use crate::vault::{AccountLock, Change, Vault};

/// What the history calls it.
const CODE: &str = "not-stored";

pub(super) struct Unsaved {
    changes: Vec<Change>,
    /// Of the refresh that brought it, told once it is stored.
    event: Option<Event>,
    /// Why it is not stored.
    why: String,
    _lock: Option<AccountLock>,
}

/// Whether a change carries what exists nowhere else.
pub(super) fn is_only_copy(change: &Change) -> bool {
    matches!(
        change,
        Change::Learnt {
            refresh_token: Some(_),
            ..
        }
    )
}

/// What concerns one account, out of a batch.
fn part_of(changes: &[Change], id: AccountId) -> Vec<Change> {
    let concerns = |change: &&Change| match change {
        Change::Learnt { id: whose, .. } => *whose == id,
        Change::Happened(event) => event.account == Some(id),
        _ => false,
    };
    changes.iter().filter(concerns).cloned().collect()
}

impl Actor {
    /// Keeps the account's part of a batch that could not be stored, if it is the only copy.
    /// Returns how its loss, or its keeping, is told.
    pub(super) fn rescue(
        &mut self,
        id: AccountId,
        batch: &[Change],
        event: Option<Event>,
        lock: Option<AccountLock>,
        why: &str,
    ) -> String {
        let changes = part_of(batch, id);
        if !changes.iter().any(is_only_copy) {
            return why.to_owned();
        }
        if self.role == Role::OneShot {
            return format!(
                "{why}; Google had sent a new refresh token, which is lost with this: if the next \
                 refresh is refused, sign in again"
            );
        }
        let told = format!(
            "{why}; the new refresh token is in memory only, and is stored as soon as that works: \
             do not quit before"
        );
        let account = self.roster.account(id).cloned();
        let unsaved = Unsaved {
            changes,
            event,
            why: told.clone(),
            _lock: lock,
        };
        self.unsaved.insert(id, unsaved);
        if let Some(account) = account {
            let failed = event::Result::Failed;
            let event = self.event(&account, What::Refresh, failed, CODE, || told.clone());
            self.tell(event);
        }
        told
    }

    pub(super) fn is_unsaved(&self, id: AccountId) -> bool {
        self.unsaved.contains_key(&id)
    }

    /// A refresh would begin with a token that Google no longer takes: who waits for one hears why.
    pub(super) fn turn_away(&mut self, id: AccountId, waiter: Waiter) {
        if let Some(unsaved) = self.unsaved.get(&id) {
            let ending = Ending::NotStored(unsaved.why.clone());
            self.answer(id, Flight::Refresh(vec![waiter]), ending);
        }
    }

    /// One more try for each of them. A grant that was replaced or removed meanwhile is stored
    /// nowhere, and that is right.
    pub(super) async fn store_unsaved(&mut self) {
        let ids: Vec<_> = self.unsaved.keys().copied().collect();
        for id in ids {
            let Some(unsaved) = self.unsaved.remove(&id) else {
                continue;
            };
            let changes = unsaved.changes.clone();
            let store = move |vault: &mut Vault| {
                vault.commit(&changes)?;
                vault.read_account(id)
            };
            match self.crew.store.with(store).await {
                Ok(account) => {
                    self.take_in(vec![(id, account)]);
                    self.publish();
                    if let Some(event) = unsaved.event {
                        self.tell(event);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a new refresh token is still in memory only");
                    self.unsaved.insert(id, unsaved);
                }
            }
        }
    }
}
