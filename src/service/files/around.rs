//! What lies about: client files where browsers put downloads, and sign-ins where other programs
//! keep them. Looks only at names that such files have, and never into subfolders.

use std::path::{Path, PathBuf};

use super::{peek, shown};
use crate::domain::client::ClientKind;
use crate::domain::time::Timestamp;
use crate::formats::Foreign;

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
    /// `google-auth token.json`, `gcloud`.
    pub format: &'static str,
    pub account: Option<String>,
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
    let token = folders.current.as_ref().map(|at| at.join("token.json"));
    let adc = folders
        .gcloud
        .as_ref()
        .map(|at| at.join("application_default_credentials.json"));
    let grants = [adc, token]
        .into_iter()
        .flatten()
        .filter_map(|path| grant(path, folders));
    Found {
        clients,
        grants: grants.collect(),
    }
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
    let Some(Ok(Foreign::Client(file))) = peek(&path) else {
        return None;
    };
    let written = path.metadata().and_then(|about| about.modified()).ok();
    Some(FoundClient {
        client_id: file.client_id,
        kind: file.kind,
        written_at: written.map(Timestamp::from),
        shown: shown(&path, folders),
        path,
    })
}

fn grant(path: PathBuf, folders: &Folders) -> Option<FoundGrant> {
    let (format, file) = match peek(&path)? {
        Ok(Foreign::TokenJson(file)) => ("google-auth token.json", file),
        Ok(Foreign::Adc(file)) => ("gcloud credentials", file),
        _ => return None,
    };
    Some(FoundGrant {
        shown: shown(&path, folders),
        path,
        format,
        account: file.account,
    })
}
