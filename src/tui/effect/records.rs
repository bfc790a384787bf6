//! Effects that change or keep records: labels, clients, the history, a text saved to a file. Each
//! says what came of it in one message.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::domain::account::{AccountId, ClientId};
use crate::domain::client::Publishing;
use crate::domain::wording::{count, safe};
use crate::service::Gate;
use crate::service::error::GateError;
use crate::tui::message::{Failure, Msg, Tone};

fn said(done: Result<String, GateError>) -> Msg {
    match done.map_err(Failure::from) {
        Ok(text) => Msg::Note(Tone::Done, text),
        Err(failure) => Msg::Note(Tone::Error, failure.line()),
    }
}

pub(super) async fn label(gate: Gate, id: AccountId, label: Option<String>) -> Msg {
    let snapshot = gate.snapshot();
    let email = snapshot.account(id).map_or("the account", |a| &a.email);
    let text = match &label {
        Some(label) => format!("{email} is called {label} now"),
        None => format!("{email} has no label any more"),
    };
    said(gate.set_label(id, label).await.map(|()| text))
}

pub(super) async fn set_publishing(gate: Gate, id: ClientId, to: Publishing) -> Msg {
    let stored = gate.set_publishing(id, to).await;
    said(stored.map(|client| format!("client {} is in {} now", client.name, to.as_str())))
}

pub(super) async fn remove_client(gate: Gate, id: ClientId) -> Msg {
    let snapshot = gate.snapshot();
    let client = snapshot.clients.iter().find(|c| c.id == id);
    let name = client.map_or("", |c| &c.name).to_owned();
    let removed = gate.remove_client(id).await;
    said(removed.map(|()| format!("client {name} was removed from this machine")))
}

pub(super) async fn history(gate: Gate) -> Msg {
    Msg::History(gate.log(None, None).await.map_err(Failure::from))
}

/// Into a new file that only this user can read; nothing is overwritten.
pub(super) async fn save(path: String, text: String) -> Msg {
    let path = at_home(&path);
    let lines = count(text.lines().count(), "line");
    let shown = safe(&path.display().to_string());
    let written = tokio::task::spawn_blocking(move || write_new(&path, &text)).await;
    match written.unwrap_or_else(|broken| Err(io::Error::other(broken))) {
        Ok(()) => Msg::Note(Tone::Notice, format!("{lines} saved to {shown}")),
        Err(error) => {
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists => "there is a file of that name".to_owned(),
                io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
                _ => safe(&error.to_string()),
            };
            let text = format!("not saved to {shown}: {why}; s asks for another place");
            Msg::Note(Tone::Error, text)
        }
    }
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// `~/` as every shell means it.
fn at_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn a_log_is_saved_for_one_pair_of_eyes_and_never_over_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.txt");
        let text = path.to_str().unwrap().to_owned();
        let first = save(text.clone(), "one\ntwo\n".into()).await;
        assert!(
            matches!(first, Msg::Note(Tone::Notice, said) if said.starts_with("2 lines saved to /"))
        );
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let second = save(text, "three\n".into()).await;
        assert!(
            matches!(second, Msg::Note(Tone::Error, said) if said.contains("a file of that name"))
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        let nowhere = save("/nowhere/at/all".into(), String::new()).await;
        assert!(
            matches!(nowhere, Msg::Note(Tone::Error, said) if said.contains("folder does not exist"))
        );
    }
}
