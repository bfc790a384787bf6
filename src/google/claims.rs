//! Whose token an ID token says it is. It comes straight from the token endpoint, so its
//! signature is not looked at; issuer, audience and time are. Only the claims are ever kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::wire::{Audience, IdClaims};
use crate::domain::time::{Span, Timestamp};

/// How far this machine's clock may be off before a fresh ID token looks stale.
const SKEW: i64 = 300;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub iss: String,
    /// The client ID.
    pub aud: String,
    /// Google's immutable number for the account.
    pub sub: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub exp: Timestamp,
}

/// Reads and checks.
pub(super) fn read(
    id_token: &str,
    client_id: &str,
    issuers: &[String],
    now: Timestamp,
) -> Result<Claims, BadIdToken> {
    let claims = payload(id_token).ok_or(BadIdToken::Unreadable)?;
    if !issuers.contains(&claims.iss) {
        return Err(BadIdToken::Issuer);
    }
    let for_us = match &claims.aud {
        Audience::One(aud) => aud == client_id,
        Audience::Many(all) => all.iter().any(|aud| aud == client_id),
    };
    if !for_us {
        return Err(BadIdToken::Audience);
    }
    let exp = Timestamp::from_timestamp(claims.exp, 0).ok_or(BadIdToken::Unreadable)?;
    if exp + Span::seconds(SKEW) < now {
        return Err(BadIdToken::Stale);
    }
    if !is_subject(&claims.sub) {
        return Err(BadIdToken::Unreadable);
    }
    Ok(Claims {
        iss: claims.iss,
        aud: client_id.to_owned(),
        sub: claims.sub,
        email: claims.email,
        email_verified: claims.email_verified,
        exp,
    })
}

/// A user number as OpenID Connect allows it.
pub(super) fn is_subject(sub: &str) -> bool {
    (1..=255).contains(&sub.len()) && sub.bytes().all(|b| b.is_ascii_graphic())
}

fn payload(id_token: &str) -> Option<IdClaims> {
    let mut parts = id_token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadIdToken {
    #[error("the ID token cannot be read")]
    Unreadable,
    #[error("the ID token was made by another issuer")]
    Issuer,
    #[error("the ID token is for another client")]
    Audience,
    #[error("the ID token has run out; is this computer's clock right?")]
    Stale,
}
