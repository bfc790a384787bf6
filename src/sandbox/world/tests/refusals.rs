//! Every refusal that the token endpoint and its neighbours can utter, with its words.

use super::{MAIL, REDIRECT, Stage, said};
use crate::domain::time::Span;
use crate::sandbox::world::Standing;

#[test]
fn every_refusal_of_a_request_that_is_wrong_in_itself() {
    let mut stage = Stage::new();
    let (id, secret) = stage.pair("desk");
    let rows: [(&[(&str, &str)], &str); 14] = [
        (
            &[],
            "400 invalid_request: Could not determine client ID from request.",
        ),
        (
            &[("client_id", "x")],
            "401 invalid_client: The OAuth client was not found.",
        ),
        (
            &[("client_id", &id)],
            "400 invalid_request: client_secret is missing.",
        ),
        (
            &[("client_id", &id), ("client_secret", "x")],
            "401 invalid_client: The provided client secret is invalid.",
        ),
        (
            &[("client_id", "desk"), ("client_secret", &secret)],
            "401 invalid_client: The OAuth client was not found.",
        ),
        (
            &[("client_id", &id), ("client_secret", &secret)],
            "400 invalid_request: Missing required parameter: grant_type",
        ),
        (
            &[("grant_type", "foo")],
            "400 unsupported_grant_type: Invalid grant_type: foo",
        ),
        (
            &[("grant_type", "authorization_code")],
            "400 invalid_request: Missing required parameter: code",
        ),
        (
            &[("grant_type", "authorization_code"), ("code", "4/0A")],
            "400 invalid_request: Missing parameter: redirect_uri",
        ),
        (
            &[
                ("grant_type", "authorization_code"),
                ("code", "4%2F0A"),
                ("redirect_uri", REDIRECT),
            ],
            "400 invalid_grant: Malformed auth code.",
        ),
        (
            &[("grant_type", "refresh_token")],
            "400 invalid_request: Missing required parameter: refresh_token",
        ),
        (
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", "1//garbled"),
            ],
            "400 invalid_grant: Bad Request",
        ),
        (
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", &format!("1//0SANDBOX{}", "x".repeat(92))),
            ],
            "400 invalid_grant: Token has been expired or revoked.",
        ),
        (
            &[("grant_type", "refresh_token"), ("client_secret", "x")],
            "401 invalid_client: The provided client secret is invalid.",
        ),
    ];
    for (form, expected) in rows {
        let mut whole = form.to_vec();
        if form.first().is_some_and(|(name, _)| *name == "grant_type") {
            whole.push(("client_id", &id));
            whole.push(("client_secret", &secret));
        }
        assert_eq!(said(&stage.post("/token", &whole)), expected, "{form:?}");
    }
}

#[test]
fn every_refusal_of_a_code() {
    let mut stage = Stage::new();
    let code = stage.code("desk", &[]);
    assert_eq!(
        said(&stage.exchange("phone", &code)),
        "401 unauthorized_client: Unauthorized"
    );
    assert_eq!(said(&stage.exchange("desk", &code)), "200");
    assert_eq!(
        said(&stage.exchange("desk", &code)),
        "400 invalid_grant: Code was already redeemed."
    );

    let code = stage.code("desk", &[]);
    stage.later(Span::seconds(601));
    assert_eq!(
        said(&stage.exchange("desk", &code)),
        "400 invalid_grant: Bad Request"
    );

    let code = stage.code("desk", &[("redirect_uri", "http://localhost:5000/")]);
    assert_eq!(
        said(&stage.exchange("desk", &code)),
        "400 redirect_uri_mismatch: Bad Request"
    );

    let code = stage.code("desk", &[("code_challenge", "plain-is-the-default")]);
    assert_eq!(
        said(&stage.exchange("desk", &code)),
        "400 invalid_grant: Missing code verifier."
    );
    assert_eq!(
        said(&stage.exchange("desk", &code)),
        "400 invalid_grant: Code was already redeemed.",
        "a failed exchange burns the code"
    );
}

#[test]
fn what_happens_to_clients_and_accounts_reaches_the_token_endpoint() {
    let mut stage = Stage::new();
    let token = stage.token("desk");
    let client = stage.world.directory.client_called("desk").unwrap();
    let account = stage.world.directory.account("ana@gmail.com").unwrap();
    let project = stage.world.directory[client].project;

    stage.world.directory[client].standing = Standing::Deleted;
    assert_eq!(
        said(&stage.refresh("desk", &token, &[])),
        "401 deleted_client: The OAuth client was deleted."
    );
    stage.world.directory[client].standing = Standing::Disabled;
    assert_eq!(
        said(&stage.refresh("desk", &token, &[])),
        "401 disabled_client: The OAuth client was disabled."
    );
    stage.world.directory[client].standing = Standing::Active;

    stage.world.directory[project]
        .restricted
        .insert("gmail.com".into());
    assert_eq!(
        said(&stage.refresh("desk", &token, &[])),
        "400 admin_policy_enforced"
    );
    stage.world.directory[project].restricted.clear();

    stage.world.directory[account].session_limit = Some(stage.now);
    let (status, body) = stage.refresh("desk", &token, &[]);
    assert_eq!(
        (status, body["error_subtype"].as_str()),
        (400, Some("invalid_rapt"))
    );
    assert_eq!(
        body["error_description"],
        "reauth related error (invalid_rapt)"
    );
    assert_eq!(
        body["error_uri"],
        "https://support.google.com/a/answer/9368756"
    );
    stage.later(Span::seconds(1));
    let renewed = stage.token("desk");
    assert!(
        stage.lives("desk", &renewed),
        "a new sign-in satisfies session control"
    );

    stage.world.directory[account].standing = Standing::Deleted;
    assert_eq!(
        said(&stage.refresh("desk", &renewed, &[])),
        "400 invalid_grant: Account has been deleted"
    );
    stage.world.directory[account].standing = Standing::Active;
    assert!(stage.lives("desk", &renewed));
}

#[test]
fn a_token_serves_its_own_client_and_its_own_scopes() {
    let mut stage = Stage::new();
    let token = stage.token("desk");
    assert_eq!(
        said(&stage.refresh("phone", &token, &[])),
        "401 unauthorized_client: Unauthorized"
    );
    let wider = [("scope", "https://www.googleapis.com/auth/gmail.readonly")];
    assert_eq!(
        said(&stage.refresh("desk", &token, &wider)),
        "400 invalid_scope: Bad Request"
    );
    let (_, narrow) = stage.refresh("desk", &token, &[("scopes", "openid")]);
    assert_eq!(narrow["scope"], "openid");
    let (_, whole) = stage.refresh("desk", &token, &[]);
    assert_eq!(whole["scope"].as_str().unwrap().split(' ').count(), 3);
}

#[test]
fn the_device_flow_is_refused() {
    let mut stage = Stage::new();
    let (id, _) = stage.pair("desk");
    let mail = stage.post("/device/code", &[("client_id", &id), ("scope", MAIL)]);
    assert_eq!(
        said(&mail),
        "400 invalid_scope: Invalid device flow scope: https://mail.google.com/"
    );
    let identity = stage.post("/device/code", &[("client_id", &id), ("scope", "email")]);
    assert_eq!(said(&identity), "401 invalid_client: Invalid client type.");
}
