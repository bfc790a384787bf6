//! A sandbox, a client that speaks plain HTTP to it, and one person's way through it.

use std::sync::Once;

use gatepost::clock::Clock;
use gatepost::sandbox::{
    AllowScopes, ClientCard, ConsentChoice, Control, Options, Sandbox, Scenario, start,
};
use serde_json::Value;

pub(super) const MAIL: &str = "https://mail.google.com/";
pub(super) const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
pub(super) const REDIRECT: &str = "http://127.0.0.1:53682/";
/// The pair of RFC 7636, appendix B.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) struct Journey {
    pub(super) sandbox: Sandbox,
    pub(super) control: Control,
    pub(super) clock: Clock,
    pub(super) client: ClientCard,
    pub(super) http: reqwest::Client,
}

impl Journey {
    pub(super) async fn begin() -> Self {
        Self::in_scenario(Scenario::minimal()).await
    }

    pub(super) async fn in_scenario(scenario: Scenario) -> Self {
        let clock = Clock::system();
        let sandbox = start(Options {
            port: 0,
            seed: Some(1),
            scenario,
            clock: clock.clone(),
        })
        .await
        .unwrap();
        Self {
            control: sandbox.control(),
            client: sandbox.clients().remove(0),
            sandbox,
            clock,
            http: http(),
        }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.base_url())
    }

    /// The address a browser would be sent to, with these parameters besides or instead.
    pub(super) fn auth_url(&self, changes: &[(&str, &str)]) -> String {
        let id = self.client.client_id.clone();
        let scope = format!("openid email {MAIL}");
        let mut params = vec![
            ("client_id", id.as_str()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", &scope),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "S"),
            ("access_type", "offline"),
            ("prompt", "consent"),
        ];
        for (name, value) in changes {
            params.retain(|(known, _)| known != name);
            if !value.is_empty() {
                params.push((name, value));
            }
        }
        let base = self.url("/o/oauth2/v2/auth");
        url::Url::parse_with_params(&base, params).unwrap().into()
    }

    /// A code for ana@gmail.com, everything ticked.
    pub(super) fn code(&self, changes: &[(&str, &str)]) -> String {
        let choice = ConsentChoice {
            email: "ana@gmail.com".into(),
            allow_scopes: AllowScopes::All,
        };
        let redirect = self.control.consent(&self.auth_url(changes), choice);
        query(&redirect.unwrap(), "code").unwrap()
    }

    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.try_post(path, form).await.unwrap()
    }

    /// Where the connection itself may fail.
    pub(super) async fn try_post(
        &self,
        path: &str,
        form: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let request = self.http.post(self.url(path)).form(form);
        Ok(Answer::of(request.send().await?).await)
    }

    /// GET with a bearer token, or without one if it is empty.
    pub(super) async fn get(&self, path: &str, bearer: &str) -> Answer {
        let mut request = self.http.get(self.url(path));
        if !bearer.is_empty() {
            request = request.bearer_auth(bearer);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// POST /token with the client's ID and secret.
    async fn token(&self, form: &[(&str, &str)]) -> reqwest::Result<Answer> {
        let client = [
            ("client_id", self.client.client_id.as_str()),
            ("client_secret", self.client.secret.expose()),
        ];
        self.try_post("/token", &[form, &client].concat()).await
    }

    pub(super) async fn exchange(&self, code: &str) -> Answer {
        self.try_exchange(code).await.unwrap()
    }

    pub(super) async fn try_exchange(&self, code: &str) -> reqwest::Result<Answer> {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub(super) async fn refresh(&self, refresh_token: &str) -> Answer {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ])
        .await
        .unwrap()
    }

    /// Consent and exchange: the tokens.
    pub(super) async fn tokens(&self) -> Value {
        let answer = self.exchange(&self.code(&[])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Status, `error`, `error_description`.
    pub(super) fn refusal(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("error"), text("error_description"))
    }
}

pub(super) fn query(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

/// Plain HTTP, but reqwest wants to know where TLS would come from.
pub(super) fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}
