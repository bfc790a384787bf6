//! Google's retired library `oauth2client`, in whose files lieer up to 1.3 and many scripts keep
//! their tokens.

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, dates, token_json};

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
        account: claims.and_then(|claims| claims.text("email")),
    };
    Ok(Part::only(Held::Grant(grant)))
}
