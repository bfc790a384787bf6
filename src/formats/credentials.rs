//! `credentials.json`: an OAuth client as Google's console hands it out.

use super::json::Object;
use super::{FormatError, Held, Part, another_host};
use crate::domain::client::ClientKind;
use crate::domain::secret::Secret;
use crate::domain::wording::safe;

/// An OAuth client with its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFile {
    pub kind: ClientKind,
    pub client_id: String,
    pub secret: Secret,
    pub project: Option<String>,
    pub auth_uri: Option<String>,
    pub token_uri: Option<String>,
    pub redirect_uris: Vec<String>,
}

impl ClientFile {
    /// Whose sign-ins it is for, if not Google's.
    pub(super) fn elsewhere(&self) -> Option<String> {
        let addresses = [&self.auth_uri, &self.token_uri];
        addresses
            .into_iter()
            .flatten()
            .find_map(|address| another_host(address))
    }
}

/// Reads a client file, and says what it is if it is something else.
pub fn parse(text: &str) -> Result<ClientFile, FormatError> {
    let file = Object::parse(text)?;
    if looks_like(&file) {
        let client = from_object(&file)?;
        return match client.elsewhere() {
            Some(host) => Err(FormatError::Elsewhere(safe(&host))),
            None => Ok(client),
        };
    }
    Err(
        if file.text("type").as_deref() == Some("service_account") || file.has("private_key") {
            FormatError::ServiceAccountInstead
        } else if file.has("refresh_token") {
            FormatError::TokenInstead
        } else {
            FormatError::NoClient
        },
    )
}

pub(super) fn looks_like(file: &Object) -> bool {
    file.has("installed") || file.has("web")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let client = from_object(file)?;
    let account = None;
    Ok(Part::only(Held::Client { client, account }))
}

pub(super) fn from_object(file: &Object) -> Result<ClientFile, FormatError> {
    // A file with both would be nobody's; the Desktop client is the one that always works.
    let (kind, client) = [ClientKind::Installed, ClientKind::Web]
        .into_iter()
        .find_map(|kind| Some((kind, file.object(kind.as_str())?)))
        .ok_or(FormatError::NoClient)?;
    Ok(ClientFile {
        kind,
        client_id: client.client_id()?,
        secret: secret(&client)?,
        project: client.text("project_id"),
        auth_uri: client.address("auth_uri")?,
        token_uri: client.address("token_uri")?,
        redirect_uris: redirect_uris(&client),
    })
}

fn redirect_uris(client: &Object) -> Vec<String> {
    let list = client.raw("redirect_uris").and_then(|v| v.as_array());
    list.into_iter()
        .flatten()
        .filter_map(|uri| uri.as_str().map(str::to_owned))
        .collect()
}

/// The console masks a secret that it no longer shows.
fn secret(client: &Object) -> Result<Secret, FormatError> {
    match client.needed_secret("client_secret") {
        Err(FormatError::Missing(_)) => Err(FormatError::MissingSecret),
        Ok(secret) if secret.expose().contains('*') => Err(FormatError::MissingSecret),
        secret => secret,
    }
}
