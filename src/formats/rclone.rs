//! rclone's configuration: a section per remote, the token as JSON in one line. Several of Google's
//! services have remotes of their own; the others are not ours.

use serde_json::json;

use super::go_token;
use super::ini::{Section, sections};
use super::json::Object;
use super::{Export, FormatError, Held, Part, TokenFile};
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;

const ENCRYPTED: &str = "RCLONE_ENCRYPT_V";

/// rclone's names of Google's services.
const GOOGLES: [&str; 3] = ["drive", "google photos", "google cloud storage"];

const SCOPE: &str = "https://www.googleapis.com/auth/";

pub(super) fn looks_like(text: &str) -> bool {
    is_encrypted(text) || sections(text).iter().any(is_remote)
}

fn is_encrypted(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.starts_with(['#', ';']));
    lines
        .find(|line| !line.is_empty())
        .is_some_and(|line| line.starts_with(ENCRYPTED))
}

/// One that was signed in; the others need no token.
fn is_remote(section: &Section<'_>) -> bool {
    section.has("type") && section.value("token").is_some_and(|t| t.starts_with('{'))
}

pub(super) fn read(text: &str) -> Result<Vec<Part>, FormatError> {
    if is_encrypted(text) {
        return Err(FormatError::Encrypted(
            "rclone config show | gatepost import -",
        ));
    }
    let sections = sections(text);
    let remotes = sections.iter().filter(|section| is_remote(section));
    let parts = remotes.map(|section| Part::named(section.name, Held::or_why(held(section))));
    Ok(parts.collect())
}

fn held(remote: &Section<'_>) -> Result<Held, FormatError> {
    let kind = remote.value("type").unwrap_or_default();
    if !GOOGLES.contains(&kind) {
        return Ok(Held::of_another(kind));
    }
    let Some(client_id) = remote.value("client_id") else {
        return Ok(Held::Nothing(
            "it was signed in with rclone's own OAuth client, whose secret only rclone has".into(),
        ));
    };
    if !client_id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(FormatError::BadValue("client_id"));
    }
    let token = Object::parse(remote.value("token").unwrap_or_default())?;
    Ok(Held::Grant(TokenFile {
        client_id: Some(client_id.to_owned()),
        client_secret: remote.value("client_secret").map(Secret::new),
        scopes: remote.value("scope").map(scopes),
        ..go_token::grant(&token)?
    }))
}

/// `drive.readonly,drive.file`: the last part of Google's names.
fn scopes(text: &str) -> Scopes {
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    let whole = names.map(|name| {
        if name.contains("://") {
            name.to_owned()
        } else {
            format!("{SCOPE}{name}")
        }
    });
    let whole: Vec<String> = whole.collect();
    whole.iter().map(String::as_str).collect()
}

/// A section of its own, to be added to rclone's configuration. Such remotes are for Drive: the
/// name is the address, and the scope what was granted of it.
pub fn write(export: &Export) -> String {
    let access = export.access.as_ref();
    let end = access.map_or_else(|| "1970-01-01T00:00:00Z".into(), |(_, at)| at.to_rfc3339());
    let token = json!({
        "access_token": access.map_or("", |(token, _)| token.expose()),
        "token_type": "Bearer",
        "refresh_token": export.refresh_token.expose(),
        "expiry": end,
    });
    let secret = export.client_secret.as_ref().map_or("", Secret::expose);
    let granted = export
        .scopes
        .iter()
        .filter_map(|scope| scope.strip_prefix(SCOPE));
    let drive: Vec<&str> = granted.filter(|scope| scope.starts_with("drive")).collect();
    format!(
        "[{}]\ntype = drive\nclient_id = {}\nclient_secret = {secret}\nscope = {}\ntoken = {token}\n",
        export.account.replace('@', "-at-"),
        export.client_id,
        drive.join(","),
    )
}

/// Whether rclone could do anything with it.
pub fn reaches_drive(granted: &Scopes) -> bool {
    granted
        .iter()
        .any(|scope| scope.starts_with("https://www.googleapis.com/auth/drive"))
}
