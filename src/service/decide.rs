//! Whether a caller gets the token that is there, a new one, or a refusal. Pure.

use super::ask::TokenAsk;
use crate::domain::grant::Facts;
use crate::domain::time::{Span, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// The stored token will do.
    Serve,
    /// Ask Google.
    Renew,
    /// Asking is pointless until a person acts.
    Refuse,
}

pub(super) fn on_request(facts: &Facts, ask: &TokenAsk, now: Timestamp) -> Decision {
    let signed_out = !facts.grant.as_ref().is_some_and(|g| g.has_refresh_token);
    if facts.is_dead() || signed_out {
        return Decision::Refuse;
    }
    if !ask.force && lives_for(facts, ask.min_valid, now) {
        return Decision::Serve;
    }
    // A refusal stands until somebody asks again, and forcing is asking.
    if ask.force || facts.refusal().is_none() {
        return Decision::Renew;
    }
    if serves_in_need(facts, ask, now) {
        Decision::Serve
    } else {
        Decision::Refuse
    }
}

/// After a renewal that failed: a token that still lives is better than none, unless the caller
/// insisted on more, or the grant is dead and mail programs should hear so.
pub(super) fn serves_in_need(facts: &Facts, ask: &TokenAsk, now: Timestamp) -> bool {
    let need = if ask.insists {
        ask.min_valid
    } else {
        Span::milliseconds(1)
    };
    !facts.is_dead() && lives_for(facts, need, now)
}

fn lives_for(facts: &Facts, least: Span, now: Timestamp) -> bool {
    facts
        .access
        .is_some_and(|access| access.is_live(now) && access.left(now) >= least)
}

/// Whether what a sibling stored meanwhile already answers this caller: a live token that is long
/// enough, or anything learnt since the call began.
pub(super) fn is_answered(facts: &Facts, ask: &TokenAsk, began: Timestamp, now: Timestamp) -> bool {
    // What seems to come from the future was learnt before a clock was moved back.
    let since = |at: Timestamp| (began..=now).contains(&at);
    let fresh = facts
        .access
        .is_some_and(|access| since(access.obtained_at) && access.is_live(now));
    let refused = facts.fault.as_ref().is_some_and(|fault| since(fault.at));
    fresh || refused || (!ask.force && lives_for(facts, ask.min_valid, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{ClientId, GrantId};
    use crate::domain::fault::{Diagnosis, Fault};
    use crate::domain::grant::{Access, Grant, Outcome};
    use crate::domain::scope::Scopes;
    use crate::domain::time::from_millis;

    fn now() -> Timestamp {
        from_millis(1_800_000_000_000)
    }

    fn facts(left: Span) -> Facts {
        Facts {
            grant: Some(Grant {
                id: GrantId(1),
                client: ClientId(1),
                requested: Scopes::default(),
                granted: Scopes::default(),
                token_endpoint: String::new(),
                granted_at: Some(now()),
                expires_at: None,
                has_refresh_token: true,
                verified: true,
            }),
            access: Some(Access {
                obtained_at: now() - Span::minutes(30),
                expires_at: now() + left,
            }),
            ..Facts::default()
        }
    }

    fn refused(mut facts: Facts, diagnosis: Diagnosis) -> Facts {
        let fault = Fault {
            diagnosis,
            code: String::new(),
            message: String::new(),
            at: now(),
            retry_after: None,
        };
        facts.learn(&Outcome::Failed(fault), 0.0);
        facts
    }

    #[test]
    fn a_live_token_is_served_and_a_short_one_renewed() {
        let ask = TokenAsk::default();
        assert_eq!(
            on_request(&facts(Span::minutes(2)), &ask, now()),
            Decision::Serve
        );
        assert_eq!(
            on_request(&facts(Span::seconds(59)), &ask, now()),
            Decision::Renew
        );
        let force = TokenAsk { force: true, ..ask };
        assert_eq!(
            on_request(&facts(Span::minutes(2)), &force, now()),
            Decision::Renew
        );
    }

    #[test]
    fn a_dead_grant_is_refused_even_with_a_live_token() {
        let dead = refused(facts(Span::minutes(30)), Diagnosis::Reauth);
        assert_eq!(
            on_request(&dead, &TokenAsk::default(), now()),
            Decision::Refuse
        );
        let mut signed_out = facts(Span::minutes(30));
        signed_out.grant = None;
        assert_eq!(
            on_request(&signed_out, &TokenAsk::default(), now()),
            Decision::Refuse
        );
    }

    #[test]
    fn blocked_and_reauth_serve_what_still_lives() {
        for diagnosis in [
            Diagnosis::OrgReauth,
            Diagnosis::Policy,
            Diagnosis::ClientGone,
        ] {
            let short = refused(facts(Span::seconds(20)), diagnosis);
            assert_eq!(
                on_request(&short, &TokenAsk::default(), now()),
                Decision::Serve
            );
            let insists = TokenAsk {
                insists: true,
                ..TokenAsk::default()
            };
            assert_eq!(on_request(&short, &insists, now()), Decision::Refuse);
            let force = TokenAsk {
                force: true,
                ..TokenAsk::default()
            };
            assert_eq!(on_request(&short, &force, now()), Decision::Renew);
            let out = refused(facts(Span::seconds(-1)), diagnosis);
            assert_eq!(
                on_request(&out, &TokenAsk::default(), now()),
                Decision::Refuse
            );
        }
    }

    #[test]
    fn what_a_sibling_learnt_since_the_call_began_is_an_answer() {
        let ask = TokenAsk {
            force: true,
            ..TokenAsk::default()
        };
        let mut renewed = facts(Span::minutes(30));
        assert!(!is_answered(&renewed, &ask, now(), now()));
        renewed.access.as_mut().unwrap().obtained_at = now();
        assert!(is_answered(&renewed, &ask, now(), now()));
        assert!(is_answered(
            &refused(facts(Span::seconds(-1)), Diagnosis::Reauth),
            &ask,
            now(),
            now()
        ));
    }

    #[test]
    fn what_was_learnt_by_a_clock_that_was_ahead_answers_nobody() {
        let ask = TokenAsk {
            force: true,
            ..TokenAsk::default()
        };
        for ahead in [Span::minutes(2), Span::days(1)] {
            let mut renewed = facts(Span::minutes(30));
            renewed.access.as_mut().unwrap().obtained_at = now() + ahead;
            assert!(!is_answered(&renewed, &ask, now(), now()), "{ahead}");
            let mut failed = refused(facts(Span::seconds(-1)), Diagnosis::Network);
            failed.fault.as_mut().unwrap().at = now() + ahead;
            assert!(!is_answered(&failed, &ask, now(), now()), "{ahead}");
        }
    }
}
