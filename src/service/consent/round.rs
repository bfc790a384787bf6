//! One walk down the road: link, browser, redirect, code for tokens; `settle` goes on from there.
//!
//! The order protects what is there already. Nothing is stored before the answer is known to
//! belong to the account that was asked for; then the new grant is stored as a candidate, asked
//! about, and only then takes the place of the old one. It can be called off until then.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::super::actor::Actor;
use super::super::ask::{Browser, ConsentAsk, Consented};
use super::super::error::{GateError, temporary};
use super::super::gate::{Command, Entry, Reply};
use super::{Cancel, Checker, Consent, ConsentError, Opened, Stage, browser};
use crate::domain::account::{AccountId, Email};
use crate::domain::client::{Client, ClientKind};
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::google::{Attempt, ClientAuth, Google, TokenGrant, attempt};
use crate::loopback::{Expected, Listener, Redirect, Registered, read_pasted};

/// A pasted address waits for the task at most this often: a person pastes one at a time.
const PASTES: usize = 4;

/// The first exchange may meet a network that is just waking up; the code lives for minutes.
const EXCHANGE_ATTEMPTS: u32 = 3;

/// Everything one walk needs, settled before it begins.
pub(super) struct Round {
    pub(super) google: Google,
    pub(super) auth: ClientAuth,
    pub(super) client: Client,
    pub(super) ask: ConsentAsk,
    /// The account that must come back; its address.
    pub(super) expected: Option<(Email, String)>,
    /// Number and address of every account that is signed in here.
    pub(super) held: Vec<(String, String)>,
    pub(super) requested: Scopes,
    pub(super) attempt: Attempt,
    pub(super) awaited: Arc<Expected>,
    pub(super) listener: Listener,
    pub(super) deadline: Instant,
    pub(super) stages: watch::Sender<Stage>,
    pub(super) pasted: mpsc::Receiver<Secret>,
    pub(super) cancelled: watch::Receiver<bool>,
    pub(super) inbox: mpsc::Sender<Command>,
    pub(super) browser: (Option<String>, Option<String>),
}

impl Actor {
    /// Binds the listener and makes the link; the walk itself is a task of its own.
    pub(in super::super) async fn begin_consent(
        &mut self,
        ask: ConsentAsk,
    ) -> Result<Consent, GateError> {
        let client = self.client_for(&ask)?;
        self.check_label_can_be_given(&ask)?;
        self.crew.store.ready().await?;
        let secret = {
            let id = client.id;
            self.crew
                .store
                .with(move |vault| vault.client_secret(id))
                .await?
        };
        let listener = bind(&client, self.consent.port)?;
        let known = ask.account.and_then(|id| self.roster.account(id));
        let expected = match (known, &ask.email) {
            (Some(account), _) => Email::parse(&account.email)
                .ok()
                .map(|email| (email, account.sub.clone())),
            (None, Some(email)) => Some((email.clone(), String::new())),
            (None, None) => None,
        };
        // Signing in again asks for what was asked for before: more must be wanted expressly.
        let before = known.and_then(|account| account.facts.grant.as_ref());
        let requested = ask
            .scopes
            .clone()
            .or_else(|| before.map(|grant| grant.requested.clone()))
            .unwrap_or_else(|| self.consent.scopes.clone())
            .with_identity();
        let endpoints = self.crew.google.endpoints();
        let hint = expected.as_ref().map(|(email, _)| email.as_str());
        let attempt = attempt(
            &endpoints.authorization_for(&client),
            &client.client_id,
            &listener.redirect_uri(),
            &requested,
            hint,
        );
        let (stages, watched) = watch::channel(Stage::Opening);
        let (paste, pasted) = mpsc::channel(PASTES);
        let (cancel, cancelled) = watch::channel(false);
        let awaited = Arc::new(Expected {
            state: attempt.state.clone(),
            issuers: endpoints.issuer_for(&client),
        });
        let signed_in = self.roster.accounts().filter(|a| a.facts.grant.is_some());
        let held = signed_in
            .map(|a| (a.sub.clone(), a.email.clone()))
            .collect();
        let timeout = self.consent.timeout;
        let consent_url = attempt.url.clone();
        let port = listener.port();
        let round = Round {
            google: self.crew.google.clone(),
            auth: ClientAuth {
                client_id: client.client_id.clone(),
                secret,
                token_endpoint: endpoints.token_for(&client),
            },
            awaited: awaited.clone(),
            client,
            expected,
            held,
            requested,
            attempt,
            listener,
            deadline: Instant::now() + timeout,
            stages,
            pasted,
            cancelled,
            inbox: self.inbox.upgrade().ok_or(GateError::Stopped)?,
            browser: (self.consent.browser.clone(), self.no_browser.clone()),
            ask,
        };
        Ok(Consent {
            url: consent_url,
            port,
            deadline: self.crew.clock.now()
                + chrono::TimeDelta::from_std(timeout).unwrap_or_default(),
            stages: watched,
            pasted: paste,
            checker: Checker(awaited),
            cancel: Cancel(cancel),
            task: tokio::spawn(round.walk()),
        })
    }

    /// Said before the browser opens, not after the person went all the way.
    fn check_label_can_be_given(&self, ask: &ConsentAsk) -> Result<(), GateError> {
        let named = ask.email.as_ref();
        let mut accounts = self.roster.accounts();
        let owner = ask.account.or_else(|| {
            let same = |email: Email| named.is_some_and(|named| named.same_mailbox(&email));
            accounts
                .find(|a| Email::parse(&a.email).is_ok_and(same))
                .map(|a| a.id)
        });
        // Without an address the label may be that of the account that will come back.
        match (owner, named) {
            (None, None) => Ok(()),
            (owner, _) => {
                self.check_label_is_free(owner.unwrap_or(AccountId(0)), ask.label.as_deref())
            }
        }
    }

    /// The client that was named, else the one of the account's grant, else the first.
    fn client_for(&self, ask: &ConsentAsk) -> Result<Client, GateError> {
        let clients = self.roster.clients();
        if let Some(name) = &ask.client {
            let found = clients.iter().find(|c| &c.name == name);
            return found
                .cloned()
                .ok_or_else(|| GateError::NoSuchClient(name.clone()));
        }
        let own = ask
            .account
            .and_then(|id| self.roster.account(id))
            .and_then(|a| a.client);
        let own = own.and_then(|id| clients.iter().find(|c| c.id == id));
        own.or_else(|| clients.first())
            .cloned()
            .ok_or(GateError::NoClientYet)
    }
}

fn bind(client: &Client, port: u16) -> Result<Listener, GateError> {
    let bound = match client.kind {
        ClientKind::Installed => Listener::bind(port),
        ClientKind::Web => {
            let registered = Registered::from(&client.redirect_uris).map_err(|error| {
                GateError::CannotListen(format!("client `{}`: {error}", client.name))
            })?;
            Listener::bind_registered(registered.uri())
        }
    };
    bound.map_err(|error| GateError::CannotListen(error.to_string()))
}

impl Round {
    async fn walk(mut self) -> Result<Consented, ConsentError> {
        let opened = match self.ask.browser {
            Browser::Leave => Opened::Not("as you asked".into()),
            Browser::Open => {
                let (command, impossible) = std::mem::take(&mut self.browser);
                let opening = browser::open(self.attempt.url.clone(), command, impossible);
                tokio::select! {
                    opened = opening => opened,
                    () = called_off(&mut self.cancelled) => return Err(GateError::Cancelled.into()),
                }
            }
        };
        self.stages.send_replace(Stage::Waiting {
            browser: opened.clone(),
        });
        let code = match self.wait(opened).await? {
            Redirect::Code { code, .. } => code,
            Redirect::Denied { error, subtype } => {
                let why = subtype.map_or(error.clone(), |s| {
                    if s == error {
                        s
                    } else {
                        format!("{error}, {s}")
                    }
                });
                return Err(GateError::Denied(crate::domain::wording::safe(&why)).into());
            }
        };
        self.stages.send_replace(Stage::Exchanging);
        let mut cancelled = self.cancelled.clone();
        let grant = {
            let mut exchange = std::pin::pin!(self.exchange(&code));
            tokio::select! {
                grant = &mut exchange => grant?,
                () = called_off(&mut cancelled) => {
                    self.let_go(exchange).await;
                    return Err(GateError::Cancelled.into());
                }
            }
        };
        self.stages.send_replace(Stage::Verifying);
        self.settle(grant).await
    }

    /// The listener and the pasted address race; the first good one wins.
    async fn wait(&mut self, opened: Opened) -> Result<Redirect, ConsentError> {
        let expected = self.awaited.clone();
        let caught = self.listener.catch(&expected);
        tokio::pin!(caught);
        loop {
            tokio::select! {
                redirect = &mut caught => return Ok(redirect),
                Some(text) = self.pasted.recv() => match read_pasted(text.expose(), &expected) {
                    Ok(redirect) => return Ok(redirect),
                    Err(error) => {
                        let stage = Stage::BadPaste { why: error.to_string(), browser: opened.clone() };
                        self.stages.send_replace(stage);
                    }
                },
                () = tokio::time::sleep_until(self.deadline) => return Err(GateError::TimedOut.into()),
                () = called_off(&mut self.cancelled) => return Err(GateError::Cancelled.into()),
            }
        }
    }

    async fn exchange(&self, code: &Secret) -> Result<TokenGrant, ConsentError> {
        let mut attempt = 1;
        loop {
            let answer = self
                .google
                .exchange(
                    &self.auth,
                    code,
                    &self.attempt.verifier,
                    &self.attempt.redirect_uri,
                )
                .await;
            let fault = match answer {
                Ok(grant) => return Ok(grant),
                Err(fault) => fault,
            };
            if !fault.diagnosis.is_transient() {
                return Err(super::settle::failed(&fault).into());
            }
            let wait = crate::domain::schedule::wait_after(&fault, attempt, 0.5)
                .to_std()
                .unwrap_or_default();
            if attempt == EXCHANGE_ATTEMPTS || Instant::now() + wait > self.deadline {
                return Err(temporary("the sign-in", &fault, None).into());
            }
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    pub(super) async fn tell<T>(
        &self,
        entry: impl FnOnce(Reply<T>) -> Entry,
    ) -> Result<T, GateError> {
        let (reply, answer) = oneshot::channel();
        self.inbox
            .send(Command::Books(entry(reply)))
            .await
            .map_err(|_| GateError::Stopped)?;
        answer.await.unwrap_or(Err(GateError::Stopped))
    }
}

/// Returns when the consent is called off, or when nobody is left to care.
pub(super) async fn called_off(cancelled: &mut watch::Receiver<bool>) {
    let _ = cancelled.wait_for(|is_cancelled| *is_cancelled).await;
}

impl From<GateError> for ConsentError {
    fn from(error: GateError) -> Self {
        Self::Gate(error)
    }
}
