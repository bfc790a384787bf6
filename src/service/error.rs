//! What can go wrong when the service is asked for something: a kind for programs, a message and
//! a hint for people. Nothing here holds a secret.

use std::path::PathBuf;

use crate::domain::account::{BadEmail, BadLabel, NoSuchAccount};
use crate::domain::fault::Fault;
use crate::domain::health::State;
use crate::domain::problem::Problem;
use crate::domain::time::{Timestamp, rfc3339};
use crate::domain::wording::why;
use crate::vault::{VaultError, VaultErrorKind};

/// What a program does about it. The CLI turns this into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Unexpected,
    Usage,
    NoSuch,
    ConsentNeeded,
    Temporary,
    Vault,
    Blocked,
    Interrupted,
}

#[derive(Debug, thiserror::Error)]
pub enum GateError {
    #[error(transparent)]
    NoSuchAccount(#[from] NoSuchAccount),
    #[error("no OAuth client is called `{0}`")]
    NoSuchClient(String),
    #[error("there is no OAuth client yet")]
    NoClientYet,
    #[error("{email}: {}", problem.message)]
    Refused {
        email: String,
        state: State,
        problem: Box<Problem>,
    },
    #[error("{email}: {what}{}", next_try(*.next_try_at))]
    Temporary {
        email: String,
        what: String,
        next_try_at: Option<Timestamp>,
    },
    /// The token endpoint in use is not the grant's own, so its refusal changes nothing.
    #[error(
        "{email}: `{endpoint}` refused ({code}), but this sign-in belongs to `{own}`; nothing was changed"
    )]
    ForeignEndpoint {
        email: String,
        endpoint: String,
        own: String,
        code: String,
    },
    #[error("expected a sign-in for {expected}, but this one is {got}'s; nothing was stored")]
    WrongAccount { expected: String, got: String },
    #[error("the sign-in was denied in the browser ({0})")]
    Denied(String),
    #[error("the server does not say which address signed in; nothing was stored")]
    NobodyNamed,
    #[error("nobody finished the sign-in in time")]
    TimedOut,
    #[error("cancelled; nothing was stored")]
    Cancelled,
    #[error("the sign-in could not be completed: {}", .0.message)]
    ConsentFailed(Box<Problem>),
    /// A file's refresh token that Google would not take.
    #[error("`{file}`: {}", problem.message)]
    ImportRefused {
        file: String,
        state: State,
        problem: Box<Problem>,
    },
    #[error("{0}")]
    CannotListen(String),
    #[error(
        "{email}: Google did not confirm the revocation ({what}); the tokens are kept, try again later"
    )]
    Unconfirmed { email: String, what: String },
    #[error("{email} already has a working sign-in; `--force` replaces it")]
    WouldReplace { email: String },
    #[error("`{file}` does not say which account it belongs to, and Google could not be asked")]
    UnknownOwner { file: String },
    #[error("cannot read `{}`: {}", path.display(), why(.source))]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("that is what is in a file; its name is expected")]
    NotAName,
    #[error("`{file}`: {why}")]
    Unusable { file: String, why: String },
    #[error("`{file}` holds tokens, but not the OAuth client that they were made with")]
    NeedsClient { file: String },
    /// Encrypted, and it stays so.
    #[error("`{file}` is encrypted, and {why}")]
    Sealed {
        file: String,
        why: String,
        hint: Option<String>,
    },
    #[error("the label `{label}` already belongs to {owner}")]
    LabelTaken { label: String, owner: String },
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    BadLabel(#[from] BadLabel),
    #[error(transparent)]
    BadEmail(#[from] BadEmail),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("the vault could not be written: {0}")]
    NotStored(String),
    #[error("nothing says where the {} server of this stand-in for Google is", protocol.to_uppercase())]
    NoMailServer { protocol: &'static str },
    #[error("the service stopped before it could answer")]
    Stopped,
}

fn next_try(at: Option<Timestamp>) -> String {
    at.map(|at| format!("; next try at {}", rfc3339(at)))
        .unwrap_or_default()
}

impl GateError {
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoSuchAccount(NoSuchAccount::NeedsWholeName { .. }) => Kind::Usage,
            Self::NoSuchAccount(_) | Self::NoSuchClient(_) | Self::NoClientYet => Kind::NoSuch,
            Self::Refused { state, .. } | Self::ImportRefused { state, .. }
                if state.needs_consent() =>
            {
                Kind::ConsentNeeded
            }
            Self::Refused { .. } | Self::ImportRefused { .. } | Self::ForeignEndpoint { .. } => {
                Kind::Blocked
            }
            Self::WrongAccount { .. } | Self::Denied(_) | Self::TimedOut => Kind::ConsentNeeded,
            Self::ConsentFailed(_) | Self::NobodyNamed => Kind::ConsentNeeded,
            Self::Temporary { .. } | Self::Unconfirmed { .. } => Kind::Temporary,
            Self::Cancelled => Kind::Interrupted,
            Self::Vault(error) => match error.kind() {
                VaultErrorKind::Conflict | VaultErrorKind::Configuration => Kind::Usage,
                VaultErrorKind::Missing => Kind::NoSuch,
                VaultErrorKind::Interrupted => Kind::Interrupted,
                VaultErrorKind::Busy => Kind::Temporary,
                _ => Kind::Vault,
            },
            Self::NotStored(_) => Kind::Vault,
            Self::WouldReplace { .. }
            | Self::UnknownOwner { .. }
            | Self::Unreadable { .. }
            | Self::NotAName
            | Self::Unusable { .. }
            | Self::NeedsClient { .. }
            | Self::Sealed { .. }
            | Self::LabelTaken { .. }
            | Self::CannotListen(_)
            | Self::NoMailServer { .. }
            | Self::Usage(_)
            | Self::BadLabel(_)
            | Self::BadEmail(_) => Kind::Usage,
            Self::Stopped => Kind::Unexpected,
        }
    }

    /// What to do next, as a command one can paste or a sentence.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchAccount(NoSuchAccount::Unknown { .. }) => {
                Some("`gatepost list` shows every account".into())
            }
            Self::NoSuchAccount(NoSuchAccount::ServiceAccount { .. }) => Some(
                "for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`".into(),
            ),
            Self::NoSuchClient(_) => Some("`gatepost client list` shows every client".into()),
            Self::NoClientYet => Some(
                "download a Desktop client's JSON from the Google console, then `gatepost client add FILE`".into(),
            ),
            Self::Refused { problem, .. }
            | Self::ImportRefused { problem, .. }
            | Self::ConsentFailed(problem) => Some(problem.remedy.clone()),
            Self::WrongAccount { got, .. } => {
                Some(format!("choose the right account, or keep the other one: `gatepost add {got}`"))
            }
            Self::UnknownOwner { .. } => Some("name it with `--email ADDRESS`".into()),
            Self::NotAName => Some(
                "save it to a file, or pass it on as `<(…)`; what stood on the command line may be in your shell's history".into(),
            ),
            Self::NeedsClient { .. } => Some(
                "name it: `gatepost import FILE --client NAME`; one that gatepost does not know yet comes in first, by `gatepost client add FILE`".into(),
            ),
            Self::Sealed { hint, .. } => hint.clone(),
            Self::Vault(error) => error.remedy().map(str::to_owned),
            Self::NoMailServer { protocol } => Some(format!(
                "set `{protocol} = \"HOST:PORT\"` under `[endpoints]` in the configuration"
            )),
            Self::NobodyNamed => Some("name it: `gatepost add ADDRESS`".into()),
            _ => None,
        }
    }
}

/// A fault outside any account's record: during a consent, say.
pub(crate) fn temporary(email: &str, fault: &Fault, next_try_at: Option<Timestamp>) -> GateError {
    GateError::Temporary {
        email: email.to_owned(),
        what: fault.words(),
        next_try_at,
    }
}
