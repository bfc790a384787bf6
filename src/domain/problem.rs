//! What is wrong with an account and what helps: a code for programs, words for people, and one
//! sentence that names the key and the command. Computed like the state, never stored.

use super::cause::Cause;
use super::fault::{Diagnosis, Fault};
use super::grant::Facts;
use super::health::State;
use super::outlook::{self, Outlook};
use super::schedule::Policy;
use super::scope::short;
use super::snapshot::AccountView;
use super::time::{Timestamp, distance};
use super::wording::{ago, date};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Google's error, or one of [`OWN_CODES`].
    pub code: String,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    pub at: Option<Timestamp>,
    pub cause: Option<Cause>,
    /// One sentence that names the key and the command.
    pub remedy: String,
}

/// The closed list of codes that are not Google's.
pub const OWN_CODES: [&str; 23] = [
    "never-consented",
    "no-refresh-token",
    "revoked-here",
    "scopes-missing",
    "sign-in-ending",
    "sign-in-end-passed",
    "paused",
    "access-expired",
    "not-json",
    "timeout",
    "unreachable",
    "too-large",
    "tls",
    "dns",
    "proxy-auth",
    "server-error",
    "throttled",
    "bad-endpoint",
    "bad-request",
    "id-token",
    "api-not-enabled",
    "no-mailbox",
    "unknown-error",
];

impl AccountView {
    pub fn state(&self, policy: &Policy, now: Timestamp) -> State {
        self.facts.state(policy, now)
    }

    /// `None` for `ready` and `due`.
    pub fn problem(&self, policy: &Policy, now: Timestamp) -> Option<Problem> {
        let state = self.state(policy, now);
        let facts = &self.facts;
        let name = self.shell_name();
        let consent = format!("press c, or run `gatepost reauth {name}`");
        let problem = match state {
            State::Ready | State::Due => return None,
            State::Revoked | State::Reauth | State::Blocked => {
                let fault = facts.refusal()?;
                Problem {
                    cause: self.cause.clone().filter(|_| state == State::Revoked),
                    ..refused(self, fault, &consent)
                }
            }
            State::SignedOut => signed_out(facts, &consent),
            State::Limited => limited(facts, &consent),
            State::Ending => ending(facts, now, &consent)?,
            State::Retrying => retrying(self, policy, now)?,
            State::Paused => Problem {
                code: "paused".into(),
                message: "automatic refresh is switched off and the access token is out".into(),
                at: facts.access.map(|a| a.expires_at),
                cause: None,
                remedy: format!(
                    "press r to refresh once or press p to resume, or run `gatepost resume {name}`"
                ),
            },
            State::Expired => Problem {
                code: "access-expired".into(),
                message: match facts.access {
                    Some(access) => {
                        format!("the access token ran out {}", ago(access.expires_at, now))
                    }
                    None => "there is no access token yet".into(),
                },
                at: facts.access.map(|a| a.expires_at),
                cause: None,
                remedy: format!(
                    "nothing to do, it renews at next use; press r, or run `gatepost refresh {name}`"
                ),
            },
        };
        Some(problem)
    }
}

/// A remedy for whoever does not sit before the screen: where a key or a command helps, the command.
pub fn without_keys(remedy: &str) -> String {
    let (mut told, mut rest) = (String::new(), remedy);
    while let Some((before, after)) = rest.split_once("press ") {
        told += before;
        match after.split_once(", or ") {
            Some((keys, command)) if !keys.contains([';', '`', ')']) => {
                // `r to try now`: what it is for is said of the command as well.
                if let Some((_, purpose)) = keys.split_once(' ') {
                    told += purpose;
                    told += ", ";
                }
                rest = command;
            }
            _ => {
                told += "press ";
                rest = after;
            }
        }
    }
    told + rest
}

fn refused(view: &AccountView, fault: &Fault, consent: &str) -> Problem {
    let client = view.client.as_deref().unwrap_or("default");
    let reload =
        format!("run `gatepost client add FILE` with the current JSON of client `{client}`");
    let (message, remedy) = match fault.diagnosis {
        Diagnosis::Reauth if fault.message.eq_ignore_ascii_case("bad request") => (
            "the stored refresh token is damaged or is not one of Google's".to_owned(),
            format!("sign in again: {consent}"),
        ),
        Diagnosis::Reauth => ("Google no longer accepts this sign-in".into(), format!("sign in again: {consent}")),
        Diagnosis::OrgReauth => (
            "the organisation limits how long a sign-in lasts and wants a new one".into(),
            format!("sign in again: {consent}; an administrator can exempt or trust the app"),
        ),
        Diagnosis::ClientBad if fault.message.to_lowercase().contains("not found") => (
            "Google does not know this client ID".into(),
            format!("check it for a missing character, or {reload}"),
        ),
        Diagnosis::ClientBad if fault.message.to_lowercase().contains("missing") => {
            ("this Desktop client needs its secret as well".into(), reload)
        }
        Diagnosis::ClientBad => (
            "the client secret is wrong or was replaced".into(),
            format!("{reload}; existing sign-ins keep working"),
        ),
        Diagnosis::ClientGone if fault.code == "deleted_client" => (
            "the OAuth client was deleted".into(),
            "restore it within 30 days under Google Auth Platform > Clients, then press r, or run \
             `gatepost refresh --all`"
                .into(),
        ),
        Diagnosis::ClientGone => (
            "the OAuth client or its project is disabled".into(),
            "see the Google Cloud console, then press r, or run `gatepost refresh --all`".into(),
        ),
        Diagnosis::ClientMismatch => (
            "this sign-in was issued to a different client ID".into(),
            format!("sign in again with the right client: {consent} --client NAME"),
        ),
        Diagnosis::Policy => (
            "the organisation blocks this app".into(),
            "ask the administrator to trust the client ID (`gatepost client list` shows it), then press r".into(),
        ),
        Diagnosis::Account => (
            format!("Google reports that {} is deleted or suspended", view.email),
            format!("restore the account at Google, then press r, or run `gatepost refresh {}`", view.email),
        ),
        _ => (
            format!("the request was refused ({})", fault.code),
            format!("see the event log (press e, or `gatepost log {}`); press r to ask again", view.email),
        ),
    };
    let message = if fault.message.is_empty() {
        message
    } else {
        format!("{message}: “{}”", fault.message)
    };
    Problem {
        code: fault.code.clone(),
        message,
        at: Some(fault.at),
        cause: None,
        remedy,
    }
}

fn signed_out(facts: &Facts, consent: &str) -> Problem {
    let remedy = format!("sign in: {consent}");
    let (code, message, at) = match (&facts.grant, facts.revoked_here_at) {
        (Some(grant), _) => (
            "no-refresh-token",
            "Google gave no long-lived token: the consent page was not shown".to_owned(),
            grant.granted_at,
        ),
        (None, Some(at)) => (
            "revoked-here",
            format!("revoked with gatepost {}", date(at)),
            Some(at),
        ),
        (None, None) => ("never-consented", "nobody has signed in yet".into(), None),
    };
    Problem {
        code: code.into(),
        message,
        at,
        cause: None,
        remedy,
    }
}

fn limited(facts: &Facts, consent: &str) -> Problem {
    let missing: Vec<_> = facts
        .missing_scopes()
        .iter()
        .map(|s| short(s).to_owned())
        .collect();
    Problem {
        code: "scopes-missing".into(),
        message: format!(
            "some permissions were left unticked: {}",
            missing.join(", ")
        ),
        at: facts.grant.as_ref().and_then(|g| g.granted_at),
        cause: None,
        remedy: format!("sign in again and tick every box: {consent}"),
    }
}

fn ending(facts: &Facts, now: Timestamp, consent: &str) -> Option<Problem> {
    let end = outlook::end(facts)?;
    let why = match outlook::of(facts, now) {
        Some(Outlook::Testing { .. }) => "the Google project is in Testing",
        Some(Outlook::Stated { .. }) if is_week(facts, end) => {
            "Google gave it 7 days, as it does for projects in Testing"
        }
        _ => "Google limited its time",
    };
    let (code, message, remedy) = if end > now {
        (
            "sign-in-ending",
            format!("this sign-in ends in {}: {why}", distance(end - now)),
            format!(
                "publish the app if it is in Testing, then before {}: {consent}",
                date(end)
            ),
        )
    } else {
        (
            "sign-in-end-passed",
            format!("this sign-in should have ended {}: {why}", ago(end, now)),
            format!("sign in again: {consent}"),
        )
    };
    Some(Problem {
        code: code.into(),
        message,
        at: Some(end),
        cause: None,
        remedy,
    })
}

fn is_week(facts: &Facts, end: Timestamp) -> bool {
    let granted = facts.grant.as_ref().and_then(|g| g.granted_at);
    granted
        .is_some_and(|at| (end - at - outlook::TESTING_LIFE).abs() < super::time::Span::hours(12))
}

fn retrying(view: &AccountView, policy: &Policy, now: Timestamp) -> Option<Problem> {
    view.facts.backoff?;
    let fault = view.facts.fault.as_ref();
    let scheduled = policy.auto && !view.facts.paused && view.next_refresh_at.is_some();
    let next = match view.facts.held_back_until(now) {
        _ if !scheduled => "at next use".to_owned(),
        None => "now".into(),
        Some(at) => format!("in {}", distance(at - now)),
    };
    let what = match fault.map(|f| f.diagnosis) {
        Some(Diagnosis::Throttled) => "Google is limiting requests",
        Some(Diagnosis::Upstream) => "Google has a temporary problem",
        Some(Diagnosis::Portal) => "a network login page or proxy answered instead of Google",
        Some(Diagnosis::Clock) => "this computer's clock is off",
        _ => "Google could not be reached",
    };
    let words = fault.filter(|f| !f.message.is_empty()).map(Fault::words);
    let name = view.shell_name();
    Some(Problem {
        code: fault.map_or_else(|| "unreachable".into(), |f| f.code.clone()),
        message: match words {
            Some(words) => format!("{what} ({words}); next try {next}"),
            None => format!("{what}; next try {next}"),
        },
        at: fault.map(|f| f.at),
        cause: None,
        remedy: format!(
            "nothing to do, it is tried again {}; press r to try now, or run `gatepost refresh {name}`",
            if scheduled {
                "by itself"
            } else {
                "at next use"
            }
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn away_from_the_screen_a_remedy_names_no_key_where_a_command_does() {
        for (remedy, told) in [
            (
                "sign in again: press c, or run `gatepost reauth ana`",
                "sign in again: run `gatepost reauth ana`",
            ),
            (
                "nothing to do; press r to try now, or run `gatepost refresh ana`",
                "nothing to do; to try now, run `gatepost refresh ana`",
            ),
            (
                "see the log (press e, or `gatepost log ana`); press r to ask again",
                "see the log (`gatepost log ana`); press r to ask again",
            ),
            ("ask (`x`), then press r", "ask (`x`), then press r"),
        ] {
            assert_eq!(without_keys(remedy), told);
        }
    }
}
