//! An OAuth client as far as anyone but the token endpoint needs to know it.

use super::account::ClientId;
use super::fault::Fault;
use super::time::Timestamp;

/// Where the Google project stands. Google tells nobody, so the person does (`--status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Publishing {
    #[default]
    Unknown,
    /// External and in Testing: grants that reach mail die after seven days.
    Testing,
    Production,
    Internal,
}

impl Publishing {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Testing => "testing",
            Self::Production => "production",
            Self::Internal => "internal",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Unknown,
            Self::Testing,
            Self::Production,
            Self::Internal,
        ]
        .into_iter()
        .find(|p| p.as_str() == text)
    }
}

/// Which kind of client the console made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    /// "Desktop app": any loopback port will do.
    Installed,
    /// "Web application": only a redirect URI registered to the letter.
    Web,
}

impl ClientKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Web => "web",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Installed, Self::Web]
            .into_iter()
            .find(|k| k.as_str() == text)
    }
}

/// A client without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    /// The public identifier, `1234-abc.apps.googleusercontent.com`.
    pub client_id: String,
    pub kind: ClientKind,
    pub project: Option<String>,
    pub publishing: Publishing,
    /// From the client's file; `None` means Google's own.
    pub auth_uri: Option<String>,
    pub token_uri: Option<String>,
    pub redirect_uris: Vec<String>,
    /// Stops every account that uses this client.
    pub fault: Option<Fault>,
    pub added_at: Timestamp,
}

impl Client {
    /// The project number that Google puts before the dash of a client ID. Clients that share it
    /// share every grant: revoking one ends the others.
    pub fn project_number(&self) -> Option<&str> {
        let (number, _) = self.client_id.split_once('-')?;
        (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
    }

    pub fn shares_project(&self, other: &Self) -> bool {
        self.id == other.id
            || self.client_id == other.client_id
            || self
                .project_number()
                .is_some_and(|n| other.project_number() == Some(n))
    }
}
