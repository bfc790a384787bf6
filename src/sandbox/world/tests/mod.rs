//! The world's judgements, without a socket. One `Stage` is a world, a time, and a person who
//! agrees to everything.

mod consent;
mod endings;
mod refusals;

use http::{HeaderMap, Method};
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use super::World;
use crate::domain::time::{Span, Timestamp, from_millis};
use crate::sandbox::consent::{AllowScopes, ConsentChoice, walk};
use crate::sandbox::message::Request;
use crate::sandbox::scenario::Scenario;

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
