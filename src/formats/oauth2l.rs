//! oauth2l's cache: a map from what was asked for, the whole client file included, to the token,
//! both JSON within JSON.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, credentials, dates, go_token, token_json};
use crate::domain::scope::Scopes;

pub(super) fn looks_like(file: &Object) -> bool {
    let mut keys = file.keys();
    keys.any(|key| key.starts_with('{') && key.contains("CredentialsJSON"))
}

pub(super) fn read(file: &Object) -> Vec<Part> {
    let parts = file.keys().enumerate().map(|(i, key)| {
        let held = Held::or_why(held(file, key));
        Part::named(&format!("entry {}", i + 1), held)
    });
    parts.collect()
}

fn held(file: &Object, key: &str) -> Result<Held, FormatError> {
    let asked = Object::parse(key)?;
    let packed = file.bare(key).ok_or(FormatError::BadValue("token"))?;
    let bytes = BASE64_STANDARD.decode(packed.trim());
    let bytes = Zeroizing::new(bytes.map_err(|_| FormatError::BadValue("token"))?);
    let text = std::str::from_utf8(&bytes).map_err(|_| FormatError::BadValue("token"))?;
    let token = Object::parse(text)?;
    if !token.has("refresh_token") {
        return Ok(Held::Nothing("it has an access token only".into()));
    }
    let grant = go_token::grant(&token)?;
    let end = token.bare("expiry").and_then(dates::utc);
    let client = asked.bare("CredentialsJSON").unwrap_or_default();
    let client = Object::parse(client)?;
    let with_client = if credentials::looks_like(&client) {
        let client = credentials::from_object(&client)?;
        TokenFile {
            client_id: Some(client.client_id),
            client_secret: Some(client.secret),
            token_uri: client.token_uri,
            ..grant
        }
    } else {
        TokenFile {
            client_id: client.client_id_if_any()?,
            client_secret: client.secret("client_secret"),
            ..grant
        }
    };
    let scopes = asked.text("Scope");
    let scopes = scopes.map(|text| Scopes::parse(&text.replace(',', " ")));
    Ok(Held::Grant(TokenFile {
        access: token.needed_secret("access_token").ok().zip(end),
        scopes: token_json::scopes(&token).or(scopes),
        account: asked.text("Email"),
        ..with_client
    }))
}
