//! What can be asked of the service, and what it answers. Plain values.

use crate::domain::account::{AccountId, Email};
use crate::domain::client::{Client, ClientKind, Publishing};
use crate::domain::grant::Access;
use crate::domain::mail::{Protocol, Trouble};
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::service_account::KeyStored;
use crate::domain::time::{Span, Timestamp};
pub use crate::google::SignedIn;

/// What a caller of `token` insists on.
#[derive(Debug, Clone, Copy)]
pub struct TokenAsk {
    /// How long the token should still live.
    pub min_valid: Span,
    /// The caller named `min_valid`: a shorter-lived token will not do, even in need.
    pub insists: bool,
    /// How long to wait, all told.
    pub max_wait: Span,
    pub force: bool,
}

impl Default for TokenAsk {
    fn default() -> Self {
        Self {
            min_valid: Span::seconds(60),
            insists: false,
            max_wait: Span::seconds(30),
            force: false,
        }
    }
}

/// An access token on its way out of the program.
#[derive(Debug, Clone)]
pub struct Token {
    pub email: String,
    pub secret: Secret,
    pub access: Access,
    pub scopes: Scopes,
}

/// What `verify` found, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub email: String,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `tokeninfo`, `userinfo`, `gmail`.
    pub name: &'static str,
    pub finding: Finding,
    /// One line for a person.
    pub words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    Agrees,
    /// Google says something else than what is stored.
    Differs,
    /// Google could not be asked, or the granted scopes do not allow the question.
    Unknown,
}

impl Verification {
    pub fn holds(&self) -> bool {
        self.steps.iter().all(|s| s.finding != Finding::Differs)
    }
}

/// What became of one sign-in to a mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailStep {
    pub protocol: Protocol,
    /// Where, by which mechanism, and what was found there; or why not.
    pub result: Result<SignedIn, Trouble>,
}

/// How a revocation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    pub email: String,
    /// Google knew the token no more; the result is the same.
    pub was_dead: bool,
    /// Addresses of other accounts here whose grants died with it.
    pub died_with_it: Vec<String>,
}

/// A client to be stored.
#[derive(Debug, Clone)]
pub struct ClientAsk {
    pub name: Option<String>,
    pub client_id: String,
    pub secret: Option<Secret>,
    pub kind: ClientKind,
    pub project: Option<String>,
    pub auth_uri: Option<String>,
    pub token_uri: Option<String>,
    pub redirect_uris: Vec<String>,
    pub publishing: Option<Publishing>,
}

/// Whether a client was new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientStored {
    Added(Client),
    Updated(Client),
}

/// Whom a consent is for, and how.
#[derive(Debug, Clone, Default)]
pub struct ConsentAsk {
    /// A known account whose grant is to be renewed; another Google account is refused.
    pub account: Option<AccountId>,
    /// For a new account: preselected in the browser, and refused if another one comes back.
    pub email: Option<Email>,
    pub client: Option<String>,
    /// In place of the configured set; identity scopes are added.
    pub scopes: Option<Scopes>,
    pub label: Option<String>,
    pub browser: Browser,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Browser {
    #[default]
    Open,
    Leave,
}

/// A consent that went well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consented {
    pub account: AccountId,
    pub email: String,
    pub renewed: bool,
    /// Boxes that were left unticked.
    pub missing: Scopes,
    /// Google sent no refresh token; the old one, if any, was kept.
    pub without_refresh_token: bool,
    pub grant_expires_at: Option<Timestamp>,
}

/// A credential file, parsed, to be taken in.
#[derive(Debug, Clone)]
pub struct ImportAsk {
    /// For messages only.
    pub file: String,
    /// `None` where the file has tokens only; then `client_name` says which of ours they are of.
    pub client_id: Option<String>,
    pub client_secret: Option<Secret>,
    pub refresh_token: Secret,
    pub access: Option<(Secret, Timestamp)>,
    pub scopes: Scopes,
    pub token_uri: Option<String>,
    pub email: Option<Email>,
    pub client_name: Option<String>,
    pub force: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub account: AccountId,
    pub email: String,
    /// One refresh with it succeeded.
    pub verified: bool,
    pub client: String,
    pub client_added: bool,
}

/// What is wanted with all that is in a file.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Whose sign-in it is.
    pub email: Option<Email>,
    /// What to call the client in the file; where it has none, which of ours it is.
    pub client: Option<String>,
    /// Replace what works already.
    pub force: bool,
}

/// What became of one of the parts of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    Account(Imported),
    Client(ClientTaken),
    ServiceAccount(KeyTaken),
}

/// A service account's key came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTaken {
    pub email: String,
    pub key_id: String,
    pub stored: KeyStored,
}

/// A client came in without a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientTaken {
    pub name: String,
    pub new: bool,
    /// Who signed in with it in the other program, and has to once more.
    pub account: Option<String>,
}

/// What became of a whole file; at least one part went well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenIn {
    pub accounts: Vec<Imported>,
    pub clients: Vec<ClientTaken>,
    pub keys: Vec<KeyTaken>,
    /// Why the others did not.
    pub refused: Vec<String>,
}

/// Everything that another program needs to use the grant by itself.
#[derive(Debug, Clone)]
pub struct Export {
    pub email: String,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub refresh_token: Secret,
    pub access: Option<(Access, Secret)>,
    pub granted: Scopes,
    pub token_endpoint: String,
}
