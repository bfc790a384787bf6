//! The hand behind the scenes: makes things happen in the world that a client cannot see coming,
//! and reads what it was asked. Every method works at once; nothing waits.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::consent::{self, ConsentChoice};
use super::faults::Fault;
use super::issued::{IssueSpec, Issued};
use super::log::LogEntry;
use super::message::Request;
use super::world::{AccountKey, Answer, ClientKey, ErrorPage, Habits, Project, Standing, World};
use crate::clock::Clock;
use crate::domain::client::Publishing;
use crate::domain::secret::Secret;
use crate::domain::time::{Span, Timestamp, millis};

#[derive(Clone)]
pub struct Control(Arc<Shared>);

struct Shared {
    /// Held for one answer at a time, never across an await.
    world: Mutex<World>,
    clock: Clock,
    /// Milliseconds since the epoch; in the past while the sandbox is reachable.
    offline_until: AtomicI64,
}

/// A name that the world does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox knows no `{0}`")]
pub struct Unknown(pub String);

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

/// Accounts, by address or `sub`.
impl Control {
    /// Withdraws access, as the person can at myaccount.google.com: every grant of the account.
    pub fn revoke(&self, email: &str) -> Result<(), Unknown> {
        self.with_account(email, |world, account, now| {
            for project in world.grants.projects_of(account) {
                world.grants.revoke(account, project, now);
            }
        })
    }

    /// Ends the refresh tokens of an account without a trace; access tokens go on.
    pub fn end_sign_ins(&self, email: &str) -> Result<(), Unknown> {
        self.with_account(email, |world, account, _| {
            for token in world.grants.refresh_tokens(account) {
                token.dead = true;
            }
        })
    }

    pub fn change_password(&self, email: &str) -> Result<(), Unknown> {
        self.with_account(email, |world, account, _| {
            world.directory[account].password_epoch += 1;
        })
    }

    /// On: every sign-in up to now must be repeated (`invalid_rapt`). Off: none.
    pub fn session_control(&self, email: &str, on: bool) -> Result<(), Unknown> {
        self.with_account(email, |world, account, now| {
            world.directory[account].session_limit = on.then_some(now);
        })
    }

    pub fn set_account(&self, email: &str, standing: Standing) -> Result<(), Unknown> {
        self.with_account(email, |world, account, _| {
            world.directory[account].standing = standing;
        })
    }

    /// Whether the account has Gmail at all.
    pub fn set_mailbox(&self, email: &str, exists: bool) -> Result<(), Unknown> {
        self.with_account(email, |world, account, _| {
            world.directory[account].has_mailbox = exists;
        })
    }

    /// The account's access tokens run out now.
    pub fn expire_access(&self, email: &str) -> Result<(), Unknown> {
        self.with_account(email, |world, account, now| {
            for token in world.grants.access_tokens(account) {
                token.expires_at = token.expires_at.min(now);
            }
        })
    }
}

/// Clients and their projects, by client ID or the scenario's name.
impl Control {
    pub fn set_client(&self, client: &str, standing: Standing) -> Result<(), Unknown> {
        self.with_client(client, |world, key| {
            world.directory[key].standing = standing;
        })
    }

    /// Gives the client a new secret; the old ones end at once.
    pub fn rotate_secret(&self, client: &str) -> Result<Secret, Unknown> {
        let secret = self.add_secret(client)?;
        self.with_client(client, |world, key| {
            world.directory[key].secrets = vec![secret.expose().to_owned()];
        })?;
        Ok(secret)
    }

    /// Gives the client a second secret, as during a rotation.
    pub fn add_secret(&self, client: &str) -> Result<Secret, Unknown> {
        self.with_client(client, |world, key| {
            let secret = world.mint_secret();
            world.directory[key].secrets.push(secret.clone());
            Secret::new(secret)
        })
    }

    pub fn publish(&self, client: &str, publishing: Publishing) -> Result<(), Unknown> {
        self.with_project(client, |project| project.publishing = publishing)
    }

    pub fn add_test_user(&self, client: &str, email: &str) -> Result<(), Unknown> {
        self.with_project(client, |project| {
            project.test_users.insert(email.to_lowercase());
        })
    }

    pub fn set_gmail_api(&self, client: &str, enabled: bool) -> Result<(), Unknown> {
        self.with_project(client, |project| project.gmail_enabled = enabled)
    }

    /// The administrator of a Workspace domain restricts the app, or trusts it again.
    pub fn restrict(&self, client: &str, domain: &str, on: bool) -> Result<(), Unknown> {
        let domain = domain.to_lowercase();
        self.with_project(client, |project| {
            if on {
                project.restricted.insert(domain);
            } else {
                project.restricted.remove(&domain);
            }
        })
    }
}

/// The world as a whole.
impl Control {
    pub(super) fn new(world: World, clock: Clock) -> Self {
        Self(Arc::new(Shared {
            world: Mutex::new(world),
            clock,
            offline_until: AtomicI64::new(i64::MIN),
        }))
    }

    /// Moves the clock that the sandbox shares with whoever gave it.
    pub fn step_clock(&self, by: Span) {
        self.0.clock.step(by);
    }

    /// The sandbox's time.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub fn habits(&self, change: impl FnOnce(&mut Habits)) {
        self.with(|world, _| change(&mut world.habits));
    }

    pub fn add_fault(&self, fault: Fault) {
        self.with(|world, now| world.faults.add(fault, now));
    }

    pub fn clear_faults(&self) {
        self.with(|world, _| world.faults.clear());
    }

    /// Offline, every connection is reset: new ones at once, old ones at their next request.
    pub fn set_offline(&self, offline: bool) {
        let until = if offline { i64::MAX } else { i64::MIN };
        self.0.offline_until.store(until, Ordering::Relaxed);
    }

    /// Offline for a while: whoever asks over HTTP could not take it back.
    pub fn go_offline_for(&self, time: Span) {
        let until = millis(self.0.clock.now() + time);
        self.0.offline_until.store(until, Ordering::Relaxed);
    }

    pub(super) fn is_offline(&self) -> bool {
        millis(self.0.clock.now()) < self.0.offline_until.load(Ordering::Relaxed)
    }

    /// Mints tokens as a consent would have, at any time in the past.
    pub fn issue(&self, spec: &IssueSpec) -> Result<Issued, Unknown> {
        self.with(|world, now| spec.carry_out(world, now))
    }

    /// Walks the consent pages without a browser: the address the browser would have been sent
    /// to, or the error page on which it would have stayed.
    pub fn consent(&self, auth_url: &str, choice: ConsentChoice) -> Result<String, ErrorPage> {
        let (_, query) = auth_url.split_once('?').unwrap_or_default();
        self.with(|world, now| consent::walk(world, query, choice, now))
    }

    /// Everything that was asked, oldest first.
    pub fn requests(&self) -> Vec<LogEntry> {
        self.with(|world, _| world.log.entries().cloned().collect())
    }

    pub fn clear_requests(&self) {
        self.with(|world, _| world.log.clear());
    }

    /// How often a refresh was asked for this account, whatever the answer.
    pub fn refreshes_for(&self, email: &str) -> usize {
        let about = |entry: &&LogEntry| entry.is_refresh() && entry.is_about(email);
        self.with(|world, _| world.log.entries().filter(about).count())
    }

    pub(super) fn answer(&self, request: &Request) -> Answer {
        self.with(|world, now| world.answer(request, now))
    }

    /// What the `Date` header says now.
    pub(super) fn shown_time(&self) -> Timestamp {
        self.with(|world, now| world.shown_time(now))
    }

    /// A panic inside an answer must not take the other connections along.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let now = self.0.clock.now();
        let mut world = self.0.world.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut world, now)
    }

    fn with_account(
        &self,
        email: &str,
        act: impl FnOnce(&mut World, AccountKey, Timestamp),
    ) -> Result<(), Unknown> {
        self.with(|world, now| {
            let account = world.directory.account(email);
            let account = account.ok_or_else(|| Unknown(email.to_owned()))?;
            act(world, account, now);
            Ok(())
        })
    }

    fn with_client<T>(
        &self,
        client: &str,
        act: impl FnOnce(&mut World, ClientKey) -> T,
    ) -> Result<T, Unknown> {
        self.with(|world, _| {
            let key = world.directory.client_called(client);
            let key = key.ok_or_else(|| Unknown(client.to_owned()))?;
            Ok(act(world, key))
        })
    }

    fn with_project(&self, client: &str, act: impl FnOnce(&mut Project)) -> Result<(), Unknown> {
        self.with_client(client, |world, key| {
            let project = world.directory[key].project;
            act(&mut world.directory[project]);
        })
    }
}
