//! One walk down the road: link, browser, redirect, code for tokens, whose account is it, keep.
//!
//! The order protects what is there already. Nothing is stored before the answer is known to
//! belong to the account that was asked for; then the new grant is stored as a candidate, asked
//! about, and only then takes the place of the old one.

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::super::actor::Actor;
use super::super::ask::{Browser, ConsentAsk, Consented};
use super::super::error::{GateError, temporary};
use super::super::gate::{Arrival, Command, Entry, Reply};
use super::{Consent, ConsentError, Kept, Opened, Stage, browser};
use crate::domain::account::{AccountId, Email};
use crate::domain::client::{Client, ClientKind};
use crate::domain::event::What;
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::health::State;
use crate::domain::problem::Problem;
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::google::{Attempt, ClientAuth, Google, TokenGrant, attempt};
use crate::loopback::{Expected, Listener, Redirect, Registered, read_pasted};
use crate::vault::NewGrant;

/// A pasted address waits for the task at most this often: a person pastes one at a time.
const PASTES: usize = 4;

/// The first exchange may meet a network that is just waking up; the code lives for minutes.
const EXCHANGE_ATTEMPTS: u32 = 3;

/// Everything one walk needs, settled before it begins.
struct Round {
    google: Google,
    auth: ClientAuth,
    client: Client,
    ask: ConsentAsk,
    /// The account that must come back; its address.
    expected: Option<(Email, String)>,
    requested: Scopes,
    attempt: Attempt,
    issuers: Vec<String>,
    listener: Listener,
    deadline: Instant,
    stages: watch::Sender<Stage>,
    pasted: mpsc::Receiver<Secret>,
    inbox: mpsc::Sender<Command>,
    browser: (Option<String>, Option<String>),
}

impl Actor {
    /// Binds the listener and makes the link; the walk itself is a task of its own.
    pub(in super::super) async fn begin_consent(
        &mut self,
        ask: ConsentAsk,
    ) -> Result<Consent, GateError> {
        let client = self.client_for(&ask)?;
        self.check_label_can_be_given(&ask)?;
        let secret = {
            let id = client.id;
            self.crew
                .store
                .with(move |vault| vault.client_secret(id))
                .await?
        };
        let listener = bind(&client, self.consent.port).await?;
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
            issuers: endpoints.issuer_for(&client),
            client,
            expected,
            requested,
            attempt,
            listener,
            deadline: Instant::now() + timeout,
            stages,
            pasted,
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

async fn bind(client: &Client, port: u16) -> Result<Listener, GateError> {
    let bound = match client.kind {
        ClientKind::Installed => Listener::bind(port).await,
        ClientKind::Web => {
            let registered = Registered::from(&client.redirect_uris).map_err(|error| {
                GateError::CannotListen(format!("client `{}`: {error}", client.name))
            })?;
            Listener::bind_registered(registered.uri()).await
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
                browser::open(self.attempt.url.clone(), command, impossible).await
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
        let grant = self.exchange(&code).await?;
        self.stages.send_replace(Stage::Verifying);
        self.settle(grant).await
    }

    /// The listener and the pasted address race; the first good one wins.
    async fn wait(&mut self, opened: Opened) -> Result<Redirect, ConsentError> {
        let expected = Expected {
            state: self.attempt.state.clone(),
            issuers: self.issuers.clone(),
        };
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
                return Err(failed(&fault).into());
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

    /// From tokens to an account.
    async fn settle(self, answer: TokenGrant) -> Result<Consented, ConsentError> {
        let mut grant = self.new_grant(answer);
        let named = !grant.sub.is_empty();
        if named && self.is_someone_else(&grant) {
            return Err(self.other_account(grant));
        }
        let mut candidate = self
            .tell(|reply| Entry::Candidate(Box::new(grant.clone()), reply))
            .await?;
        let token = grant
            .access
            .as_ref()
            .map_or_else(|| Secret::new(""), |(_, token)| token.clone());
        match self.google.userinfo(&token).await {
            Ok(owner) => {
                let email = owner.email.unwrap_or_else(|| grant.email.clone());
                if owner.sub != grant.sub || email != grant.email {
                    grant.sub = owner.sub;
                    grant.email = email;
                    let named = grant.clone();
                    let unnamed = candidate;
                    candidate = self
                        .tell(|reply| Entry::Candidate(Box::new(named), reply))
                        .await?;
                    self.tell(|reply| Entry::Discard(unnamed, reply)).await?;
                }
            }
            // The id token came over the same connection as the grant: it is proof enough.
            Err(_) if named => {}
            Err(fault) if fault.diagnosis.is_transient() => {
                return Err(temporary(
                    "the sign-in is stored and will be checked at the next start",
                    &fault,
                    None,
                )
                .into());
            }
            Err(fault) => {
                self.tell(|reply| Entry::Discard(candidate, reply)).await?;
                return Err(failed(&fault).into());
            }
        }
        if self.is_someone_else(&grant) {
            self.tell(|reply| Entry::Discard(candidate, reply)).await?;
            return Err(self.other_account(grant));
        }
        if grant.email.is_empty() {
            self.tell(|reply| Entry::Discard(candidate, reply)).await?;
            return Err(GateError::NobodyNamed.into());
        }
        let arrival = Arrival {
            by: What::Consent,
            label: self.ask.label.clone(),
        };
        Ok(self
            .tell(|reply| Entry::Promote(candidate, Box::new(grant), arrival, reply))
            .await?)
    }

    fn new_grant(&self, answer: TokenGrant) -> NewGrant {
        let (sub, email) = match &answer.claims {
            Some(claims) => (claims.sub.clone(), claims.email.clone()),
            None => (String::new(), None),
        };
        let expected = self
            .expected
            .as_ref()
            .map(|(email, _)| email.as_str().to_owned());
        NewGrant {
            account: self.ask.account,
            email: email.or(expected).unwrap_or_default(),
            sub,
            client: self.client.id,
            granted: answer
                .scopes
                .clone()
                .unwrap_or_else(|| self.requested.clone()),
            requested: self.requested.clone(),
            token_endpoint: self.auth.token_endpoint.clone(),
            granted_at: Some(answer.access.obtained_at),
            expires_at: answer.grant_expires_at,
            refresh_token: answer.refresh_token,
            access: Some((answer.access, answer.access_token)),
            verified: true,
        }
    }

    /// Google's number decides where it is known, the mailbox where it is not.
    fn is_someone_else(&self, grant: &NewGrant) -> bool {
        let Some((email, sub)) = &self.expected else {
            return false;
        };
        if !sub.is_empty() && !grant.sub.is_empty() {
            return sub != &grant.sub;
        }
        Email::parse(&grant.email).is_ok_and(|got| !got.same_mailbox(email))
    }

    fn other_account(&self, mut grant: NewGrant) -> ConsentError {
        let expected = self
            .expected
            .as_ref()
            .map(|(email, _)| email.as_str().to_owned())
            .unwrap_or_default();
        grant.account = None;
        ConsentError::OtherAccount {
            expected,
            got: grant.email.clone(),
            kept: Box::new(Kept(grant)),
        }
    }

    async fn tell<T>(&self, entry: impl FnOnce(Reply<T>) -> Entry) -> Result<T, GateError> {
        let (reply, answer) = oneshot::channel();
        self.inbox
            .send(Command::Books(entry(reply)))
            .await
            .map_err(|_| GateError::Stopped)?;
        answer.await.unwrap_or(Err(GateError::Stopped))
    }
}

fn failed(fault: &Fault) -> GateError {
    let message = if fault.message.is_empty() {
        fault.code.clone()
    } else {
        format!("{}: {}", fault.code, fault.message)
    };
    // A wrong secret or a policy is no fault of the person's: signing in once more would not help.
    let blocked =
        fault.diagnosis.state() == State::Blocked && fault.diagnosis != Diagnosis::Request;
    let remedy = if blocked {
        "run `gatepost client add FILE` with the client's current JSON, or ask who manages the project"
    } else {
        "start the sign-in again and finish it within a few minutes"
    };
    let problem = Box::new(Problem {
        code: fault.code.clone(),
        message,
        at: Some(fault.at),
        cause: None,
        remedy: remedy.into(),
    });
    if blocked {
        return GateError::Refused {
            email: "the sign-in could not be completed".into(),
            state: State::Blocked,
            problem,
        };
    }
    GateError::ConsentFailed(problem)
}

impl From<GateError> for ConsentError {
    fn from(error: GateError) -> Self {
        Self::Gate(error)
    }
}
