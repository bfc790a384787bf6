//! The table. One row is one symptom, and what must come of it.

use gatepost::sandbox::FaultKind;

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) trouble: Trouble,
    pub(super) ask: Ask,
    pub(super) exit: i32,
    pub(super) state: &'static str,
    /// The problem's code, for programs; empty where there is no problem.
    pub(super) code: &'static str,
    /// Part of what a person reads.
    pub(super) says: &'static str,
    /// Part of what they are told to do.
    pub(super) remedy: &'static str,
    /// The grant learns when it ends; nothing else of it ever changes.
    pub(super) is_given_an_end: bool,
}

pub(super) enum Trouble {
    None,
    /// Status and body, as Google would send them.
    Json(u16, &'static str),
    /// Status, and a web page.
    Page(u16),
    /// Ten megabytes.
    Huge,
    Fault(FaultKind),
    /// An answer to the byte.
    Wire(Vec<u8>),
    /// Another address altogether.
    Elsewhere(&'static str),
    /// An address where nobody listens.
    Nobody,
    Certificate {
        shown: &'static str,
        ca: Option<&'static str>,
    },
}

#[derive(Clone, Copy)]
pub(super) enum Ask {
    /// `refresh`.
    Refresh,
    /// `token`, with nothing left to serve and two seconds to spare.
    Token,
}

use FaultKind as F;
use Trouble::{Certificate, Elsewhere, Fault, Huge, Json, Nobody, Page};

pub(super) fn fine(
    name: &'static str,
    trouble: Trouble,
    state: &'static str,
    code: &'static str,
    says: &'static str,
) -> Row {
    Row {
        name,
        trouble,
        ask: Ask::Refresh,
        exit: 0,
        state,
        code,
        says,
        remedy: "",
        is_given_an_end: false,
    }
}

/// A refusal: told at once, and never asked about again by itself.
fn refused(
    name: &'static str,
    trouble: Trouble,
    (exit, state, code): (i32, &'static str, &'static str),
    says: &'static str,
    remedy: &'static str,
) -> Row {
    Row {
        exit,
        remedy,
        ..fine(name, trouble, state, code, says)
    }
}

/// Passing trouble: says nothing of the grant.
pub(super) fn passing(
    name: &'static str,
    trouble: Trouble,
    code: &'static str,
    says: &'static str,
) -> Row {
    Row {
        exit: 5,
        ask: Ask::Token,
        ..fine(name, trouble, "retrying", code, says)
    }
}

const REVOKED: (i32, &str, &str) = (4, "revoked", "invalid_grant");
const REAUTH: (i32, &str, &str) = (4, "reauth", "invalid_grant");

fn blocked(code: &'static str) -> (i32, &'static str, &'static str) {
    (7, "blocked", code)
}

fn status(code: u16) -> Trouble {
    Fault(F::Status {
        code,
        retry_after: None,
        html: false,
    })
}

fn html(code: u16) -> Trouble {
    Page(code)
}

pub(super) fn rows() -> Vec<Row> {
    let tables = [
        well(),
        dead_grants(),
        clients(),
        policies(),
        requests(),
        passing_troubles(),
        the_way_there(),
        lies(),
        oddities(),
    ];
    tables.into_iter().flatten().collect()
}

/// An answer as it should be, and what it may say of the sign-in.
#[rustfmt::skip]
fn well() -> Vec<Row> {
    vec![
        fine("all is well", Trouble::None, "ready", "", ""),
        fine("fewer scopes than asked for",
            Json(200, r#"{"access_token":"ya29.SANDBOX","expires_in":3599,"token_type":"Bearer","scope":"openid https://www.googleapis.com/auth/userinfo.email"}"#),
            "limited", "scopes-missing", ""),
        Row { is_given_an_end: true, ..fine("an end within three days",
            Json(200, r#"{"access_token":"ya29.SANDBOX","expires_in":3599,"token_type":"Bearer","refresh_token_expires_in":86400}"#),
            "ending", "sign-in-ending", "") },
        Row { is_given_an_end: true, ..fine("an end in a week: Testing",
            Json(200, r#"{"access_token":"ya29.SANDBOX","expires_in":3599,"token_type":"Bearer","refresh_token_expires_in":604799}"#),
            "ready", "", "") },
    ]
}

/// The grant is dead.
#[rustfmt::skip]
fn dead_grants() -> Vec<Row> {
    vec![
        refused("revoked", Json(400, r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#),
            REVOKED, "Google no longer accepts this sign-in", "gatepost reauth"),
        refused("a damaged token", Json(400, r#"{"error":"invalid_grant","error_description":"Bad Request"}"#),
            REVOKED, "damaged or is not one of Google's", "gatepost reauth"),
        refused("without words", Json(400, r#"{"error":"invalid_grant"}"#),
            REVOKED, "Google no longer accepts this sign-in", "gatepost reauth"),
        refused("session control", Json(400, r#"{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_subtype":"invalid_rapt","error_uri":"https://support.google.com/a/answer/9368756"}"#),
            REAUTH, "the organisation limits how long a sign-in lasts", "an administrator can exempt"),
        refused("session control, the other name", Json(400, r#"{"error":"invalid_grant","error_description":"reauth related error (rapt_required)","error_subtype":"rapt_required"}"#),
            REAUTH, "the organisation limits how long a sign-in lasts", "gatepost reauth"),
        refused("account deleted", Json(400, r#"{"error":"invalid_grant","error_description":"Account has been deleted"}"#),
            blocked("invalid_grant"), "ana@gmail.com is deleted or suspended", "restore the account"),
        passing("a clock that is off", Json(400, r#"{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}"#),
            "invalid_grant", "reasonable timeframe"),
    ]
}

/// The client is in the way.
#[rustfmt::skip]
fn clients() -> Vec<Row> {
    vec![
        refused("a key that was replaced", Json(400, r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#),
            blocked("invalid_grant"), "secret is wrong or was replaced", "gatepost client add FILE"),
        refused("no valid verifier", Json(400, r#"{"error":"invalid_grant","error_description":"Invalid JWT: No valid verifier found for issuer"}"#),
            blocked("invalid_grant"), "secret is wrong or was replaced", "gatepost client add FILE"),
        refused("a robot that is disabled", Json(400, r#"{"error":"invalid_grant","error_description":"Robot is disabled."}"#),
            blocked("invalid_grant"), "secret is wrong or was replaced", "gatepost client add FILE"),
        refused("an unknown client", Json(401, r#"{"error":"invalid_client","error_description":"The OAuth client was not found."}"#),
            blocked("invalid_client"), "Google does not know this client ID", "missing character"),
        refused("a wrong secret", Json(401, r#"{"error":"invalid_client","error_description":"The provided client secret is invalid."}"#),
            blocked("invalid_client"), "the client secret is wrong", "existing sign-ins keep working"),
        refused("a wrong secret, in the old words", Json(401, r#"{"error":"invalid_client","error_description":"Unauthorized"}"#),
            blocked("invalid_client"), "the client secret is wrong", "gatepost client add FILE"),
        refused("no secret", Json(400, r#"{"error":"invalid_request","error_description":"client_secret is missing."}"#),
            blocked("invalid_request"), "needs its secret as well", "gatepost client add FILE"),
        refused("a deleted client", Json(401, r#"{"error":"deleted_client","error_description":"The OAuth client was deleted."}"#),
            blocked("deleted_client"), "the OAuth client was deleted", "within 30 days"),
        refused("a disabled client", Json(401, r#"{"error":"disabled_client","error_description":"The OAuth client was disabled."}"#),
            blocked("disabled_client"), "is disabled", "Google Cloud console"),
        refused("another client's token", Json(401, r#"{"error":"unauthorized_client","error_description":"Unauthorized"}"#),
            blocked("unauthorized_client"), "issued to a different client ID", "--client NAME"),
        refused("no delegation", Json(401, r#"{"error":"unauthorized_client","error_description":"Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."}"#),
            blocked("unauthorized_client"), "the organisation blocks this app", "trust the client ID"),
    ]
}

/// Somebody else's decision.
#[rustfmt::skip]
fn policies() -> Vec<Row> {
    vec![
        refused("an administrator", Json(400, r#"{"error":"admin_policy_enforced"}"#),
            blocked("admin_policy_enforced"), "the organisation blocks this app", "trust the client ID"),
        refused("access denied", Json(403, r#"{"error":"access_denied","error_description":"Account restricted"}"#),
            blocked("access_denied"), "“Account restricted”", "trust the client ID"),
        refused("members only", Json(403, r#"{"error":"org_internal"}"#),
            blocked("org_internal"), "the organisation blocks this app", "trust the client ID"),
    ]
}

/// The request.
#[rustfmt::skip]
fn requests() -> Vec<Row> {
    vec![
        refused("a scope that was not granted", Json(400, r#"{"error":"invalid_scope","error_description":"Bad Request"}"#),
            blocked("invalid_scope"), "the request was refused (invalid_scope)", "gatepost log"),
        refused("a scope that does not exist", Json(400, r#"{"error":"invalid_scope","error_description":"Some requested scopes were invalid. {invalid=[foo]}"}"#),
            blocked("invalid_scope"), "{invalid=[foo]}", "gatepost log"),
        refused("a redirect that does not match", Json(400, r#"{"error":"redirect_uri_mismatch","error_description":"Bad Request"}"#),
            blocked("redirect_uri_mismatch"), "redirect_uri_mismatch", "gatepost log"),
        refused("a grant type it does not know", Json(400, r#"{"error":"unsupported_grant_type","error_description":"Invalid grant_type: foo"}"#),
            blocked("unsupported_grant_type"), "“Invalid grant_type: foo”", "gatepost log"),
        refused("a parameter it misses", Json(400, r#"{"error":"invalid_request","error_description":"Missing required parameter: refresh_token"}"#),
            blocked("invalid_request"), "“Missing required parameter: refresh_token”", "gatepost log"),
        refused("a word nobody knows", Json(400, r#"{"error":"brand_new","error_description":"Something\nnew \u001b[31mhappened"}"#),
            blocked("brand_new"), "“Something new happened”", "gatepost log"),
        refused("an error without a name", Json(418, r#"{"error_description":"I am a teapot"}"#),
            blocked("unknown-error"), "“I am a teapot”", "gatepost log"),
    ]
}

/// Google, for the moment.
#[rustfmt::skip]
fn passing_troubles() -> Vec<Row> {
    vec![
        passing("throttled", status(429), "rate_limit_exceeded", "Rate limit exceeded"),
        passing("throttled by a page", Fault(F::Sorry), "throttled", "a web page came back with status 403"),
        passing("408", status(408), "request_timeout", "Request Timeout"),
        passing("500", status(500), "server_error", "Backend Error"),
        passing("502 as a page", html(502), "server-error", "status 502"),
        passing("503", status(503), "temporarily_unavailable", "currently unavailable"),
        passing("504 as a page", html(504), "server-error", "status 504"),
        passing("an internal failure", Fault(F::InternalFailure), "internal_failure", "Backend Error"),
        passing("a passing trouble with status 400", Json(400, r#"{"error":"temporarily_unavailable"}"#), "temporarily_unavailable", "temporarily_unavailable"),
        passing("a death sentence with status 503", Json(503, r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#), "invalid_grant", "expired or revoked"),
    ]
}

/// The way there.
#[rustfmt::skip]
fn the_way_there() -> Vec<Row> {
    vec![
        passing("a name nobody knows", Elsewhere("https://nowhere.invalid"), "dns", "nowhere.invalid: its name could not be looked up"),
        passing("nobody there", Nobody, "unreachable", "the connection was refused"),
        passing("a reset", Fault(F::Reset), "unreachable", "the connection was reset"),
        passing("cut", Fault(F::Cut), "unreachable", "broke before the whole answer"),
        passing("cut midway", Fault(F::CutMidway), "unreachable", "broke before the whole answer"),
        passing("an answer that was lost", Fault(F::AnswerLost), "unreachable", "broke before the whole answer"),
        passing("silence", Fault(F::Silence), "timeout", "within the time allowed"),
        passing("a byte at a time", Fault(F::SlowBytes { pause_ms: 100 }), "timeout", "within the time allowed"),
        passing("a proxy that wants a login", Page(407), "proxy-auth", "407"),
        passing("a certificate that ran out", Certificate { shown: "old.pem", ca: Some("ca.pem") }, "tls", "run out by this computer's clock"),
        passing("a certificate from the future", Certificate { shown: "early.pem", ca: Some("ca.pem") }, "tls", "not valid yet by this computer's clock"),
        passing("an inspecting proxy", Certificate { shown: "good.pem", ca: None }, "tls", "intercepted by `Harbour Hotel Inspection CA`"),
        passing("a certificate for another name", Certificate { shown: "other.pem", ca: Some("ca.pem") }, "tls", "for another name"),
    ]
}

/// Not Google at all, or not in its right mind.
#[rustfmt::skip]
fn lies() -> Vec<Row> {
    vec![
        passing("a login page", Fault(F::Portal), "not-json", "a web page came back"),
        passing("ten megabytes", Huge, "too-large", "more than 1 MiB"),
        passing("half an answer", Fault(F::TruncatedJson), "not-json", "other than Google's JSON"),
        passing("nothing at all", Json(200, ""), "not-json", "other than Google's JSON"),
        passing("a list", Json(200, "[1,2,3]"), "not-json", "other than Google's JSON"),
        passing("a token that is none", Json(200, r#"{"expires_in":3599,"token_type":"Bearer"}"#), "not-json", "holds no access token"),
        passing("an empty token", Json(200, r#"{"access_token":"","expires_in":3599}"#), "not-json", "holds no usable token"),
        passing("a token with a line break", Json(200, r#"{"access_token":"ya29.a\r\nBcc: all","expires_in":3599}"#), "not-json", "holds no usable token"),
        passing("a refresh token with a line break", Json(200, r#"{"access_token":"ya29.a","refresh_token":"1//\n","expires_in":3599}"#), "not-json", "holds no usable token"),
        passing("a token that is a number", Json(200, r#"{"access_token":17,"expires_in":3599}"#), "not-json", "holds no access token"),
        passing("success and failure at once", Json(200, r#"{"error":"invalid_grant","access_token":"ya29.a"}"#), "not-json", ""),
        passing("a redirect", Json(302, "{}"), "not-json", "a redirect came back (status 302)"),
    ]
}

/// Odd, and all right.
#[rustfmt::skip]
fn oddities() -> Vec<Row> {
    vec![
        fine("a wrong label", Fault(F::WrongContentType), "ready", "", ""),
        fine("no lifetime", Fault(F::NoExpiresIn), "ready", "", ""),
        fine("an id token that says nothing", Json(200, r#"{"access_token":"ya29.a","expires_in":3599,"id_token":"e30.e30.e30"}"#), "ready", "", ""),
        fine("a lifetime as text", Fault(F::ExpiresInAsText), "ready", "", ""),
        fine("no token type", Fault(F::NoTokenType), "ready", "", ""),
        fine("members nobody knows", Fault(F::UnknownFields), "ready", "", ""),
        fine("tokens of the greatest length", Fault(F::LongTokens), "ready", "", ""),
        fine("a lifetime of a thousand years", Json(200, r#"{"access_token":"ya29.SANDBOX","expires_in":31536000000}"#), "ready", "", ""),
        fine("a lifetime that is over", Json(200, r#"{"access_token":"ya29.SANDBOX","expires_in":-5}"#), "expired", "access-expired", ""),
    ]
}
