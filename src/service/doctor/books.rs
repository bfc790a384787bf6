//! What the vault holds: whether it opens, what Google says of each client, and where each
//! account stands.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{LIMIT, Patient};
use crate::domain::checkup::{Blame, Check, Mark, Topic};
use crate::domain::client::Client;
use crate::domain::client_check::ClientCheck;
use crate::domain::health::State;
use crate::domain::secret::Secret;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::{Span, distance};
use crate::domain::wording;
use crate::google::{ClientAuth, Google};
use crate::service::look;
use crate::vault::{self, KeyKind, LAYOUT, Vault, VaultError, VaultErrorKind};

/// As long as a key command has by itself.
const A_PERSON: Duration = Duration::from_secs(60);
/// How often, and how long apart, it is seen whether the vault can be written.
const WRITES: u32 = 20;
const A_WRITE: Duration = Duration::from_millis(100);

/// What was read of the vault; nothing, where it does not open.
#[derive(Default)]
pub(super) struct Books {
    read: bool,
    snapshot: Snapshot,
    clients: Vec<(Client, Option<Secret>)>,
}

/// Opens the vault, which may ask a key command, and reads it once. A vault that is not there is
/// not made.
pub(super) async fn open(patient: &Patient) -> (Books, Vec<Check>) {
    let check = |mark, words: String| Check::new(Topic::Vault, mark, words);
    if !Vault::exists(&patient.paths) {
        let books = Books {
            read: true,
            ..Books::default()
        };
        return (books, vec![not_made_yet(patient).await]);
    }
    let limit = limit(patient).await;
    let (paths, key) = (patient.paths.clone(), patient.key.clone());
    let (policy, now) = (patient.policy, patient.clock.now());
    let reading = spawn_blocking(move || -> Result<_, VaultError> {
        let mut vault = Vault::open(&paths, &key, now)?;
        let usage = vault::usage::read(&paths);
        let contents = vault.read()?;
        let secret = |client: &Client| Ok((client.clone(), vault.client_secret(client.id)?));
        let clients = contents.clients.iter().map(secret);
        let books = Books {
            read: true,
            clients: clients.collect::<Result<_, VaultError>>()?,
            snapshot: look(contents, usage, vault.view(), policy, now),
        };
        Ok((books, writable(&mut vault)))
    });
    let remembers = remembers(patient).await;
    let place = patient.paths.db.display();
    let (books, verdict) = match timeout(limit, reading).await {
        Ok(Ok(Ok((books, Err(error))))) => {
            let mut refused = refusal(&error);
            refused.words = format!("it opens, but nothing can be stored: {}", refused.words);
            (books, refused)
        }
        Ok(Ok(Ok((books, Ok(()))))) => {
            let key = books.snapshot.vault.key;
            let words = format!("`{place}` opens with its {key} (layout {LAYOUT})");
            (books, check(Mark::Ok, words))
        }
        Ok(Ok(Err(error))) => (Books::default(), refusal(&error)),
        Ok(Err(_)) => {
            let words = format!("`{place}` could not be read");
            (Books::default(), check(Mark::Fail(Blame::Vault), words))
        }
        Err(_) => {
            let words = format!("`{place}` did not open within {limit:?}");
            let check = check(Mark::Fail(Blame::Vault), words);
            let hint = "see whether its key waits for you: a prompt, a locked keyring, a slow disk";
            (Books::default(), check.with_remedy(hint))
        }
    };
    (
        books,
        [Some(verdict), remembers].into_iter().flatten().collect(),
    )
}

/// The first client makes it; where its key would be is asked now, not then.
async fn not_made_yet(patient: &Patient) -> Check {
    let key = patient.key.clone();
    let found = spawn_blocking(move || vault::for_a_new_vault(&key)).await;
    let words = match found {
        Ok(Ok((kind, None))) => format!("with a {}", kind.words()),
        Ok(Ok((kind, Some(why)))) => format!("with a {}: {why}", kind.words()),
        Ok(Err(error)) => {
            let mut refused = refusal(&error);
            refused.words = format!("there is none yet, and none can be made: {}", refused.words);
            return refused;
        }
        Err(_) => "and nobody knows with which key".into(),
    };
    let words = format!("there is none yet; the first client makes it, {words}");
    Check::new(Topic::Vault, Mark::Ok, words)
}

/// Somebody else's write is over in a moment, unless it hangs.
fn writable(vault: &mut Vault) -> Result<(), VaultError> {
    for _ in 0..WRITES {
        match vault.must_be_writable() {
            Err(VaultError::Busy { .. }) => std::thread::sleep(A_WRITE),
            done => return done,
        }
    }
    vault.must_be_writable()
}

/// Whether the kernel will do what `vault.remember` asks of it.
async fn remembers(patient: &Patient) -> Option<Check> {
    let time = patient.key.remember?;
    let tried = spawn_blocking(vault::kernel_remembers).await.ok()?;
    Some(match tried {
        Ok(()) => {
            let time = Span::from_std(time).map(distance).unwrap_or_default();
            let words = format!("this kernel remembers a passphrase's key for {time}");
            Check::new(Topic::Vault, Mark::Ok, words)
        }
        Err(trouble) => Check::new(Topic::Vault, Mark::Warn, trouble.to_string()).with_remedy(
            "without vault.remember the passphrase is asked for each time, as it is now",
        ),
    })
}

/// What a person must type or touch takes its time.
async fn limit(patient: &Patient) -> Duration {
    let (paths, key) = (patient.paths.clone(), patient.key.clone());
    let asks = spawn_blocking(move || {
        let seen = vault::overview(&paths, &key).ok()?;
        let slots = seen.slots.iter().map(|slot| slot.kind);
        let mut asked = slots.filter(|k| matches!(k, KeyKind::Passphrase | KeyKind::Command));
        asked.next()
    });
    match timeout(LIMIT, asks).await {
        Ok(Ok(Some(_))) => A_PERSON,
        _ => LIMIT,
    }
}

fn refusal(error: &VaultError) -> Check {
    use VaultErrorKind as Kind;
    let blame = match error.kind() {
        Kind::Configuration => Blame::Configuration,
        _ => Blame::Vault,
    };
    let check = Check::new(Topic::Vault, Mark::Fail(blame), error.to_string());
    let by_kind = match error.kind() {
        Kind::Unavailable => {
            "see whether the disk is full, read-only or unplugged, and whose the file is"
        }
        Kind::WrongKey => "put back the key that this vault was made with",
        Kind::KeySource => "put back the key, or correct `vault.key_command`",
        Kind::Configuration => "correct `vault.key` in the configuration",
        Kind::Corrupt => "`gatepost vault check` says what is wrong with it",
        Kind::Newer => "update gatepost",
        Kind::Conflict | Kind::Missing | Kind::Interrupted | Kind::Busy => "run this again",
    };
    check.with_remedy(error.remedy().unwrap_or(by_kind))
}

impl Books {
    pub(super) fn clients(&self) -> Vec<Client> {
        let clients = self.clients.iter();
        clients.map(|(client, _)| client.clone()).collect()
    }

    /// Each client with what it takes to ask Google about it.
    pub(super) fn asked(&self, patient: &Patient) -> Vec<(Client, ClientAuth)> {
        let asked = |(client, secret): &(Client, Option<Secret>)| {
            let auth = ClientAuth {
                client_id: client.client_id.clone(),
                secret: secret.clone(),
                token_endpoint: patient.google.endpoints().token_for(client),
            };
            (client.clone(), auth)
        };
        self.clients.iter().map(asked).collect()
    }

    pub(super) fn accounts(&self, patient: &Patient) -> Vec<Check> {
        if !self.read {
            return Vec::new();
        }
        let mut checks = Vec::new();
        if self.clients.is_empty() {
            checks.push(
                Check::new(Topic::Client, Mark::Ok, "there is none yet")
                    .with_remedy("gatepost client add FILE"),
            );
        }
        if self.snapshot.accounts.is_empty() {
            checks.push(
                Check::new(Topic::Account, Mark::Ok, "there is none yet")
                    .with_remedy("gatepost add"),
            );
        }
        let accounts = self.snapshot.accounts.iter().map(Arc::as_ref);
        checks.extend(accounts.map(|view| account(view, patient)));
        checks
    }
}

fn account(view: &AccountView, patient: &Patient) -> Check {
    let (policy, now) = (&patient.policy, patient.clock.now());
    let state = view.state(policy, now);
    let mark = match state {
        State::Revoked | State::Reauth | State::Blocked | State::SignedOut | State::Retrying => {
            Mark::Fail(Blame::Account(state))
        }
        State::Limited | State::Ending => Mark::Warn,
        State::Paused | State::Expired | State::Due | State::Ready => Mark::Ok,
    };
    let check = |words: String| Check::new(Topic::Account, mark, words).about(&view.email);
    match view.problem(policy, now) {
        None => {
            let left = view.facts.access.map(|access| access.left(now));
            check(format!(
                "{}, {} left",
                state.as_str(),
                wording::access(left)
            ))
        }
        Some(problem) if mark == Mark::Ok => {
            check(format!("{}: {}", state.as_str(), problem.message))
        }
        Some(problem) => {
            check(format!("{}: {}", state.as_str(), problem.message)).with_remedy(problem.remedy)
        }
    }
}

/// Asks Google about a client's ID and secret; no account takes part.
pub(super) async fn client(google: &Google, client: &Client, auth: ClientAuth) -> Check {
    let found = timeout(LIMIT, google.check_client(&auth)).await;
    let found = found.unwrap_or_else(|_| ClientCheck::NoAnswer {
        words: format!("no answer within {LIMIT:?}"),
    });
    let mark = match &found {
        ClientCheck::Good => Mark::Ok,
        ClientCheck::NoAnswer { .. } => Mark::Fail(Blame::Network),
        _ => Mark::Fail(Blame::Client),
    };
    let words = found.words();
    let check = Check::new(Topic::Client, mark, words.trim_end_matches('.')).about(&client.name);
    match found.remedy() {
        Some(remedy) => check.with_remedy(remedy.trim_end_matches('.')),
        None => check,
    }
}
