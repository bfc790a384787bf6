//! The table, row by row, with the words that Google has been seen to use.

use super::*;
use crate::domain::client_check::ClientCheck;

const JSON: Option<&str> = Some("application/json; charset=utf-8");
const HTML: Option<&str> = Some("text/html; charset=UTF-8");

fn oauth(error: &str, description: &str, subtype: &str) -> Vec<u8> {
    let mut body = serde_json::json!({ "error": error });
    if !description.is_empty() {
        body["error_description"] = description.into();
    }
    if !subtype.is_empty() {
        body["error_subtype"] = subtype.into();
    }
    body.to_string().into_bytes()
}

fn said(asked: Asked, status: u16, error: &str, description: &str) -> Finding {
    judge(asked, status, JSON, &oauth(error, description, "")).unwrap()
}

#[rustfmt::skip]
const REFRESHES: &[(u16, &str, &str, Diagnosis)] = &[
    (400, "invalid_grant", "Token has been expired or revoked.", Reauth),
    (400, "invalid_grant", "token has been expired or revoked", Reauth),
    (400, "invalid_grant", "Bad Request", Reauth),
    (400, "invalid_grant", "", Reauth),
    (400, "invalid_grant", "Account has been deleted", Account),
    (400, "invalid_grant", "The account has been deleted", Account),
    (400, "invalid_grant", "Invalid email or User ID", Account),
    (400, "invalid_grant", "Not a valid email or user ID.", Account),
    (400, "invalid_grant", "reauth related error (invalid_rapt)", OrgReauth),
    (400, "invalid_grant", "reauth related error (rapt_required)", OrgReauth),
    (400, "invalid_grant", "Malformed auth code.", Request),
    (400, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.", Clock),
    (400, "invalid_grant", "Invalid JWT Signature.", ClientBad),
    (400, "invalid_grant", "Invalid JWT: No valid verifier found for issuer", ClientBad),
    (400, "invalid_grant", "Robot is disabled.", ClientBad),
    (401, "invalid_client", "The OAuth client was not found.", ClientBad),
    (401, "invalid_client", "The provided client secret is invalid.", ClientBad),
    (401, "invalid_client", "Unauthorized", ClientBad),
    (400, "invalid_request", "client_secret is missing.", ClientBad),
    (400, "invalid_request", "Client_Secret is missing", ClientBad),
    (401, "deleted_client", "The OAuth client was deleted.", ClientGone),
    (401, "disabled_client", "The OAuth client was disabled.", ClientGone),
    (401, "unauthorized_client", "Unauthorized", ClientMismatch),
    (401, "unauthorized_client", "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.", Policy),
    (400, "invalid_scope", "Bad Request", Scope),
    (400, "invalid_scope", "Some requested scopes were invalid. {invalid=[x]}", Request),
    (400, "admin_policy_enforced", "", Policy),
    (403, "access_denied", "Account restricted", Policy),
    (403, "access_denied", "Requested client not authorized", Policy),
    (403, "org_internal", "", Policy),
    (403, "invalid_account", "Forbidden", Account),
    (400, "redirect_uri_mismatch", "Bad Request", Request),
    (400, "unsupported_grant_type", "Invalid grant_type: foo", Request),
    (400, "invalid_request", "Could not determine client ID from request.", Request),
    (400, "invalid_request", "Missing required parameter: refresh_token", Request),
    (400, "invalid_request", "Invalid impersonation \"sub\" field", Request),
    (429, "rate_limit_exceeded", "", Throttled),
    (403, "rate_limit_exceeded", "", Throttled),
    (408, "timeout", "", Upstream),
    (400, "internal_failure", "Backend Error", Upstream),
    (500, "internal_failure", "", Upstream),
    (400, "server_error", "", Upstream),
    (400, "temporarily_unavailable", "", Upstream),
    (503, "invalid_grant", "Token has been expired or revoked.", Upstream),
    (418, "something_new", "Tea only", Unknown),
    (400, "INVALID_GRANT", "", Unknown),
];

#[test]
fn refusals_of_a_refresh() {
    for &(status, error, description, diagnosis) in REFRESHES {
        let finding = said(Refresh, status, error, description);
        assert_eq!(
            finding.diagnosis, diagnosis,
            "{status} {error} {description:?}"
        );
        assert_eq!(finding.code, error);
        assert_eq!(finding.message, description, "Google's own words are kept");
    }
}

#[test]
fn the_subtype_alone_is_enough_for_session_control() {
    for subtype in ["invalid_rapt", "rapt_required"] {
        let body = oauth("invalid_grant", "Bad Request", subtype);
        let finding = judge(Refresh, 400, JSON, &body).unwrap();
        assert_eq!(finding.diagnosis, OrgReauth, "{subtype}");
    }
}

/// A code that is refused says nothing of a refresh token that may exist beside it.
#[test]
fn refusals_of_an_exchange_are_about_the_attempt() {
    for description in [
        "Malformed auth code.",
        "Code was already redeemed.",
        "Missing code verifier.",
        "Invalid code verifier.",
        "code_verifier or verifier is not needed.",
        "Bad Request",
        "",
    ] {
        let finding = said(Exchange, 400, "invalid_grant", description);
        assert_eq!(finding.diagnosis, Request, "{description:?}");
    }
    let finding = said(Exchange, 400, "invalid_scope", "Bad Request");
    assert_eq!(finding.diagnosis, Request);
    let finding = said(Exchange, 400, "invalid_grant", "Account has been deleted");
    assert_eq!(finding.diagnosis, Account);
}

#[test]
fn answers_that_are_not_json() {
    let page: &[u8] = b"<html><title>Sorry...</title>";
    for (status, diagnosis, code) in [
        (200, Portal, "not-json"),
        (302, Portal, "not-json"),
        (400, Portal, "not-json"),
        (404, Portal, "not-json"),
        (403, Throttled, "throttled"),
        (429, Throttled, "throttled"),
        (407, Network, "proxy-auth"),
        (408, Upstream, "server-error"),
        (500, Upstream, "server-error"),
        (502, Upstream, "server-error"),
        (599, Upstream, "server-error"),
    ] {
        for &asked in ANY {
            let finding = judge(asked, status, HTML, page).unwrap();
            assert_eq!(
                (finding.diagnosis, finding.code.as_str()),
                (diagnosis, code),
                "{status}"
            );
            assert!(!finding.message.is_empty(), "{status} has words");
            assert!(
                !finding.message.contains("Sorry"),
                "the page itself is not quoted"
            );
        }
    }
}

#[test]
fn a_refusal_counts_only_with_a_refusals_status() {
    for status in [200, 204, 302] {
        let finding = said(Refresh, status, "invalid_grant", "Bad Request");
        assert_eq!(finding.diagnosis, Portal, "{status}");
    }
}

#[test]
fn good_answers() {
    let token = br#" {"access_token":"ya29.x"} "#;
    assert_eq!(judge(Refresh, 200, JSON, token), None);
    assert_eq!(judge(Refresh, 200, None, token), None);
    assert_eq!(judge(Refresh, 200, Some("text/plain"), token), None);
    assert!(
        judge(Refresh, 200, HTML, token).is_some(),
        "a page is a page"
    );
    assert_eq!(judge(Revoke, 200, JSON, b"{}"), None);
    assert_eq!(judge(Revoke, 200, None, b""), None);
    assert!(judge(Refresh, 200, JSON, b"").is_some());
    assert!(judge(Refresh, 200, JSON, b"[]").is_some());
    assert!(judge(Refresh, 200, JSON, br#"{"access_token":"ya2"#).is_some());
    assert!(judge(Revoke, 200, None, b"welcome to our hotel").is_some());
    assert!(judge(Refresh, 201, JSON, token).is_some());
}

fn fault(finding: Finding) -> Fault {
    Fault {
        diagnosis: finding.diagnosis,
        code: finding.code,
        message: finding.message,
        at: crate::domain::time::from_millis(0),
        retry_after: None,
    }
}

#[test]
fn a_token_that_was_already_dead() {
    for (status, error, dead) in [
        (400, "invalid_token", true),
        (400, "invalid_request", false),
        (503, "invalid_token", false),
    ] {
        let fault = fault(said(Revoke, status, error, "Token expired or revoked"));
        assert_eq!(is_already_dead(&fault), dead, "{status} {error}");
    }
}

#[test]
fn an_access_token_that_is_refused_says_nothing_of_the_grant() {
    for (asked, status, body) in [
        (Identity, 400, oauth("invalid_token", "Invalid Value", "")),
        (
            Identity,
            400,
            br#"{"error_description":"Invalid Value"}"#.to_vec(),
        ),
        (
            Identity,
            401,
            oauth("invalid_request", "Invalid Credentials", ""),
        ),
        (Mailbox, 401, api(401, "UNAUTHENTICATED", "authError", "")),
    ] {
        let finding = judge(asked, status, JSON, &body).unwrap();
        assert_eq!(
            (finding.diagnosis, finding.code.as_str()),
            (Request, "invalid_token")
        );
    }
}

fn api(status: u16, name: &str, reason: &str, detail: &str) -> Vec<u8> {
    serde_json::json!({"error": {
        "code": status,
        "status": name,
        "message": "Gmail API has not been used in project 123456789012 before or it is disabled.",
        "errors": [{"reason": reason, "domain": "global"}],
        "details": [{"@type": "x", "reason": detail}, {"@type": "y", "links": []}],
    }})
    .to_string()
    .into_bytes()
}

#[test]
fn refusals_of_the_gmail_api() {
    let cases = [
        (
            403,
            "PERMISSION_DENIED",
            "insufficientPermissions",
            "",
            Scope,
            "insufficient_scope",
        ),
        (
            403,
            "PERMISSION_DENIED",
            "x",
            "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            Scope,
            "insufficient_scope",
        ),
        (
            403,
            "PERMISSION_DENIED",
            "accessNotConfigured",
            "",
            Request,
            "api-not-enabled",
        ),
        (
            403,
            "PERMISSION_DENIED",
            "x",
            "SERVICE_DISABLED",
            Request,
            "api-not-enabled",
        ),
        (
            400,
            "FAILED_PRECONDITION",
            "failedPrecondition",
            "",
            Account,
            "no-mailbox",
        ),
        (
            403,
            "PERMISSION_DENIED",
            "userRateLimitExceeded",
            "",
            Throttled,
            "PERMISSION_DENIED",
        ),
        (
            429,
            "RESOURCE_EXHAUSTED",
            "rateLimitExceeded",
            "",
            Throttled,
            "RESOURCE_EXHAUSTED",
        ),
        (
            503,
            "UNAVAILABLE",
            "backendError",
            "",
            Upstream,
            "UNAVAILABLE",
        ),
        (
            403,
            "PERMISSION_DENIED",
            "forbidden",
            "",
            Unknown,
            "PERMISSION_DENIED",
        ),
    ];
    for (status, name, reason, detail, diagnosis, code) in cases {
        let finding = judge(Mailbox, status, JSON, &api(status, name, reason, detail)).unwrap();
        assert_eq!(
            (finding.diagnosis, finding.code.as_str()),
            (diagnosis, code),
            "{reason} {detail}"
        );
    }
    let off = api(403, "PERMISSION_DENIED", "accessNotConfigured", "");
    let finding = judge(Mailbox, 403, JSON, &off).unwrap();
    assert!(
        finding
            .message
            .ends_with("gmail.googleapis.com/overview?project=123456789012"),
        "{}",
        finding.message
    );
}

#[test]
fn what_an_answer_to_a_bogus_code_says_about_the_client() {
    use ClientCheck::{Deleted, Disabled, Good, NoAnswer, NoSecret, UnknownId, WrongSecret};
    let refused = |words: &str| ClientCheck::Refused {
        words: words.into(),
    };
    let nothing = |words: &str| NoAnswer {
        words: words.into(),
    };
    for (status, error, words, meaning) in [
        (400, "invalid_grant", "Malformed auth code.", Good),
        (400, "invalid_grant", "Bad Request", Good),
        (400, "redirect_uri_mismatch", "Bad Request", Good),
        (
            401,
            "invalid_client",
            "The OAuth client was not found.",
            UnknownId,
        ),
        (401, "invalid_client", "Unauthorized", WrongSecret),
        (
            401,
            "invalid_client",
            "The provided client secret is invalid.",
            WrongSecret,
        ),
        (
            400,
            "invalid_request",
            "client_secret is missing.",
            NoSecret,
        ),
        (
            401,
            "deleted_client",
            "The OAuth client was deleted.",
            Deleted,
        ),
        (
            401,
            "disabled_client",
            "The OAuth client was disabled.",
            Disabled,
        ),
        (
            401,
            "invalid_client",
            "Something new",
            refused("Something new"),
        ),
        (
            403,
            "access_denied",
            "Requested client not authorized",
            refused("Requested client not authorized"),
        ),
        (503, "invalid_client", "Not found", nothing("Not found")),
        (
            429,
            "rate_limit_exceeded",
            "",
            nothing("rate_limit_exceeded"),
        ),
    ] {
        let fault = fault(said(Exchange, status, error, words));
        assert_eq!(judge_client(&fault), meaning, "{status} {error} {words}");
    }
}

#[test]
fn own_codes_are_on_the_closed_list() {
    for row in TABLE {
        let known = row.5 == "="
            || row.5.contains('_')
            || crate::domain::problem::OWN_CODES.contains(&row.5);
        assert!(known, "{} is not on the list", row.5);
    }
}
