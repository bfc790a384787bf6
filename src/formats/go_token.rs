//! A token of Go's `oauth2` package by itself: what Google's Go quickstart saves as `token.json`
//! and what `rclone authorize` prints. The client is elsewhere.

use super::json::Object;
use super::{FormatError, Held, Part, TokenFile, dates, token_json};

pub(super) fn looks_like(file: &Object) -> bool {
    let older = file.has("AccessToken") && file.has("RefreshToken");
    older || (file.has("access_token") && file.has("refresh_token"))
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    grant(file).map(Held::Grant).map(Part::only)
}

/// Without a client; where that stands, the caller knows.
pub(super) fn grant(file: &Object) -> Result<TokenFile, FormatError> {
    // rclone's first versions wrote the names of Go's fields.
    let older = file.has("RefreshToken");
    let (refresh, access, end) = if older {
        ("RefreshToken", "AccessToken", "Expiry")
    } else {
        ("refresh_token", "access_token", "expiry")
    };
    let end = file.bare(end).and_then(dates::utc);
    Ok(TokenFile {
        client_id: file.client_id_if_any()?,
        client_secret: file.secret("client_secret"),
        refresh_token: file.needed_secret(refresh)?,
        access: file.needed_secret(access).ok().zip(end),
        scopes: token_json::scopes(file),
        token_uri: None,
        account: None,
    })
}
