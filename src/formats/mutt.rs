//! `mutt_oauth2.py`, as mutt and neomutt ship it. The person's own pipe decrypts its file and
//! encrypts it again; mutt's script holds the client itself, neomutt's keeps it in the file.

use chrono::Local;
use serde_json::json;

use super::json::Object;
use super::{Export, FormatError, Held, Part, TokenFile, dates};
use crate::domain::secret::Secret;

/// What both scripts call Google.
const GOOGLE: &str = "google";

pub(super) fn looks_like(file: &Object) -> bool {
    file.has("registration") && file.has("authflow")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    if file.text("registration").is_some_and(|r| r != GOOGLE) {
        return Ok(Part::only(Held::Nothing(
            "its registration is not `google`".into(),
        )));
    }
    let end = file.bare("access_token_expiration").and_then(dates::local);
    let grant = TokenFile {
        client_id: file.client_id_if_any()?,
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret("refresh_token")?,
        access: file.needed_secret("access_token").ok().zip(end),
        scopes: None,
        token_uri: None,
        account: file.text("email"),
    };
    Ok(Part::only(Held::Grant(grant)))
}

/// For the person's own pipe to encrypt.
pub fn write(export: &Export) -> String {
    // The script compares with the clock on the wall, and knows no other.
    let end = |at: &crate::domain::time::Timestamp| {
        let wall = at.with_timezone(&Local).naive_local();
        wall.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
    };
    let access = export.access.as_ref();
    let file = json!({
        "registration": GOOGLE,
        "authflow": "localhostauthcode",
        "email": export.account,
        "client_id": export.client_id,
        "client_secret": export.client_secret.as_ref().map_or("", Secret::expose),
        "access_token": access.map_or("", |(token, _)| token.expose()),
        "access_token_expiration": access.map(|(_, at)| end(at)).unwrap_or_default(),
        "refresh_token": export.refresh_token.expose(),
    });
    format!("{file:#}\n")
}
