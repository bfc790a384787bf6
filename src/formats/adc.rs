//! gcloud's application default credentials: an authorized user that Google's libraries find by
//! themselves. `gws auth export`, `oauth2l` and Google's Node quickstart write the same.

use serde_json::json;

use super::json::Object;
use super::{Export, FormatError, Part, token_json};
use crate::domain::secret::Secret;

pub(super) fn looks_like(file: &Object) -> bool {
    file.bare("type") == Some("authorized_user")
}

/// The fields are those of `token.json`, with some left out.
pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    token_json::read(file)
}

pub fn write(export: &Export) -> String {
    let file = json!({
        "type": "authorized_user",
        "account": export.account,
        "client_id": export.client_id,
        "client_secret": export.client_secret.as_ref().map_or("", Secret::expose),
        "refresh_token": export.refresh_token.expose(),
        "universe_domain": "googleapis.com",
    });
    format!("{file:#}\n")
}
