//! What the vault hands out: whole accounts without their secrets, and, apart from them, the one
//! bundle of secrets that a refresh needs.

use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::client::Client;
use crate::domain::event::{self, Event};
use crate::domain::grant::Facts;
use crate::domain::secret::Secret;
use crate::domain::service_account::ServiceAccount;
use crate::domain::snapshot::Checked;

/// Everything but the secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    pub accounts: Vec<Account>,
    pub clients: Vec<Client>,
    pub service_accounts: Vec<ServiceAccount>,
    /// The latest 500, newest first.
    pub events: Vec<Event>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    /// Empty until known.
    pub sub: String,
    pub label: Option<String>,
    /// The client of its grant, else the one it was last used with.
    pub client: Option<ClientId>,
    /// All but `last_used_at`, which [`super::usage`] knows.
    pub facts: Facts,
    pub checked: Option<Checked>,
    /// Grants of this account and client that were stored after the current one.
    pub grants_issued: u32,
    /// How the latest 24 refreshes ended, oldest first.
    pub recent: Vec<event::Result>,
}

/// All that asking Google for a new access token takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    pub grant: GrantId,
    pub refresh_token: Secret,
    pub client: Client,
    pub client_secret: Option<Secret>,
    pub token_endpoint: String,
}
