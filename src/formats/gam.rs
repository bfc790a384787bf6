//! GAM's `oauth2.txt`: a token file with an end of its own making, and the claims of who signed in.

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, dates, token_json};

pub(super) fn looks_like(file: &Object) -> bool {
    file.has("refresh_token") && (file.has("token_expiry") || file.has("decoded_id_token"))
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let end = file.bare("token_expiry").and_then(dates::utc);
    let token = ["token", "auth_token"]
        .into_iter()
        .find_map(|field| file.needed_secret(field).ok());
    let claims = file.object("decoded_id_token");
    let grant = TokenFile {
        client_id: Some(file.client_id()?),
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: token.zip(end),
        scopes: token_json::scopes(file),
        token_uri: file.address("token_uri")?,
        account: claims.and_then(|claims| claims.text("email")),
    };
    Ok(Part::only(Held::Grant(grant)))
}
