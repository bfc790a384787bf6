//! email-oauth2-proxy's configuration: a section per address, with the client. Its tokens are
//! encrypted under the password of the mail program, which nobody but that program knows.

use super::ini::{Section, sections};
use super::{ClientFile, FormatError, Held, Part, another_host};
use crate::domain::address;
use crate::domain::client::ClientKind;
use crate::domain::secret::Secret;

pub(super) fn looks_like(text: &str) -> bool {
    sections(text).iter().any(is_account)
}

pub(super) fn read(text: &str) -> Vec<Part> {
    let sections = sections(text);
    let accounts = sections.iter().filter(|section| is_account(section));
    let parts = accounts.map(|section| Part::named(section.name, Held::or_why(held(section))));
    parts.collect()
}

/// A section of a server has ports and no address to get tokens from.
fn is_account(section: &Section<'_>) -> bool {
    section.has("token_url") && section.has("oauth2_scope")
}

fn held(section: &Section<'_>) -> Result<Held, FormatError> {
    let token_uri = section.value("token_url").unwrap_or_default();
    if let Err(why) = address::endpoint(token_uri) {
        let field = "token_url";
        return Err(FormatError::BadAddress { field, why });
    }
    if let Some(host) = another_host(token_uri) {
        return Ok(Held::of_another(&host));
    }
    if section
        .value("oauth2_flow")
        .is_some_and(|flow| flow == "service_account")
    {
        return Ok(Held::Nothing("it signs in as a service account".into()));
    }
    let Some(secret) = section.value("client_secret") else {
        let sealed = section.has("client_secret_encrypted");
        let why = "its client secret is encrypted under the mail password; bring in the client's JSON with `gatepost client add`";
        return if sealed {
            Ok(Held::Nothing(why.into()))
        } else {
            Err(FormatError::Missing("client_secret"))
        };
    };
    let client_id = section.value("client_id");
    let client_id = client_id.ok_or(FormatError::Missing("client_id"))?;
    // The sample says `*** your client id here ***`.
    for (field, value) in [("client_id", client_id), ("client_secret", secret)] {
        if !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(FormatError::BadValue(field));
        }
    }
    Ok(Held::Client {
        client: ClientFile {
            kind: ClientKind::Installed,
            client_id: client_id.to_owned(),
            secret: Secret::new(secret),
            project: None,
            auth_uri: None,
            token_uri: Some(token_uri.to_owned()),
            redirect_uris: Vec::new(),
        },
        account: section.name.contains('@').then(|| section.name.to_owned()),
    })
}
