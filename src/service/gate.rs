//! The handle. Every method is one message to the actor and one answer from it.

use std::sync::Arc;

use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::time::timeout;

use super::actor::Actor;
use super::ask::{
    ClientAsk, ClientStored, ConsentAsk, Consented, Export, Revocation, Token, TokenAsk,
    Verification,
};
use super::consent::{Consent, Kept, Opened, browser};
use super::error::GateError;
use super::hooks::Hooks;
use crate::clock::Clock;
use crate::config::ConsentConfig;
use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::client::{Client, Publishing};
use crate::domain::event::{Event, What};
use crate::domain::schedule::Policy;
use crate::domain::service_account::{KeyStored, ServiceAccountKey};
use crate::domain::snapshot::Snapshot;
use crate::domain::time::Span;
use crate::google::{ClientAuth, Google};
use crate::vault::{NewGrant, Paths, Vault};

/// Commands wait in line here; a person makes a few a second, a thousand accounts at once make
/// the senders wait, which is as good.
const INBOX: usize = 256;
/// Watchers that fall this far behind miss events, never the truth: that is the snapshot.
const EVENTS: usize = 1_024;
/// A trip gives up at the caller's limit by itself; this is for its answer to get through.
const SLACK: std::time::Duration = std::time::Duration::from_millis(250);

/// What the service is made of. The composition root puts it together.
#[derive(Debug)]
pub struct Parts {
    pub vault: Vault,
    pub paths: Paths,
    pub google: Google,
    pub policy: Policy,
    pub consent: ConsentConfig,
    /// Why no browser can be opened here, if so; a configured one is tried all the same.
    pub no_browser: Option<String>,
    pub clock: Clock,
    pub role: Role,
    pub hooks: Hooks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Stays: refreshes ahead of expiry and follows what other processes write.
    Resident,
    /// One command, then gone.
    OneShot,
}

/// A handle to the service; clones share it. When the last one is dropped, the service ends.
#[derive(Debug, Clone)]
pub struct Gate {
    inbox: mpsc::Sender<Command>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    events: broadcast::Sender<Arc<Event>>,
    pub(super) google: Google,
    pub(super) clock: Clock,
    /// At most `refresh.concurrency` accounts sign in to mail servers at once.
    pub(super) mail_seats: Arc<Semaphore>,
    /// The configured browser command, and why none would help, if so.
    browser: (Option<String>, Option<String>),
}

/// What a caller wants of the actor, with the place for its answer.
#[derive(Debug)]
pub(super) enum Command {
    Token(AccountId, TokenAsk, Reply<Token>),
    Refresh(AccountId, Reply<()>),
    Verify(AccountId, Reply<Verification>),
    Revoke(AccountId, Reply<Revocation>),
    Consent(Box<ConsentAsk>, Reply<Consent>),
    SuspendAuto(bool),
    Close(Reply<()>),
    /// What needs no trip to Google.
    Books(Entry),
}

/// An entry in the books: stored and answered at once.
#[derive(Debug)]
pub(super) enum Entry {
    Remove(AccountId, Reply<()>),
    Pause(AccountId, bool, Reply<()>),
    Label(AccountId, Option<String>, Reply<()>),
    Keep(Box<Kept>, Option<String>, Reply<AccountId>),
    /// Whether a new grant could be stored.
    Ready(Reply<()>),
    /// Stores a new grant before anything is done with it.
    Candidate(Box<NewGrant>, Reply<GrantId>),
    Discard(GrantId, Reply<()>),
    Promote(GrantId, Box<NewGrant>, Arrival, Reply<Consented>),
    Export(AccountId, String, Reply<Export>),
    PutClient(Box<ClientAsk>, Reply<ClientStored>),
    SetPublishing(ClientId, Publishing, Reply<Client>),
    RemoveClient(ClientId, Reply<()>),
    /// Whether another key of the same account gives way.
    PutServiceAccount(Box<ServiceAccountKey>, bool, Reply<KeyStored>),
    RemoveServiceAccount(String, Reply<()>),
    Log(Option<AccountId>, Option<Span>, Reply<Vec<Event>>),
    /// What a client shows of itself to Google; never leaves the service.
    ClientAuth(ClientId, Reply<ClientAuth>),
}

/// By which road a new grant came, and what the person wants it called.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) by: What,
    pub(super) label: Option<String>,
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, GateError>>;

impl Gate {
    /// Reads the vault and starts the actor. Needs a tokio runtime.
    pub async fn start(parts: Parts) -> Result<Self, GateError> {
        let (inbox, commands) = mpsc::channel(INBOX);
        let (publisher, snapshots) = watch::channel(Arc::default());
        let events = broadcast::Sender::new(EVENTS);
        let (google, clock) = (parts.google.clone(), parts.clock.clone());
        let mail_seats = Arc::new(Semaphore::new(parts.policy.concurrency.max(1)));
        let browser = (parts.consent.browser.clone(), parts.no_browser.clone());
        let actor = Actor::new(parts, inbox.downgrade(), publisher, events.clone()).await?;
        tokio::spawn(actor.run(commands));
        Ok(Self {
            inbox,
            snapshots,
            events,
            google,
            clock,
            mail_seats,
            browser,
        })
    }

    /// Opens a consent's link once more, in the browser that is configured.
    pub async fn open_browser(&self, url: String) -> Opened {
        let (command, impossible) = self.browser.clone();
        browser::open(url, command, impossible).await
    }

    /// Ends the service once what is in the air has landed and is stored, or two seconds passed.
    pub async fn close(&self) {
        let _ = self.ask(Command::Close).await;
    }

    /// A valid access token, by way of at most one refresh shared by all who ask.
    pub async fn token(&self, id: AccountId, ask: TokenAsk) -> Result<Token, GateError> {
        let patience = ask.max_wait.to_std().unwrap_or_default() + SLACK;
        let asked = self.ask(|reply| Command::Token(id, ask, reply));
        if let Ok(answer) = timeout(patience, asked).await {
            return answer;
        }
        // Somebody else's refresh, joined halfway, takes longer than we may: serve what lives.
        let now = TokenAsk {
            max_wait: Span::zero(),
            force: false,
            ..ask
        };
        let asked = self.ask(|reply| Command::Token(id, now, reply));
        let answer = timeout(SLACK, asked).await;
        // The service itself stands still: it stores something, and is not let.
        answer.unwrap_or_else(|_| {
            let snapshot = self.snapshot();
            let account = snapshot.accounts.iter().find(|view| view.id == id);
            Err(GateError::Temporary {
                email: account.map(|view| view.email.clone()).unwrap_or_default(),
                what: "the vault could not be written in the time allowed".into(),
                next_try_at: None,
            })
        })
    }

    /// Asks Google now, whatever is believed.
    pub async fn refresh(&self, id: AccountId) -> Result<(), GateError> {
        self.ask(|reply| Command::Refresh(id, reply)).await
    }

    /// Asks Google whether what is stored is true.
    pub async fn verify(&self, id: AccountId) -> Result<Verification, GateError> {
        self.ask(|reply| Command::Verify(id, reply)).await
    }

    /// Ends the grant at Google, then drops the tokens here.
    pub async fn revoke(&self, id: AccountId) -> Result<Revocation, GateError> {
        self.ask(|reply| Command::Revoke(id, reply)).await
    }

    /// Forgets the account here; its grant lives on at Google.
    pub async fn remove(&self, id: AccountId) -> Result<(), GateError> {
        self.book(|reply| Entry::Remove(id, reply)).await
    }

    /// Switches automatic refresh for one account off or on.
    pub async fn set_paused(&self, id: AccountId, paused: bool) -> Result<(), GateError> {
        self.book(|reply| Entry::Pause(id, paused, reply)).await
    }

    pub async fn set_label(&self, id: AccountId, label: Option<String>) -> Result<(), GateError> {
        self.book(|reply| Entry::Label(id, label, reply)).await
    }

    /// Starts a browser consent: the link is ready and the listener bound when this returns.
    pub async fn consent(&self, ask: ConsentAsk) -> Result<Consent, GateError> {
        self.ask(|reply| Command::Consent(Box::new(ask), reply))
            .await
    }

    /// Stores another account's grant that a consent brought by mistake, as an account of its own.
    pub async fn keep(&self, kept: Kept, label: Option<String>) -> Result<AccountId, GateError> {
        self.book(|reply| Entry::Keep(Box::new(kept), label, reply))
            .await
    }

    /// Hands the refresh token out; `format` is for the history.
    pub async fn export(&self, id: AccountId, format: &str) -> Result<Export, GateError> {
        let format = format.to_owned();
        self.book(|reply| Entry::Export(id, format, reply)).await
    }

    pub async fn put_client(&self, ask: ClientAsk) -> Result<ClientStored, GateError> {
        self.book(|reply| Entry::PutClient(Box::new(ask), reply))
            .await
    }

    pub async fn set_publishing(&self, id: ClientId, to: Publishing) -> Result<Client, GateError> {
        self.book(|reply| Entry::SetPublishing(id, to, reply)).await
    }

    pub async fn remove_client(&self, id: ClientId) -> Result<(), GateError> {
        self.book(|reply| Entry::RemoveClient(id, reply)).await
    }

    /// The history, newest first.
    pub async fn log(
        &self,
        account: Option<AccountId>,
        since: Option<Span>,
    ) -> Result<Vec<Event>, GateError> {
        self.book(|reply| Entry::Log(account, since, reply)).await
    }

    /// Suspends automatic refresh for all accounts, for as long as this service runs.
    pub async fn suspend_auto(&self, suspended: bool) {
        let _ = self.inbox.send(Command::SuspendAuto(suspended)).await;
    }

    /// The truth of this moment.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.borrow().clone()
    }

    /// Wakes whenever there is a newer snapshot.
    pub fn watch(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }

    /// What happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Arc<Event>> {
        self.events.subscribe()
    }

    pub(super) async fn book<T>(
        &self,
        entry: impl FnOnce(Reply<T>) -> Entry,
    ) -> Result<T, GateError> {
        self.ask(|reply| Command::Books(entry(reply))).await
    }

    pub(super) async fn ask<T>(
        &self,
        command: impl FnOnce(Reply<T>) -> Command,
    ) -> Result<T, GateError> {
        let (reply, answer) = oneshot::channel();
        self.inbox
            .send(command(reply))
            .await
            .map_err(|_| GateError::Stopped)?;
        // A reply that was dropped is an answer too: the actor is gone or refused to take it.
        answer.await.unwrap_or(Err(GateError::Stopped))
    }
}
