//! oama's record of an account, as `oama show` prints it and as its file and its keyring entry
//! hold it. Its client stands in oama's configuration.

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, dates, token_json};

pub(super) fn looks_like(file: &Object) -> bool {
    file.has("exp_date") && file.has("refresh_token")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    if let Some(service) = file.text("service").filter(|s| s != "google") {
        return Ok(Part::only(Held::of_another(&service)));
    }
    // `2026-11-22 21:05 UTC`: to the minute, and five minutes early.
    let end = file.bare("exp_date").and_then(|text| {
        let minute = text.trim().strip_suffix(" UTC")?;
        dates::utc(&format!("{minute}:00"))
    });
    let grant = TokenFile {
        client_id: file.client_id_if_any()?,
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("access_token").ok().zip(end),
        scopes: token_json::scopes(file),
        token_uri: None,
        account: file.text("email"),
    };
    Ok(Part::only(Held::Grant(grant)))
}
