//! Why a file is no use, in one line. What stands in the file is never repeated.

use crate::domain::address::BadAddress;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    #[error("the file is larger than 1 MiB; that is not a credentials file")]
    TooLarge,
    #[error("the file is not JSON (line {line}, column {column})")]
    NotJson { line: usize, column: usize },
    #[error("the file is JSON, but not an object")]
    NotObject,
    #[error("the file is not {what} (line {line})")]
    Syntax { what: &'static str, line: usize },
    #[error("the file is none that gatepost knows: no client, no token, no key in it")]
    Unknown,
    #[error("the file holds credentials of a kind that has no refresh token")]
    OtherKind,
    #[error("there are more than 200 accounts in the file; that is not a credentials file")]
    TooMany,
    #[error("it is encrypted; take it in with `{0}`")]
    Encrypted(&'static str),
    #[error(
        "the file is not text; if it is a `pizauth dump`, only pizauth can read it: take in its `pizauth.conf` instead"
    )]
    NotText,
    #[error("there is no account in the file")]
    Empty,
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error(
        "the client secret is missing; the console shows it only when a client or secret is made, so add a new secret there and download the JSON"
    )]
    MissingSecret,
    #[error("`{field}`: {why}")]
    BadAddress {
        field: &'static str,
        why: BadAddress,
    },
    #[error("`{0}` is not usable as it stands")]
    BadValue(&'static str),
    #[error(
        "`private_key` is no RSA key of at least 2048 bits (PKCS #8 in PEM); copy the file anew, or make a new key"
    )]
    BadPrivateKey,
    #[error(
        "the client is for {0}, not for Google; another server than Google's is named under [endpoints] of the configuration"
    )]
    Elsewhere(String),
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
