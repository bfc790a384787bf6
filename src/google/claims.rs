//! Whose token an ID token says it is. It comes straight from the token endpoint, so its
//! signature is not looked at; issuer, audience and time are. Only the claims are ever kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::wire::{Audience, IdClaims};
use crate::domain::account::Email;
use crate::domain::fault::Diagnosis;
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

/// Reads and checks. `None` where it says nothing that can be read: then it is as good as none.
pub(super) fn read(
    id_token: &str,
    client_id: &str,
    issuers: &[String],
    now: Timestamp,
) -> Option<Result<Claims, BadIdToken>> {
    let claims = payload(id_token).filter(|claims| is_subject(&claims.sub))?;
    let exp = Timestamp::from_timestamp(claims.exp, 0)?;
    Some(check(claims, exp, client_id, issuers, now))
}

fn check(
    claims: IdClaims,
    exp: Timestamp,
    client_id: &str,
    issuers: &[String],
    now: Timestamp,
) -> Result<Claims, BadIdToken> {
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
    if exp < now - Span::seconds(SKEW) {
        return Err(BadIdToken::Stale);
    }
    Ok(Claims {
        iss: claims.iss,
        aud: client_id.to_owned(),
        sub: claims.sub,
        email: claims.email.as_deref().and_then(address),
        email_verified: claims.email_verified,
        exp,
    })
}

/// A user number as OpenID Connect allows it.
pub(super) fn is_subject(sub: &str) -> bool {
    (1..=255).contains(&sub.len()) && sub.bytes().all(|b| b.is_ascii_graphic())
}

/// An address as it may be stored and shown; what is none is as good as none.
pub(super) fn address(text: &str) -> Option<String> {
    Email::parse(text).ok().map(|email| email.to_string())
}

fn payload(id_token: &str) -> Option<IdClaims> {
    let mut parts = id_token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadIdToken {
    #[error("the ID token was made by another issuer")]
    Issuer,
    #[error("the ID token is for another client")]
    Audience,
    #[error("the ID token has run out; is this computer's clock right?")]
    Stale,
}

impl BadIdToken {
    /// A token fresh from the endpoint that seems to have run out speaks against our clock, and
    /// must not stop the account.
    pub(super) fn diagnosis(self) -> Diagnosis {
        match self {
            Self::Issuer | Self::Audience => Diagnosis::Request,
            Self::Stale => Diagnosis::Clock,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::time::from_millis;

    const CLIENT: &str = "1-a.apps.googleusercontent.com";

    fn now() -> Timestamp {
        from_millis(1_800_000_000_000)
    }

    fn check(change: impl FnOnce(&mut Value)) -> Option<Result<Claims, BadIdToken>> {
        let mut payload = json!({
            "iss": "https://accounts.google.com", "aud": CLIENT, "azp": CLIENT, "sub": "1034",
            "email": "ana@gmail.com", "email_verified": true, "exp": 1_800_003_600, "at_hash": "x",
        });
        change(&mut payload);
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload.to_string()));
        let issuers = ["https://accounts.google.com", "accounts.google.com"].map(str::to_owned);
        read(&token, CLIENT, &issuers, now())
    }

    #[test]
    fn a_good_one() {
        let good = |change: fn(&mut Value)| check(change).and_then(Result::ok);
        let claims = good(|_| {}).unwrap();
        assert_eq!(claims.sub, "1034");
        assert_eq!(claims.email.as_deref(), Some("ana@gmail.com"));
        assert!(claims.email_verified);
        assert!(good(|p| p["iss"] = "accounts.google.com".into()).is_some());
        assert!(good(|p| p["aud"] = json!(["x", CLIENT])).is_some());
        assert!(good(|p| p["exp"] = (1_800_000_000 - 299).into()).is_some());
        let unverified = good(|p| p["email_verified"] = "false".into());
        assert!(!unverified.unwrap().email_verified);
        assert_eq!(good(|p| p["email"] = Value::Null).unwrap().email, None);
    }

    #[test]
    fn each_check_refuses() {
        let cases: [(&str, Value, BadIdToken); 4] = [
            ("iss", "https://evil.example".into(), BadIdToken::Issuer),
            (
                "aud",
                "2-b.apps.googleusercontent.com".into(),
                BadIdToken::Audience,
            ),
            ("aud", json!(["x", "y"]), BadIdToken::Audience),
            ("exp", (1_800_000_000 - 301).into(), BadIdToken::Stale),
        ];
        for (field, value, why) in cases {
            let refused = check(|p| p[field] = value.clone());
            assert_eq!(refused, Some(Err(why)), "{field} {value}");
        }
    }

    #[test]
    fn what_says_nothing_is_as_good_as_none() {
        for (field, value) in [
            ("exp", i64::MAX.into()),
            ("exp", "soon".into()),
            ("sub", "".into()),
            ("sub", "10\u{1b}34".into()),
            ("sub", "1".repeat(256).into()),
        ] {
            let value: Value = value;
            assert_eq!(check(|p| p[field] = value.clone()), None, "{field} {value}");
        }
        for text in ["", "a.b", "e30.***.x", "e30.e30.x", "e30.bm8.x"] {
            assert_eq!(read(text, CLIENT, &[], now()), None, "{text:?}");
        }
    }
}
