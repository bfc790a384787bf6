//! The real GNOME keyring on a bus of its own: works, is locked, is not there, hangs, and loses
//! its item behind our back.

use std::process::Command;
use std::time::{Duration, Instant};

use gatepost::clock::Clock;
use gatepost::domain::client::ClientKind;
use gatepost::domain::grant::Access;
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::secret::Secret;
use gatepost::domain::time::Span;
use gatepost::vault::{KeyChoice, KeyKind, NewClient, NewGrant, Paths, Vault};
use rustix::process::Signal;

use super::bus::Bus;
use super::process::{Home, Process, wait_for};

const CLIENT: &str = r#"{"installed":{"client_id":"12-ab.apps.googleusercontent.com",
    "client_secret":"GOCSPX-x","auth_uri":"https://accounts.google.com/o/oauth2/auth",
    "token_uri":"https://oauth2.googleapis.com/token","redirect_uris":["http://localhost"]}}"#;

/// A bus, and the keyring on it.
struct Session {
    bus: Bus,
    keyring: Option<Process>,
}

impl Session {
    fn without_keyring() -> Self {
        Self {
            bus: Bus::start(),
            keyring: None,
        }
    }

    fn new() -> Self {
        let mut session = Self::without_keyring();
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg("printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets")
            .env("HOME", session.bus.folder())
            .env("XDG_RUNTIME_DIR", session.bus.folder())
            .env("DBUS_SESSION_BUS_ADDRESS", &session.bus.address);
        session.keyring = Some(Process::start(&mut command));
        wait_for("the keyring", || {
            let asked = session.tool(&[
                "dbus-send",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.ReadAlias",
                "string:default",
            ]);
            asked.contains("collection/login").then_some(())
        });
        session
    }

    /// What another program on the bus prints.
    fn tool(&self, words: &[&str]) -> String {
        let output = Command::new(words[0])
            .args(&words[1..])
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address)
            .output()
            .expect(".ci/run installs what these tests need");
        String::from_utf8(output.stdout).unwrap()
    }

    fn lock(&self) {
        self.tool(&[
            "dbus-send",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            "array:objpath:/org/freedesktop/secrets/collection/login",
        ]);
    }

    fn key(&self) -> String {
        self.tool(&["secret-tool", "lookup", "service", "gatepost"])
    }

    fn home(&self, kind: &str) -> Home {
        let home = Home::new(&[
            ("DBUS_SESSION_BUS_ADDRESS", &self.bus.address),
            ("GATEPOST_VAULT_KEY", kind),
        ]);
        home.write("credentials.json", CLIENT);
        home
    }
}

const ADD_CLIENT: [&str; 3] = ["client", "add", "credentials.json"];

#[track_caller]
fn refused(home: &Home, words: &str, remedy: &str) {
    let begun = Instant::now();
    let ran = home.run(&["list"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(6), ""), "{}", ran.err);
    assert!(ran.err.contains(words), "{}", ran.err);
    assert!(
        ran.err.contains("hint: ") && ran.err.contains(remedy),
        "{}",
        ran.err
    );
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "nobody waits longer than the limit"
    );
}

fn key_kind(home: &Home) -> String {
    let status = home.run(&["vault", "status", "--json"]).json();
    status["key"]["kind"].as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs gnome-keyring: `.ci/run` installs and runs it"]
fn auto_keeps_the_key_in_the_keyring() {
    let session = Session::new();
    let home = session.home("auto");
    let ran = home.run(&ADD_CLIENT);
    assert!(!ran.err.contains("keyring"), "{}", ran.err);
    ran.good();
    assert_eq!(key_kind(&home), "keyring");
    assert!(!home.path(".config/gatepost/vault.key").exists());
    assert_eq!(
        session.key().trim().len(),
        44,
        "base64 of 32 bytes, and nothing else"
    );
    assert!(home.run(&["client", "list"]).good().contains("12-ab"));
    let check = home.run(&["vault", "check"]).good();
    assert!(
        check.contains("ok    key       the keyring entry opens it"),
        "{check}"
    );
}

/// By `rekey`, with an account in the vault, whose token then comes by the short road.
#[test]
#[ignore = "needs gnome-keyring: `.ci/run` installs and runs it"]
fn the_key_moves_into_the_keyring_and_out_again() {
    let session = Session::new();
    let home = session.home("auto");
    plant(&home);
    home.run(&["vault", "rekey", "--key", "keyring"]).good();
    assert!(!home.path(".config/gatepost/vault.key").exists());
    assert_eq!(home.run(&["token", "ana"]).good(), "ya29.marked\n");
    let first = session.key();

    home.run(&["vault", "rekey", "--key", "keyring"]).good();
    let second = session.key();
    assert!(second != first && second.trim().len() == 44);
    assert_eq!(home.run(&["token", "ana"]).good(), "ya29.marked\n");

    home.run(&["vault", "rekey", "--key", "file"]).good();
    assert_eq!(session.key(), "", "the item is gone with its use");
    assert_eq!(home.run(&["token", "ana"]).good(), "ya29.marked\n");
    assert_eq!(key_kind(&home), "file");
}

#[test]
#[ignore = "needs gnome-keyring: `.ci/run` installs and runs it"]
fn a_locked_keyring_is_said_and_never_gone_round() {
    let session = Session::new();
    let home = session.home("auto");
    home.run(&ADD_CLIENT).good();
    session.lock();
    refused(&home, "the keyring is locked", "unlock it");
    assert_eq!(key_kind(&home), "keyring", "what needs no key goes on");
    assert!(!home.path(".config/gatepost/vault.key").exists());
    let insisting = session.home("keyring");
    assert_eq!(insisting.run(&ADD_CLIENT).code, Some(6));
    assert!(!insisting.path(".local/share/gatepost/vault.db").exists());
    let easy = session.home("auto");
    let ran = easy.run(&ADD_CLIENT);
    assert!(
        ran.err.contains("vault.key`: the keyring is locked"),
        "{}",
        ran.err
    );
    assert_eq!(key_kind(&easy), "file");
}

#[test]
#[ignore = "needs gnome-keyring: `.ci/run` installs and runs it"]
fn a_missing_keyring_is_said_and_never_gone_round() {
    let mut session = Session::new();
    let home = session.home("auto");
    home.run(&ADD_CLIENT).good();
    session.keyring = None;
    refused(&home, "there is no keyring here", "desktop session");
    drop(session);
    refused(&home, "there is no keyring here", "desktop session");

    let bare = Session::without_keyring();
    let home = bare.home("auto");
    let ran = home.run(&ADD_CLIENT);
    assert!(
        ran.err.contains("vault.key`: there is no keyring here"),
        "{}",
        ran.err
    );
    assert_eq!(key_kind(&home), "file");
}

#[test]
#[ignore = "needs gnome-keyring: `.ci/run` installs and runs it"]
fn a_keyring_that_hangs_is_waited_for_three_seconds_and_asked_again_next_time() {
    let session = Session::new();
    let home = session.home("auto");
    home.run(&ADD_CLIENT).good();
    let keyring = session.keyring.as_ref().unwrap();
    keyring.signal(Signal::STOP);
    refused(&home, "did not answer within 3 s", "restart it");
    let stuck = home.run(&["vault", "rekey", "--key", "file"]);
    assert_eq!(stuck.code, Some(6), "{}", stuck.err);
    keyring.signal(Signal::CONT);
    home.run(&["list"]).good();
    assert_eq!(key_kind(&home), "keyring");
}

#[test]
#[ignore = "needs gnome-keyring: `.ci/run` installs and runs it"]
fn an_emptied_keyring_is_told_from_a_locked_one() {
    let session = Session::new();
    let home = session.home("auto");
    home.run(&ADD_CLIENT).good();
    session.tool(&["secret-tool", "clear", "service", "gatepost"]);
    refused(&home, "no longer in the keyring", "gatepost vault restore");
    let check = home.run(&["vault", "check"]);
    assert_eq!(check.code, Some(6));
    assert!(check.out.contains("fail  key"), "{}", check.out);
    assert_eq!(session.key(), "", "no new key is made for an old vault");
}

/// A vault with one account, whose token is live, locked with a key file.
fn plant(home: &Home) {
    let now = Clock::system().now();
    let paths = Paths {
        db: home.path(".local/share/gatepost/vault.db"),
        key_file: home.path(".config/gatepost/vault.key"),
        usage: home.path(".local/state/gatepost/usage.db"),
        locks: home.path(".local/share/gatepost/locks"),
    };
    let mut vault = Vault::open(&paths, &KeyChoice::of(KeyKind::File), now).unwrap();
    let client = NewClient {
        name: "default".into(),
        client_id: "12-ab.apps.googleusercontent.com".into(),
        secret: None,
        kind: ClientKind::Installed,
        project: None,
        publishing: None,
        auth_uri: None,
        token_uri: None,
        redirect_uris: Vec::new(),
    };
    let client = vault.put_client(&client, now).unwrap().id();
    let access = Access {
        obtained_at: now,
        expires_at: now + Span::hours(1),
    };
    let grant = NewGrant {
        account: None,
        email: "ana@example.com".into(),
        sub: "1".into(),
        client,
        requested: Scopes::parse(MAIL),
        granted: Scopes::parse(MAIL),
        token_endpoint: "https://oauth2.googleapis.com/token".into(),
        granted_at: Some(now),
        expires_at: None,
        refresh_token: Some(Secret::new("1//marked")),
        access: Some((access, Secret::new("ya29.marked"))),
        verified: true,
    };
    let grant = vault.store_candidate(&grant).unwrap();
    vault.promote(grant, None, now).unwrap();
}
