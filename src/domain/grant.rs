//! Facts: everything that was learnt about one account, with no opinion about it, and `learn`,
//! the only way in which they change after an answer.

use super::account::{ClientId, GrantId};
use super::client::Publishing;
use super::fault::{Diagnosis, Fault};
use super::scope::Scopes;
use super::time::{Span, Timestamp};

/// What the person agreed to. The refresh token itself stays in the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub id: GrantId,
    pub client: ClientId,
    pub requested: Scopes,
    pub granted: Scopes,
    /// Where this grant's refresh token is valid, and the only place whose refusal counts.
    pub token_endpoint: String,
    /// `None` for an import that does not say.
    pub granted_at: Option<Timestamp>,
    /// `refresh_token_expires_in` as an absolute time.
    pub expires_at: Option<Timestamp>,
    /// Google gave an access token at consent, but nothing to renew it with.
    pub has_refresh_token: bool,
    /// Has Google ever accepted it from here?
    pub verified: bool,
}

/// The access token's dates. The token itself stays in the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    pub obtained_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A clock that was moved back makes `obtained_at` lie in the future; beyond this the dates
/// cannot be trusted and the token counts as expired.
const CLOCK_MOVED_BACK: Span = Span::minutes(5);

impl Access {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.obtained_at <= now + CLOCK_MOVED_BACK && now < self.expires_at
    }

    /// Time left; negative once it is out.
    pub fn left(&self, now: Timestamp) -> Span {
        if self.obtained_at > now + CLOCK_MOVED_BACK {
            return Span::zero();
        }
        self.expires_at - now
    }
}

/// How often in a row a passing failure happened, and when the next try is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    pub failures: u32,
    pub next_try_at: Timestamp,
}

/// The client's part of an account's fate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientFacts {
    pub publishing: Publishing,
    pub fault: Option<Fault>,
}

/// One account's facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub grant: Option<Grant>,
    pub access: Option<Access>,
    /// The last contact's failure; any success clears it.
    pub fault: Option<Fault>,
    pub backoff: Option<Backoff>,
    /// The person switched automatic refresh off.
    pub paused: bool,
    /// When this grant was revoked from this machine.
    pub revoked_here_at: Option<Timestamp>,
    pub last_refresh_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub client: ClientFacts,
}

/// A successful token answer, without its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    pub access: Access,
    /// The scopes the answer named, if it did.
    pub granted: Option<Scopes>,
    /// The sign-in's end, if the answer named one.
    pub grant_expires_at: Option<Timestamp>,
}

/// How a refresh ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Renewed(Renewal),
    Failed(Fault),
}

impl Facts {
    /// Takes in how a refresh ended. `jitter` is a fresh random number in `0.0..1.0`.
    pub fn learn(&mut self, outcome: &Outcome, jitter: f64) {
        match outcome {
            Outcome::Renewed(renewal) => self.learn_renewal(renewal),
            Outcome::Failed(fault) => self.learn_failure(fault, jitter),
        }
    }

    fn learn_renewal(&mut self, renewal: &Renewal) {
        self.access = Some(renewal.access);
        self.last_refresh_at = Some(renewal.access.obtained_at);
        self.fault = None;
        self.backoff = None;
        self.client.fault = None;
        let Some(grant) = &mut self.grant else { return };
        grant.verified = true;
        if let Some(granted) = &renewal.granted {
            grant.granted = granted.clone();
        }
        // Refresh answers usually leave the end out: its absence says nothing.
        if renewal.grant_expires_at.is_some() {
            grant.expires_at = renewal.grant_expires_at;
        }
    }

    fn learn_failure(&mut self, fault: &Fault, jitter: f64) {
        if fault.diagnosis.is_transient() {
            let failures = self.backoff.map_or(0, |b| b.failures).saturating_add(1);
            let wait = super::schedule::wait_after(fault, failures, jitter);
            self.backoff = Some(Backoff {
                failures,
                next_try_at: fault.at + wait,
            });
            // What was believed of the grant before outlives a passing failure.
            if self
                .fault
                .as_ref()
                .is_none_or(|f| f.diagnosis.is_transient())
            {
                self.fault = Some(fault.clone());
            }
            return;
        }
        self.backoff = None;
        if fault.diagnosis.is_about_client() {
            self.client.fault = Some(fault.clone());
        } else {
            self.fault = Some(fault.clone());
        }
    }

    /// Until when the back-off lasts that all processes share. One that a clock which was moved back
    /// has put into the future does not count: it would last until that future comes.
    pub fn held_back_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.backoff?.next_try_at;
        let is_of_the_future = self.fault.as_ref().is_some_and(|fault| fault.at > now)
            || until - now > super::schedule::LONGEST_WAIT;
        (until > now && !is_of_the_future).then_some(until)
    }

    /// The refusal that stands, if any: of the account first, of its client second.
    pub fn refusal(&self) -> Option<&Fault> {
        let permanent = |fault: &&Fault| !fault.diagnosis.is_transient();
        let own = self.fault.as_ref().filter(permanent);
        let client = self.client.fault.as_ref().filter(permanent);
        match (own, client) {
            (Some(own), Some(client)) if client.diagnosis.state() < own.diagnosis.state() => {
                Some(client)
            }
            (own, client) => own.or(client),
        }
    }

    /// The refusal that ended the sign-in itself. A client in trouble says nothing of that.
    pub fn lost_sign_in(&self) -> Option<&Fault> {
        self.refusal().filter(|fault| {
            matches!(
                fault.diagnosis,
                Diagnosis::Reauth | Diagnosis::OrgReauth | Diagnosis::Account
            )
        })
    }

    /// Whether asking Google for a new access token could succeed.
    pub fn can_refresh(&self) -> bool {
        self.grant.as_ref().is_some_and(|g| g.has_refresh_token) && self.refusal().is_none()
    }

    pub fn missing_scopes(&self) -> Scopes {
        self.grant
            .as_ref()
            .map(|g| g.requested.missing_from(&g.granted))
            .unwrap_or_default()
    }

    pub fn is_dead(&self) -> bool {
        self.fault
            .as_ref()
            .is_some_and(|f| f.diagnosis == Diagnosis::Reauth)
    }

    /// Whether, as far as is known, there is a grant that works without us.
    pub fn lives_on(&self) -> bool {
        self.grant.is_some() && !self.is_dead()
    }
}
