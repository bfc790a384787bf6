//! What happened, to whom, when. Events are stored as history and shown as they come; there is
//! no field that could hold a secret.

use super::account::AccountId;
use super::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    Consent,
    Refresh,
    Verify,
    Revoke,
    Remove,
    Import,
    Export,
    /// An access token was handed to a program.
    Token,
    Pause,
    Resume,
    Label,
    Client,
    /// The machine slept, or its clock was set.
    Sleep,
    /// The vault got another key, was backed up, or a backup was put in its place.
    Vault,
}

impl What {
    pub const ALL: [Self; 14] = [
        Self::Consent,
        Self::Refresh,
        Self::Verify,
        Self::Revoke,
        Self::Remove,
        Self::Import,
        Self::Export,
        Self::Token,
        Self::Pause,
        Self::Resume,
        Self::Label,
        Self::Client,
        Self::Sleep,
        Self::Vault,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Refresh => "refresh",
            Self::Verify => "verify",
            Self::Revoke => "revoke",
            Self::Remove => "remove",
            Self::Import => "import",
            Self::Export => "export",
            Self::Token => "token",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Label => "label",
            Self::Client => "client",
            Self::Sleep => "sleep",
            Self::Vault => "vault",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Result {
    Done,
    /// A passing failure.
    Failed,
    /// Google said no.
    Refused,
    /// Somebody gave up waiting, or pressed Esc.
    Cancelled,
}

impl Result {
    pub const ALL: [Self; 4] = [Self::Done, Self::Failed, Self::Refused, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    /// `None` for what concerns the whole program or a client.
    pub account: Option<AccountId>,
    /// The address at the time, so that the history of a removed account can still be read.
    pub email: Option<String>,
    pub what: What,
    pub result: Result,
    /// Google's error or one of our own codes; empty when done.
    pub code: String,
    /// One line for a person, made safe.
    pub detail: String,
}
