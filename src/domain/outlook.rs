//! The sign-in clock: until when a person need not act, as far as anyone can tell.

use super::client::Publishing;
use super::grant::Facts;
use super::time::{Span, Timestamp};

/// Grants of an External project in Testing live this long, counted from consent.
pub const TESTING_LIFE: Span = Span::days(7);
/// Google drops a refresh token that nobody used for six months.
pub const IDLE_LIFE: Span = Span::days(180);
/// Below this an unused grant is not worth a word.
const IDLE_WORTH_TELLING: Span = Span::days(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// Google said when (`refresh_token_expires_in`).
    Stated {
        until: Timestamp,
    },
    /// The client is declared in Testing.
    Testing {
        until: Timestamp,
    },
    /// Unused for a month or more.
    Idle {
        since: Timestamp,
        until: Timestamp,
    },
    LongLived,
    /// An import without dates.
    Unknown,
}

impl Outlook {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated { .. } => "stated",
            Self::Testing { .. } => "testing",
            Self::Idle { .. } => "idle",
            Self::LongLived => "long-lived",
            Self::Unknown => "unknown",
        }
    }
}

/// The stated or testing end: the only ends that may alarm.
pub fn end(facts: &Facts) -> Option<Timestamp> {
    let grant = facts.grant.as_ref()?;
    let testing = facts.client.publishing == Publishing::Testing && !grant.granted.only_sign_in();
    grant.expires_at.or_else(|| {
        grant
            .granted_at
            .filter(|_| testing)
            .map(|at| at + TESTING_LIFE)
    })
}

/// `None` without a grant.
pub fn of(facts: &Facts, now: Timestamp) -> Option<Outlook> {
    let grant = facts.grant.as_ref()?;
    if let Some(until) = grant.expires_at {
        return Some(Outlook::Stated { until });
    }
    if let Some(until) = end(facts) {
        return Some(Outlook::Testing { until });
    }
    let last_use = [facts.last_refresh_at, facts.last_used_at, grant.granted_at]
        .into_iter()
        .flatten()
        .max();
    match last_use {
        Some(since) if now - since >= IDLE_WORTH_TELLING => Some(Outlook::Idle {
            since,
            until: since + IDLE_LIFE,
        }),
        _ if grant.granted_at.is_none() => Some(Outlook::Unknown),
        _ => Some(Outlook::LongLived),
    }
}

#[cfg(test)]
mod tests {
    use super::super::account::{ClientId, GrantId};
    use super::super::grant::Grant;
    use super::super::scope::{MAIL, Scopes};
    use super::super::time::from_millis;
    use super::*;

    fn facts(granted_days_ago: Option<i64>) -> Facts {
        Facts {
            grant: Some(Grant {
                id: GrantId(1),
                client: ClientId(1),
                requested: Scopes::parse(MAIL),
                granted: Scopes::parse(MAIL),
                token_endpoint: String::new(),
                granted_at: granted_days_ago.map(|d| now() - Span::days(d)),
                expires_at: None,
                has_refresh_token: true,
                verified: true,
            }),
            ..Facts::default()
        }
    }

    fn now() -> Timestamp {
        from_millis(1_800_000_000_000)
    }

    #[test]
    fn the_first_reason_that_applies_wins() {
        assert_eq!(of(&Facts::default(), now()), None);
        assert_eq!(of(&facts(None), now()), Some(Outlook::Unknown));
        assert_eq!(of(&facts(Some(2)), now()), Some(Outlook::LongLived));
        assert!(matches!(
            of(&facts(Some(31)), now()),
            Some(Outlook::Idle { .. })
        ));
        let mut testing = facts(Some(2));
        testing.client.publishing = Publishing::Testing;
        assert_eq!(
            of(&testing, now()),
            Some(Outlook::Testing {
                until: now() + Span::days(5)
            })
        );
        testing.grant.as_mut().unwrap().expires_at = Some(now());
        assert_eq!(of(&testing, now()), Some(Outlook::Stated { until: now() }));
    }
}
