//! What was agreed to and what was handed out for it: grants, refresh tokens, access tokens and
//! authorization codes. A token is judged when it is used, so that nothing has to be swept.

use std::collections::{HashMap, HashSet};

use super::directory::{AccountKey, ClientKey, ProjectKey};
use super::scopes::Scopes;
use crate::domain::time::{Span, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct GrantKey(usize);

/// Of one account to one project, whichever client asked.
pub(crate) struct Grant {
    /// Everything ever agreed to, over several consents.
    pub(crate) scopes: Scopes,
    pub(crate) revoked_at: Option<Timestamp>,
}

/// What refresh and access tokens have in common.
#[derive(Clone)]
pub(crate) struct Claim {
    pub(crate) grant: GrantKey,
    pub(crate) account: AccountKey,
    pub(crate) client: ClientKey,
    pub(crate) scopes: Scopes,
    /// The account's password epoch at the time.
    pub(crate) epoch: u32,
}

pub(crate) struct RefreshToken {
    pub(crate) claim: Claim,
    /// When the person signed in for it.
    pub(crate) granted_at: Timestamp,
    pub(crate) last_used_at: Timestamp,
    pub(crate) ends_at: Option<Timestamp>,
    /// Pushed out, rotated away, or killed by hand.
    pub(crate) dead: bool,
}

pub(crate) struct AccessToken {
    pub(crate) claim: Claim,
    pub(crate) expires_at: Timestamp,
    pub(crate) offline: bool,
}

pub(crate) struct Code {
    pub(crate) account: AccountKey,
    pub(crate) client: ClientKey,
    pub(crate) grant: GrantKey,
    pub(crate) scopes: Scopes,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) offline: bool,
    /// Whether the person saw the consent page: without it no refresh token comes.
    pub(crate) consented: bool,
    pub(crate) issued_at: Timestamp,
    pub(crate) redeemed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    Plain(String),
    S256(String),
}

/// Google forgets a refresh token that nobody used for six months.
const IDLE_LIFE: Span = Span::days(180);
/// Access tokens are looked through for stale ones whenever their number has doubled from here.
const FIRST_SWEEP: usize = 4_096;

#[derive(Default)]
pub(crate) struct Grants {
    agreed: Vec<Grant>,
    current: HashMap<(AccountKey, ProjectKey), GrantKey>,
    pub(crate) refresh: HashMap<String, RefreshToken>,
    /// Live refresh tokens per account and client, oldest first.
    issued: HashMap<(AccountKey, ClientKey), Vec<String>>,
    pub(crate) access: HashMap<String, AccessToken>,
    sweep_at: usize,
    pub(crate) codes: HashMap<String, Code>,
}

impl Grants {
    pub(crate) fn current(&self, account: AccountKey, project: ProjectKey) -> Option<&Grant> {
        let key = self.current.get(&(account, project))?;
        self.agreed.get(key.0)
    }

    /// Widens the grant that stands, or begins one.
    pub(crate) fn agree(
        &mut self,
        account: AccountKey,
        project: ProjectKey,
        scopes: &Scopes,
    ) -> GrantKey {
        let agreed = &mut self.agreed;
        let key = *self.current.entry((account, project)).or_insert_with(|| {
            agreed.push(Grant {
                scopes: Scopes::default(),
                revoked_at: None,
            });
            GrantKey(agreed.len() - 1)
        });
        self.agreed[key.0].scopes.extend(scopes);
        key
    }

    /// Ends the grant with every token of every client of the project.
    pub(crate) fn revoke(
        &mut self,
        account: AccountKey,
        project: ProjectKey,
        now: Timestamp,
    ) -> bool {
        let Some(key) = self.current.remove(&(account, project)) else {
            return false;
        };
        self.agreed[key.0].revoked_at = Some(now);
        true
    }

    /// Since when the token's grant is revoked, if it is.
    pub(crate) fn revoked_at(&self, claim: &Claim) -> Option<Timestamp> {
        self.agreed[claim.grant.0].revoked_at
    }

    /// Keeps a new refresh token; beyond `limit` the oldest of the pair dies without a word.
    pub(crate) fn keep_refresh(&mut self, token: String, record: RefreshToken, limit: usize) {
        let pair = (record.claim.account, record.claim.client);
        self.refresh.insert(token.clone(), record);
        let (refresh, agreed) = (&mut self.refresh, &self.agreed);
        let siblings = self.issued.entry(pair).or_default();
        siblings.push(token);
        siblings.retain(|token| {
            refresh.get(token).is_some_and(|record| {
                !record.dead && agreed[record.claim.grant.0].revoked_at.is_none()
            })
        });
        let surplus = siblings.len().saturating_sub(limit);
        for oldest in siblings.drain(..surplus) {
            if let Some(record) = refresh.get_mut(&oldest) {
                record.dead = true;
            }
        }
    }

    pub(crate) fn keep_access(&mut self, token: String, record: AccessToken, now: Timestamp) {
        if self.access.len() >= self.sweep_at.max(FIRST_SWEEP) {
            self.access
                .retain(|_, token| token.expires_at + Span::days(1) > now);
            self.codes
                .retain(|_, code| code.issued_at + Span::days(1) > now);
            self.sweep_at = self.access.len() * 2;
        }
        self.access.insert(token, record);
    }

    pub(crate) fn refresh_tokens(
        &mut self,
        account: AccountKey,
    ) -> impl Iterator<Item = &mut RefreshToken> {
        self.refresh
            .values_mut()
            .filter(move |token| token.claim.account == account)
    }

    pub(crate) fn access_tokens(
        &mut self,
        account: AccountKey,
    ) -> impl Iterator<Item = &mut AccessToken> {
        self.access
            .values_mut()
            .filter(move |token| token.claim.account == account)
    }

    /// Every project the account has agreed to.
    pub(crate) fn projects_of(&self, account: AccountKey) -> HashSet<ProjectKey> {
        self.current
            .keys()
            .filter(|(who, _)| *who == account)
            .map(|(_, project)| *project)
            .collect()
    }
}

impl RefreshToken {
    /// Ended by itself: its time is over, or nobody used it.
    pub(crate) fn has_lapsed(&self, now: Timestamp) -> bool {
        self.dead
            || self.ends_at.is_some_and(|end| end <= now)
            || now - self.last_used_at > IDLE_LIFE
    }
}
