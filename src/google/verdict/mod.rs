//! What an answer means: one table from (what was asked, status, content type, body) to a
//! diagnosis, a code and words. The only place where Google's strings are compared. Pure.

mod client;

pub(in crate::google) use client::judge_client;

use crate::domain::fault::Diagnosis::{
    self, Account, ClientBad, ClientGone, ClientMismatch, Clock, Network, OrgReauth, Policy,
    Portal, Reauth, Request, Scope, Throttled, Unknown, Upstream,
};
use crate::domain::fault::Fault;
use crate::google::wire::Complaint;

/// Which question the answer belongs to. The same words mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A code for tokens.
    Exchange,
    /// A refresh token for an access token.
    Refresh,
    Revoke,
    /// Whose token is this: tokeninfo and userinfo.
    Identity,
    /// The Gmail API.
    Mailbox,
}

/// A refusal, in our terms. Code and message may be the other side's words, as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub diagnosis: Diagnosis,
    pub code: String,
    pub message: String,
}

use Asked::{Exchange, Identity, Mailbox, Refresh, Revoke};

const ANY: &[Asked] = &[Exchange, Refresh, Revoke, Identity, Mailbox];
const TOKEN: &[Asked] = &[Exchange, Refresh];
const BEARER: &[Asked] = &[Identity, Mailbox];

/// Question, status, error, words, diagnosis, code. Alternatives are separated by `|`; `*` is
/// anything, `-` is "no error of Google's in the body", `x` any digit. Errors are compared
/// exactly; words are sought in the description, subtype and reasons, ignoring case. The first
/// row that fits decides. A code of `=` is Google's own.
struct Row(
    &'static [Asked],
    &'static str,
    &'static str,
    &'static str,
    Diagnosis,
    &'static str,
);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // Passing trouble comes first: whatever else such an answer says, it says nothing of the grant.
    Row(ANY,      "407",         "*", "*", Network,   "proxy-auth"),
    Row(ANY,      "*",           "internal_failure|server_error|temporarily_unavailable", "*", Upstream, "="),
    Row(ANY,      "*",           "*", "internal_failure|backenderror", Upstream, "="),
    Row(ANY,      "408|5xx",     "-", "*", Upstream,  "server-error"),
    Row(ANY,      "408|5xx",     "*", "*", Upstream,  "="),
    Row(ANY,      "429",         "-", "*", Throttled, "throttled"),
    Row(ANY,      "429",         "*", "*", Throttled, "="),
    Row(ANY,      "403",         "-", "*", Throttled, "throttled"),
    Row(ANY,      "*",           "rate_limit_exceeded|slow_down", "*", Throttled, "="),
    Row(ANY,      "403",         "*", "ratelimitexceeded", Throttled, "="),
    // Not one of Google's servers at all.
    Row(ANY,      "*",           "-", "*", Portal,    "not-json"),
    Row(ANY,      "1xx|2xx|3xx", "*", "*", Portal,    "not-json"),

    // A token that is not (or no longer) good, seen by someone other than the token endpoint:
    // final for the token, but not for the grant.
    Row(&[Revoke],   "*", "invalid_token", "*", Request, ALREADY_DEAD),
    Row(BEARER,   "400", "invalid_token", "*", Request, "invalid_token"),
    Row(&[Identity], "400", "*", "invalid value", Request, "invalid_token"),
    Row(BEARER,   "401", "*", "*", Request, "invalid_token"),

    // The Gmail API.
    Row(BEARER,   "403", "*", "access_token_scope_insufficient|insufficientpermissions", Scope, "insufficient_scope"),
    Row(BEARER,   "403", "insufficient_scope", "*", Scope, "insufficient_scope"),
    Row(&[Mailbox],  "403", "*", "service_disabled|accessnotconfigured", Request, API_OFF),
    Row(&[Mailbox],  "400|403", "FAILED_PRECONDITION", "*", Account, "no-mailbox"),
    Row(&[Mailbox],  "400|403", "*", "failedprecondition|mail service not enabled", Account, "no-mailbox"),

    // The grant.
    Row(TOKEN,    "*", "invalid_grant", "invalid_rapt|rapt_required", OrgReauth, "="),
    Row(TOKEN,    "*", "invalid_grant", "account has been deleted|email or user id", Account, "="),
    Row(TOKEN,    "*", "invalid_grant", "reasonable timeframe", Clock, "="),
    Row(TOKEN,    "*", "invalid_grant", "invalid jwt|no valid verifier|robot is disabled", ClientBad, "="),
    Row(TOKEN,    "*", "invalid_grant", "auth code|code verifier|code_verifier|already redeemed", Request, "="),
    Row(&[Exchange], "*", "invalid_grant", "*", Request, "="),
    Row(&[Refresh],  "*", "invalid_grant", "*", Reauth,  "="),

    // The client.
    Row(ANY,      "*", "invalid_client", "*", ClientBad, "="),
    Row(ANY,      "*", "deleted_client|disabled_client", "*", ClientGone, "="),
    Row(ANY,      "*", "unauthorized_client", "client is unauthorized", Policy, "="),
    Row(ANY,      "*", "unauthorized_client", "*", ClientMismatch, "="),
    Row(TOKEN,    "*", "invalid_request", "client_secret is missing", ClientBad, "="),

    // Other people's decisions.
    Row(ANY,      "*", "admin_policy_enforced|access_denied|org_internal|restricted_client|access_not_configured", "*", Policy, "="),
    Row(ANY,      "*", "invalid_account", "*", Account, "="),

    // The request.
    Row(&[Refresh],  "*", "invalid_scope", "bad request", Scope, "="),
    Row(ANY,      "*", "invalid_scope|invalid_request|redirect_uri_mismatch|unsupported_grant_type", "*", Request, "="),
    Row(ANY,      "*", "invalid_dpop_proof|use_dpop_nonce", "*", Request, "="),

    Row(ANY,      "*", "*", "*", Unknown, "="),
];

const ALREADY_DEAD: &str = "invalid_token";
const API_OFF: &str = "api-not-enabled";

/// `None`: the answer is a good one, as far as status and shape can tell.
pub fn judge(
    asked: Asked,
    status: u16,
    content_type: Option<&str>,
    body: &[u8],
) -> Option<Finding> {
    let complaint = Complaint::read(body);
    if status == 200 && complaint.is_none() && is_expected_shape(asked, content_type, body) {
        return None;
    }
    let row = TABLE
        .iter()
        .find(|row| row.fits(asked, status, complaint.as_ref()))?;
    let code = match (row.5, &complaint) {
        ("=", Some(complaint)) if !complaint.error.is_empty() => complaint.error.clone(),
        ("=", _) => "unknown-error".to_owned(),
        (own, _) => own.to_owned(),
    };
    let message = match &complaint {
        Some(complaint) if code == API_OFF => where_to_enable(&complaint.description),
        Some(complaint) => complaint.description.clone(),
        None => describe(status, content_type),
    };
    Some(Finding {
        diagnosis: row.4,
        code,
        message,
    })
}

/// Google's own text is long and its link may be cut; the project's number is what it takes.
fn where_to_enable(description: &str) -> String {
    let project: String = description
        .split_once("project ")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect())
        .unwrap_or_default();
    let link = "https://console.developers.google.com/apis/api/gmail.googleapis.com/overview";
    let link = match project.as_str() {
        "" => link.to_owned(),
        number => format!("{link}?project={number}"),
    };
    format!("the Gmail API is switched off in this Google project; enable it at {link}")
}

/// Whether a revocation was refused because there was nothing left to revoke.
pub(in crate::google) fn is_already_dead(fault: &Fault) -> bool {
    fault.diagnosis == Request && fault.code == ALREADY_DEAD
}

/// Whether a revocation was refused because it did not say which client asks.
pub(in crate::google) fn wants_the_client(fault: &Fault) -> bool {
    matches!(fault.code.as_str(), "invalid_request" | "invalid_client")
}

impl Row {
    fn fits(&self, asked: Asked, status: u16, complaint: Option<&Complaint>) -> bool {
        let Self(questions, statuses, errors, words, ..) = self;
        let error_fits = match (*errors, complaint) {
            ("*", _) | ("-", None) => true,
            ("-", Some(_)) | (_, None) => false,
            (errors, Some(c)) => errors.split('|').any(|e| e == c.error),
        };
        let words_fit = *words == "*"
            || complaint.is_some_and(|c| {
                let said = format!("{} {}", c.description, c.reasons.join(" ")).to_lowercase();
                words.split('|').any(|word| said.contains(word))
            });
        questions.contains(&asked) && status_fits(statuses, status) && error_fits && words_fit
    }
}

fn status_fits(patterns: &str, status: u16) -> bool {
    let status = status.to_string();
    patterns == "*"
        || patterns.split('|').any(|pattern| {
            pattern.len() == status.len()
                && pattern
                    .chars()
                    .zip(status.chars())
                    .all(|(p, s)| p == 'x' || p == s)
        })
}

/// A portal's page is HTML whatever it claims to be; a successful revocation may say nothing.
fn is_expected_shape(asked: Asked, content_type: Option<&str>, body: &[u8]) -> bool {
    if content_type.is_some_and(is_html) {
        return false;
    }
    let body = body.trim_ascii();
    (asked == Asked::Revoke && body.is_empty())
        || serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body).is_ok()
}

pub(in crate::google) fn is_html(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
}

fn describe(status: u16, content_type: Option<&str>) -> String {
    let kind = match content_type {
        Some(kind) if is_html(kind) => "a web page",
        _ => "something other than Google's JSON",
    };
    match status {
        200 => format!("{kind} came back"),
        300..400 => format!("a redirect came back (status {status}); it was not followed"),
        _ => format!("{kind} came back with status {status}"),
    }
}

/// Whether a client check came as far as the code itself: the client was accepted.
fn is_about_the_code(fault: &Fault) -> bool {
    let about_the_code = matches!(
        fault.code.as_str(),
        "invalid_grant" | "redirect_uri_mismatch"
    );
    fault.diagnosis == Request && about_the_code
}

#[cfg(test)]
mod tests;
