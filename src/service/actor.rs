//! The loop: commands, landed trips, one alarm. It alone owns what is believed of the accounts,
//! and nothing but it writes what a trip learnt.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast, mpsc, watch};
use tokio::task::{self, JoinSet};
use tokio::time::Instant;

use super::ask::TokenAsk;
use super::decide::{Decision, on_request};
use super::error::GateError;
use super::flights::{Flight, Flights, Waiter};
use super::gate::{Command, Parts, Reply, Role};
use super::hooks::Hooks;
use super::roster::Roster;
use super::store::{Stamp, Store};
use super::trips::{Crew, Errand, LAST_ANSWERS, Landed};
use super::unsaved::Unsaved;
use crate::config::ConsentConfig;
use crate::domain::account::{AccountId, NoSuchAccount};
use crate::domain::event::{self, Event, What};
use crate::domain::hook::Standing;
use crate::domain::schedule::Policy;
use crate::domain::snapshot::Snapshot;
use crate::domain::time::{Span, Timestamp, distance};
use crate::vault::Change;

/// The alarm: how often the clock is looked at, and the vault for what others wrote. One second
/// keeps a foreign change under the promised two; sleeping longer would save nothing visible.
const TICK: Duration = Duration::from_secs(1);
/// Wall time that passed beyond what the timer saw: the machine slept, or its clock was set.
const NOTICED_SLEEP: Span = Span::seconds(5);
/// A person at a prompt waits for three tries, as Google's own libraries make.
pub(super) const PATIENT_ATTEMPTS: u32 = 3;
/// Many landings are stored in one transaction; beyond this the first ones have waited enough.
const BATCH: usize = 64;

pub(super) struct Actor {
    pub(super) crew: Crew,
    pub(super) roster: Roster,
    pub(super) flights: Flights,
    pub(super) trips: JoinSet<Landed>,
    pub(super) unsaved: HashMap<AccountId, Unsaved>,
    pub(super) consent: ConsentConfig,
    pub(super) no_browser: Option<String>,
    /// For consents, which report back; weak, so that the last `Gate` can end the service.
    pub(super) inbox: mpsc::WeakSender<Command>,
    snapshots: watch::Sender<Arc<Snapshot>>,
    events: broadcast::Sender<Arc<Event>>,
    policy: Policy,
    pub(super) role: Role,
    foreign_writes: i64,
    stamp: Stamp,
    last_tick: (Timestamp, Instant),
    dirty: bool,
    pub(super) hooks: Hooks,
    /// What this process knows to have been told.
    pub(super) told: BTreeSet<(AccountId, Standing)>,
}

impl Actor {
    pub(super) async fn new(
        parts: Parts,
        inbox: mpsc::WeakSender<Command>,
        snapshots: watch::Sender<Arc<Snapshot>>,
        events: broadcast::Sender<Arc<Event>>,
    ) -> Result<Self, GateError> {
        let seats = Arc::new(Semaphore::new(parts.policy.concurrency.max(1)));
        let view = parts.vault.view();
        let now = parts.clock.now();
        let store = Store::new(parts.vault, parts.paths);
        let mut actor = Self {
            crew: Crew {
                store,
                google: parts.google,
                clock: parts.clock,
                seats,
            },
            roster: Roster::new(view, parts.policy),
            flights: Flights::default(),
            trips: JoinSet::new(),
            unsaved: HashMap::new(),
            consent: parts.consent,
            no_browser: parts.no_browser,
            inbox,
            snapshots,
            events,
            policy: parts.policy,
            role: parts.role,
            foreign_writes: 0,
            stamp: Stamp::default(),
            last_tick: (now, Instant::now()),
            dirty: true,
            hooks: parts.hooks,
            told: BTreeSet::new(),
        };
        actor.foreign_writes = actor.crew.store.with(|vault| vault.data_version()).await?;
        actor.reload().await?;
        actor.resume_candidates().await?;
        actor.publish();
        actor.notice().await;
        Ok(actor)
    }

    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Command>) {
        let mut closing = None;
        while closing.is_none() {
            let next_tick = self.next_tick();
            tokio::select! {
                command = inbox.recv() => match command {
                    None => break,
                    Some(Command::Close(reply)) => closing = Some(reply),
                    Some(command) => self.handle(command).await,
                },
                Some(landed) = self.trips.join_next_with_id(), if !self.trips.is_empty() => {
                    self.land_batch(landed).await;
                }
                () = tokio::time::sleep_until(next_tick), if self.role == Role::Resident => {
                    self.tick().await;
                }
            }
            // News is gathered while more commands wait, so that a thousand of them cost one snapshot.
            if self.dirty && inbox.is_empty() {
                self.publish();
            }
        }
        let _ = tokio::time::timeout(LAST_ANSWERS, self.land_the_rest()).await;
        self.store_unsaved().await;
        if let Some(reply) = closing {
            let _ = reply.send(Ok(()));
        }
    }

    async fn land_the_rest(&mut self) {
        while let Some(landed) = self.trips.join_next_with_id().await {
            self.land_batch(landed).await;
        }
    }

    async fn land_batch(&mut self, first: Result<(task::Id, Landed), task::JoinError>) {
        let mut batch = Vec::new();
        let mut next = Some(first);
        while let Some(landed) = next {
            let (trip, landed) = match landed {
                Ok((trip, landed)) => (trip, Some(landed)),
                // A trip that panicked lands empty-handed, or its account would be busy for ever.
                Err(error) => (error.id(), None),
            };
            if let Some((id, flight)) = self.flights.landed(trip) {
                batch.push((id, flight, landed));
            }
            next = if batch.len() < BATCH {
                self.trips.try_join_next_with_id()
            } else {
                None
            };
        }
        self.land(batch).await;
    }

    async fn handle(&mut self, command: Command) {
        match command {
            Command::Token(id, ask, reply) => self.on_token(id, ask, reply),
            Command::Refresh(id, reply) => {
                let ask = TokenAsk {
                    force: true,
                    max_wait: Span::seconds(60),
                    ..TokenAsk::default()
                };
                self.renew(id, ask, PATIENT_ATTEMPTS, Some(Waiter::Refresh(reply)));
            }
            Command::Verify(id, reply) => self.on_verify(id, reply),
            Command::Revoke(id, reply) => self.on_revoke(id, reply),
            Command::SuspendAuto(suspended) => {
                let busy = self.flights.busy();
                self.roster
                    .set_auto(self.policy.auto && !suspended, &busy, self.crew.clock.now());
                self.dirty = true;
            }
            Command::Consent(ask, reply) => {
                let consent = self.begin_consent(*ask).await;
                let _ = reply.send(consent);
            }
            Command::Books(entry) => self.keep_books(entry).await,
            // The loop took it before it came here.
            Command::Close(reply) => drop(reply.send(Ok(()))),
        }
    }

    fn on_token(&mut self, id: AccountId, ask: TokenAsk, reply: Reply<super::ask::Token>) {
        let Some(account) = self.roster.account(id) else {
            return refuse(reply, unknown());
        };
        match on_request(&account.facts, &ask, self.crew.clock.now()) {
            Decision::Serve => self.serve(id, reply),
            Decision::Refuse => {
                let error = self.refusal(id);
                refuse(reply, error);
            }
            Decision::Renew if ask.max_wait <= Span::zero() => {
                let what = if self.flights.is_refreshing(id) {
                    "Google has not answered within the time allowed"
                } else {
                    "no token came within the time allowed"
                };
                let error = GateError::Temporary {
                    email: account.email.clone(),
                    what: what.into(),
                    next_try_at: account.facts.held_back_until(self.crew.clock.now()),
                };
                self.serve_in_need(id, &ask, reply, error);
            }
            Decision::Renew => {
                self.renew(id, ask, PATIENT_ATTEMPTS, Some(Waiter::Token(ask, reply)));
            }
        }
    }

    /// Sends a refresh up, or joins the one in the air.
    pub(super) fn renew(
        &mut self,
        id: AccountId,
        ask: TokenAsk,
        attempts: u32,
        waiter: Option<Waiter>,
    ) {
        let waiter = match waiter {
            Some(waiter) if self.is_unsaved(id) => return self.turn_away(id, waiter),
            None if self.is_unsaved(id) => return,
            Some(waiter) => match self.flights.join(id, waiter) {
                None => return,
                waiter => waiter,
            },
            None if self.flights.is_refreshing(id) => return,
            None => None,
        };
        let errand = Errand {
            ask,
            began: self.crew.clock.now(),
            attempts,
        };
        let trip = self.trips.spawn(self.crew.clone().refresh(id, errand)).id();
        self.take_off(trip, id, Flight::Refresh(waiter.into_iter().collect()));
    }

    pub(super) fn take_off(&mut self, trip: task::Id, id: AccountId, flight: Flight) {
        self.flights.took_off(trip, id, flight);
        let busy = self.flights.busy().get(&id).copied();
        self.roster.look_again(id, busy, self.crew.clock.now());
        self.dirty = true;
    }

    /// On whole seconds, where the screen's countdowns change too: one wake-up serves both.
    fn next_tick(&self) -> Instant {
        let (wall, timer) = self.last_tick;
        let into = Duration::from_millis(wall.timestamp_subsec_millis().into());
        let left = TICK.saturating_sub(into);
        timer + if left < TICK / 2 { left + TICK } else { left }
    }

    async fn tick(&mut self) {
        let (wall, timer) = (self.crew.clock.now(), Instant::now());
        let unseen = (wall - self.last_tick.0)
            - Span::from_std(timer - self.last_tick.1).unwrap_or_default();
        self.last_tick = (wall, timer);
        if unseen.abs() > NOTICED_SLEEP {
            self.note_sleep(unseen, wall).await;
        }
        self.store_unsaved().await;
        if let Err(error) = self.adopt_foreign_writes().await {
            tracing::warn!(%error, "the vault could not be read");
        }
        if self.roster.policy().auto {
            self.renew_what_is_due(wall);
        }
        self.notice().await;
    }

    fn renew_what_is_due(&mut self, now: Timestamp) {
        let due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let ids: Vec<_> = self
            .roster
            .views()
            .filter(|v| due(v.next_refresh_at))
            .map(|v| v.id)
            .collect();
        // What is stored may be newer than `now + lead`: a sibling's renewal is adopted, not repeated.
        let lead = self.roster.policy().lead;
        let ask = TokenAsk {
            min_valid: lead,
            max_wait: Span::seconds(60),
            ..TokenAsk::default()
        };
        for id in ids {
            self.renew(id, ask, 1, None);
        }
    }

    async fn note_sleep(&mut self, unseen: Span, now: Timestamp) {
        let detail = if unseen > Span::zero() {
            format!(
                "the machine slept, or its clock was moved, by {}; everything is looked at again",
                distance(unseen)
            )
        } else {
            format!(
                "the clock was moved back by {}; everything is looked at again",
                distance(unseen)
            )
        };
        let event = Event {
            at: now,
            account: None,
            email: None,
            what: What::Sleep,
            result: event::Result::Done,
            code: String::new(),
            detail,
        };
        let change = Change::Happened(event.clone());
        if self
            .crew
            .store
            .with(move |vault| vault.commit(&[change]))
            .await
            .is_ok()
        {
            self.tell(event);
        }
        let busy = self.flights.busy();
        self.roster.set_auto(self.roster.policy().auto, &busy, now);
        self.dirty = true;
    }

    /// What another process wrote shows within two ticks. The files' dates say that somebody wrote,
    /// SQLite says whether it was somebody else.
    async fn adopt_foreign_writes(&mut self) -> Result<(), GateError> {
        let stamp = self.crew.store.stamp();
        if stamp == self.stamp {
            return Ok(());
        }
        let version = self.crew.store.with(|vault| vault.data_version()).await?;
        let used = stamp[2] != self.stamp[2];
        self.stamp = stamp;
        if version != self.foreign_writes || used {
            self.foreign_writes = version;
            self.reload().await?;
        }
        Ok(())
    }

    pub(super) async fn reload(&mut self) -> Result<(), GateError> {
        let contents = self.crew.store.with(|vault| vault.read()).await?;
        let usage = self.crew.store.usage().await;
        self.roster
            .reload(contents, usage, &self.flights.busy(), self.crew.clock.now());
        self.dirty = true;
        Ok(())
    }

    /// Puts the truth of this moment where the watchers see it.
    pub(super) fn publish(&mut self) {
        self.dirty = false;
        self.snapshots
            .send_replace(Arc::new(self.roster.snapshot(self.crew.google.skew())));
    }

    /// Adds an event to the story. It is stored already.
    pub(super) fn tell(&mut self, event: Event) {
        self.roster.happened(Arc::new(event.clone()));
        self.announce(event);
    }

    /// Lets the watchers hear of an event that the roster knows.
    pub(super) fn announce(&mut self, event: Event) {
        tracing::info!(
            account = event.email.as_deref().unwrap_or("-"),
            what = event.what.as_str(),
            result = event.result.as_str(),
            code = event.code,
            detail = event.detail,
        );
        let _ = self.events.send(Arc::new(event));
        self.dirty = true;
    }

    /// The error that says what is wrong with an account, in the words of its problem.
    pub(super) fn refusal(&self, id: AccountId) -> GateError {
        let now = self.crew.clock.now();
        let Some(view) = self.roster.view(id) else {
            return unknown();
        };
        let state = view.state(self.roster.policy(), now);
        match view.problem(self.roster.policy(), now) {
            Some(problem) => GateError::Refused {
                email: view.email.clone(),
                state,
                problem: Box::new(problem),
            },
            None => GateError::Stopped,
        }
    }
}

pub(super) fn unknown() -> GateError {
    NoSuchAccount::Unknown {
        wanted: "this account".into(),
        nearest: None,
    }
    .into()
}

pub(super) fn refuse<T>(reply: Reply<T>, error: GateError) {
    // Nobody may be waiting any more: that is how callers cancel.
    let _ = reply.send(Err(error));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::google::{Endpoints, Google, HttpOptions};
    use crate::service::trips::Report;
    use crate::vault::{KeyChoice, KeyKind, Paths, Vault};

    async fn actor(home: &std::path::Path) -> Actor {
        let paths = Paths {
            db: home.join("vault.db"),
            key_file: home.join("vault.key"),
            usage: home.join("usage.db"),
            locks: home.join("locks"),
        };
        let key = KeyChoice::of(KeyKind::File);
        let clock = Clock::system();
        let parts = Parts {
            vault: Vault::open(&paths, &key, clock.now()).unwrap(),
            paths,
            google: Google::new(Endpoints::google(), HttpOptions::default(), clock.clone()),
            policy: Policy::default(),
            consent: Config::default().consent,
            no_browser: None,
            clock,
            role: Role::OneShot,
            hooks: Hooks::default(),
        };
        let (inbox, _) = mpsc::channel(1);
        let publisher = watch::Sender::new(Arc::default());
        Actor::new(
            parts,
            inbox.downgrade(),
            publisher,
            broadcast::Sender::new(1),
        )
        .await
        .unwrap()
    }

    fn bug() -> Landed {
        assert!(std::hint::black_box(false), "a bug on the way");
        Report::Gone.into()
    }

    #[tokio::test]
    async fn a_trip_that_panics_lands_and_its_caller_hears_of_it() {
        let home = tempfile::tempdir().unwrap();
        let mut actor = actor(home.path()).await;
        let (reply, answer) = tokio::sync::oneshot::channel();
        let trip = actor.trips.spawn(async { bug() }).id();
        let waiting = Flight::Refresh(vec![Waiter::Refresh(reply)]);
        actor.take_off(trip, AccountId(1), waiting);
        let landed = actor.trips.join_next_with_id().await.unwrap();
        actor.land_batch(landed).await;
        assert!(answer.await.unwrap().is_err());
        assert!(!actor.flights.is_refreshing(AccountId(1)));
    }
}
