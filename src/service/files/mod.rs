//! Files that a person points at, read and taken for what they are: an OAuth client, or a sign-in
//! that another program keeps. They are only read. Everything here blocks, so front ends with
//! something else to do call it off their own thread.

mod around;
mod named;

use std::path::Path;

use zeroize::Zeroize;

pub use around::{Folders, Found, FoundClient, FoundGrant, look_around};
pub use named::{Completion, complete, path_of, shown};

use super::ask::{ClientAsk, ImportAsk};
use super::error::GateError;
use crate::domain::account::Email;
use crate::domain::client::ClientKind;
use crate::domain::secret::Secret;
use crate::formats::{self, ClientFile, Foreign, FormatError, TokenFile, credentials};
use crate::loopback::Registered;
use crate::reading::{self, Pipes};

/// A credential file is small; whatever is larger was named by mistake.
const LONGEST: u64 = 1024 * 1024;

/// An OAuth client, as `credentials.json` describes it. A name and a status are the caller's to add.
pub fn client(path: &Path) -> Result<ClientAsk, GateError> {
    let text = read(path)?;
    let file = credentials::parse(text.expose()).map_err(|why| unusable(path, &why))?;
    // Said now, while the console is open, rather than at the first sign-in.
    if file.kind == ClientKind::Web {
        Registered::from(&file.redirect_uris).map_err(|why| unusable(path, &why))?;
    }
    Ok(asked(file))
}

/// A sign-in of another program's. What to call its client is the caller's to add.
pub fn grant(path: &Path) -> Result<ImportAsk, GateError> {
    let text = read(path)?;
    match formats::detect(text.expose()).map_err(|why| unusable(path, &why))? {
        Foreign::TokenJson(file) | Foreign::Adc(file) => Ok(import(path, file)),
        Foreign::Client(_) => Err(GateError::ClientInstead {
            file: path.display().to_string(),
        }),
        Foreign::ServiceAccount { .. } => Err(unusable(
            path,
            &"a service account's key is nobody's sign-in; there is nothing to import",
        )),
    }
}

fn read(path: &Path) -> Result<Secret, GateError> {
    let unreadable = |source| GateError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut bytes = reading::read(path, LONGEST as usize, Pipes::Inherited).map_err(|source| {
        if is_contents(path) {
            GateError::NotAName
        } else {
            unreadable(source)
        }
    })?;
    // What goes beyond the limit is told as too large by whoever parses it.
    match String::from_utf8(std::mem::take(&mut bytes)) {
        Ok(text) => Ok(Secret::new(text)),
        Err(other) => {
            other.into_bytes().zeroize();
            Err(unreadable(std::io::ErrorKind::InvalidData.into()))
        }
    }
}

/// The JSON itself, in the place of the name of its file: it is not to be repeated.
fn is_contents(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    text.trim_ascii_start().starts_with(b"{") || text.contains(&b'\n')
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

fn import(path: &Path, file: TokenFile) -> ImportAsk {
    ImportAsk {
        file: path.display().to_string(),
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

/// What a file looks like from outside: found by chance, it is not to be complained about.
fn peek(path: &Path) -> Option<Result<Foreign, FormatError>> {
    let about = path.metadata().ok()?;
    // A pipe of that name would never end.
    if !about.is_file() || about.len() > LONGEST {
        return None;
    }
    Some(formats::detect(read(path).ok()?.expose()))
}
