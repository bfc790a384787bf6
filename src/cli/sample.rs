//! Fills the throw-away vault with the sandbox's sample accounts, by the same doors that the
//! service uses, so that every state of the contract can be seen. Knows nothing of the sandbox but
//! what it hands out.

use super::report::Failure;
use super::settings::Settings;
use crate::domain::account::{AccountId, ClientId};
use crate::domain::event::{Event, What};
use crate::domain::fault::Fault;
use crate::domain::grant::{Access, Backoff, Outcome};
use crate::domain::scope::Scopes;
use crate::domain::time::{Span, Timestamp};
use crate::sandbox::{Issued, PastSpec, Sample, Sandbox, TroubleSpec};
use crate::vault::{Change, NewClient, NewGrant, Vault, VaultError, usage};

/// An ordinary access token's life: how long ago it was obtained follows from when it ends.
const ACCESS_LIFE: Span = Span::hours(1);

pub(super) fn plant(settings: &Settings, sandbox: &Sandbox, now: Timestamp) -> Result<(), Failure> {
    let mut garden = Garden {
        vault: Vault::open(&settings.places.vault, &settings.key, now)?,
        token_endpoint: format!("{}/token", sandbox.base_url()),
        now,
    };
    let mut clients = Vec::new();
    for card in sandbox.clients() {
        let stored = garden.vault.put_client(
            &NewClient {
                name: card.name.clone(),
                client_id: card.client_id,
                secret: Some(card.secret),
                kind: card.kind,
                project: Some(card.project),
                publishing: Some(card.publishing),
                auth_uri: None,
                token_uri: None,
                redirect_uris: vec!["http://localhost".into()],
            },
            now,
        )?;
        clients.push((card.name, stored.id()));
    }
    let mut about_clients = Vec::new();
    let mut history = Vec::new();
    for sample in sandbox.samples() {
        let client = clients.iter().find(|(name, _)| *name == sample.spec.client);
        let Some((_, client)) = client else {
            continue;
        };
        let id = garden.account(sample, *client)?;
        history.extend(garden.history(sample, id, settings));
        about_clients.extend(garden.trouble(sample, id, *client)?);
    }
    // Last of all: an account that works would clear its client's trouble.
    garden.vault.commit(&about_clients)?;
    // The vault keeps events in the order in which it was told of them.
    history.sort_by_key(|event| event.at);
    let history: Vec<_> = history.into_iter().map(Change::Happened).collect();
    garden.vault.commit(&history)?;
    Ok(())
}

struct Garden {
    vault: Vault,
    token_endpoint: String,
    now: Timestamp,
}

impl Garden {
    fn account(&mut self, sample: &Sample, client: ClientId) -> Result<AccountId, VaultError> {
        let spec = &sample.spec;
        let issued = sample.issued.as_ref();
        let grant = spec.grant.as_ref();
        let granted = issued.map(|issued| Scopes::parse(&issued.scopes));
        let new = NewGrant {
            account: None,
            email: spec.email.clone(),
            sub: sample.sub.clone(),
            client,
            requested: grant
                .map(|g| Scopes::parse(&g.requested).with_identity())
                .unwrap_or_default(),
            granted: granted.unwrap_or_default(),
            token_endpoint: self.token_endpoint.clone(),
            granted_at: grant.map(|g| self.now - g.granted_ago),
            expires_at: issued.and_then(|i| i.refresh_expires_at),
            refresh_token: issued.map(|i| i.refresh_token.clone()),
            access: issued.map(|i| (obtained(i), i.access_token.clone())),
            verified: true,
        };
        let candidate = self.vault.store_candidate(&new)?;
        let id = self
            .vault
            .promote(candidate, spec.label.as_deref(), self.now)?;
        let mut changes = Vec::new();
        if issued.is_none() {
            let at = self.now - revoked_ago(sample).unwrap_or_default();
            changes.push(Change::SignedOut { id, at });
        }
        if spec.paused {
            changes.push(Change::Paused { id, paused: true });
        }
        self.vault.commit(&changes)?;
        Ok(id)
    }

    /// What went wrong last. Trouble with a client is returned, not stored.
    fn trouble(
        &mut self,
        sample: &Sample,
        id: AccountId,
        client: ClientId,
    ) -> Result<Option<Change>, VaultError> {
        let Some(mut facts) = self.vault.read_account(id)?.map(|account| account.facts) else {
            return Ok(None);
        };
        facts.last_refresh_at = facts.access.map(|access| access.obtained_at);
        let mut about_client = None;
        if let Some(trouble) = &sample.spec.trouble {
            let fault = fault(trouble, self.now);
            if fault.diagnosis.is_about_client() {
                about_client = Some(Change::ClientFault {
                    id: client,
                    fault: Some(fault),
                });
            } else {
                facts.learn(&Outcome::Failed(fault), 0.0);
                facts.backoff = trouble.retry_in.map(|wait| Backoff {
                    failures: trouble.failures.max(1),
                    next_try_at: self.now + wait,
                });
            }
        }
        self.vault.commit(&[Change::Learnt {
            id,
            facts,
            access_token: None,
            refresh_token: None,
        }])?;
        Ok(about_client)
    }

    /// What happened, and in passing who took a token.
    fn history(&self, sample: &Sample, id: AccountId, settings: &Settings) -> Vec<Event> {
        let spec = &sample.spec;
        let (used, happened): (Vec<_>, Vec<_>) = spec
            .history
            .iter()
            .partition(|past| past.what == What::Token);
        for past in used {
            let at = self.now - past.ago;
            usage::record(&settings.places.vault, &spec.email, &past.words, at);
        }
        let event = |past: &PastSpec| Event {
            at: self.now - past.ago,
            account: Some(id),
            email: Some(spec.email.clone()),
            what: past.what,
            result: past.result,
            code: past.code.clone(),
            detail: past.words.clone(),
        };
        happened.into_iter().map(event).collect()
    }
}

fn obtained(issued: &Issued) -> Access {
    Access {
        obtained_at: issued.access_expires_at - ACCESS_LIFE,
        expires_at: issued.access_expires_at,
    }
}

fn fault(trouble: &TroubleSpec, now: Timestamp) -> Fault {
    Fault {
        diagnosis: trouble.diagnosis,
        code: trouble.code.clone(),
        message: trouble.words.clone(),
        at: now - trouble.ago,
        retry_after: None,
    }
}

fn revoked_ago(sample: &Sample) -> Option<Span> {
    let history = sample.spec.history.iter().rev();
    history
        .filter(|past| past.what == What::Revoke)
        .map(|past| past.ago)
        .next()
}
