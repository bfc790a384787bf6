//! Fills a vault with as many accounts as the bench wants, by the same doors as the service and
//! without asking Google about each: `crowd HOME BASE < lines`. The first line is the client as
//! `/credentials.json` has it, each other one an account as `POST /sandbox/issue` answered it.

use std::io::{BufRead, Error, Result};
use std::path::Path;

use gatepost::clock::Clock;
use gatepost::domain::client::ClientKind;
use gatepost::domain::grant::Access;
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::secret::Secret;
use gatepost::domain::time::Span;
use gatepost::vault::{KeyChoice, KeyKind, NewClient, NewGrant, Paths, Vault};
use serde_json::Value;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [home, base] = arguments.as_slice() else {
        return Err(Error::other("crowd HOME BASE"));
    };
    let lines = std::io::stdin().lock().lines();
    let mut lines = lines.map(|line| -> Result<Value> { Ok(serde_json::from_str(&line?)?) });
    let head = lines.next().ok_or_else(|| Error::other("no client"))??;
    let now = Clock::system().now();
    let key = KeyChoice::of(KeyKind::File);
    let mut vault = Vault::open(&paths(Path::new(home)), &key, now).map_err(Error::other)?;
    let client = NewClient {
        name: "default".into(),
        client_id: word(&head, "client_id"),
        secret: Some(Secret::new(word(&head, "client_secret"))),
        kind: ClientKind::Installed,
        project: None,
        publishing: None,
        auth_uri: None,
        token_uri: None,
        redirect_uris: Vec::new(),
    };
    let client = vault.put_client(&client, now).map_err(Error::other)?.id();
    let access = Access {
        obtained_at: now,
        expires_at: now + Span::hours(1),
    };
    for line in lines {
        let line: Value = line?;
        let grant = NewGrant {
            account: None,
            email: word(&line, "email"),
            sub: word(&line, "sub"),
            client,
            requested: Scopes::parse(MAIL).with_identity(),
            granted: Scopes::parse(MAIL).with_identity(),
            token_endpoint: format!("{base}/token"),
            granted_at: Some(now),
            expires_at: None,
            refresh_token: Some(Secret::new(word(&line, "refresh_token"))),
            access: Some((access, Secret::new(word(&line, "access_token")))),
            verified: true,
        };
        let id = vault.store_candidate(&grant).map_err(Error::other)?;
        vault.promote(id, None, now).map_err(Error::other)?;
    }
    Ok(())
}

fn word(line: &Value, name: &str) -> String {
    line[name].as_str().unwrap_or_default().to_owned()
}

fn paths(home: &Path) -> Paths {
    let data = home.join(".local/share/gatepost");
    Paths {
        db: data.join("vault.db"),
        key_file: home.join(".config/gatepost/vault.key"),
        usage: home.join(".local/state/gatepost/usage.db"),
        locks: data.join("locks"),
    }
}
