//! The consent dialog's memory: whose sign-in it is, how far it has come and when, what is typed,
//! what lies over it, and who is next. `update::consent` changes it, `view::consent` draws it.

use std::collections::VecDeque;

use super::message::{Failure, Serial};
use super::widget::field::Field;
use super::widget::scroll::Scroll;
use crate::domain::account::AccountId;
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::safe;
use crate::service::ask::{ConsentAsk, Consented};
use crate::service::consent::{Opened, Stage, Typed};

#[derive(Debug)]
pub struct ConsentDialog {
    pub serial: Serial,
    /// The address, or nothing for a new account.
    pub email: Option<String>,
    pub ask: ConsentAsk,
    pub phase: Phase,
    pub steps: Steps,
    pub road: Road,
    pub field: Field,
    pub typing: bool,
    /// How often the field was changed.
    pub edit: usize,
    /// What can be said of the field as it stands.
    pub typed: Option<Typed>,
    /// Where the link was written.
    pub file: Option<String>,
    /// What lies over the dialog.
    pub sheet: Option<Sheet>,
    pub scroll: Scroll,
    pub queue: Queue,
}

#[derive(Debug)]
pub enum Phase {
    /// The link is being made.
    Starting,
    Open(Round),
    /// It went well, and there is something to be said about it.
    Done(Box<Consented>),
    /// It was another account than the one asked for.
    Other {
        expected: String,
        got: String,
        /// 0 is Cancel.
        at: usize,
    },
    TimedOut,
    /// Somebody said no in the browser; in Google's words.
    Denied(String),
    Failed(Failure),
}

/// A browser round trip under way.
#[derive(Debug)]
pub struct Round {
    pub url: String,
    pub port: u16,
    pub deadline: Timestamp,
    pub stage: Stage,
    /// As soon as it is known.
    pub browser: Option<Opened>,
}

/// How the browser's answer is to come back; it decides which instructions are shown, and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// The browser is on this machine.
    Here,
    /// It is elsewhere, and its last address is pasted here.
    Paste,
    /// It is elsewhere, and reaches this machine through ssh.
    Tunnel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// The keys, and what Google's own error pages mean.
    Help,
    Qr,
    /// The whole link, to be selected.
    Link,
}

/// When each step began; the one after the last is the end.
#[derive(Debug, Clone, Copy)]
pub struct Steps([Option<Timestamp>; Self::COUNT + 1]);

/// Whose turn it is among the accounts that were marked.
#[derive(Debug, Default)]
pub struct Queue {
    pub at: usize,
    pub total: usize,
    pub rest: VecDeque<AccountId>,
}

impl Steps {
    /// Link, browser, answer, tokens, check.
    pub const COUNT: usize = 5;

    pub fn begun(at: Timestamp) -> Self {
        let mut steps = Self([None; Self::COUNT + 1]);
        steps.reach(0, at);
        steps
    }

    /// Only the first time counts: a bad paste does not start the waiting anew.
    pub fn reach(&mut self, step: usize, at: Timestamp) {
        if let Some(mark) = self.0.get_mut(step) {
            mark.get_or_insert(at);
        }
    }

    pub fn began(&self, step: usize) -> Option<Timestamp> {
        self.0.get(step).copied().flatten()
    }

    /// How long the step took; `None` while it lasts, and where nobody saw it begin.
    pub fn took(&self, step: usize) -> Option<Span> {
        Some(self.began(step + 1)? - self.began(step)?)
    }
}

impl Queue {
    pub fn of(rest: VecDeque<AccountId>) -> Self {
        Self {
            at: 1,
            total: rest.len() + 1,
            rest,
        }
    }

    /// Moves on to the next one.
    pub fn advance(&mut self) -> Option<AccountId> {
        let next = self.rest.pop_front()?;
        self.at += 1;
        Some(next)
    }
}

impl Road {
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Here => Self::Paste,
            Self::Paste => Self::Tunnel,
            Self::Tunnel => Self::Here,
        }
    }
}

impl Round {
    /// Nothing has come back yet: an address is still of use.
    pub fn is_waiting(&self) -> bool {
        matches!(
            self.stage,
            Stage::Opening | Stage::Waiting { .. } | Stage::BadPaste { .. }
        )
    }

    /// Which of the five steps is under way.
    pub fn step(&self) -> usize {
        match self.stage {
            Stage::Opening => 1,
            Stage::Waiting { .. } | Stage::BadPaste { .. } => 2,
            Stage::Exchanging => 3,
            Stage::Verifying => 4,
        }
    }

    /// Whether the link says whose sign-in it is.
    pub fn names_somebody(&self) -> bool {
        self.url.contains("login_hint=")
    }
}

impl ConsentDialog {
    pub fn round(&self) -> Option<&Round> {
        match &self.phase {
            Phase::Open(round) => Some(round),
            _ => None,
        }
    }

    pub fn is_waiting(&self) -> bool {
        self.round().is_some_and(Round::is_waiting)
    }

    /// Nothing goes on any more that could be cancelled.
    pub fn is_over(&self) -> bool {
        !matches!(self.phase, Phase::Starting | Phase::Open(_))
    }

    /// Whose sign-in it is, for the title.
    pub fn whose(&self) -> String {
        self.email
            .as_deref()
            .map_or_else(|| "new account".into(), safe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_millis;

    #[test]
    fn a_step_that_nobody_saw_begin_has_no_length() {
        let at = from_millis;
        let mut steps = Steps::begun(at(0));
        steps.reach(1, at(12));
        steps.reach(2, at(300));
        steps.reach(2, at(900));
        steps.reach(4, at(5_000));
        steps.reach(5, at(5_100));
        let took = |step| steps.took(step).map(|t| t.num_milliseconds());
        assert_eq!(took(0), Some(12));
        assert_eq!(took(1), Some(288));
        assert_eq!((took(2), took(3)), (None, None));
        assert_eq!(took(4), Some(100));
        assert_eq!(took(9), None);
    }

    #[test]
    fn the_queue_says_whose_turn_it_is() {
        let mut queue = Queue::of(VecDeque::from([AccountId(2), AccountId(3)]));
        assert_eq!((queue.at, queue.total), (1, 3));
        assert_eq!(queue.advance(), Some(AccountId(2)));
        assert_eq!((queue.at, queue.total, queue.rest.len()), (2, 3, 1));
    }
}
