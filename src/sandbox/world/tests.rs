//! The world's judgements, without a socket: every refusal it can utter, and everything that ends
//! a sign-in. One `Stage` is a world, a time, and a person who agrees to everything.

use http::{HeaderMap, Method};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use super::super::consent::{AllowScopes, ConsentChoice, walk};
use super::super::http::Request;
use super::super::scenario::Scenario;
use super::{Standing, World};
use crate::domain::client::Publishing;
use crate::domain::time::{Span, Timestamp, from_millis};

const REDIRECT: &str = "http://127.0.0.1:5000/";
const MAIL: &str = "https://mail.google.com/ openid email";
const TWO_CLIENTS: &str = r#"
people = ["ana@gmail.com", "bob@example.com"]
[[project]]
name = "Mail"
number = "1"
publishing = "production"
client = [{ name = "desk", kind = "installed" }, { name = "phone", kind = "installed" }]
[[project]]
name = "Other"
number = "2"
publishing = "testing"
test_users = ["ana@gmail.com"]
client = [{ name = "lab", kind = "installed" }, { name = "site", kind = "web", redirect_uris = ["http://127.0.0.1:5000/"] }]
"#;

struct Stage {
    world: World,
    now: Timestamp,
}

impl Stage {
    fn new() -> Self {
        let now = from_millis(1_790_000_000_000);
        let scenario = Scenario::parse(TWO_CLIENTS).unwrap();
        let (world, _) = scenario.build("http://127.0.0.1:1".into(), Some(1), now);
        Self { world, now }
    }

    fn later(&mut self, by: Span) {
        self.now += by;
    }

    fn pair(&self, client: &str) -> (String, String) {
        let client = &self.world.directory[self.world.directory.client_called(client).unwrap()];
        (client.id.clone(), client.secrets[0].clone())
    }

    fn post(&mut self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request {
            method: Method::POST,
            path: path.into(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: body.into_bytes(),
        };
        let reply = self.world.answer(&request, self.now).reply;
        let members = reply.object().unwrap_or_default();
        (reply.status, Value::Object(members))
    }

    /// Where ana@gmail.com's consent leads.
    fn consent(&mut self, client: &str, changes: &[(&str, &str)]) -> Url {
        let (id, _) = self.pair(client);
        let mut params = vec![
            ("client_id", id.as_str()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", MAIL),
            ("access_type", "offline"),
            ("prompt", "consent"),
        ];
        for (name, value) in changes {
            params.retain(|(known, _)| known != name);
            params.push((name, value));
        }
        let query = Serializer::new(String::new()).extend_pairs(params).finish();
        let choice = ConsentChoice {
            email: "ana@gmail.com".into(),
            allow_scopes: AllowScopes::All,
        };
        let redirect = walk(&mut self.world, &query, choice, self.now).unwrap();
        Url::parse(&redirect).unwrap()
    }

    fn code(&mut self, client: &str, changes: &[(&str, &str)]) -> String {
        parameter(&self.consent(client, changes), "code").unwrap()
    }

    fn exchange(&mut self, client: &str, code: &str) -> (u16, Value) {
        let (id, secret) = self.pair(client);
        self.post(
            "/token",
            &[
                ("grant_type", "authorization_code"),
                ("client_id", &id),
                ("client_secret", &secret),
                ("redirect_uri", REDIRECT),
                ("code", code),
            ],
        )
    }

    fn sign_in(&mut self, client: &str) -> Value {
        let code = self.code(client, &[]);
        let (status, tokens) = self.exchange(client, &code);
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    /// A refresh token of that client.
    fn token(&mut self, client: &str) -> String {
        let tokens = self.sign_in(client);
        tokens["refresh_token"].as_str().unwrap().to_owned()
    }

    fn refresh(&mut self, client: &str, token: &str, extra: &[(&str, &str)]) -> (u16, Value) {
        let (id, secret) = self.pair(client);
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("client_id", &id),
            ("client_secret", &secret),
            ("refresh_token", token),
        ];
        for (name, value) in extra {
            form.retain(|(known, _)| known != name);
            form.push((name, value));
        }
        self.post("/token", &form)
    }

    fn lives(&mut self, client: &str, token: &str) -> bool {
        match said(&self.refresh(client, token, &[])).as_str() {
            "200" => true,
            "400 invalid_grant: Token has been expired or revoked." => false,
            other => panic!("neither alive nor dead: {other}"),
        }
    }
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// `400 invalid_grant: Bad Request`, or just the status.
fn said((status, body): &(u16, Value)) -> String {
    match (body["error"].as_str(), body["error_description"].as_str()) {
        (Some(error), Some(words)) => format!("{status} {error}: {words}"),
        (Some(error), None) => format!("{status} {error}"),
        _ => status.to_string(),
    }
}

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
fn revoking_takes_every_client_of_the_project_and_no_other() {
    let mut stage = Stage::new();
    let desk = stage.sign_in("desk");
    let phone = stage.token("phone");
    let lab = stage.token("lab");
    let access = desk["access_token"].as_str().unwrap();
    assert_eq!(said(&stage.post("/revoke", &[("token", access)])), "200");
    assert!(!stage.lives("desk", desk["refresh_token"].as_str().unwrap()));
    assert!(!stage.lives("phone", &phone));
    assert!(stage.lives("lab", &lab));
    let again = stage.post("/revoke", &[("token", &phone)]);
    assert_eq!(said(&again), "400 invalid_token: Token expired or revoked");
    let nothing = stage.post("/revoke", &[]);
    assert_eq!(
        said(&nothing),
        "400 invalid_request: Missing required parameter: token"
    );
}

#[test]
fn access_tokens_outlive_a_revoke_for_as_long_as_it_takes_to_spread() {
    let mut stage = Stage::new();
    stage.world.habits.revoke_delay = Span::seconds(30);
    let tokens = stage.sign_in("desk");
    let access = tokens["access_token"].as_str().unwrap();
    stage.post("/revoke", &[("token", access)]);
    assert_eq!(
        said(&stage.post("/tokeninfo", &[("access_token", access)])),
        "200"
    );
    stage.later(Span::seconds(30));
    let info = stage.post("/tokeninfo", &[("access_token", access)]);
    assert_eq!(said(&info), "400 invalid_token: Invalid Value");
}

#[test]
fn a_new_password_ends_mail_and_nothing_else() {
    let mut stage = Stage::new();
    let mail = stage.token("desk");
    let code = stage.code("lab", &[("scope", "openid email")]);
    let (_, tokens) = stage.exchange("lab", &code);
    let identity = tokens["refresh_token"].as_str().unwrap().to_owned();
    let account = stage.world.directory.account("ana@gmail.com").unwrap();
    stage.world.directory[account].password_epoch += 1;
    assert!(!stage.lives("desk", &mail));
    assert!(stage.lives("lab", &identity));
}

#[test]
fn six_idle_months_end_a_sign_in_and_use_extends_it() {
    let mut stage = Stage::new();
    let used = stage.token("desk");
    let idle = stage.token("desk");
    stage.later(Span::days(100));
    assert!(stage.lives("desk", &used));
    stage.later(Span::days(81));
    assert!(stage.lives("desk", &used));
    assert!(!stage.lives("desk", &idle));
}

#[test]
fn testing_gives_seven_days_whatever_happens_later() {
    let mut stage = Stage::new();
    let tokens = stage.sign_in("lab");
    assert_eq!(tokens["refresh_token_expires_in"], 604_799);
    let token = tokens["refresh_token"].as_str().unwrap();
    let client = stage.world.directory.client_called("lab").unwrap();
    let project = stage.world.directory[client].project;
    stage.world.directory[project].publishing = Publishing::Production;
    stage.later(Span::days(6));
    let (_, renewed) = stage.refresh("lab", token, &[]);
    assert_eq!(renewed.get("refresh_token_expires_in"), None);
    stage.later(Span::days(1));
    assert!(
        !stage.lives("lab", token),
        "use and publishing change nothing"
    );
    let fresh = stage.sign_in("lab");
    assert_eq!(fresh.get("refresh_token_expires_in"), None);
}

#[test]
fn identity_alone_is_exempt_from_the_seven_days_and_time_limits_hold_for_all() {
    let mut stage = Stage::new();
    let code = stage.code("lab", &[("scope", "openid email")]);
    let (_, tokens) = stage.exchange("lab", &code);
    assert_eq!(tokens.get("refresh_token_expires_in"), None);
    stage.world.habits.sign_in_life = Some(Span::days(30));
    let tokens = stage.sign_in("desk");
    assert_eq!(tokens["refresh_token_expires_in"], 30 * 86_400);
}

#[test]
fn beyond_the_limit_the_oldest_token_dies_without_a_word() {
    let mut stage = Stage::new();
    stage.world.habits.token_limit = 3;
    let tokens: Vec<String> = (0..4).map(|_| stage.token("desk")).collect();
    let other = stage.token("phone");
    assert!(!stage.lives("desk", &tokens[0]));
    assert!(tokens[1..].iter().all(|token| stage.lives("desk", token)));
    assert!(stage.lives("phone", &other), "the limit counts per client");
}

#[test]
fn a_rotated_token_ends_its_predecessor() {
    let mut stage = Stage::new();
    stage.world.habits.rotates = true;
    let first = stage.token("desk");
    let (_, answer) = stage.refresh("desk", &first, &[]);
    let second = answer["refresh_token"].as_str().unwrap().to_owned();
    assert!(!stage.lives("desk", &first));
    assert!(stage.lives("desk", &second));
}

#[test]
fn a_refresh_token_comes_only_when_the_consent_page_was_shown_and_it_was_asked_for() {
    let mut stage = Stage::new();
    let gives = |stage: &mut Stage, changes: &[(&str, &str)]| {
        let code = stage.code("desk", changes);
        let (status, tokens) = stage.exchange("desk", &code);
        assert_eq!(status, 200);
        tokens.get("refresh_token").is_some()
    };
    assert!(!gives(&mut stage, &[("access_type", "online")]));
    assert!(gives(&mut stage, &[("prompt", "consent")]));
    assert!(
        !gives(&mut stage, &[("prompt", "")]),
        "agreed before: no page"
    );
    assert!(gives(&mut stage, &[("prompt", "select_account consent")]));
    let mut fresh = Stage::new();
    assert!(
        gives(&mut fresh, &[("prompt", "")]),
        "the first consent always shows it"
    );
}

#[test]
fn prompt_none_answers_at_once_either_way() {
    let mut stage = Stage::new();
    let ask = [
        ("prompt", "none"),
        ("login_hint", "ana@gmail.com"),
        ("state", "S"),
    ];
    let refused = stage.consent("desk", &ask);
    assert_eq!(
        parameter(&refused, "error").as_deref(),
        Some("interaction_required")
    );
    assert_eq!(
        parameter(&refused, "error_subtype").as_deref(),
        Some("access_denied")
    );
    assert_eq!(parameter(&refused, "state").as_deref(), Some("S"));
    stage.sign_in("desk");
    assert!(parameter(&stage.consent("desk", &ask), "code").is_some());
}

#[test]
fn the_redirect_carries_what_google_sends_along() {
    let mut stage = Stage::new();
    let redirect = stage.consent(
        "desk",
        &[
            ("state", "a b&c"),
            ("redirect_uri", "http://127.0.0.1:5000/cb?x=1"),
        ],
    );
    let value = |name| parameter(&redirect, name).unwrap_or_default();
    assert_eq!(redirect.path(), "/cb");
    assert_eq!(value("x"), "1");
    assert_eq!(value("state"), "a b&c");
    assert_eq!(value("iss"), "http://127.0.0.1:1");
    assert!(value("code").starts_with("4/0ASANDBOX") && value("code").len() <= 256);
    assert!(value("scope").contains("userinfo.email"));
    assert_eq!(
        (value("authuser"), value("prompt")),
        ("0".into(), "consent".into())
    );
    assert_eq!(
        parameter(&redirect, "hd"),
        None,
        "a consumer account has no domain"
    );
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
