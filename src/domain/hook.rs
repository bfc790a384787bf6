//! Hooks: which moments of an account a person's own programs may hear of, and what tells one such
//! moment from the next. Knows no program and starts none.

use super::grant::Facts;
use super::health::State;
use super::outlook;
use super::schedule::Policy;
use super::time::{Timestamp, millis};

/// A key of `[hooks]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    SigninNeeded,
    Ending,
    Refreshed,
    Failed,
}

impl Hook {
    pub const ALL: [Self; 4] = [
        Self::SigninNeeded,
        Self::Ending,
        Self::Refreshed,
        Self::Failed,
    ];

    /// Its name in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SigninNeeded => "on_signin_needed",
            Self::Ending => "on_ending",
            Self::Refreshed => "on_refreshed",
            Self::Failed => "on_failed",
        }
    }

    pub fn needs_person(self) -> bool {
        self != Self::Refreshed
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.as_str() == text)
    }
}

/// What can stand for a while and is told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    SigninNeeded,
    Ending,
    Blocked,
    Limited,
    /// Passing failures that have outlived the access token: programs go without.
    Stuck,
}

impl Matter {
    /// Its name in the vault.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SigninNeeded => "signin-needed",
            Self::Ending => "ending",
            Self::Blocked => "blocked",
            Self::Limited => "limited",
            Self::Stuck => "stuck",
        }
    }

    pub fn hook(self) -> Hook {
        match self {
            Self::SigninNeeded => Hook::SigninNeeded,
            Self::Ending => Hook::Ending,
            Self::Blocked | Self::Limited | Self::Stuck => Hook::Failed,
        }
    }
}

/// A matter that stands, and which one it is of its kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    pub matter: Matter,
    /// The same as long as it is the same trouble.
    pub which: String,
}

/// Fewer may be one bad minute of a network.
const STUCK_AFTER: u32 = 3;

/// All that stands now. A trouble is a new one after a new sign-in, or once a refresh went well
/// since. Signing out is the person's own doing, and no news to them.
pub fn standing(facts: &Facts, policy: &Policy, now: Timestamp) -> Vec<Standing> {
    let Some(grant) = facts.grant.as_ref().filter(|grant| grant.has_refresh_token) else {
        return Vec::new();
    };
    let grant_number = grant.id.0;
    let since = facts.last_refresh_at.map_or(0, millis);
    let episode = format!("{grant_number}:{since}");
    if let Some(fault) = facts.refusal() {
        let state = fault.diagnosis.state();
        let (matter, which) = if matches!(state, State::Revoked | State::Reauth) {
            (Matter::SigninNeeded, episode)
        } else {
            (Matter::Blocked, format!("{episode}:{}", fault.code))
        };
        return vec![Standing { matter, which }];
    }
    let ends = outlook::end(facts).is_some_and(|end| end <= now + policy.ending_within);
    let missing = facts.missing_scopes();
    let is_live = facts.access.is_some_and(|access| access.is_live(now));
    let failures = facts.backoff.map_or(0, |backoff| backoff.failures);
    let found = [
        // Not its date: each answer may state the end anew, some seconds off.
        (ends, Matter::Ending, grant_number.to_string()),
        (
            !missing.is_empty(),
            Matter::Limited,
            format!("{grant_number}:{missing}"),
        ),
        (failures >= STUCK_AFTER && !is_live, Matter::Stuck, episode),
    ];
    let standing = found.into_iter().filter(|(stands, ..)| *stands);
    standing
        .map(|(_, matter, which)| Standing { matter, which })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::account::{ClientId, GrantId};
    use super::super::fault::{Diagnosis, Fault};
    use super::super::grant::{Access, Backoff, Grant};
    use super::super::scope::{MAIL, Scopes};
    use super::super::time::{Span, from_millis};
    use super::*;

    fn now() -> Timestamp {
        from_millis(1_800_000_000_000)
    }

    fn healthy() -> Facts {
        Facts {
            grant: Some(Grant {
                id: GrantId(7),
                client: ClientId(1),
                requested: Scopes::parse(MAIL),
                granted: Scopes::parse(MAIL),
                token_endpoint: String::new(),
                granted_at: Some(now() - Span::days(20)),
                expires_at: None,
                has_refresh_token: true,
                verified: true,
            }),
            access: Some(Access {
                obtained_at: now() - Span::minutes(10),
                expires_at: now() + Span::minutes(50),
            }),
            last_refresh_at: Some(now() - Span::minutes(10)),
            ..Facts::default()
        }
    }

    fn with(change: impl FnOnce(&mut Facts)) -> Vec<Standing> {
        let mut facts = healthy();
        change(&mut facts);
        standing(&facts, &Policy::default(), now())
    }

    fn matters(standing: &[Standing]) -> Vec<Matter> {
        standing.iter().map(|one| one.matter).collect()
    }

    fn fail(facts: &mut Facts, diagnosis: Diagnosis, code: &str) {
        facts.fault = Some(Fault {
            diagnosis,
            code: code.into(),
            message: String::new(),
            at: now(),
            retry_after: None,
        });
    }

    fn stuck(facts: &mut Facts, failures: u32) {
        facts.backoff = Some(Backoff {
            failures,
            next_try_at: now(),
        });
    }

    #[test]
    fn each_matter_from_its_facts() {
        assert!(with(|_| {}).is_empty());
        assert!(with(|f| f.grant = None).is_empty(), "one's own doing");
        for (diagnosis, matter) in [
            (Diagnosis::Reauth, Matter::SigninNeeded),
            (Diagnosis::OrgReauth, Matter::SigninNeeded),
            (Diagnosis::Policy, Matter::Blocked),
        ] {
            assert_eq!(matters(&with(|f| fail(f, diagnosis, "x"))), [matter]);
        }
        let both = with(|f| {
            let grant = f.grant.as_mut().unwrap();
            grant.granted = Scopes::parse("openid");
            grant.expires_at = Some(now() + Span::hours(72));
        });
        assert_eq!(matters(&both), [Matter::Ending, Matter::Limited]);
    }

    #[test]
    fn a_failure_that_passes_is_told_only_when_programs_go_without() {
        assert!(with(|f| stuck(f, 9)).is_empty(), "the token is still good");
        let out = |f: &mut Facts| f.access.as_mut().unwrap().expires_at = now();
        assert!(with(|f| (out(f), stuck(f, 2)).1).is_empty());
        let standing = with(|f| (out(f), stuck(f, 3)).1);
        assert_eq!(matters(&standing), [Matter::Stuck]);
    }

    #[test]
    fn the_same_trouble_stays_the_same_until_something_went_well() {
        let first = with(|f| fail(f, Diagnosis::Reauth, "invalid_grant"));
        let again = with(|f| {
            fail(f, Diagnosis::Reauth, "invalid_grant");
            f.fault.as_mut().unwrap().at = now() + Span::hours(1);
        });
        assert_eq!(first, again);
        let after_success = with(|f| {
            fail(f, Diagnosis::Reauth, "invalid_grant");
            f.last_refresh_at = Some(now());
        });
        let after_sign_in = with(|f| {
            fail(f, Diagnosis::Reauth, "invalid_grant");
            f.grant.as_mut().unwrap().id = GrantId(8);
        });
        assert!(first != after_success && first != after_sign_in);
        let end = |hours| {
            with(move |f| f.grant.as_mut().unwrap().expires_at = Some(now() + Span::hours(hours)))
        };
        assert_eq!(end(1), end(2), "once for each sign-in");
    }
}
