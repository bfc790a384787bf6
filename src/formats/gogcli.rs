//! `gog auth tokens export`: a refresh token and whose it is. The client is a file of its own.

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, token_json};

pub(super) fn looks_like(file: &Object) -> bool {
    let of_gog = ["services", "created_at", "client"];
    file.has("refresh_token") && file.has("email") && of_gog.iter().any(|field| file.has(field))
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let grant = TokenFile {
        client_id: file.client_id_if_any()?,
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: None,
        scopes: token_json::scopes(file),
        token_uri: None,
        account: file.text("email"),
    };
    Ok(Part::only(Held::Grant(grant)))
}
