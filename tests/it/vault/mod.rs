//! The vault as several processes see it: each test has a home of its own, and opens it as often
//! as the story needs.

mod backups;
mod clients;
mod damage;
mod files;
mod glance;
mod grants;
mod history;
mod keys;
mod lock;
mod service_accounts;
mod sharing;
mod usage;

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use gatepost::domain::account::{AccountId, ClientId, GrantId};
use gatepost::domain::client::ClientKind;
use gatepost::domain::fault::{Diagnosis, Fault};
use gatepost::domain::grant::{Access, Facts, Outcome, Renewal};
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::secret::Secret;
use gatepost::domain::time::{Span, Timestamp, from_millis};
use gatepost::vault::{Change, KeyChoice, KeyKind, NewClient, NewGrant, Paths, Vault, VaultError};

const REFRESH: &str = "1//marked-refresh-token";
const ACCESS: &str = "ya29.marked-access-token";
const CLIENT_SECRET: &str = "GOCSPX-marked-client-secret";

fn noon() -> Timestamp {
    from_millis(1_800_000_000_000)
}

struct Home {
    root: tempfile::TempDir,
    paths: Paths,
}

impl Home {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let paths = paths_in(root.path());
        Self { root, paths }
    }

    fn open(&self) -> Vault {
        self.try_open(&file_key()).unwrap()
    }

    fn try_open(&self, key: &KeyChoice) -> Result<Vault, VaultError> {
        Vault::open(&self.paths, key, noon())
    }

    /// The database, looked at by somebody who knows SQLite and nothing else.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.paths.db).unwrap()
    }

    /// Every file there is.
    fn files(&self) -> Vec<PathBuf> {
        fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        walk(self.root.path(), &mut found);
        found
    }
}

/// Never `auto`, which would ask the keyring of whoever runs the tests.
fn file_key() -> KeyChoice {
    KeyChoice::of(KeyKind::File)
}

fn paths_in(root: &Path) -> Paths {
    Paths {
        db: root.join("data/vault.db"),
        key_file: root.join("config/vault.key"),
        usage: root.join("state/usage.db"),
        locks: root.join("data/locks"),
    }
}

const SHARED_HOME: &str = "GATEPOST_TEST_HOME";

/// Another process at the same vault: this test binary again, running one ignored test.
struct Other {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Other {
    fn start(test: &str, home: &Home) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env(SHARED_HOME, home.root.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for it to say so.
    fn says(&mut self, word: &str) {
        let said = self.lines.any(|line| line.unwrap().contains(word));
        assert!(said, "the other process ended without saying {word}");
    }

    /// Kills it, and returns what it had said by then.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.map(Result::unwrap).collect()
    }
}

/// The home of the process that started this one.
fn shared_paths() -> Paths {
    paths_in(Path::new(&std::env::var_os(SHARED_HOME).unwrap()))
}

/// On a line of its own, whatever the test harness has begun to write.
fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{words}")
        .and_then(|()| out.flush())
        .unwrap();
}

fn client(vault: &mut Vault) -> ClientId {
    vault
        .put_client(&new_client("default"), noon())
        .unwrap()
        .id()
}

fn new_client(name: &str) -> NewClient {
    NewClient {
        name: name.into(),
        client_id: format!("1234-{name}.apps.googleusercontent.com"),
        secret: Some(Secret::new(CLIENT_SECRET)),
        kind: ClientKind::Installed,
        project: None,
        publishing: None,
        auth_uri: None,
        token_uri: None,
        redirect_uris: vec!["http://localhost".into()],
    }
}

fn access(at: Timestamp) -> Access {
    Access {
        obtained_at: at,
        expires_at: at + Span::hours(1),
    }
}

fn new_grant(client: ClientId, email: &str) -> NewGrant {
    NewGrant {
        account: None,
        email: email.into(),
        sub: format!("sub-of-{email}"),
        client,
        requested: Scopes::parse(MAIL).with_identity(),
        granted: Scopes::parse(MAIL).with_identity(),
        token_endpoint: "https://oauth2.googleapis.com/token".into(),
        granted_at: Some(noon()),
        expires_at: None,
        refresh_token: Some(Secret::new(REFRESH)),
        access: Some((access(noon()), Secret::new(ACCESS))),
        verified: true,
    }
}

/// An account with a grant, ready for use.
fn account(vault: &mut Vault, email: &str) -> AccountId {
    let client = client(vault);
    let grant = vault.store_candidate(&new_grant(client, email)).unwrap();
    vault.promote(grant, None, noon()).unwrap()
}

fn facts(vault: &Vault, id: AccountId) -> Facts {
    vault.read_account(id).unwrap().unwrap().facts
}

fn grant_of(vault: &Vault, id: AccountId) -> GrantId {
    facts(vault, id).grant.unwrap().id
}

fn refresh_token(vault: &Vault, id: AccountId) -> Option<String> {
    let material = vault.material(id).unwrap()?;
    Some(material.refresh_token.expose().to_owned())
}

fn access_token(vault: &Vault, id: AccountId) -> Option<String> {
    let (_, token) = vault.access_token(id).unwrap()?;
    Some(token.expose().to_owned())
}

/// A refresh that worked, learnt on top of what `before` knew.
fn renewed(id: AccountId, before: &Facts, at: Timestamp, token: &str) -> Change {
    let mut facts = before.clone();
    facts.learn(
        &Outcome::Renewed(Renewal {
            access: access(at),
            granted: None,
            grant_expires_at: None,
        }),
        0.5,
    );
    Change::Learnt {
        id,
        facts,
        access_token: Some(Secret::new(token)),
        refresh_token: None,
    }
}

fn failed(id: AccountId, before: &Facts, fault: Fault) -> Change {
    let mut facts = before.clone();
    facts.learn(&Outcome::Failed(fault), 0.5);
    Change::Learnt {
        id,
        facts,
        access_token: None,
        refresh_token: None,
    }
}

fn fault(diagnosis: Diagnosis, at: Timestamp) -> Fault {
    Fault {
        diagnosis,
        code: "some-code".into(),
        message: "Some words.".into(),
        at,
        retry_after: Some(Span::seconds(7)),
    }
}
