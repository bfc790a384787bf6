//! Files of other programs: text in, values out, and back. Reads no file itself, and no error
//! repeats what stands in one.
//!
//! One file per program. `FORMATS` lists them in the order in which they are tried: whoever is
//! easiest to tell comes first.

pub mod adc;
pub mod credentials;
pub mod lieer;
pub mod mutt;
pub mod rclone;
pub mod sasl_xoauth2;
pub mod token_json;

mod dates;
mod email_oauth2_proxy;
mod gam;
mod getmail;
mod go_token;
mod gogcli;
mod ini;
mod json;
mod mfauth;
mod oama;
mod oauth2client;
mod oauth2l;
mod ortie;
mod pizauth;
mod service_account;

mod error;
mod sealed;

pub use credentials::ClientFile;
pub use error::FormatError;
pub use sealed::{Sealed, sealed};

use url::Url;

use crate::domain::address;
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::service_account::ServiceAccountKey;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use json::Object;

/// Credential files have a few kilobytes; a cache of many years, some hundred.
const LONGEST: usize = 1024 * 1024;

/// Nobody has so many accounts in one file.
const MOST_PARTS: usize = 200;

/// What a file turned out to be, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Whose file it is, in a person's words.
    pub format: &'static str,
    pub parts: Vec<Part>,
}

/// One of the accounts in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// As the file calls it: a remote, an account, a section. `None` where there can be but one.
    pub name: Option<String>,
    pub held: Held,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    Grant(TokenFile),
    /// An OAuth client, and who signs in with it, if the file says so; the tokens, if there are
    /// any, cannot be had.
    Client {
        client: ClientFile,
        account: Option<String>,
    },
    /// No sign-in: it can be kept, and is of no use yet.
    ServiceAccount(ServiceAccountKey),
    /// Why there is nothing to take.
    Nothing(String),
}

/// A grant as another program kept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFile {
    /// `None` where the program keeps its client elsewhere.
    pub client_id: Option<String>,
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

type Read<T> = fn(&T) -> Result<Vec<Part>, FormatError>;

/// How a program's files are told from others', and read.
struct Format {
    name: &'static str,
    reader: Reader,
}

enum Reader {
    Json(fn(&Object) -> bool, Read<Object>),
    Text(fn(&str) -> bool, Read<str>),
}

use Reader::{Json, Text};

/// In the order in which they are tried.
#[rustfmt::skip]
const FORMATS: &[Format] = &[
    Format { name: "service account key", reader: Json(service_account::looks_like, service_account::read) },
    Format { name: "gcloud credentials", reader: Json(adc::looks_like, adc::read) },
    Format { name: "OAuth client", reader: Json(credentials::looks_like, credentials::read) },
    Format { name: "mutt_oauth2.py", reader: Json(mutt::looks_like, mutt::read) },
    Format { name: "oauth2client", reader: Json(oauth2client::looks_like, oauth2client::read) },
    Format { name: "GAM oauth2.txt", reader: Json(gam::looks_like, gam::read) },
    Format { name: "oama", reader: Json(oama::looks_like, oama::read) },
    Format { name: "ortie", reader: Json(ortie::looks_like, ortie::read) },
    Format { name: "gogcli export", reader: Json(gogcli::looks_like, gogcli::read) },
    Format { name: "getmail", reader: Json(getmail::looks_like, getmail::read) },
    Format { name: "sasl-xoauth2", reader: Json(sasl_xoauth2::looks_like, sasl_xoauth2::read) },
    Format { name: "Go oauth2 token", reader: Json(go_token::looks_like, go_token::read) },
    Format { name: "google-auth token.json", reader: Json(token_json::looks_like, token_json::read) },
    Format { name: "oauth2l cache", reader: Json(oauth2l::looks_like, |file| Ok(oauth2l::read(file))) },
    Format { name: "rclone", reader: Text(rclone::looks_like, rclone::read) },
    Format { name: "email-oauth2-proxy", reader: Text(email_oauth2_proxy::looks_like, |text| Ok(email_oauth2_proxy::read(text))) },
    Format { name: "pizauth", reader: Text(pizauth::looks_like, pizauth::read) },
    Format { name: "mfauth", reader: Text(mfauth::looks_like, mfauth::read) },
];

/// Finds out what a file is, and reads it.
pub fn detect(text: &str) -> Result<Reading, FormatError> {
    if text.len() > LONGEST {
        return Err(FormatError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}');
    let json = match text.trim_start().chars().next() {
        Some('{') => Some(Object::parse(text)?),
        Some('[') if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => {
            return Err(FormatError::NotObject);
        }
        _ => None,
    };
    for format in FORMATS {
        let read = match (&format.reader, &json) {
            (Json(looks_like, read), Some(file)) if looks_like(file) => read(file),
            (Text(looks_like, read), None) if looks_like(text) => read(text),
            _ => continue,
        };
        let parts = read?;
        if parts.len() > MOST_PARTS {
            return Err(FormatError::TooMany);
        }
        let format = format.name;
        let parts = parts.into_iter().map(Part::of_google).collect();
        return Ok(Reading { format, parts });
    }
    Err(match json.and_then(|file| file.text("type")) {
        Some(_) => FormatError::OtherKind,
        None => FormatError::Unknown,
    })
}

impl Part {
    /// Of a file that holds one.
    fn only(held: Held) -> Vec<Self> {
        vec![Self { name: None, held }]
    }

    fn named(name: &str, held: Held) -> Self {
        Self {
            name: Some(safe(name)),
            held,
        }
    }

    /// Whoever takes in a file that names another server hands it each later code and token.
    fn of_google(mut self) -> Self {
        if let Some(host) = self.held.elsewhere() {
            self.held = Held::of_another(&host);
        }
        self
    }
}

impl Held {
    fn elsewhere(&self) -> Option<String> {
        match self {
            Self::Grant(file) => file.token_uri.as_deref().and_then(another_host),
            Self::Client { client, .. } => client.elsewhere(),
            Self::ServiceAccount(key) => key.token_uri.as_deref().and_then(another_host),
            Self::Nothing(_) => None,
        }
    }

    /// One of several: what is wrong with it is no fault of the others.
    fn or_why(read: Result<Self, FormatError>) -> Self {
        read.unwrap_or_else(|why| Self::Nothing(why.to_string()))
    }

    fn of_another(host: &str) -> Self {
        Self::Nothing(format!("it is for {}, not for Google", safe(host)))
    }
}

/// Whose tokens they are, if not Google's. What runs on this machine stands for Google.
fn another_host(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    let google = ["googleapis.com", "google.com"].iter().any(|domain| {
        let before = host.strip_suffix(domain);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    (!google && !address::is_loopback(&url)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests;
