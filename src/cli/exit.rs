//! The exit codes of the contract, and which of several outcomes decides.

use std::process::ExitCode;

use crate::domain::health::State;
use crate::service::error::Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    Done,
    Unexpected,
    Usage,
    NoSuch,
    ConsentNeeded,
    Temporary,
    Vault,
    Blocked,
    Interrupted,
    /// As the program that `exec` ran.
    Program(u8),
}

impl Exit {
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::NoSuch => 3,
            Self::ConsentNeeded => 4,
            Self::Temporary => 5,
            Self::Vault => 6,
            Self::Blocked => 7,
            Self::Interrupted => 130,
            Self::Program(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<Kind> for Exit {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Unexpected => Self::Unexpected,
            Kind::Usage => Self::Usage,
            Kind::NoSuch => Self::NoSuch,
            Kind::ConsentNeeded => Self::ConsentNeeded,
            Kind::Temporary => Self::Temporary,
            Kind::Vault => Self::Vault,
            Kind::Blocked => Self::Blocked,
            Kind::Interrupted => Self::Interrupted,
        }
    }
}

impl From<State> for Exit {
    fn from(state: State) -> Self {
        match state {
            State::Revoked | State::Reauth | State::SignedOut => Self::ConsentNeeded,
            State::Blocked => Self::Blocked,
            State::Retrying => Self::Temporary,
            State::Limited
            | State::Ending
            | State::Paused
            | State::Expired
            | State::Due
            | State::Ready => Self::Done,
        }
    }
}

/// How pressing an outcome is: what stops the program first, then the states in their own order,
/// then what a person mistyped, then what passes by itself. Lower is more urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Urgency(u8);

impl Urgency {
    pub(super) fn of_state(state: State) -> Self {
        match state {
            State::Revoked => Self(10),
            State::Reauth => Self(11),
            State::Blocked => Self(12),
            State::SignedOut => Self(13),
            State::Retrying => Self(30),
            _ => Self(u8::MAX),
        }
    }

    pub(super) fn of_exit(exit: Exit) -> Self {
        match exit {
            Exit::Interrupted => Self(0),
            Exit::Vault => Self(1),
            // It ends the command as it is; there is no other outcome beside it.
            Exit::Unexpected | Exit::Program(_) => Self(2),
            Exit::ConsentNeeded => Self(13),
            Exit::Blocked => Self(12),
            Exit::NoSuch => Self(20),
            Exit::Usage => Self(21),
            Exit::Temporary => Self(30),
            Exit::Done => Self(u8::MAX),
        }
    }
}

/// The code for a list of outcomes, each with its urgency.
pub(super) fn most_urgent(outcomes: impl IntoIterator<Item = (Urgency, Exit)>) -> Exit {
    outcomes
        .into_iter()
        .min_by_key(|(urgency, _)| *urgency)
        .map_or(Exit::Done, |(_, exit)| exit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_the_code_of_the_contract() {
        let codes: Vec<_> = State::ALL
            .map(|s| (s.as_str(), Exit::from(s).code()))
            .to_vec();
        assert_eq!(
            codes,
            [
                ("revoked", 4),
                ("reauth", 4),
                ("blocked", 7),
                ("signed-out", 4),
                ("limited", 0),
                ("ending", 0),
                ("retrying", 5),
                ("paused", 0),
                ("expired", 0),
                ("due", 0),
                ("ready", 0),
            ]
        );
    }

    #[test]
    fn of_several_the_most_urgent_decides() {
        let of = |states: &[State]| {
            most_urgent(
                states
                    .iter()
                    .map(|s| (Urgency::of_state(*s), Exit::from(*s))),
            )
        };
        assert_eq!(of(&[]), Exit::Done);
        assert_eq!(of(&[State::Ready, State::Retrying]), Exit::Temporary);
        assert_eq!(of(&[State::SignedOut, State::Blocked]), Exit::Blocked);
        assert_eq!(of(&[State::Blocked, State::Reauth]), Exit::ConsentNeeded);
    }
}
