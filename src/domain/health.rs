//! The state word: computed from facts, policy and the time, never stored. The order of the enum
//! is the order of urgency, and when two states apply the upper one is shown.

use super::grant::Facts;
use super::outlook;
use super::schedule::Policy;
use super::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Revoked,
    Reauth,
    Blocked,
    SignedOut,
    Limited,
    Ending,
    Retrying,
    Paused,
    Expired,
    Due,
    Ready,
}

impl State {
    pub const ALL: [Self; 11] = [
        Self::Revoked,
        Self::Reauth,
        Self::Blocked,
        Self::SignedOut,
        Self::Limited,
        Self::Ending,
        Self::Retrying,
        Self::Paused,
        Self::Expired,
        Self::Due,
        Self::Ready,
    ];

    /// The word of the contract: the same in the UI, the CLI and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Reauth => "reauth",
            Self::Blocked => "blocked",
            Self::SignedOut => "signed-out",
            Self::Limited => "limited",
            Self::Ending => "ending",
            Self::Retrying => "retrying",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::Due => "due",
            Self::Ready => "ready",
        }
    }

    /// A person has to act, or will have to soon.
    pub fn needs_person(self) -> bool {
        self <= Self::Ending
    }

    /// Only a new consent helps.
    pub fn needs_consent(self) -> bool {
        matches!(self, Self::Revoked | Self::Reauth | Self::SignedOut)
    }
}

impl Facts {
    /// Where the account stands.
    pub fn state(&self, policy: &Policy, now: Timestamp) -> State {
        let refused = self.refusal().map(|fault| fault.diagnosis.state());
        let signed_out =
            (!self.grant.as_ref().is_some_and(|g| g.has_refresh_token)).then_some(State::SignedOut);
        let limited = (!self.missing_scopes().is_empty()).then_some(State::Limited);
        let ending = outlook::end(self)
            .is_some_and(|end| end <= now + policy.ending_within)
            .then_some(State::Ending);
        let retrying = self.backoff.is_some().then_some(State::Retrying);
        [refused, signed_out, limited, ending, retrying]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or_else(|| self.access_state(policy, now))
    }

    fn access_state(&self, policy: &Policy, now: Timestamp) -> State {
        match &self.access {
            Some(access) if access.is_live(now) && access.left(now) > policy.lead => State::Ready,
            Some(access) if access.is_live(now) => State::Due,
            _ if self.paused => State::Paused,
            _ => State::Expired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::account::{ClientId, GrantId};
    use super::super::client::Publishing;
    use super::super::fault::{Diagnosis, Fault};
    use super::super::grant::{Access, Backoff, ClientFacts, Grant, Outcome};
    use super::super::scope::{MAIL, Scopes};
    use super::super::time::{Span, from_millis};
    use super::*;

    fn now() -> Timestamp {
        from_millis(1_800_000_000_000)
    }

    fn healthy() -> Facts {
        Facts {
            grant: Some(Grant {
                id: GrantId(1),
                client: ClientId(1),
                requested: Scopes::parse(MAIL).with_identity(),
                granted: Scopes::parse(MAIL).with_identity(),
                token_endpoint: "https://oauth2.googleapis.com/token".into(),
                granted_at: Some(now() - Span::days(20)),
                expires_at: None,
                has_refresh_token: true,
                verified: true,
            }),
            access: Some(Access {
                obtained_at: now() - Span::minutes(10),
                expires_at: now() + Span::minutes(50),
            }),
            ..Facts::default()
        }
    }

    fn fault(diagnosis: Diagnosis) -> Fault {
        Fault {
            diagnosis,
            code: "x".into(),
            message: String::new(),
            at: now(),
            retry_after: None,
        }
    }

    fn with(change: impl FnOnce(&mut Facts)) -> State {
        let mut facts = healthy();
        change(&mut facts);
        facts.state(&Policy::default(), now())
    }

    #[test]
    fn each_state_from_its_facts() {
        let expire =
            |f: &mut Facts| f.access.as_mut().unwrap().expires_at = now() - Span::seconds(1);
        assert_eq!(with(|_| {}), State::Ready);
        assert_eq!(
            with(|f| f.access.as_mut().unwrap().expires_at = now() + Span::minutes(5)),
            State::Due
        );
        assert_eq!(with(expire), State::Expired);
        assert_eq!(with(|f| f.access = None), State::Expired);
        assert_eq!(
            with(|f| {
                expire(f);
                f.paused = true;
            }),
            State::Paused
        );
        assert_eq!(
            with(|f| f.paused = true),
            State::Ready,
            "a paused account with a live token is not in trouble"
        );
        assert_eq!(
            with(|f| f.learn(&Outcome::Failed(fault(Diagnosis::Network)), 0.5)),
            State::Retrying
        );
        assert_eq!(
            with(|f| f.grant.as_mut().unwrap().expires_at = Some(now() + Span::hours(72))),
            State::Ending
        );
        assert_eq!(
            with(|f| f.grant.as_mut().unwrap().expires_at = Some(now() - Span::hours(1))),
            State::Ending
        );
        assert_eq!(
            with(|f| f.grant.as_mut().unwrap().expires_at = Some(now() + Span::hours(73))),
            State::Ready
        );
        assert_eq!(
            with(|f| f.grant.as_mut().unwrap().granted = Scopes::parse("openid")),
            State::Limited
        );
        assert_eq!(with(|f| f.grant = None), State::SignedOut);
        assert_eq!(
            with(|f| f.grant.as_mut().unwrap().has_refresh_token = false),
            State::SignedOut
        );
        assert_eq!(
            with(|f| f.learn(&Outcome::Failed(fault(Diagnosis::Policy)), 0.5)),
            State::Blocked
        );
        assert_eq!(
            with(|f| f.learn(&Outcome::Failed(fault(Diagnosis::OrgReauth)), 0.5)),
            State::Reauth
        );
        assert_eq!(
            with(|f| f.learn(&Outcome::Failed(fault(Diagnosis::Reauth)), 0.5)),
            State::Revoked
        );
    }

    #[test]
    fn a_testing_client_ends_after_seven_days_unless_only_sign_in_was_granted() {
        let testing = |f: &mut Facts| {
            f.client = ClientFacts {
                publishing: Publishing::Testing,
                fault: None,
            };
            f.grant.as_mut().unwrap().granted_at = Some(now() - Span::days(5));
        };
        assert_eq!(with(testing), State::Ending);
        let only_sign_in = |f: &mut Facts| {
            testing(f);
            f.grant.as_mut().unwrap().requested = Scopes::parse("openid");
            f.grant.as_mut().unwrap().granted = Scopes::parse("openid");
        };
        assert_eq!(with(only_sign_in), State::Ready);
    }

    #[test]
    fn the_upper_of_two_states_is_shown() {
        let state = with(|f| {
            f.grant.as_mut().unwrap().granted = Scopes::parse("openid");
            f.grant.as_mut().unwrap().expires_at = Some(now() + Span::hours(1));
            f.backoff = Some(Backoff {
                failures: 1,
                next_try_at: now(),
            });
        });
        assert_eq!(state, State::Limited);
        let state = with(|f| {
            f.client.fault = Some(fault(Diagnosis::ClientGone));
            f.fault = Some(fault(Diagnosis::Reauth));
        });
        assert_eq!(state, State::Revoked);
    }

    #[test]
    fn a_passing_failure_does_not_unsay_a_refusal() {
        let state = with(|f| {
            f.learn(&Outcome::Failed(fault(Diagnosis::Reauth)), 0.5);
            f.learn(&Outcome::Failed(fault(Diagnosis::Network)), 0.5);
        });
        assert_eq!(state, State::Revoked);
    }

    #[test]
    fn a_clock_moved_back_makes_a_token_expired() {
        assert_eq!(
            with(|f| f.access.as_mut().unwrap().obtained_at = now() + Span::minutes(6)),
            State::Expired
        );
        assert_eq!(
            with(|f| f.access.as_mut().unwrap().obtained_at = now() + Span::minutes(4)),
            State::Ready
        );
    }
}
