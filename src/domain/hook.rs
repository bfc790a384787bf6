//! Hooks: the turns in an account's life at which a program of the person's is called. A turn has a
//! mark that tells it from the next of its kind, so that it is taken once, however many processes
//! see it. Pure; who keeps the marks and who calls is none of its business.

use super::account::AccountId;
use super::grant::Facts;
use super::health::State;
use super::outlook;
use super::problem::Problem;
use super::schedule::Policy;
use super::snapshot::AccountView;
use super::time::{Timestamp, millis, rfc3339};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Only a new consent helps.
    SigninNeeded,
    /// The sign-in ends soon, and gatepost knows when.
    Ending,
    /// There is a new access token.
    Refreshed,
    /// Blocked, or one passing failure after the other.
    Failed,
}

/// So many passing failures in a row are worth a call: with the waits between them, some minutes.
const FAILURES_WORTH_TELLING: u32 = 3;

impl Hook {
    pub const ALL: [Self; 4] = [
        Self::SigninNeeded,
        Self::Ending,
        Self::Refreshed,
        Self::Failed,
    ];

    /// Its key under `[hooks]`, and what `GATEPOST_HOOK` says.
    pub fn key(self) -> &'static str {
        match self {
            Self::SigninNeeded => "on_signin_needed",
            Self::Ending => "on_ending",
            Self::Refreshed => "on_refreshed",
            Self::Failed => "on_failed",
        }
    }
}

/// A turn that is there until it is over, as a refresh is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub hook: Hook,
    pub mark: String,
}

impl Facts {
    /// The turn that was taken, if it is one of those that somebody is called for.
    pub fn turn(&self, policy: &Policy, now: Timestamp) -> Option<Turn> {
        // What the person did needs no call.
        let grant = self
            .grant
            .as_ref()
            .filter(|_| self.revoked_here_at.is_none())?;
        // Whatever is wrong is over when a refresh succeeds; the next time is another one.
        let since = self.last_refresh_at.map_or(0, millis);
        let turn = |hook, mark| Some(Turn { hook, mark });
        match self.state(policy, now) {
            State::SignedOut if self.access.is_some_and(|access| access.is_live(now)) => None,
            state if state.needs_consent() => {
                turn(Hook::SigninNeeded, format!("{}@{since}", grant.id.0))
            }
            State::Ending => turn(Hook::Ending, grant.id.0.to_string()),
            State::Blocked => turn(Hook::Failed, format!("{}@{since} blocked", grant.id.0)),
            State::Retrying => self
                .backoff
                .filter(|backoff| backoff.failures >= FAILURES_WORTH_TELLING)
                .and_then(|_| turn(Hook::Failed, format!("{}@{since} retrying", grant.id.0))),
            _ => None,
        }
    }
}

/// What a hook's program is told of its account, as environment variables. No token is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub account: AccountId,
    pub email: String,
    pub variables: Vec<(&'static str, String)>,
}

impl Told {
    pub fn of(view: &AccountView, hook: Hook, policy: &Policy, now: Timestamp) -> Self {
        let reason = match (hook, view.problem(policy, now)) {
            (Hook::Refreshed, _) | (_, None) => String::new(),
            (_, Some(Problem { message, .. })) => message,
        };
        let ends_at = outlook::end(&view.facts).map(rfc3339);
        let variables = vec![
            ("GATEPOST_HOOK", hook.key().to_owned()),
            ("GATEPOST_ACCOUNT", view.email.clone()),
            ("GATEPOST_LABEL", view.label.clone().unwrap_or_default()),
            (
                "GATEPOST_STATE",
                view.state(policy, now).as_str().to_owned(),
            ),
            ("GATEPOST_REASON", reason),
            ("GATEPOST_ENDS_AT", ends_at.unwrap_or_default()),
        ];
        Self {
            account: view.id,
            email: view.email.clone(),
            variables,
        }
    }
}
