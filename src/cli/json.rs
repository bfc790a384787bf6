//! The documents that `--json` prints. Their keys are a promise: add to them, never rename. No
//! type here has a place for a secret, except the one that `token` prints.

use serde::Serialize;

use crate::domain::client::{Client, Publishing};
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::problem;
use crate::domain::schedule::Policy;
use crate::domain::scope::Scopes;
use crate::domain::service_account::ServiceAccount;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Timestamp, rfc3339};

/// One element of `list --json`.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) email: String,
    pub(super) sub: String,
    pub(super) label: Option<String>,
    pub(super) client: Option<String>,
    pub(super) state: &'static str,
    pub(super) paused: bool,
    pub(super) access: Option<Access>,
    pub(super) grant: Option<Grant>,
    pub(super) scopes: ScopeLists,
    pub(super) last_refresh_at: Option<String>,
    pub(super) last_used_at: Option<String>,
    pub(super) problem: Option<Problem>,
}

#[derive(Debug, Serialize)]
pub(super) struct Access {
    pub(super) expires_at: String,
    pub(super) expires_in: i64,
    pub(super) obtained_at: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Grant {
    pub(super) granted_at: Option<String>,
    pub(super) expires_at: Option<String>,
    pub(super) outlook: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct ScopeLists {
    pub(super) granted: Vec<String>,
    pub(super) missing: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Problem {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) at: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) remedy: String,
}

/// One element of `status --json`: the same, and what a person would ask next.
#[derive(Debug, Serialize)]
pub(super) struct Depth {
    #[serde(flatten)]
    pub(super) account: Account,
    pub(super) cause_facts: Vec<String>,
    pub(super) verified: Option<bool>,
    pub(super) token_endpoint: Option<String>,
    pub(super) requested: Vec<String>,
    pub(super) handed_out: Vec<Handout>,
    pub(super) checked: Option<Checked>,
    pub(super) dies_with: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Handout {
    pub(super) program: String,
    pub(super) at: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Checked {
    pub(super) at: String,
    pub(super) ok: bool,
    pub(super) message: String,
}

/// One element of `log --json`.
#[derive(Debug, Serialize)]
pub(super) struct LogEntry<'a> {
    pub(super) at: String,
    pub(super) email: Option<&'a str>,
    pub(super) what: &'static str,
    pub(super) result: &'static str,
    pub(super) code: &'a str,
    pub(super) detail: &'a str,
}

/// One element of `client list --json`.
#[derive(Debug, Serialize)]
pub(super) struct ClientEntry<'a> {
    pub(super) name: &'a str,
    pub(super) client_id: &'a str,
    pub(super) kind: &'static str,
    pub(super) project: Option<&'a str>,
    pub(super) status: &'static str,
    pub(super) accounts: Vec<&'a str>,
    pub(super) problem: Option<&'a str>,
    pub(super) added_at: String,
    /// Of a service account's key, which stands among the clients.
    pub(super) key_id: Option<&'a str>,
}

impl Account {
    pub(super) fn of(view: &AccountView, policy: &Policy, now: Timestamp) -> Self {
        let facts = &view.facts;
        Self {
            email: view.email.clone(),
            sub: view.sub.clone(),
            label: view.label.clone(),
            client: view.client.clone(),
            state: view.state(policy, now).as_str(),
            paused: facts.paused,
            access: facts.access.map(|access| Access {
                expires_at: rfc3339(access.expires_at),
                expires_in: access.left(now).num_seconds(),
                obtained_at: rfc3339(access.obtained_at),
            }),
            grant: facts.grant.as_ref().map(|grant| Grant {
                granted_at: grant.granted_at.map(rfc3339),
                expires_at: outlook::end(facts).map(rfc3339),
                outlook: outlook::of(facts, now).map_or("unknown", outlook::Outlook::as_str),
            }),
            scopes: ScopeLists {
                granted: facts
                    .grant
                    .as_ref()
                    .map(|g| list(&g.granted))
                    .unwrap_or_default(),
                missing: list(&facts.missing_scopes()),
            },
            last_refresh_at: facts.last_refresh_at.map(rfc3339),
            last_used_at: facts.last_used_at.map(rfc3339),
            problem: view.problem(policy, now).map(Problem::from),
        }
    }
}

impl From<problem::Problem> for Problem {
    fn from(problem: problem::Problem) -> Self {
        Self {
            code: problem.code,
            message: problem.message,
            at: problem.at.map(rfc3339),
            cause: problem.cause.map(|cause| cause.text),
            remedy: problem.remedy,
        }
    }
}

impl Depth {
    pub(super) fn of(view: &AccountView, policy: &Policy, now: Timestamp) -> Self {
        let grant = view.facts.grant.as_ref();
        let cause = view
            .cause
            .as_ref()
            .filter(|_| view.state(policy, now) == State::Revoked);
        Self {
            account: Account::of(view, policy, now),
            cause_facts: cause.map(|c| c.facts.clone()).unwrap_or_default(),
            verified: grant.map(|g| g.verified),
            token_endpoint: grant.map(|g| g.token_endpoint.clone()),
            requested: grant.map(|g| list(&g.requested)).unwrap_or_default(),
            handed_out: view
                .handed_out
                .iter()
                .map(|h| Handout {
                    program: h.program.clone(),
                    at: rfc3339(h.at),
                })
                .collect(),
            checked: view.checked.as_ref().map(|c| Checked {
                at: rfc3339(c.at),
                ok: c.ok,
                message: c.line.clone(),
            }),
            dies_with: view.dies_with.clone(),
        }
    }
}

impl<'a> LogEntry<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        Self {
            at: rfc3339(event.at),
            email: event.email.as_deref(),
            what: event.what.as_str(),
            result: event.result.as_str(),
            code: &event.code,
            detail: &event.detail,
        }
    }
}

impl<'a> ClientEntry<'a> {
    pub(super) fn of(client: &'a Client, accounts: Vec<&'a str>) -> Self {
        Self {
            name: &client.name,
            client_id: &client.client_id,
            kind: client.kind.as_str(),
            project: client.project.as_deref(),
            status: client.publishing.as_str(),
            accounts,
            problem: client.fault.as_ref().map(code),
            added_at: rfc3339(client.added_at),
            key_id: None,
        }
    }

    pub(super) fn of_service_account(account: &'a ServiceAccount) -> Self {
        Self {
            name: &account.email,
            client_id: &account.client_id,
            kind: "service_account",
            project: account.project.as_deref(),
            status: Publishing::Unknown.as_str(),
            accounts: Vec::new(),
            problem: Some("not-usable-yet"),
            added_at: rfc3339(account.added_at),
            key_id: Some(&account.key_id),
        }
    }
}

fn code(fault: &Fault) -> &str {
    &fault.code
}

fn list(scopes: &Scopes) -> Vec<String> {
    scopes.iter().map(str::to_owned).collect()
}
