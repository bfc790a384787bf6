//! Files that a person points at, read and taken for what they are: an OAuth client, or sign-ins
//! that another program keeps. They are only read. Everything here blocks, so front ends with
//! something else to do call it off their own thread.

mod around;
mod named;
mod places;
mod unlocked;

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

pub use around::{Folders, Found, FoundClient, FoundGrant, look_around, look_for_grants};
pub use named::{Completion, complete, path_of, shown};
pub use unlocked::Ask;

use super::ask::{ClientAsk, ImportAsk};
use super::error::GateError;
use crate::domain::account::Email;
use crate::domain::client::ClientKind;
use crate::domain::service_account::ServiceAccountKey;
use crate::formats::{self, ClientFile, FormatError, Reading, Sealed, TokenFile, credentials};
use crate::loopback::Registered;
use crate::reading::{self, Pipes};

/// A credential file is small; whatever is larger was named by mistake.
const LONGEST: u64 = 1024 * 1024;

/// What another program's file holds.
#[derive(Debug)]
pub struct Contents {
    /// Whose file it is: `rclone`, `gcloud credentials`.
    pub format: &'static str,
    pub parts: Vec<Part>,
}

/// One of the accounts in a file.
#[derive(Debug)]
pub struct Part {
    /// For messages: the file, and its part if there are several.
    pub label: String,
    /// As the file calls it.
    pub name: Option<String>,
    pub held: Held,
}

#[derive(Debug)]
pub enum Held {
    Grant(Box<ImportAsk>),
    /// A client without a sign-in, and who signs in with it there.
    Client {
        ask: Box<ClientAsk>,
        account: Option<String>,
    },
    ServiceAccount(Box<ServiceAccountKey>),
    /// Why there is nothing to take.
    Nothing(String),
}

/// An OAuth client, as `credentials.json` describes it. A name and a status are the caller's to add.
pub fn client(path: &Path) -> Result<ClientAsk, GateError> {
    let bytes = read(path)?;
    let text = text(&bytes).map_err(|why| unusable(path, &why))?;
    let file = credentials::parse(text).map_err(|why| unusable(path, &why))?;
    // Said now, while the console is open, rather than at the first sign-in.
    check_redirect(&file).map_err(|why| unusable(path, &why))?;
    Ok(asked(file))
}

/// All that a file of another program holds, decrypted by the person's own gpg if need be.
pub fn contents(path: &Path, ask: Ask) -> Result<Contents, GateError> {
    let mut bytes = read(path)?;
    if formats::sealed(&bytes) == Some(Sealed::Pgp) {
        bytes = unlocked::pgp(path, ask)?;
    }
    contents_of(path, &bytes)
}

/// The same of what somebody pipes in, under the name `path`.
pub fn contents_piped(path: &Path, input: impl Read) -> Result<Contents, GateError> {
    let bytes = drained(input, 0).map_err(|source| unreadable(path, source))?;
    contents_of(path, &bytes)
}

fn contents_of(path: &Path, bytes: &[u8]) -> Result<Contents, GateError> {
    let reading = detect(bytes).map_err(|why| unusable(path, &why))?;
    let several = reading.parts.len() > 1;
    let parts = reading.parts.into_iter().map(|part| {
        let label = match &part.name {
            Some(name) if several => format!("{} [{name}]", path.display()),
            _ => path.display().to_string(),
        };
        Part {
            held: held(part.held, &label),
            name: part.name,
            label,
        }
    });
    let parts: Vec<Part> = parts.collect();
    let why = match parts.as_slice() {
        [] => FormatError::Empty.to_string(),
        [
            Part {
                held: Held::Nothing(why),
                ..
            },
        ] => why.clone(),
        parts if parts.iter().all(Part::is_nothing) => nothing_in(parts),
        _ => {
            let format = reading.format;
            return Ok(Contents { format, parts });
        }
    };
    Err(unusable(path, &why))
}

fn nothing_in(parts: &[Part]) -> String {
    let whys = parts.iter().take(3).filter_map(|part| match &part.held {
        Held::Nothing(why) => Some(format!("{}: {why}", part.name.as_deref().unwrap_or("?"))),
        _ => None,
    });
    let whys: Vec<String> = whys.collect();
    let more = match parts.len().saturating_sub(whys.len()) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("there is nothing to take in; {}{more}", whys.join("; "))
}

impl Part {
    pub fn is_nothing(&self) -> bool {
        matches!(self.held, Held::Nothing(_))
    }

    /// Whose it is, as far as the file says.
    pub fn account(&self) -> Option<&str> {
        match &self.held {
            Held::Grant(ask) => ask.email.as_ref().map(Email::as_str),
            Held::Client { account, .. } => account.as_deref(),
            Held::ServiceAccount(key) => Some(&key.email),
            Held::Nothing(_) => None,
        }
    }
}

fn detect(bytes: &[u8]) -> Result<Reading, FormatError> {
    match formats::sealed(bytes) {
        Some(Sealed::Age) => Err(FormatError::Encrypted(
            "age --decrypt FILE | gatepost import -",
        )),
        Some(Sealed::Pgp) => Err(FormatError::Encrypted(
            "gpg --decrypt FILE | gatepost import -",
        )),
        None => formats::detect(text(bytes)?),
    }
}

fn text(bytes: &[u8]) -> Result<&str, FormatError> {
    std::str::from_utf8(bytes).map_err(|_| FormatError::NotText)
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, GateError> {
    // What goes beyond the limit is told as too large by whoever parses it.
    reading::read(path, LONGEST as usize, Pipes::Inherited).map_err(|source| {
        if is_contents(path) {
            GateError::NotAName
        } else {
            unreadable(path, source)
        }
    })
}

/// The JSON itself, in the place of the name of its file: it is not to be repeated.
fn is_contents(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    text.trim_ascii_start().starts_with(b"{") || text.contains(&b'\n')
}

/// Full size from the start: a vector that grows leaves copies of what is in it behind.
fn drained(input: impl Read, length: u64) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let room = if length == 0 {
        LONGEST
    } else {
        length.min(LONGEST)
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(room as usize + 1));
    input.take(LONGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, source: std::io::Error) -> GateError {
    GateError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> GateError {
    GateError::Unusable {
        file: path.display().to_string(),
        why: why.to_string(),
    }
}

fn asked(file: ClientFile) -> ClientAsk {
    ClientAsk {
        name: None,
        client_id: file.client_id,
        secret: Some(file.secret),
        kind: file.kind,
        project: file.project,
        auth_uri: file.auth_uri,
        token_uri: file.token_uri,
        redirect_uris: file.redirect_uris,
        publishing: None,
    }
}

fn held(held: formats::Held, label: &str) -> Held {
    match held {
        formats::Held::Grant(file) => Held::Grant(Box::new(import(label, file))),
        formats::Held::Client { client, account } => match check_redirect(&client) {
            Ok(()) => Held::Client {
                ask: Box::new(asked(client)),
                account,
            },
            Err(why) => Held::Nothing(why.to_string()),
        },
        formats::Held::ServiceAccount(key) => Held::ServiceAccount(Box::new(key)),
        formats::Held::Nothing(why) => Held::Nothing(why),
    }
}

/// A client for web servers is of use only where it leads back to this machine.
fn check_redirect(file: &ClientFile) -> Result<(), impl std::fmt::Display + use<>> {
    match file.kind {
        ClientKind::Web => Registered::from(&file.redirect_uris).map(drop),
        ClientKind::Installed => Ok(()),
    }
}

fn import(label: &str, file: TokenFile) -> ImportAsk {
    ImportAsk {
        file: label.to_owned(),
        client_id: file.client_id,
        client_secret: file.client_secret,
        refresh_token: file.refresh_token,
        access: file.access,
        scopes: file.scopes.unwrap_or_default(),
        token_uri: file.token_uri,
        email: file.account.as_deref().and_then(|a| Email::parse(a).ok()),
        client_name: None,
        force: false,
    }
}
