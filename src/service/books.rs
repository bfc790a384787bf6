//! Commands that only keep the books: labels, pauses, clients, history, removal, and the storing
//! of grants that a consent or an import brought.

use super::actor::{Actor, unknown};
use super::ask::{ClientAsk, ClientStored, Consented, Export};
use super::error::GateError;
use super::gate::{Arrival, Entry};
use super::trips::random;
use crate::domain::account::{AccountId, ClientId, GrantId, check_label};
use crate::domain::client::{Client, ClientKind, Publishing};
use crate::domain::event::{self, Event, What};
use crate::domain::grant::{Outcome, Renewal};
use crate::domain::time::Span;
use crate::loopback::Registered;
use crate::vault::{Change, HistoryQuery, NewClient, NewGrant, PutClient};

/// `gatepost log` without `--since` shows as much as the vault keeps.
const LOG_LIMIT: usize = 10_000;

impl Actor {
    pub(super) async fn keep_books(&mut self, entry: Entry) {
        match entry {
            Entry::Pause(id, paused, reply) => drop(reply.send(self.pause(id, paused).await)),
            Entry::Label(id, label, reply) => drop(reply.send(self.label(id, label).await)),
            Entry::Remove(id, reply) => drop(reply.send(self.remove(id).await)),
            Entry::Keep(kept, label, reply) => drop(reply.send(self.keep(kept.0, label).await)),
            Entry::Export(id, format, reply) => drop(reply.send(self.export(id, &format).await)),
            Entry::PutClient(ask, reply) => drop(reply.send(self.put_client(*ask).await)),
            Entry::SetPublishing(id, to, reply) => {
                drop(reply.send(self.set_publishing(id, to).await));
            }
            Entry::RemoveClient(id, reply) => drop(reply.send(self.remove_client(id).await)),
            Entry::PutServiceAccount(key, replace, reply) => {
                drop(reply.send(self.put_service_account(*key, replace).await));
            }
            Entry::RemoveServiceAccount(email, reply) => {
                drop(reply.send(self.remove_service_account(email).await));
            }
            Entry::Log(account, since, reply) => drop(reply.send(self.log(account, since).await)),
            Entry::ClientAuth(id, reply) => drop(reply.send(self.client_auth(id).await)),
            Entry::Ready(reply) => drop(reply.send(self.crew.store.ready().await)),
            Entry::Candidate(grant, reply) => {
                drop(
                    reply.send(
                        self.crew
                            .store
                            .insist(move |vault| vault.store_candidate(&grant))
                            .await,
                    ),
                );
            }
            Entry::Discard(id, reply) => {
                drop(reply.send(self.crew.store.with(move |vault| vault.discard(id)).await));
            }
            Entry::Promote(id, grant, arrival, reply) => {
                drop(reply.send(self.promote(id, *grant, arrival).await));
            }
        }
    }

    /// Stores changes and one event about them, then shows both.
    pub(super) async fn write(
        &mut self,
        mut changes: Vec<Change>,
        event: Event,
    ) -> Result<(), GateError> {
        changes.push(Change::Happened(event.clone()));
        self.crew
            .store
            .with(move |vault| vault.commit(&changes))
            .await?;
        self.show(event).await
    }

    async fn show(&mut self, event: Event) -> Result<(), GateError> {
        // The reading has the event in its history already; only the watchers must hear.
        self.reload().await?;
        self.announce(event);
        self.publish();
        Ok(())
    }

    fn event_about(&self, id: AccountId, what: What, detail: String) -> Result<Event, GateError> {
        let account = self.roster.account(id).ok_or_else(unknown)?;
        Ok(self.event(account, what, event::Result::Done, "", || detail))
    }

    async fn pause(&mut self, id: AccountId, paused: bool) -> Result<(), GateError> {
        let what = if paused { What::Pause } else { What::Resume };
        let event = self.event_about(id, what, String::new())?;
        self.write(vec![Change::Paused { id, paused }], event).await
    }

    async fn label(&mut self, id: AccountId, label: Option<String>) -> Result<(), GateError> {
        let label = label.map(|text| check_label(&text)).transpose()?;
        self.check_label_is_free(id, label.as_deref())?;
        let detail = label.clone().unwrap_or_else(|| "removed".into());
        let event = self.event_about(id, What::Label, detail)?;
        self.write(vec![Change::Label { id, label }], event).await
    }

    pub(super) fn check_label_is_free(
        &self,
        id: AccountId,
        label: Option<&str>,
    ) -> Result<(), GateError> {
        let taken = |a: &&crate::vault::Account| {
            a.id != id && label.is_some() && a.label.as_deref() == label
        };
        match self.roster.accounts().find(taken) {
            Some(owner) => Err(GateError::LabelTaken {
                label: label.unwrap_or_default().to_owned(),
                owner: owner.email.clone(),
            }),
            None => Ok(()),
        }
    }

    async fn remove(&mut self, id: AccountId) -> Result<(), GateError> {
        let event = self.event_about(
            id,
            What::Remove,
            "forgotten here; the grant lives on at Google".into(),
        )?;
        self.write(vec![Change::Removed { id }], event).await
    }

    async fn log(
        &mut self,
        account: Option<AccountId>,
        since: Option<Span>,
    ) -> Result<Vec<Event>, GateError> {
        let since = since.map(|span| self.crew.clock.now() - span);
        let query = HistoryQuery {
            account,
            since,
            limit: LOG_LIMIT,
        };
        self.crew
            .store
            .with(move |vault| vault.history(&query))
            .await
    }

    async fn export(&mut self, id: AccountId, format: &str) -> Result<Export, GateError> {
        let account = self.roster.account(id).ok_or_else(unknown)?;
        let email = account.email.clone();
        let granted = account
            .facts
            .grant
            .as_ref()
            .map(|g| g.granted.clone())
            .unwrap_or_default();
        let read = move |vault: &mut crate::vault::Vault| {
            Ok((vault.material(id)?, vault.access_token(id)?))
        };
        let (Some(material), access) = self.crew.store.with(read).await? else {
            return Err(self.refusal(id));
        };
        let event = self.event_about(id, What::Export, format!("as {format}"))?;
        self.write(Vec::new(), event).await?;
        Ok(Export {
            email,
            client_id: material.client.client_id,
            client_secret: material.client_secret,
            refresh_token: material.refresh_token,
            access,
            granted,
            token_endpoint: material.token_endpoint,
        })
    }

    pub(super) async fn put_client(&mut self, ask: ClientAsk) -> Result<ClientStored, GateError> {
        if ask.kind == ClientKind::Web {
            Registered::from(&ask.redirect_uris).map_err(|error| {
                GateError::Usage(format!("`{}` cannot be used here: {error}", ask.client_id))
            })?;
        }
        let name = self.name_for(&ask)?;
        let new = NewClient {
            name,
            client_id: ask.client_id,
            secret: ask.secret,
            kind: ask.kind,
            project: ask.project,
            publishing: ask.publishing,
            auth_uri: ask.auth_uri,
            token_uri: ask.token_uri,
            redirect_uris: ask.redirect_uris,
        };
        let now = self.crew.clock.now();
        let put = self
            .crew
            .store
            .with(move |vault| vault.put_client(&new, now))
            .await?;
        self.reload().await?;
        let client = self.client(put.id())?.clone();
        let added = matches!(put, PutClient::Added(_));
        let detail = format!(
            "{} {}",
            client.name,
            if added { "added" } else { "updated" }
        );
        self.write(Vec::new(), self.event_of_program(What::Client, detail))
            .await?;
        Ok(if added {
            ClientStored::Added(client)
        } else {
            ClientStored::Updated(client)
        })
    }

    /// A known client keeps its name, the first one is `default`, and others must be named.
    fn name_for(&self, ask: &ClientAsk) -> Result<String, GateError> {
        let clients = self.roster.clients();
        if let Some(known) = clients.iter().find(|c| c.client_id == ask.client_id) {
            return Ok(known.name.clone());
        }
        let Some(name) = ask.name.as_deref() else {
            return match clients {
                [] => Ok("default".into()),
                _ => Err(GateError::Usage(
                    "there is a client already: give this one a name with `--name NAME`".into(),
                )),
            };
        };
        let name = check_label(name).map_err(|_| {
            GateError::Usage(format!(
                "`{}` is no name for a client",
                crate::domain::wording::safe(name)
            ))
        })?;
        if clients.iter().any(|c| c.name == name) {
            return Err(GateError::Usage(format!(
                "the name `{name}` belongs to another client"
            )));
        }
        Ok(name)
    }

    async fn set_publishing(&mut self, id: ClientId, to: Publishing) -> Result<Client, GateError> {
        self.crew
            .store
            .with(move |vault| vault.set_publishing(id, to))
            .await?;
        let name = self.client(id)?.name.clone();
        let event = self.event_of_program(What::Client, format!("{name} declared {}", to.as_str()));
        self.write(Vec::new(), event).await?;
        self.client(id).cloned()
    }

    async fn remove_client(&mut self, id: ClientId) -> Result<(), GateError> {
        let name = self.client(id)?.name.clone();
        let users: Vec<_> = self
            .roster
            .accounts()
            .filter(|a| a.client == Some(id))
            .map(|a| a.email.clone())
            .collect();
        if !users.is_empty() {
            return Err(GateError::Usage(format!(
                "client `{name}` is in use by {}; remove or move those accounts first",
                users.join(", ")
            )));
        }
        self.crew
            .store
            .with(move |vault| vault.remove_client(id))
            .await?;
        self.write(
            Vec::new(),
            self.event_of_program(What::Client, format!("{name} removed")),
        )
        .await
    }

    pub(super) fn client(&self, id: ClientId) -> Result<&Client, GateError> {
        let found = self.roster.clients().iter().find(|c| c.id == id);
        found.ok_or_else(|| GateError::NoSuchClient(id.0.to_string()))
    }

    pub(super) fn event_of_program(&self, what: What, detail: String) -> Event {
        Event {
            at: self.crew.clock.now(),
            account: None,
            email: None,
            what,
            result: event::Result::Done,
            code: String::new(),
            detail,
        }
    }

    async fn keep(
        &mut self,
        grant: NewGrant,
        label: Option<String>,
    ) -> Result<AccountId, GateError> {
        let candidate = {
            let grant = grant.clone();
            self.crew
                .store
                .with(move |vault| vault.store_candidate(&grant))
                .await?
        };
        Ok(self
            .promote(
                candidate,
                grant,
                Arrival {
                    by: What::Consent,
                    label,
                },
            )
            .await?
            .account)
    }

    /// A verified candidate becomes the account's grant, unless it brought no refresh token and
    /// the old one can go on.
    pub(super) async fn promote(
        &mut self,
        candidate: GrantId,
        grant: NewGrant,
        arrival: Arrival,
    ) -> Result<Consented, GateError> {
        let known = self.owner_of(&grant);
        let label = arrival.label.map(|text| check_label(&text)).transpose()?;
        if let Err(taken) =
            self.check_label_is_free(known.unwrap_or(AccountId(0)), label.as_deref())
        {
            // Or the next start would finish what was just refused.
            self.crew
                .store
                .with(move |vault| vault.discard(candidate))
                .await?;
            return Err(taken);
        }
        let missing = grant.requested.missing_from(&grant.granted);
        let without_refresh_token = grant.refresh_token.is_none();
        let old_goes_on = known
            .and_then(|id| self.roster.account(id))
            .filter(|account| without_refresh_token && account.facts.can_refresh());
        let account = match old_goes_on.map(|a| (a.id, a.facts.clone())) {
            Some((id, facts)) => {
                self.keep_old_grant(id, facts, candidate, &grant).await?;
                id
            }
            None => {
                let now = self.crew.clock.now();
                self.crew
                    .store
                    .with(move |vault| vault.promote(candidate, label.as_deref(), now))
                    .await?
            }
        };
        self.reload().await?;
        let detail = match (without_refresh_token, missing.is_empty()) {
            (true, _) => "Google sent no refresh token".into(),
            (false, true) => String::new(),
            (false, false) => format!("without {missing}"),
        };
        let event = self.event_about(account, arrival.by, detail)?;
        self.write(Vec::new(), event).await?;
        Ok(Consented {
            account,
            email: grant.email,
            renewed: known.is_some(),
            missing,
            without_refresh_token,
            grant_expires_at: grant.expires_at,
        })
    }

    /// The access token is good for its hour; the refresh token that is there stays.
    async fn keep_old_grant(
        &mut self,
        id: AccountId,
        mut facts: crate::domain::grant::Facts,
        candidate: GrantId,
        grant: &NewGrant,
    ) -> Result<(), GateError> {
        let mut changes = Vec::new();
        if let Some((access, token)) = grant.access.clone() {
            let renewal = Renewal {
                access,
                granted: None,
                grant_expires_at: None,
            };
            facts.learn(&Outcome::Renewed(renewal), random());
            changes.push(Change::Learnt {
                id,
                facts,
                access_token: Some(token),
                refresh_token: None,
            });
        }
        self.crew
            .store
            .with(move |vault| {
                vault.commit(&changes)?;
                vault.discard(candidate)
            })
            .await
    }

    pub(super) fn owner_of(&self, grant: &NewGrant) -> Option<AccountId> {
        let by_sub = || {
            self.roster
                .accounts()
                .find(|a| !grant.sub.is_empty() && a.sub == grant.sub)
        };
        let by_mailbox = || {
            let wanted = crate::domain::account::Email::parse(&grant.email).ok()?;
            self.roster.accounts().find(|a| {
                (a.sub.is_empty() || grant.sub.is_empty())
                    && crate::domain::account::Email::parse(&a.email)
                        .is_ok_and(|e| e.same_mailbox(&wanted))
            })
        };
        grant
            .account
            .or_else(|| by_sub().or_else(by_mailbox).map(|a| a.id))
    }
}
