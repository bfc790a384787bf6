//! A service on a fresh vault against a sandbox of its own.

use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::config::Config;
use gatepost::domain::account::{AccountId, Email};
use gatepost::domain::client::{ClientKind, Publishing};
use gatepost::domain::health::State;
use gatepost::domain::schedule::Policy;
use gatepost::domain::secret::Secret;
use gatepost::google::{Endpoints, Google, HttpOptions};
use gatepost::sandbox::{self, AllowScopes, ConsentChoice, Control, Sandbox, Scenario};
use gatepost::service::ask::{Browser, ClientAsk, ConsentAsk, Consented};
use gatepost::service::consent::{Consent, ConsentError};
use gatepost::service::{Gate, Hooks, Parts, Role};
use gatepost::vault::{KeyChoice, KeyKind, Paths, Vault};

pub(crate) struct Bench {
    pub(crate) gate: Gate,
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Clock,
    pub(crate) home: tempfile::TempDir,
}

pub(crate) fn paths(home: &std::path::Path) -> Paths {
    Paths {
        db: home.join("data/vault.db"),
        key_file: home.join("config/vault.key"),
        usage: home.join("state/usage.db"),
        locks: home.join("data/locks"),
    }
}

pub(crate) fn file_key() -> KeyChoice {
    KeyChoice::of(KeyKind::File)
}

impl Bench {
    /// A one-shot service with the sandbox's first client stored.
    pub(crate) async fn new() -> Self {
        Self::with(Role::OneShot, Policy::default()).await
    }

    pub(crate) async fn with(role: Role, policy: Policy) -> Self {
        Self::among(Scenario::minimal(), role, policy).await
    }

    pub(crate) async fn in_world(scenario: Scenario) -> Self {
        Self::among(scenario, Role::OneShot, Policy::default()).await
    }

    async fn among(scenario: Scenario, role: Role, policy: Policy) -> Self {
        let clock = Clock::system();
        let options = sandbox::Options {
            port: 0,
            seed: Some(7),
            scenario,
            clock: clock.clone(),
        };
        let sandbox = sandbox::start(options).await.unwrap();
        let home = tempfile::tempdir().unwrap();
        let gate = gate_on(home.path(), &sandbox.base_url(), &clock, role, policy).await;
        let bench = Self {
            gate,
            sandbox,
            clock,
            home,
        };
        bench.add_client(0, Publishing::Production).await;
        bench
    }

    /// A second service on the same vault, as another process would be.
    pub(crate) async fn another(&self) -> Gate {
        gate_on(
            self.home.path(),
            &self.sandbox.base_url(),
            &self.clock,
            Role::OneShot,
            Policy::default(),
        )
        .await
    }

    pub(crate) fn control(&self) -> Control {
        self.sandbox.control()
    }

    async fn add_client(&self, which: usize, publishing: Publishing) {
        let card = &self.sandbox.clients()[which];
        let ask = ClientAsk {
            name: None,
            client_id: card.client_id.clone(),
            secret: Some(card.secret.clone()),
            kind: ClientKind::Installed,
            project: None,
            auth_uri: None,
            token_uri: None,
            redirect_uris: vec!["http://localhost".into()],
            publishing: Some(publishing),
        };
        self.gate.put_client(ask).await.unwrap();
    }

    /// Consents for `email` with every box ticked.
    pub(crate) async fn sign_in(&self, email: &str) -> AccountId {
        let ask = ConsentAsk {
            email: Some(Email::parse(email).unwrap()),
            browser: Browser::Leave,
            ..ConsentAsk::default()
        };
        self.walk(ask, email, AllowScopes::All)
            .await
            .unwrap()
            .account
    }

    /// Walks a consent the way a person in a browser does, through the listener.
    pub(crate) async fn walk(
        &self,
        ask: ConsentAsk,
        email: &str,
        allow_scopes: AllowScopes,
    ) -> Result<Consented, ConsentError> {
        let consent = self.gate.consent(ask).await.map_err(ConsentError::Gate)?;
        self.approve(&consent, email, allow_scopes).await;
        consent.finish().await
    }

    pub(crate) async fn approve(&self, consent: &Consent, email: &str, allow_scopes: AllowScopes) {
        let choice = ConsentChoice {
            email: email.into(),
            allow_scopes,
        };
        let redirect = self
            .control()
            .consent(&consent.url, choice)
            .expect("the sandbox redirects");
        visit(&redirect).await;
    }

    /// Makes the stored access token run out, here and there, by moving the shared clock.
    pub(crate) fn let_access_run_out(&self) {
        self.clock.step(gatepost::domain::time::Span::minutes(61));
    }

    pub(crate) fn state(&self, id: AccountId) -> State {
        let snapshot = self.gate.snapshot();
        snapshot
            .account(id)
            .expect("a known account")
            .state(&snapshot.policy, self.clock.now())
    }
}

pub(crate) async fn gate_on(
    home: &std::path::Path,
    base: &str,
    clock: &Clock,
    role: Role,
    policy: Policy,
) -> Gate {
    let vault = Vault::open(&paths(home), &file_key(), clock.now()).unwrap();
    let http = HttpOptions {
        ca_file: None,
        timeout: Duration::from_secs(10),
    };
    let parts = Parts {
        vault,
        paths: paths(home),
        google: Google::new(Endpoints::under(base).unwrap(), http, clock.clone()),
        policy,
        consent: Config::default().consent,
        no_browser: None,
        clock: clock.clone(),
        role,
        hooks: Hooks::default(),
    };
    Gate::start(parts).await.unwrap()
}

/// Follows a redirect to the waiting listener, as the browser would.
pub(crate) async fn visit(url: &str) -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let url = url::Url::parse(url).unwrap();
    let authority = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(&authority).await.unwrap();
    let path = &url[url::Position::BeforePath..];
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer);
    text.split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

/// A secret of the sandbox's that must never be seen.
pub(crate) fn marked(secret: &Secret) -> bool {
    secret.expose().contains("SANDBOX")
}
