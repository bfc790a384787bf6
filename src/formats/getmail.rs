//! The token file of `getmail-gmail-xoauth-tokens`, which getmail's configuration names.

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, dates, token_json};

pub(super) fn looks_like(file: &Object) -> bool {
    file.has("user") && file.has("client_id") && file.has("token_uri")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let token_uri = file.address("token_uri")?;
    if let Some(host) = token_uri.as_deref().and_then(super::another_host) {
        return Ok(Part::only(Held::of_another(&host)));
    }
    let end = file.raw("expires_at").and_then(dates::epoch);
    let grant = TokenFile {
        client_id: Some(file.client_id()?),
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("access_token").ok().zip(end),
        scopes: token_json::scopes(file),
        token_uri,
        account: file.text("user"),
    };
    Ok(Part::only(Held::Grant(grant)))
}
