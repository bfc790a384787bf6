//! Things that go wrong on the way: which fault strikes which request, and what it does to the
//! answer. How bytes are dripped or a connection is cut is the server's business.

mod garble;
mod kind;

use std::time::Duration;

use serde::Deserialize;

use super::message::Reply;
use super::world::{Endpoint, Style};
use crate::domain::time::{Span, Timestamp};

pub(crate) use garble::Garble;
pub use kind::FaultKind;

/// What shall go wrong, where, for whom, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Every endpoint if absent.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// Only requests about this account.
    #[serde(default)]
    pub email: Option<String>,
    /// Only requests of this client.
    #[serde(default)]
    pub client_id: Option<String>,
    /// How many requests are struck; no limit if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// For how long from being added; until cleared if absent.
    #[serde(default)]
    pub seconds: Option<u32>,
    pub kind: FaultKind,
}

impl Fault {
    /// Strikes every request of that endpoint until cleared.
    pub fn at(endpoint: Endpoint, kind: FaultKind) -> Self {
        Self {
            endpoint: Some(endpoint),
            email: None,
            client_id: None,
            times: None,
            seconds: None,
            kind,
        }
    }

    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    #[must_use]
    pub fn seconds(self, seconds: u32) -> Self {
        Self {
            seconds: Some(seconds),
            ..self
        }
    }

    #[must_use]
    pub fn only_for(self, email: &str) -> Self {
        Self {
            email: Some(email.to_owned()),
            ..self
        }
    }
}

/// Whom a request is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    pub(crate) email: Option<String>,
    pub(crate) client_id: Option<String>,
}

/// How an answer reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Delivery {
    #[default]
    Whole,
    /// One byte, a pause, one byte.
    Drip(Duration),
    /// The connection ends without an answer.
    Cut,
    /// The connection ends halfway through the body.
    CutMidway,
    /// As `Cut`, but with a TCP reset.
    Reset,
    /// The connection stays, the answer never comes.
    Silence,
}

impl Delivery {
    pub(crate) fn completes(self) -> bool {
        matches!(self, Self::Whole | Self::Drip(_))
    }
}

/// Everything that happens to one request.
#[derive(Default)]
pub(crate) struct Stroke {
    /// The world is not asked at all.
    pub(crate) instead: Option<Reply>,
    pub(crate) style: Style,
    pub(crate) garble: Vec<Garble>,
    pub(crate) delay: Duration,
    pub(crate) delivery: Delivery,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    until: Option<Timestamp>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Armed>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault, now: Timestamp) {
        let until = fault
            .seconds
            .map(|seconds| now + Span::seconds(seconds.into()));
        self.0.push(Armed { fault, until });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Uses up one turn of every fault that fits.
    pub(crate) fn strike(
        &mut self,
        endpoint: Endpoint,
        subject: &Subject,
        now: Timestamp,
    ) -> Stroke {
        self.0.retain(|armed| {
            armed.fault.times != Some(0) && armed.until.is_none_or(|end| now < end)
        });
        let mut stroke = Stroke::default();
        let fitting = self
            .0
            .iter_mut()
            .filter(|a| a.fault.fits(endpoint, subject));
        for Armed { fault, .. } in fitting {
            // Of two faults that each would be the whole answer, the second waits its turn.
            if stroke.is_decided() && fault.kind.decides() {
                continue;
            }
            fault.kind.strike(&mut stroke);
            fault.times = fault.times.map(|left| left - 1);
        }
        stroke
    }
}

impl Stroke {
    fn is_decided(&self) -> bool {
        self.instead.is_some() || self.delivery != Delivery::Whole
    }
}

impl Fault {
    fn fits(&self, endpoint: Endpoint, subject: &Subject) -> bool {
        let agrees = |wanted: &Option<String>, found: &Option<String>| match (wanted, found) {
            (None, _) => true,
            (Some(wanted), Some(found)) => wanted.eq_ignore_ascii_case(found),
            (Some(_), None) => false,
        };
        self.endpoint.is_none_or(|wanted| wanted == endpoint)
            && agrees(&self.email, &subject.email)
            && agrees(&self.client_id, &subject.client_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_status(faults: &mut Faults, email: &str, now: Timestamp) -> Option<u16> {
        let subject = Subject {
            email: Some(email.into()),
            client_id: None,
        };
        let stroke = faults.strike(Endpoint::Token, &subject, now);
        stroke.instead.map(|reply| reply.status)
    }

    fn unavailable() -> Fault {
        Fault::at(Endpoint::Token, FaultKind::status(503))
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_was_told_and_only_where() {
        let now = crate::domain::time::from_millis(0);
        let mut faults = Faults::default();
        faults.add(unavailable().times(2).only_for("ana@gmail.com"), now);
        assert_eq!(token_status(&mut faults, "bob@example.com", now), None);
        assert_eq!(token_status(&mut faults, "Ana@gmail.com", now), Some(503));
        assert_eq!(token_status(&mut faults, "ana@gmail.com", now), Some(503));
        assert_eq!(token_status(&mut faults, "ana@gmail.com", now), None);
    }

    #[test]
    fn a_timed_fault_ends_by_itself() {
        let now = crate::domain::time::from_millis(0);
        let mut faults = Faults::default();
        faults.add(unavailable().seconds(30), now);
        assert_eq!(
            token_status(&mut faults, "a@b", now + Span::seconds(29)),
            Some(503)
        );
        assert_eq!(
            token_status(&mut faults, "a@b", now + Span::seconds(30)),
            None
        );
    }

    #[test]
    fn faults_that_decide_wait_their_turn() {
        let now = crate::domain::time::from_millis(0);
        let mut faults = Faults::default();
        faults.add(Fault::at(Endpoint::Token, FaultKind::Sorry).times(1), now);
        faults.add(unavailable().times(1), now);
        assert_eq!(token_status(&mut faults, "a@b", now), Some(403));
        assert_eq!(token_status(&mut faults, "a@b", now), Some(503));
        assert_eq!(token_status(&mut faults, "a@b", now), None);
    }
}
