//! Files of other programs: text in, values out, and back. Reads no file itself, and no error
//! repeats what stands in one.

pub mod adc;
pub mod credentials;
mod json;
pub mod token_json;

pub use credentials::ClientFile;

use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use json::Object;

/// Google's files have a few kilobytes.
const LONGEST: usize = 1024 * 1024;

/// What another program's file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreign {
    /// google-auth's `token.json`.
    TokenJson(TokenFile),
    /// gcloud's application default credentials.
    Adc(TokenFile),
    /// The console's `credentials.json`.
    Client(ClientFile),
    /// A service account's key: no mailbox of a person's, and nothing to sign in to.
    ServiceAccount { email: Option<String> },
}

/// A grant as another program kept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFile {
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub refresh_token: Secret,
    /// The access token and its end. A token without a readable end counts as expired.
    pub access: Option<(Secret, Timestamp)>,
    pub scopes: Option<Scopes>,
    pub token_uri: Option<String>,
    pub account: Option<String>,
}

/// A grant on its way to another program.
#[derive(Debug, Clone)]
pub struct Export {
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub refresh_token: Secret,
    pub access: Option<(Secret, Timestamp)>,
    /// Those granted and no others: google-auth names them at every refresh, and one that was
    /// never granted fails it.
    pub scopes: Scopes,
    pub token_uri: String,
    pub account: String,
}

/// Finds out what a file is, and reads it.
pub fn detect(text: &str) -> Result<Foreign, FormatError> {
    let file = Object::parse(text)?;
    match file.text("type").as_deref() {
        Some("authorized_user") => return adc::read(&file).map(Foreign::Adc),
        Some("service_account") => {
            return Ok(Foreign::ServiceAccount {
                email: file.text("client_email"),
            });
        }
        Some(_) => return Err(FormatError::OtherKind),
        None => {}
    }
    if credentials::looks_like(&file) {
        credentials::from_object(&file).map(Foreign::Client)
    } else if file.has("refresh_token") || file.has("token") {
        token_json::read(&file).map(Foreign::TokenJson)
    } else {
        Err(FormatError::Unknown)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    #[error("the file is larger than 1 MiB; that is not a credentials file")]
    TooLarge,
    #[error("the file is not JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("the file is JSON, but not an object")]
    NotObject,
    #[error("the file is none that gatepost knows: no client, no token, no key in it")]
    Unknown,
    #[error("the file holds credentials of a kind that has no refresh token")]
    OtherKind,
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error(
        "the client secret is missing; the console shows it only when a client or secret is made, so add a new secret there and download the JSON"
    )]
    MissingSecret,
    #[error("`{field}`: {why}")]
    BadAddress {
        field: &'static str,
        why: crate::domain::address::BadAddress,
    },
    #[error("`{0}` is not usable as it stands")]
    BadValue(&'static str),
    #[error("the file is for another cloud than googleapis.com")]
    OtherUniverse,
    #[error("this is a token file, not a client file; bring it in with `gatepost import`")]
    TokenInstead,
    #[error("this is a service account's key; gatepost needs an OAuth client of type Desktop app")]
    ServiceAccountInstead,
    #[error(
        "the file has neither an `installed` nor a `web` client in it; download the JSON of a Desktop client"
    )]
    NoClient,
}

#[cfg(test)]
mod tests;
