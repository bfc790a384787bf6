//! What lies about: client files where browsers put downloads, and sign-ins where other programs
//! keep them. Looks only at names that such files have, and only at files of the person's own;
//! whoever asks nothing is not complained to.

use std::fs::OpenOptions;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Held, LONGEST, contents_of, drained, places, shown};
use crate::domain::client::ClientKind;
use crate::domain::time::Timestamp;
use crate::formats;

/// A folder of downloads may hold anything; more than this is not looked at.
const MOST_NAMES: usize = 20_000;
/// Nobody chooses among more.
const MOST_FOUND: usize = 20;

/// Where to look. Whoever starts the screen knows; the screen only asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    pub home: Option<PathBuf>,
    pub downloads: Option<PathBuf>,
    pub current: Option<PathBuf>,
    /// gcloud's own, with its application default credentials.
    pub gcloud: Option<PathBuf>,
    /// GAM's own.
    pub gam: Option<PathBuf>,
    /// rclone's configuration, a file.
    pub rclone: Option<PathBuf>,
    /// Of all programs; `~/.config` unless said otherwise.
    pub config: Option<PathBuf>,
    pub state: Option<PathBuf>,
    pub cache: Option<PathBuf>,
}

/// What was found, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub clients: Vec<FoundClient>,
    pub grants: Vec<FoundGrant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundClient {
    pub path: PathBuf,
    /// As a person reads it.
    pub shown: String,
    pub client_id: String,
    pub kind: ClientKind,
    pub written_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundGrant {
    pub path: PathBuf,
    /// As a person reads it.
    pub shown: String,
    /// `google-auth token.json`, `gcloud credentials`.
    pub format: &'static str,
    /// Of a file with one.
    pub account: Option<String>,
    /// How many could be taken in; of an encrypted file, 0.
    pub accounts: usize,
}

/// Reads the folders once. Blocks.
pub fn look_around(folders: &Folders) -> Found {
    let mut places: Vec<&Path> = Vec::new();
    for place in [&folders.downloads, &folders.current, &folders.home] {
        places.extend(place.as_deref());
    }
    let mut seen = Vec::new();
    let mut clients = Vec::new();
    for place in places {
        for path in names(place).filter(|path| is_client_name(path)) {
            // The current folder may be the home: one file is one file.
            let same = path.canonicalize().unwrap_or_else(|_| path.clone());
            if !seen.contains(&same) {
                seen.push(same);
                clients.extend(client(path, folders));
            }
        }
    }
    clients.sort_by(|a, b| (b.written_at, &a.path).cmp(&(a.written_at, &b.path)));
    clients.truncate(MOST_FOUND);
    Found {
        clients,
        grants: look_for_grants(folders),
    }
}

/// The sign-ins of other programs, in their usual places.
pub fn look_for_grants(folders: &Folders) -> Vec<FoundGrant> {
    let mut seen = Vec::new();
    let mut grants: Vec<FoundGrant> = Vec::new();
    for path in places::all(folders) {
        let Ok(same) = path.canonicalize() else {
            continue;
        };
        if grants.len() < MOST_FOUND && !seen.contains(&same) {
            seen.push(same);
            grants.extend(grant(path, folders));
        }
    }
    grants
}

fn names(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.take(MOST_NAMES).flatten().map(|entry| entry.path())
}

/// `client_secret_….json`, `credentials.json`, `credentials (1).json`.
fn is_client_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| {
        let name = name.to_lowercase();
        let begins = name.starts_with("client_secret") || name.starts_with("credentials");
        begins && Path::new(&name).extension().is_some_and(|e| e == "json")
    })
}

fn client(path: PathBuf, folders: &Folders) -> Option<FoundClient> {
    let mut parts = contents_of(&path, &peek(&path)?).ok()?.parts;
    let Some(Held::Client { ask, .. }) = parts.pop().map(|part| part.held) else {
        return None;
    };
    let written = path.metadata().and_then(|about| about.modified()).ok();
    Some(FoundClient {
        client_id: ask.client_id,
        kind: ask.kind,
        written_at: written.map(Timestamp::from),
        shown: shown(&path, folders),
        path,
    })
}

fn grant(path: PathBuf, folders: &Folders) -> Option<FoundGrant> {
    let bytes = peek(&path)?;
    let (format, account, accounts) = match formats::sealed(&bytes) {
        // What is in it is seen when the person wants it.
        Some(formats::Sealed::Pgp) => ("encrypted by gpg", None, 0),
        Some(formats::Sealed::Age) => return None,
        None => {
            let contents = contents_of(&path, &bytes).ok()?;
            let usable: Vec<_> = contents.parts.iter().filter(|p| !p.is_nothing()).collect();
            let account = match usable.as_slice() {
                [one] => one.account().map(str::to_owned),
                _ => None,
            };
            (contents.format, account, usable.len())
        }
    };
    Some(FoundGrant {
        shown: shown(&path, folders),
        path,
        format,
        account,
        accounts,
    })
}

/// The bytes of a file that was found by chance: a regular one, of the person's own wherever its
/// name leads, and not too long.
fn peek(path: &Path) -> Option<Zeroizing<Vec<u8>>> {
    // A pipe of that name must not make us wait for a writer.
    let waits_not = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let mut options = OpenOptions::new();
    let file = options.read(true).custom_flags(waits_not).open(path).ok()?;
    let about = file.metadata().ok()?;
    let ours = about.uid() == rustix::process::geteuid().as_raw();
    if !ours || !about.is_file() || about.len() > LONGEST {
        return None;
    }
    drained(file, about.len()).ok()
}
