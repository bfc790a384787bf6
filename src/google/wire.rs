//! Google's JSON as it arrives. Lenient where Google and its stand-ins have been seen to differ:
//! numbers as text, absent fields, unknown fields. What it means is decided elsewhere.

use std::time::Duration;

use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, RefreshToken, Scope};
use serde::{Deserialize, Deserializer, Serialize};

/// The answer of the token endpoint.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: AccessToken,
    #[serde(default, deserialize_with = "seconds")]
    pub(super) expires_in: Option<i64>,
    #[serde(default)]
    pub(super) refresh_token: Option<RefreshToken>,
    #[serde(default, deserialize_with = "seconds")]
    pub(super) refresh_token_expires_in: Option<i64>,
    #[serde(default)]
    pub(super) scope: Option<String>,
    /// Left out of `Debug` and `Serialize` by being of a type that shows nothing.
    #[serde(default, skip_serializing)]
    pub(super) id_token: Option<IdToken>,
}

/// An ID token's text; only its claims are ever kept.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct IdToken(pub(super) String);

impl std::fmt::Debug for IdToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("••••")
    }
}

impl oauth2::TokenResponse for TokenAnswer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// Google knows no other kind, and sometimes forgets to say so.
    fn token_type(&self) -> &BasicTokenType {
        &BasicTokenType::Bearer
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in
            .and_then(|s| u64::try_from(s).ok())
            .map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    /// Kept as text in [`TokenAnswer::scope`].
    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

/// The payload of an ID token.
#[derive(Debug, Deserialize)]
pub(super) struct IdClaims {
    pub(super) iss: String,
    pub(super) aud: Audience,
    pub(super) sub: String,
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "truth")]
    pub(super) email_verified: bool,
    pub(super) exp: i64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Token info: numbers and booleans come as text.
#[derive(Debug, Deserialize)]
pub(super) struct TokenInfoAnswer {
    pub(super) aud: Option<String>,
    pub(super) sub: Option<String>,
    #[serde(default)]
    pub(super) scope: String,
    #[serde(default, deserialize_with = "seconds")]
    pub(super) expires_in: Option<i64>,
    pub(super) email: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct UserInfoAnswer {
    pub(super) sub: String,
    pub(super) email: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileAnswer {
    pub(super) email_address: String,
    #[serde(default)]
    pub(super) messages_total: u64,
}

/// An error in either of Google's shapes: OAuth's flat one, or the nested one of its APIs.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    pub(super) error: String,
    pub(super) description: String,
    /// `error_subtype`, or the API's reasons.
    pub(super) reasons: Vec<String>,
}

impl Complaint {
    /// `None` if the body is not an error of Google's.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let answer: ErrorAnswer = serde_json::from_slice(body).ok()?;
        Some(match answer.error {
            ErrorValue::Flat(error) => Self {
                error,
                description: answer.error_description.unwrap_or_default(),
                reasons: answer.error_subtype.into_iter().collect(),
            },
            ErrorValue::Nested(api) => Self {
                error: api.status.unwrap_or_default(),
                description: api.message.unwrap_or_default(),
                reasons: api
                    .errors
                    .into_iter()
                    .chain(api.details)
                    .filter_map(|r| r.reason)
                    .collect(),
            },
        })
    }
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorValue,
    error_description: Option<String>,
    error_subtype: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ErrorValue {
    Flat(String),
    Nested(ApiError),
}

#[derive(Deserialize)]
struct ApiError {
    status: Option<String>,
    message: Option<String>,
    #[serde(default)]
    errors: Vec<ApiReason>,
    #[serde(default)]
    details: Vec<ApiReason>,
}

#[derive(Deserialize)]
struct ApiReason {
    reason: Option<String>,
}

/// A whole number, perhaps written as text or with a fraction; anything else counts as absent.
fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Number(n) => n.as_i64().or_else(|| n.as_f64().map(|f| f as i64)),
        serde_json::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Bool(b) => b,
        serde_json::Value::String(text) => text == "true",
        _ => false,
    })
}
