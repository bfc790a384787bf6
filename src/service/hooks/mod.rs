//! Calls the hooks: finds the turns that accounts took, claims them, and starts a program for each
//! that is ours. A turn is claimed before its program is started: a death in between costs the
//! call, and never makes two.

mod call;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};

use super::actor::Actor;
use super::gate::{Command, Entry};
use crate::config::HookConfig;
use crate::domain::account::AccountId;
use crate::domain::event::{self, Event, What};
use crate::domain::hook::{Hook, Told, Turn};

/// So many programs of hooks at once: a thousand refreshes must not be a thousand processes.
const SEATS: usize = 8;
/// How long a command stays for its last ones to have a seat.
const LAST_STARTS: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Hooks {
    programs: HookConfig,
    /// The turns that this process knows to be told, so that the vault is asked once.
    told: HashMap<(AccountId, Hook), String>,
    seats: Arc<Semaphore>,
    /// Of those called: each tells when its program runs.
    starting: Vec<oneshot::Receiver<()>>,
}

impl Hooks {
    pub(super) fn new(programs: HookConfig) -> Self {
        Self {
            programs,
            told: HashMap::new(),
            seats: Arc::new(Semaphore::new(SEATS)),
            starting: Vec::new(),
        }
    }

    fn is_wanted(&self, hook: Hook) -> bool {
        self.programs.contains_key(&hook)
    }
}

impl Actor {
    pub(super) fn call_refreshed(&mut self, accounts: &[AccountId]) {
        if self.hooks.is_wanted(Hook::Refreshed) {
            for id in accounts {
                self.call(*id, Hook::Refreshed);
            }
        }
    }

    /// Looks for turns that nobody was told of. A vault that cannot be written leaves them for the
    /// next look.
    pub(super) async fn call_at_turns(&mut self) {
        let turns = self.new_turns();
        if turns.is_empty() {
            return;
        }
        let now = self.crew.clock.now();
        let asked = turns.clone();
        let claimed = self
            .crew
            .store
            .with(move |vault| vault.claim_turns(asked, now));
        match claimed.await {
            Ok(ours) => {
                let known = turns
                    .into_iter()
                    .map(|(id, turn)| ((id, turn.hook), turn.mark));
                self.hooks.told.extend(known);
                for (id, hook) in ours {
                    self.call(id, hook);
                }
            }
            Err(error) => tracing::warn!(%error, "no hook was called"),
        }
    }

    fn new_turns(&self) -> Vec<(AccountId, Turn)> {
        if self.hooks.programs.is_empty() {
            return Vec::new();
        }
        let (policy, now) = (self.roster.policy(), self.crew.clock.now());
        let views = self.roster.views();
        let turns = views.filter_map(|view| Some((view.id, view.facts.turn(policy, now)?)));
        turns
            .filter(|(id, turn)| {
                self.hooks.is_wanted(turn.hook)
                    && self.hooks.told.get(&(*id, turn.hook)) != Some(&turn.mark)
            })
            .collect()
    }

    fn call(&mut self, id: AccountId, hook: Hook) {
        let (Some(view), Some(words)) = (self.roster.view(id), self.hooks.programs.get(&hook))
        else {
            return;
        };
        let told = Told::of(view, hook, self.roster.policy(), self.crew.clock.now());
        let (started, starts) = oneshot::channel();
        // Those that run, or never will, are not waited for.
        self.hooks.starting.retain_mut(|one| {
            let so_far = one.try_recv();
            so_far == Err(oneshot::error::TryRecvError::Empty)
        });
        self.hooks.starting.push(starts);
        let (words, seats) = (words.clone(), Arc::clone(&self.hooks.seats));
        let (clock, inbox) = (self.crew.clock.clone(), self.inbox.clone());
        tokio::spawn(async move {
            // Kept to the end where it was not used: what went wrong is told before.
            let mut started = Some(started);
            let trouble = call::call(&words, &told, &seats, &mut started).await.err();
            let (Some(trouble), Some(inbox)) = (trouble, inbox.upgrade()) else {
                return;
            };
            let event = Event {
                at: clock.now(),
                account: Some(told.account),
                email: Some(told.email),
                what: What::Hook,
                result: event::Result::Failed,
                code: "hook".into(),
                detail: format!("{}: {trouble}", hook.key()),
            };
            let _ = inbox.send(Command::Books(Entry::Noted(event))).await;
        });
    }

    /// Before the end: programs that were called are started, and then go on by themselves.
    pub(super) async fn start_called(&mut self) {
        let starting = std::mem::take(&mut self.hooks.starting);
        let all = futures_util::future::join_all(starting);
        if tokio::time::timeout(LAST_STARTS, all).await.is_err() {
            tracing::warn!("some hooks were not called, so long did others take");
        }
    }
}
