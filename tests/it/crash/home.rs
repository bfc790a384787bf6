//! The stage: one sandbox whose refresh tokens rotate, and for every point a home of its own with
//! two accounts, whose grants are as fresh as the point.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::domain::client::ClientKind;
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::secret::Secret;
use gatepost::sandbox::{ClientCard, IssueSpec, Issued, Options, Sandbox, Scenario, start};
use gatepost::vault::{KeyChoice, KeyKind, NewClient, NewGrant, Paths, Vault, Verdict, check};
use tempfile::TempDir;

use super::operations::Operation;

pub(super) const ANA: &str = "ana@gmail.com";
/// Whom no operation is about: the witness.
const BOB: &str = "bob@gmail.com";
pub(super) const CAROL: &str = "carol@gmail.com";

pub(super) struct Stage {
    pub(super) sandbox: Sandbox,
    pub(super) clock: Clock,
    client: ClientCard,
    /// A backup of another home, in which ana has another grant.
    backup: PathBuf,
    in_backup: Secret,
    _keeper: TempDir,
    _runtime: tokio::runtime::Runtime,
}

/// Names of clients; addresses and what is held of them.
pub(super) type Holdings = (Vec<String>, BTreeMap<String, Option<Secret>>);

pub(super) struct Home {
    pub(super) root: TempDir,
    pub(super) ana: Option<Issued>,
    bob: Option<Issued>,
    pub(super) carol: Issued,
}

impl Stage {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let clock = Clock::system();
        let options = Options {
            port: 0,
            seed: Some(7),
            scenario: Scenario::minimal(),
            clock: clock.clone(),
        };
        let sandbox = runtime.block_on(start(options)).unwrap();
        sandbox.control().habits(|habits| habits.rotates = true);
        let keeper = TempDir::new().unwrap();
        let mut stage = Self {
            client: sandbox.clients().remove(0),
            sandbox,
            clock,
            backup: keeper.path().join("backup"),
            in_backup: Secret::new(""),
            _keeper: keeper,
            _runtime: runtime,
        };
        let home = stage.furnished(&std::env::temp_dir());
        stage.in_backup = home.ana.as_ref().unwrap().refresh_token.clone();
        let path = stage.backup.to_str().unwrap().to_owned();
        let made = stage.command(&home, &["vault", "backup", &path]).output();
        assert!(made.unwrap().status.success());
        stage
    }

    pub(super) fn home(&self, operation: &Operation) -> Home {
        self.home_in(&std::env::temp_dir(), operation)
    }

    pub(super) fn home_in(&self, place: &Path, operation: &Operation) -> Home {
        if operation.starts_empty {
            self.bare(place)
        } else {
            self.furnished(place)
        }
    }

    fn bare(&self, place: &Path) -> Home {
        let root = TempDir::new_in(place).unwrap();
        let carol = self.issue(CAROL);
        let client = self.sandbox.credentials_json("default").unwrap();
        std::fs::write(root.path().join("credentials.json"), client).unwrap();
        std::fs::write(root.path().join("passphrase"), "battery staple").unwrap();
        if self.backup.exists() {
            std::fs::copy(&self.backup, root.path().join("backup")).unwrap();
        }
        let token = serde_json::json!({
            "refresh_token": carol.refresh_token.expose(),
            "client_id": self.client.client_id,
            "client_secret": self.client.secret.expose(),
            "token_uri": format!("{}/token", self.sandbox.base_url()),
            "scopes": [MAIL],
            "type": "authorized_user",
        });
        std::fs::write(root.path().join("token.json"), token.to_string()).unwrap();
        Home {
            root,
            ana: None,
            bob: None,
            carol,
        }
    }

    fn furnished(&self, place: &Path) -> Home {
        let mut home = self.bare(place);
        let mut vault = home.open(self).unwrap();
        let client = NewClient {
            name: "default".into(),
            client_id: self.client.client_id.clone(),
            secret: Some(self.client.secret.clone()),
            kind: ClientKind::Installed,
            project: None,
            publishing: None,
            auth_uri: None,
            token_uri: None,
            redirect_uris: vec!["http://localhost".into()],
        };
        let now = self.clock.now();
        let client = vault.put_client(&client, now).unwrap().id();
        for (email, place) in [(ANA, &mut home.ana), (BOB, &mut home.bob)] {
            let issued = self.issue(email);
            let grant = NewGrant {
                account: None,
                email: email.into(),
                sub: issued.sub.clone(),
                client,
                requested: Scopes::parse(MAIL).with_identity(),
                granted: Scopes::parse(&issued.scopes),
                token_endpoint: format!("{}/token", self.sandbox.base_url()),
                granted_at: Some(now),
                expires_at: None,
                refresh_token: Some(issued.refresh_token.clone()),
                access: None,
                verified: true,
            };
            let grant = vault.store_candidate(&grant).unwrap();
            vault.promote(grant, None, now).unwrap();
            *place = Some(issued);
        }
        home
    }

    fn issue(&self, email: &str) -> Issued {
        let scopes = Scopes::parse(MAIL).with_identity().to_string();
        let spec = IssueSpec::new(email, &self.client.client_id, &scopes, self.clock.now());
        self.sandbox.control().issue(&spec).unwrap()
    }

    /// The program in this home, and nothing else in its environment.
    pub(super) fn command(&self, home: &Home, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
        command.args(arguments);
        self.seal(&mut command, home);
        command
    }

    pub(super) fn seal(&self, command: &mut Command, home: &Home) {
        command
            .current_dir(home.root.path())
            .env_clear()
            .env("HOME", home.root.path())
            .env("GATEPOST_ENDPOINTS", self.sandbox.base_url())
            .env("GATEPOST_VAULT_KEY", "file")
            .env(
                "GATEPOST_PASSPHRASE_FILE",
                home.root.path().join("passphrase"),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    /// Whether Google would still take this refresh token; asking makes it rotate.
    pub(super) fn takes(&self, refresh_token: &Secret) -> bool {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.client.client_id)
            .append_pair("client_secret", self.client.secret.expose())
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", refresh_token.expose())
            .finish();
        let authority = self.sandbox.base_url().replace("http://", "");
        let request = format!(
            "POST /token HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        say_to(&authority, &request).starts_with("HTTP/1.1 200")
    }
}

/// One request to somebody on this machine, and the answer, as far as it came.
pub(super) fn say_to(authority: &str, request: &str) -> String {
    let mut answer = Vec::new();
    if let Ok(mut stream) = TcpStream::connect(authority) {
        let limit = Some(Duration::from_secs(20));
        stream.set_read_timeout(limit).unwrap();
        if stream.write_all(request.as_bytes()).is_ok() {
            let _ = stream.read_to_end(&mut answer);
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

impl Home {
    pub(super) fn paths(&self) -> Paths {
        let root = self.root.path();
        Paths {
            db: root.join(".local/share/gatepost/vault.db"),
            key_file: root.join(".config/gatepost/vault.key"),
            usage: root.join(".local/state/gatepost/usage.db"),
            locks: root.join(".local/share/gatepost/locks"),
        }
    }

    pub(super) fn open(&self, stage: &Stage) -> Result<Vault, String> {
        let choice = KeyChoice::of(KeyKind::File);
        Vault::open(&self.paths(), &choice, stage.clock.now()).map_err(|error| error.to_string())
    }

    /// The refresh token that the vault holds for somebody, read as the next program would.
    pub(super) fn stored(&self, stage: &Stage, email: &str) -> Result<Option<Secret>, String> {
        Ok(self.holdings(stage)?.1.remove(email).flatten())
    }

    /// The clients' names, and the refresh token of every account.
    pub(super) fn holdings(&self, stage: &Stage) -> Result<Holdings, String> {
        let mut held = Holdings::default();
        if !Vault::exists(&self.paths()) {
            return Ok(held);
        }
        let vault = self.open(stage)?;
        let contents = vault.read().map_err(|error| error.to_string())?;
        held.0 = contents.clients.iter().map(|c| c.name.clone()).collect();
        for account in contents.accounts {
            let material = vault.material(account.id).map_err(|e| e.to_string())?;
            let token = material.map(|material| material.refresh_token);
            held.1.insert(account.email, token);
        }
        Ok(held)
    }

    /// The same people with an empty place, for a picture of this home.
    pub(super) fn elsewhere(&self) -> Self {
        // In memory where there is such a place: it is the model that says what a disk keeps.
        let memory = std::path::Path::new("/dev/shm");
        let root = TempDir::new_in(memory).or_else(|_| TempDir::new());
        Self {
            root: root.unwrap(),
            ana: self.ana.clone(),
            bob: self.bob.clone(),
            carol: self.carol.clone(),
        }
    }

    /// Opens, is whole, and the account that nothing was about has what it had.
    pub(super) fn is_sound(&self, stage: &Stage) -> Result<(), String> {
        let Some(bob) = &self.bob else {
            return self.open(stage).map(|_| ());
        };
        let stored = self.stored(stage, BOB)?;
        let is_backup = self.holds_backup(stage)?;
        if !is_backup && stored.as_ref().map(Secret::expose) != Some(bob.refresh_token.expose()) {
            return Err("the account that nothing was about lost its grant".into());
        }
        let findings = check(
            &self.paths(),
            &KeyChoice::of(KeyKind::File),
            Clock::system().now(),
        );
        match findings.iter().find(|f| f.verdict == Verdict::Bad) {
            Some(bad) => Err(format!("{}: {}", bad.what, bad.words)),
            None => Ok(()),
        }
    }

    /// Whether the backup stands in the vault's place.
    pub(super) fn holds_backup(&self, stage: &Stage) -> Result<bool, String> {
        let stored = self.stored(stage, ANA)?;
        Ok(stored.is_some_and(|ana| ana.expose() == stage.in_backup.expose()))
    }

    /// The next command finds nothing odd.
    pub(super) fn goes_on(&self, stage: &Stage) -> Result<(), String> {
        let list = stage.command(self, &["list"]).output().unwrap();
        if list.status.success() {
            Ok(())
        } else {
            Err(format!(
                "`list` fails afterwards: {}",
                String::from_utf8_lossy(&list.stderr)
            ))
        }
    }
}
