//! Google's retired library `oauth2client`, in whose files lieer up to 1.3 and many scripts keep
//! their tokens. Written only as a part of what lieer reads.

use serde_json::{Value, json};

use super::json::Object;
use super::{Export, FormatError, Held, Part, TokenFile, dates, token_json};

pub(super) fn looks_like(file: &Object) -> bool {
    let module = file.bare("_module");
    module.is_some_and(|module| module.starts_with("oauth2client"))
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let end = file.bare("token_expiry").and_then(dates::utc);
    let claims = file.object("id_token");
    let grant = TokenFile {
        client_id: Some(file.client_id()?),
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("access_token").ok().zip(end),
        scopes: token_json::scopes(file),
        token_uri: file.address("token_uri")?,
        account: claims
            .and_then(|claims| claims.text("email"))
            .or_else(|| file.text("account")),
    };
    Ok(Part::only(Held::Grant(grant)))
}

/// What the library insists on beside the fields of a `token.json`.
pub(super) fn add_fields(file: &mut Value, export: &Export) {
    file["_module"] = json!("oauth2client.client");
    file["_class"] = json!("OAuth2Credentials");
    file["user_agent"] = Value::Null;
    file["invalid"] = json!(false);
    let access = export.access.as_ref();
    file["access_token"] = access.map(|(token, _)| token.expose()).into();
    let end = access.map(|(_, end)| end.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    file["token_expiry"] = end.into();
}
