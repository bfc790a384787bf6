//! google-auth's `token.json` ("authorized user"). Read as mildly as google-auth reads it, and
//! written so that even its strict parts (the date) are content.

use chrono::{DateTime, NaiveDateTime};
use serde_json::{Value, json};

use super::json::Object;
use super::{Export, FormatError, TokenFile};
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

const UNIVERSE: &str = "googleapis.com";

pub(super) fn read(file: &Object) -> Result<TokenFile, FormatError> {
    if file.text("universe_domain").is_some_and(|u| u != UNIVERSE) {
        return Err(FormatError::OtherUniverse);
    }
    let end = file.raw("expiry").and_then(Value::as_str).and_then(expiry);
    Ok(TokenFile {
        client_id: file.client_id()?,
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("token").ok().zip(end),
        scopes: scopes(file),
        token_uri: file.address("token_uri")?,
        account: file.text("account"),
    })
}

/// A list, or one text with spaces; older files say `scope`.
fn scopes(file: &Object) -> Option<Scopes> {
    let scopes: Scopes = match file.raw("scopes").or_else(|| file.raw("scope"))? {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => Scopes::parse(text),
        _ => return None,
    };
    (!scopes.is_empty()).then_some(scopes)
}

/// UTC, with or without a fraction, an offset, a `Z`, a `T`.
fn expiry(text: &str) -> Option<Timestamp> {
    let text = text.trim().replacen(' ', "T", 1);
    if let Ok(at) = DateTime::parse_from_rfc3339(&text) {
        return Some(at.to_utc());
    }
    let naive = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(naive.and_utc())
}

pub fn write(export: &Export) -> String {
    let text = |secret: &Option<Secret>| secret.as_ref().map_or("", Secret::expose).to_owned();
    let mut file = json!({
        "refresh_token": export.refresh_token.expose(),
        "token_uri": export.token_uri,
        "client_id": export.client_id,
        "client_secret": text(&export.client_secret),
        "scopes": export.scopes.iter().collect::<Vec<_>>(),
        "universe_domain": UNIVERSE,
        "account": export.account,
    });
    if let Some((token, end)) = &export.access {
        file["token"] = token.expose().into();
        // google-auth refuses an offset, and cuts at the first dot.
        file["expiry"] = end.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into();
    }
    format!("{file:#}\n")
}
