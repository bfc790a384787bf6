//! What went wrong, in the terms of the decision table: a closed list of diagnoses, each of which
//! says whether the grant is still believed and which state the account shows.

use super::health::State;
use super::time::{Span, Timestamp};

/// What an answer (or its absence) means. The table that decides which is `google::verdict`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Diagnosis {
    /// Google no longer accepts the grant.
    Reauth,
    /// The organisation's session control wants a new sign-in.
    OrgReauth,
    /// Client ID, secret or key is wrong.
    ClientBad,
    /// The client was deleted or disabled.
    ClientGone,
    /// The token belongs to another client.
    ClientMismatch,
    /// An administrator or the audience setting is in the way.
    Policy,
    /// The Google account is deleted or suspended.
    Account,
    /// A scope was asked for that was never granted.
    Scope,
    /// The request itself is refused: a bug, or a client of the wrong type.
    Request,
    /// Google limits requests.
    Throttled,
    /// Google has a fault of its own.
    Upstream,
    /// Nothing answered.
    Network,
    /// Something answered, but not Google.
    Portal,
    /// This machine's clock is off.
    Clock,
    /// A refusal that no row of the table knows.
    Unknown,
}

impl Diagnosis {
    pub const ALL: [Self; 15] = [
        Self::Reauth,
        Self::OrgReauth,
        Self::ClientBad,
        Self::ClientGone,
        Self::ClientMismatch,
        Self::Policy,
        Self::Account,
        Self::Scope,
        Self::Request,
        Self::Throttled,
        Self::Upstream,
        Self::Network,
        Self::Portal,
        Self::Clock,
        Self::Unknown,
    ];

    /// The contract's state for a refresh that ended so.
    pub fn state(self) -> State {
        match self {
            Self::Reauth => State::Revoked,
            Self::OrgReauth => State::Reauth,
            Self::ClientBad
            | Self::ClientGone
            | Self::ClientMismatch
            | Self::Policy
            | Self::Account
            | Self::Scope
            | Self::Request
            | Self::Unknown => State::Blocked,
            Self::Throttled | Self::Upstream | Self::Network | Self::Portal | Self::Clock => {
                State::Retrying
            }
        }
    }

    /// Says nothing about the grant; trying again may help.
    pub fn is_transient(self) -> bool {
        self.state() == State::Retrying
    }

    /// Concerns the client, and with it every account that uses it.
    pub fn is_about_client(self) -> bool {
        matches!(self, Self::ClientBad | Self::ClientGone)
    }

    /// The name under which the vault and JSON keep it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reauth => "reauth",
            Self::OrgReauth => "org-reauth",
            Self::ClientBad => "client-bad",
            Self::ClientGone => "client-gone",
            Self::ClientMismatch => "client-mismatch",
            Self::Policy => "policy",
            Self::Account => "account",
            Self::Scope => "scope",
            Self::Request => "request",
            Self::Throttled => "throttled",
            Self::Upstream => "upstream",
            Self::Network => "network",
            Self::Portal => "portal",
            Self::Clock => "clock",
            Self::Unknown => "unknown",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.as_str() == text)
    }
}

/// One failure, as it is remembered until something succeeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub diagnosis: Diagnosis,
    /// Google's `error` value, or one of our own kebab-case codes (`timeout`, `not-json`).
    pub code: String,
    /// Google's words, already made safe for a terminal; may be empty.
    pub message: String,
    pub at: Timestamp,
    /// How long Google asked us to wait.
    pub retry_after: Option<Span>,
}

impl Fault {
    /// Google's words for use inside a sentence, or the code where there are none.
    pub fn words(&self) -> String {
        match self.message.trim_end_matches('.') {
            "" => self.code.clone(),
            words => words.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for diagnosis in Diagnosis::ALL {
            assert_eq!(Diagnosis::parse(diagnosis.as_str()), Some(diagnosis));
        }
    }

    #[test]
    fn the_two_groups_of_the_decision_table() {
        let transient: Vec<_> = Diagnosis::ALL
            .into_iter()
            .filter(|d| d.is_transient())
            .map(Diagnosis::as_str)
            .collect();
        assert_eq!(
            transient,
            ["throttled", "upstream", "network", "portal", "clock"]
        );
    }
}
