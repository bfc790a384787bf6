//! ortie's token: Google's answer with the time it came. Its client stands in ortie's
//! configuration, and whose it is only in the name of the account there.

use chrono::Duration;
use serde_json::Value;

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, dates, token_json};
use crate::domain::time::Timestamp;

pub(super) fn looks_like(file: &Object) -> bool {
    file.has("issued_at") && file.has("refresh_token")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let grant = TokenFile {
        client_id: file.client_id_if_any()?,
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("access_token").ok().zip(end(file)),
        scopes: token_json::scopes(file),
        token_uri: None,
        account: None,
    };
    Ok(Part::only(Held::Grant(grant)))
}

fn end(file: &Object) -> Option<Timestamp> {
    let issued = match file.raw("issued_at")? {
        Value::String(text) => dates::utc(text),
        number => dates::epoch(number),
    };
    // Without a limit of its own, Google's token lives an hour.
    let lives = file.raw("expires_in").and_then(Value::as_i64);
    let lives = Duration::try_seconds(lives.unwrap_or(3600))?;
    issued?.checked_add_signed(lives)
}
