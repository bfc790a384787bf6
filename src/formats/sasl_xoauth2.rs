//! The token file of sasl-xoauth2, Postfix' and others' SASL plugin. Since 0.5 its client may stand
//! in the file; before, and else, in `/etc/sasl-xoauth2.conf`.

use serde_json::{Value, json};

use super::json::Object;
use super::{Export, FormatError, Held, Part, TokenFile, another_host, dates};
use crate::domain::secret::Secret;

/// Nobody else writes the end as digits in a text.
pub(super) fn looks_like(file: &Object) -> bool {
    let digits = match file.raw("expiry") {
        Some(Value::String(text)) => text.bytes().all(|b| b.is_ascii_digit()),
        Some(Value::Number(_)) => true,
        Some(_) => false,
        None => !file.has("token_type") && !file.has("token"),
    };
    digits && file.has("access_token") && file.has("refresh_token")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let token_uri = file.address("token_endpoint")?;
    if let Some(host) = token_uri.as_deref().and_then(another_host) {
        return Ok(Part::only(Held::of_another(&host)));
    }
    let end = file.raw("expiry").and_then(dates::epoch);
    let grant = TokenFile {
        client_id: file.client_id_if_any()?,
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("access_token").ok().zip(end),
        scopes: None,
        token_uri,
        account: file.text("user"),
    };
    Ok(Part::only(Held::Grant(grant)))
}

pub fn write(export: &Export) -> String {
    let access = export.access.as_ref();
    let end = access.map_or(0, |(_, at)| at.timestamp());
    let file = json!({
        "access_token": access.map_or("", |(token, _)| token.expose()),
        "expiry": end.to_string(),
        "refresh_token": export.refresh_token.expose(),
        "client_id": export.client_id,
        "client_secret": export.client_secret.as_ref().map_or("", Secret::expose),
        "token_endpoint": export.token_uri,
    });
    format!("{file:#}\n")
}
