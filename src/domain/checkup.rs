//! What the doctor found: one check each, with a verdict, words and what helps. Which exit code or
//! colour that is, the front ends know; how it was found out, the floors above.

use super::health::State;

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub topic: Topic,
    /// Which one, where there are several: a host, a client, an account.
    pub subject: Option<String>,
    pub mark: Mark,
    /// What is the case, in one sentence without a full stop.
    pub words: String,
    /// What helps, or what is worth knowing; a command where there is one.
    pub remedy: Option<String>,
    /// At which step of the way to a server it broke.
    pub stage: Option<Stage>,
}

/// In the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Configuration,
    Files,
    Vault,
    Clock,
    Proxy,
    Network,
    Browser,
    Listener,
    Client,
    Account,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Ok,
    /// It works, and somebody should know.
    Warn,
    Fail(Blame),
}

/// What a failure is laid on: it decides what a program does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    Configuration,
    Vault,
    Network,
    Client,
    Account(State),
}

/// The steps of the way to a server, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// By way of a proxy, if one is set.
    Proxy,
    /// The name becomes an address.
    Dns,
    /// Somebody takes the call.
    Tcp,
    /// And shows who it is.
    Tls,
    /// And answers as Google would.
    Http,
}

impl Topic {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "config",
            Self::Files => "files",
            Self::Vault => "vault",
            Self::Clock => "clock",
            Self::Proxy => "proxy",
            Self::Network => "network",
            Self::Browser => "browser",
            Self::Listener => "listener",
            Self::Client => "client",
            Self::Account => "account",
        }
    }
}

impl Mark {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail(_) => "fail",
        }
    }
}

impl Stage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Dns => "DNS",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Http => "HTTP",
        }
    }
}

impl Check {
    pub fn new(topic: Topic, mark: Mark, words: impl Into<String>) -> Self {
        Self {
            topic,
            subject: None,
            mark,
            words: words.into(),
            remedy: None,
            stage: None,
        }
    }

    #[must_use]
    pub fn about(self, subject: impl Into<String>) -> Self {
        Self {
            subject: Some(subject.into()),
            ..self
        }
    }

    #[must_use]
    pub fn with_remedy(self, remedy: impl Into<String>) -> Self {
        Self {
            remedy: Some(remedy.into()),
            ..self
        }
    }
}
