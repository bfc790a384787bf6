//! What a front end may see: the whole truth at one moment, without a secret in it.

use std::path::PathBuf;
use std::result;
use std::sync::Arc;

use super::account::{self, AccountId, Handle, Naming, NoSuchAccount};
use super::cause::Cause;
use super::client::Client;
use super::event::{Event, Result};
use super::grant::Facts;
use super::schedule::Policy;
use super::service_account::ServiceAccount;
use super::time::{Span, Timestamp};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    pub id: AccountId,
    pub email: String,
    /// Google's immutable user ID; empty until known.
    pub sub: String,
    pub label: Option<String>,
    /// The client of its grant, or the one it was last used with.
    pub client: Option<String>,
    pub facts: Facts,
    /// Present when the grant is dead.
    pub cause: Option<Cause>,
    /// Work in flight for this account.
    pub busy: Option<Busy>,
    /// When automatic refresh will ask next.
    pub next_refresh_at: Option<Timestamp>,
    /// The latest refreshes, oldest first, at most 24.
    pub recent: Vec<Result>,
    /// Which programs took a token, most recent first, at most 5.
    pub handed_out: Vec<Handout>,
    /// What `verify` last found.
    pub checked: Option<Checked>,
    /// Other accounts whose grants die when this one is revoked: same mailbox, same project.
    pub dies_with: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    Refreshing,
    Verifying,
    Revoking,
    Consenting,
}

impl Busy {
    pub const ALL: [Self; 4] = [
        Self::Refreshing,
        Self::Verifying,
        Self::Revoking,
        Self::Consenting,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refreshing => "refreshing",
            Self::Verifying => "checking",
            Self::Revoking => "revoking",
            Self::Consenting => "consent",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    pub program: String,
    pub at: Timestamp,
}

/// The result of the last `verify`, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub at: Timestamp,
    pub ok: bool,
    pub line: String,
}

/// Where the secrets are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VaultView {
    pub path: PathBuf,
    /// `key file`, `key command`…
    pub key: &'static str,
    /// Where the key lies, if it is a file.
    pub key_file: Option<PathBuf>,
    /// Why the vault, made just now, has no key in the keyring.
    pub passed_over: Option<String>,
}

/// Everything, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    pub accounts: Vec<Arc<AccountView>>,
    pub clients: Vec<Client>,
    pub service_accounts: Vec<ServiceAccount>,
    pub policy: Policy,
    pub vault: VaultView,
    /// The latest events, newest first, at most 500.
    pub events: Vec<Arc<Event>>,
    /// How far Google's `Date` was ahead of this machine's clock at the last answer.
    pub skew: Option<Span>,
}

impl Snapshot {
    pub fn account(&self, id: AccountId) -> Option<&AccountView> {
        self.accounts.iter().find(|a| a.id == id).map(AsRef::as_ref)
    }

    /// The accounts that sign in with this client.
    pub fn users_of<'s>(&'s self, client: &'s str) -> impl Iterator<Item = &'s str> {
        let uses = move |a: &&Arc<AccountView>| a.client.as_deref() == Some(client);
        self.accounts.iter().filter(uses).map(|a| a.email.as_str())
    }

    /// The account a person means; of a service account, which is none, why it will not do.
    pub fn find(&self, wanted: &str, naming: Naming) -> result::Result<AccountId, NoSuchAccount> {
        account::find(&self.handles(), wanted, naming).map_err(|error| {
            match self.service_account(wanted) {
                Some(account) => NoSuchAccount::ServiceAccount {
                    email: account.email.clone(),
                },
                None => error,
            }
        })
    }

    pub fn service_account(&self, email: &str) -> Option<&ServiceAccount> {
        let mut accounts = self.service_accounts.iter();
        accounts.find(|account| account.email.eq_ignore_ascii_case(email))
    }

    fn handles(&self) -> Vec<Handle<'_>> {
        self.accounts.iter().map(|a| a.handle()).collect()
    }
}

impl AccountView {
    pub fn handle(&self) -> Handle<'_> {
        Handle {
            id: self.id,
            email: &self.email,
            label: self.label.as_deref(),
        }
    }

    /// The word that a shell needs to mean this account.
    pub fn shell_name(&self) -> &str {
        &self.email
    }
}
