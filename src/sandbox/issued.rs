//! Tokens without a browser: grants that the world believes it gave, so that a vault can be
//! filled with accounts of any age.

use super::control::Unknown;
use super::world::{Claim, Scopes, Style, World};
use crate::domain::account::Email;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// A consent that is to have happened.
#[derive(Debug, Clone)]
pub struct IssueSpec {
    /// Made up if the world does not know it.
    pub email: String,
    /// A client ID or the scenario's name for it.
    pub client: String,
    /// What was ticked, space-separated.
    pub scopes: String,
    pub granted_at: Timestamp,
    /// The end that Google would have stated; `None` leaves it to the project's status.
    pub ends_at: Option<Timestamp>,
    /// When the access token runs out: by default an ordinary life from now.
    pub access_expires_at: Option<Timestamp>,
    /// When the refresh token was last used; by default now.
    pub last_used_at: Option<Timestamp>,
}

impl IssueSpec {
    /// Granted at `granted_at`, used just now.
    pub fn new(email: &str, client: &str, scopes: &str, granted_at: Timestamp) -> Self {
        Self {
            email: email.to_owned(),
            client: client.to_owned(),
            scopes: scopes.to_owned(),
            granted_at,
            ends_at: None,
            access_expires_at: None,
            last_used_at: None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Issued {
    pub email: String,
    pub sub: String,
    pub refresh_token: Secret,
    pub access_token: Secret,
    pub access_expires_at: Timestamp,
    /// What `refresh_token_expires_in` would have said, as a date.
    pub refresh_expires_at: Option<Timestamp>,
    /// The scopes as Google would have answered them.
    pub scopes: String,
}

impl IssueSpec {
    pub(super) fn carry_out(&self, world: &mut World, now: Timestamp) -> Result<Issued, Unknown> {
        let client = world
            .directory
            .client_called(&self.client)
            .ok_or_else(|| Unknown(self.client.clone()))?;
        let email = Email::parse(&self.email).map_err(|_| Unknown(self.email.clone()))?;
        let account = world.directory.persona(&email);
        let project = world.directory[client].project;
        let scopes = Scopes::parse(&self.scopes).with_openid();
        let ends_at = self.ends_at.or_else(|| {
            world
                .sign_in_life(project, &scopes)
                .map(|life| self.granted_at + life)
        });
        let claim = Claim {
            grant: world.grants.agree(account, project, &scopes),
            account,
            client,
            scopes: scopes.clone(),
            epoch: world.directory[account].password_epoch,
        };
        let access_token = world.mint_access(claim.clone(), true, Style::default(), now);
        let access_expires_at = self
            .access_expires_at
            .unwrap_or(now + world.habits.access_life);
        if let Some(record) = world.grants.access.get_mut(&access_token) {
            record.expires_at = access_expires_at;
        }
        let last_used_at = self.last_used_at.unwrap_or(now);
        let refresh_token = world.mint_refresh(
            claim,
            self.granted_at,
            ends_at,
            Style::default(),
            last_used_at,
        );
        Ok(Issued {
            email: self.email.clone(),
            sub: world.directory[account].sub.clone(),
            refresh_token: Secret::new(refresh_token),
            access_token: Secret::new(access_token),
            access_expires_at,
            refresh_expires_at: ends_at,
            scopes: scopes.to_string(),
        })
    }
}
