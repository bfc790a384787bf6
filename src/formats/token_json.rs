//! google-auth's `token.json` ("authorized user"), which lieer keeps too. Read as mildly as
//! google-auth reads it, and written so that even its strict parts (the date) are content.

use serde_json::{Value, json};

use super::json::Object;
use super::{Export, FormatError, Held, Part, TokenFile, dates};
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;

pub(super) const UNIVERSE: &str = "googleapis.com";

pub(super) fn looks_like(file: &Object) -> bool {
    !file.has("type") && (file.has("refresh_token") || file.has("token"))
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    grant(file).map(Held::Grant).map(Part::only)
}

pub(super) fn grant(file: &Object) -> Result<TokenFile, FormatError> {
    if file.text("universe_domain").is_some_and(|u| u != UNIVERSE) {
        return Err(FormatError::OtherUniverse);
    }
    let end = file.bare("expiry").and_then(dates::utc);
    Ok(TokenFile {
        client_id: Some(file.client_id()?),
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("token").ok().zip(end),
        scopes: scopes(file),
        token_uri: file.address("token_uri")?,
        account: file.text("account"),
    })
}

/// A list, or one text with spaces; older files say `scope`.
pub(super) fn scopes(file: &Object) -> Option<Scopes> {
    let scopes: Scopes = match file.raw("scopes").or_else(|| file.raw("scope"))? {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => Scopes::parse(text),
        _ => return None,
    };
    (!scopes.is_empty()).then_some(scopes)
}

pub fn write(export: &Export) -> String {
    format!("{:#}\n", fields(export))
}

pub(super) fn fields(export: &Export) -> Value {
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
    file
}
