//! Why a grant died. Google says `invalid_grant` for nearly everything, so this ranks what the
//! facts make likely; it is always worded as likely, and names the facts that it rests on.

use super::outlook::{IDLE_LIFE, TESTING_LIFE};
use super::time::{Span, Timestamp, distance};
use super::wording::date;

/// What is known around a death. Collected by the service from every account's facts and history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub died_at: Timestamp,
    /// A revoke was issued from here for the same account and project.
    pub revoked_here_at: Option<Timestamp>,
    pub granted_at: Option<Timestamp>,
    /// The stated end.
    pub expires_at: Option<Timestamp>,
    pub reaches_mail: bool,
    pub declared_testing: bool,
    pub last_success_at: Option<Timestamp>,
    /// Refresh tokens issued later for the same account and client, as far as we saw.
    pub newer_grants: u32,
    /// Other accounts of the same client whose grants died within minutes.
    pub siblings_died: u32,
    /// The same mailbox died with other clients within minutes.
    pub other_clients_died: u32,
    /// The last access token still works although the refresh was refused.
    pub access_still_works: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub kind: CauseKind,
    /// A sentence that begins with "likely".
    pub text: String,
    pub facts: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CauseKind {
    RevokedHere,
    TestingEnded,
    TimeLimitEnded,
    ProbablyTesting,
    Idle,
    PushedOut,
    ProjectChanged,
    PasswordChanged,
    JustRevoked,
    Withdrawn,
}

/// Within this of each other, deaths are taken to have one cause.
pub const SAME_MOMENT: Span = Span::minutes(15);

/// A stated end this close to seven days after consent means Testing; others are time-limited access.
const NEAR_TESTING: Span = Span::hours(12);

/// Google keeps at most this many live refresh tokens per account and client.
const TOKEN_LIMIT: u32 = 100;

/// First match wins.
pub fn infer(e: &Evidence) -> Cause {
    let age = e.granted_at.map(|at| e.died_at - at);
    let mut facts: Vec<String> = Vec::new();
    if let (Some(at), Some(age)) = (e.granted_at, age) {
        facts.push(format!(
            "signed in {}, {} before it was refused",
            date(at),
            distance(age)
        ));
    }
    if let Some(at) = e.last_success_at {
        facts.push(format!("last worked {}", date(at)));
    }
    let (kind, text) = rank(e, age, &mut facts);
    Cause {
        kind,
        text: text.into(),
        facts,
    }
}

fn rank(e: &Evidence, age: Option<Span>, facts: &mut Vec<String>) -> (CauseKind, &'static str) {
    if let Some(at) = e.revoked_here_at {
        facts.push(format!("revoked with gatepost {}", date(at)));
        return (CauseKind::RevokedHere, "likely revoked from this machine");
    }
    if let Some(end) = e.expires_at.filter(|end| *end <= e.died_at) {
        facts.push(format!("Google had set its end to {}", date(end)));
        let testing = e
            .granted_at
            .is_none_or(|at| (end - at - TESTING_LIFE).abs() <= NEAR_TESTING);
        return if testing {
            (
                CauseKind::TestingEnded,
                "likely the seven-day limit of a Google project in Testing",
            )
        } else {
            (
                CauseKind::TimeLimitEnded,
                "likely the time limit that was chosen at consent",
            )
        };
    }
    let about_a_week = age.is_some_and(|a| a >= Span::hours(156) && a <= Span::days(8));
    if e.reaches_mail
        && (about_a_week || (e.declared_testing && age.is_some_and(|a| a >= TESTING_LIFE)))
    {
        facts.push("projects in Testing end mail sign-ins after 7 days".into());
        return (
            CauseKind::ProbablyTesting,
            "likely the seven-day limit of a Google project in Testing",
        );
    }
    if e.last_success_at
        .or(e.granted_at)
        .is_some_and(|at| e.died_at - at > IDLE_LIFE)
    {
        facts.push("Google drops a sign-in that is unused for six months".into());
        return (CauseKind::Idle, "likely unused for more than six months");
    }
    if e.newer_grants >= TOKEN_LIMIT {
        facts.push(format!(
            "{} newer sign-ins with the same client",
            e.newer_grants
        ));
        return (
            CauseKind::PushedOut,
            "likely pushed out by newer sign-ins: Google keeps 100 for an account and client",
        );
    }
    if e.siblings_died > 0 {
        facts.push(format!(
            "{} other of this client refused at the same time",
            e.siblings_died
        ));
        return (
            CauseKind::ProjectChanged,
            "likely a change to the Google project or an administrator's policy",
        );
    }
    if e.other_clients_died > 0 {
        facts.push("the same mailbox was refused with another client at the same time".into());
        return (
            CauseKind::PasswordChanged,
            "likely a changed password, an account recovery, or all access removed at Google",
        );
    }
    if e.access_still_works {
        facts.push("the last access token still works".into());
        return (
            CauseKind::JustRevoked,
            "likely access removed moments ago, or pushed out by newer sign-ins",
        );
    }
    (
        CauseKind::Withdrawn,
        "likely access removed in the Google account or by an administrator, or a changed password",
    )
}

#[cfg(test)]
mod tests {
    use super::super::time::from_millis;
    use super::*;

    fn evidence() -> Evidence {
        let died_at = from_millis(1_800_000_000_000);
        Evidence {
            died_at,
            revoked_here_at: None,
            granted_at: Some(died_at - Span::days(40)),
            expires_at: None,
            reaches_mail: true,
            declared_testing: false,
            last_success_at: Some(died_at - Span::hours(1)),
            newer_grants: 0,
            siblings_died: 0,
            other_clients_died: 0,
            access_still_works: false,
        }
    }

    fn kind(change: impl FnOnce(&mut Evidence)) -> CauseKind {
        let mut e = evidence();
        change(&mut e);
        let cause = infer(&e);
        assert!(cause.text.starts_with("likely"), "{}", cause.text);
        cause.kind
    }

    #[test]
    fn section_14_rule_by_rule() {
        let week = |e: &mut Evidence| e.granted_at = Some(e.died_at - Span::days(7));
        assert_eq!(
            kind(|e| e.revoked_here_at = Some(e.died_at)),
            CauseKind::RevokedHere
        );
        assert_eq!(
            kind(|e| {
                week(e);
                e.expires_at = Some(e.died_at);
            }),
            CauseKind::TestingEnded
        );
        assert_eq!(
            kind(|e| e.expires_at = Some(e.died_at)),
            CauseKind::TimeLimitEnded
        );
        assert_eq!(kind(week), CauseKind::ProbablyTesting);
        assert_eq!(
            kind(|e| {
                week(e);
                e.reaches_mail = false;
            }),
            CauseKind::Withdrawn
        );
        assert_eq!(
            kind(|e| e.last_success_at = Some(e.died_at - Span::days(181))),
            CauseKind::Idle
        );
        assert_eq!(kind(|e| e.newer_grants = 100), CauseKind::PushedOut);
        assert_eq!(kind(|e| e.siblings_died = 2), CauseKind::ProjectChanged);
        assert_eq!(
            kind(|e| e.other_clients_died = 1),
            CauseKind::PasswordChanged
        );
        assert_eq!(
            kind(|e| e.access_still_works = true),
            CauseKind::JustRevoked
        );
        assert_eq!(kind(|_| {}), CauseKind::Withdrawn);
    }

    #[test]
    fn a_stated_end_that_has_not_come_is_no_cause() {
        assert_eq!(
            kind(|e| e.expires_at = Some(e.died_at + Span::hours(1))),
            CauseKind::Withdrawn
        );
    }
}
