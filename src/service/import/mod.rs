//! Taking in a credential that another program got: proved by one refresh, then stored by the
//! same road as a consent. Runs in the caller's task; only its storing goes through the actor.

mod parts;
mod plan;

pub use plan::{Plan, plan};

use super::ask::{ClientAsk, ClientStored, Consented, ImportAsk, Imported};
use super::error::{GateError, temporary};
use super::gate::{Arrival, Entry, Gate};
use crate::domain::account::Email;
use crate::domain::client::{Client, ClientKind};
use crate::domain::event::What;
use crate::domain::fault::Fault;
use crate::domain::grant::Access;
use crate::domain::problem::Problem;
use crate::google::{ClientAuth, TokenGrant, TokenInfo};
use crate::vault::NewGrant;

/// Whose it turned out to be.
struct Owner {
    email: String,
    sub: String,
}

impl Gate {
    /// Takes in a credential file's contents.
    pub async fn import(&self, ask: ImportAsk) -> Result<Imported, GateError> {
        let auth = self.auth_for(&ask).await?;
        let token_endpoint = auth.token_endpoint.clone();
        if let Some(email) = &ask.email {
            self.refuse_to_replace(email.as_str(), "", ask.force)?;
        }
        // Google may change the token with its answer, and then the file's is worth nothing.
        self.book(Entry::Ready).await?;
        let answer = self.google.refresh(&auth, &ask.refresh_token).await;
        let answer = match answer.and_then(TokenGrant::of_known_owner) {
            Ok(answer) => Some(answer),
            Err(fault) if fault.diagnosis.is_transient() && ask.email.is_some() => None,
            Err(fault) if fault.diagnosis.is_transient() => {
                tracing::info!(code = fault.code, "an import could not be verified");
                return Err(GateError::UnknownOwner { file: ask.file });
            }
            Err(fault) => return Err(refused(&ask.file, &fault)),
        };
        let owner = self.owner_of(&ask, answer.as_ref()).await?;
        self.refuse_to_replace(&owner.email, &owner.sub, ask.force)?;
        let (client, client_added) = self.client_for(&ask).await?;
        let verified = answer.is_some();
        let stored = self
            .store(&ask, answer, owner, &client, token_endpoint)
            .await?;
        Ok(Imported {
            account: stored.account,
            email: stored.email,
            verified,
            client: client.name,
            client_added,
        })
    }

    /// The client as the file has it; where it has none, ours. The file's own endpoint only for
    /// a client that is not known; it may be any server.
    async fn auth_for(&self, ask: &ImportAsk) -> Result<ClientAuth, GateError> {
        let Some(client_id) = ask.client_id.clone() else {
            let client = self.client_meant(ask)?;
            return self.book(|reply| Entry::ClientAuth(client.id, reply)).await;
        };
        let token_uri = match self.known_client(&client_id) {
            Some(known) => known.token_uri,
            None => ask.token_uri.clone(),
        };
        Ok(ClientAuth {
            client_id,
            secret: ask.client_secret.clone(),
            token_endpoint: self.token_endpoint(token_uri),
        })
    }

    /// For tokens that came without a client: the one that is named, or the only one.
    fn client_meant(&self, ask: &ImportAsk) -> Result<Client, GateError> {
        let snapshot = self.snapshot();
        match plan::client_meant(ask.client_name.as_deref(), &snapshot.clients) {
            Ok(client) => Ok(client.clone()),
            Err(Some(name)) => Err(GateError::NoSuchClient(name.to_owned())),
            Err(None) => Err(GateError::NeedsClient {
                file: ask.file.clone(),
            }),
        }
    }

    async fn owner_of(
        &self,
        ask: &ImportAsk,
        answer: Option<&TokenGrant>,
    ) -> Result<Owner, GateError> {
        let named = |sub: String| {
            let email = ask.email.as_ref().ok_or_else(|| GateError::UnknownOwner {
                file: ask.file.clone(),
            })?;
            Ok(Owner {
                email: email.as_str().to_owned(),
                sub,
            })
        };
        let Some(answer) = answer else {
            return named(String::new());
        };
        let owner = match answer
            .claims
            .as_ref()
            .and_then(|c| c.email.clone().map(|email| (c.sub.clone(), email)))
        {
            Some((sub, email)) => Owner { email, sub },
            None => match self.google.tokeninfo(&answer.access_token).await {
                Ok(TokenInfo {
                    email: Some(email),
                    sub,
                    ..
                }) => Owner {
                    email,
                    sub: sub.unwrap_or_default(),
                },
                _ => match self.google.gmail_profile(&answer.access_token).await {
                    Ok(profile) => Owner {
                        email: profile.email,
                        sub: String::new(),
                    },
                    Err(_) => return named(String::new()),
                },
            },
        };
        match &ask.email {
            Some(expected)
                if Email::parse(&owner.email).is_ok_and(|got| !got.same_mailbox(expected)) =>
            {
                Err(GateError::WrongAccount {
                    expected: expected.to_string(),
                    got: owner.email,
                })
            }
            _ => Ok(owner),
        }
    }

    fn refuse_to_replace(&self, email: &str, sub: &str, force: bool) -> Result<(), GateError> {
        let snapshot = self.snapshot();
        let same = |view: &&std::sync::Arc<crate::domain::snapshot::AccountView>| {
            (!sub.is_empty() && view.sub == sub) || view.email.eq_ignore_ascii_case(email)
        };
        match snapshot.accounts.iter().find(same) {
            Some(view) if !force && view.facts.can_refresh() => Err(GateError::WouldReplace {
                email: view.email.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The client of the file: known by its ID, or added under a name derived from it.
    async fn client_for(&self, ask: &ImportAsk) -> Result<(Client, bool), GateError> {
        let Some(client_id) = ask.client_id.clone() else {
            return Ok((self.client_meant(ask)?, false));
        };
        if let Some(known) = self.known_client(&client_id) {
            return Ok((known, false));
        }
        let snapshot = self.snapshot();
        let name = ask
            .client_name
            .clone()
            .unwrap_or_else(|| derived_name(&client_id, &snapshot.clients));
        let new = ClientAsk {
            name: Some(name),
            client_id,
            secret: ask.client_secret.clone(),
            kind: ClientKind::Installed,
            project: None,
            auth_uri: None,
            token_uri: ask.token_uri.clone(),
            redirect_uris: Vec::new(),
            publishing: None,
        };
        match self.put_client(new).await? {
            ClientStored::Added(client) | ClientStored::Updated(client) => Ok((client, true)),
        }
    }

    async fn store(
        &self,
        ask: &ImportAsk,
        answer: Option<TokenGrant>,
        owner: Owner,
        client: &Client,
        token_endpoint: String,
    ) -> Result<Consented, GateError> {
        let verified = answer.is_some();
        let granted = answer
            .as_ref()
            .and_then(|a| a.scopes.clone())
            .unwrap_or_else(|| ask.scopes.clone());
        let expires_at = answer.as_ref().and_then(|a| a.grant_expires_at);
        let rotated = answer.as_ref().and_then(|a| a.refresh_token.clone());
        let own = ask.access.clone().map(|(token, expires_at)| {
            (
                Access {
                    obtained_at: self.clock.now(),
                    expires_at,
                },
                token,
            )
        });
        let grant = NewGrant {
            account: None,
            email: owner.email,
            sub: owner.sub,
            client: client.id,
            // What the file says was asked for; an empty list asks for nothing more than it has.
            requested: if ask.scopes.is_empty() {
                granted.clone()
            } else {
                ask.scopes.clone()
            },
            granted,
            token_endpoint,
            granted_at: None,
            expires_at,
            refresh_token: Some(rotated.unwrap_or_else(|| ask.refresh_token.clone())),
            access: answer.map(|a| (a.access, a.access_token)).or(own),
            verified,
        };
        let candidate = self
            .book(|reply| Entry::Candidate(Box::new(grant.clone()), reply))
            .await?;
        self.book(|reply| {
            Entry::Promote(
                candidate,
                Box::new(grant),
                Arrival {
                    by: What::Import,
                    label: None,
                },
                reply,
            )
        })
        .await
    }
}

/// `project-1234` after the project number, made unique.
pub(super) fn derived_name(client_id: &str, clients: &[Client]) -> String {
    let number = client_id
        .split('-')
        .next()
        .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let base = number.map_or_else(|| "imported".to_owned(), |n| format!("project-{n}"));
    let taken = |name: &str| clients.iter().any(|c| c.name == name);
    let mut name = base.clone();
    let mut n = 2;
    while taken(&name) {
        name = format!("{base}-{n}");
        n += 1;
    }
    name
}

fn refused(file: &str, fault: &Fault) -> GateError {
    if fault.diagnosis.is_transient() {
        return temporary(file, fault, None);
    }
    let words = if fault.message.is_empty() {
        String::new()
    } else {
        format!(": “{}”", fault.message)
    };
    let remedy = if fault.diagnosis.is_about_client() {
        "bring in the client's current JSON with `gatepost client add FILE`; nothing was stored"
    } else {
        "sign in afresh with `gatepost add`; nothing was stored"
    };
    GateError::ImportRefused {
        file: file.to_owned(),
        state: fault.diagnosis.state(),
        problem: Box::new(Problem {
            code: fault.code.clone(),
            message: format!("Google refused the refresh token ({}{words})", fault.code),
            at: Some(fault.at),
            cause: None,
            remedy: remedy.into(),
        }),
    }
}
