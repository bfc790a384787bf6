//! mfauth's `cache.toml`: tokens by account. Its clients stand in another file.

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, dates};

pub(super) fn looks_like(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| line.starts_with("[accounts.")) && text.contains("refresh_token")
}

pub(super) fn read(text: &str) -> Result<Vec<Part>, FormatError> {
    let file = Object::parse_toml(text)?;
    let accounts = file.object("accounts").ok_or(FormatError::Empty)?;
    let parts = accounts.keys().map(|name| {
        let account = accounts
            .object(name)
            .ok_or(FormatError::BadValue("accounts"));
        Part::named(name, Held::or_why(account.and_then(|a| held(&a, name))))
    });
    Ok(parts.collect())
}

fn held(account: &Object, name: &str) -> Result<Held, FormatError> {
    let end = account.raw("expiration").and_then(dates::epoch);
    Ok(Held::Grant(TokenFile {
        client_id: account.client_id_if_any()?,
        client_secret: account.secret("client_secret"),
        refresh_token: account.needed_secret("refresh_token")?,
        access: account.needed_secret("access_token").ok().zip(end),
        scopes: None,
        token_uri: None,
        account: name.contains('@').then(|| name.to_owned()),
    }))
}
