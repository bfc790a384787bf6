//! Google's JSON as it arrives. Lenient where Google and its stand-ins have been seen to differ:
//! numbers as text, absent fields, unknown fields. What it means is decided elsewhere.

use std::time::Duration;

use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, RefreshToken, Scope};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

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
    #[serde(default, deserialize_with = "words")]
    pub(super) scope: Option<String>,
    /// Left out of `Debug` and `Serialize` by being of a type that shows nothing.
    #[serde(default, skip_serializing)]
    pub(super) id_token: Option<IdToken>,
}

impl TokenAnswer {
    /// A token has no spaces and no controls: a line break in one would become a line break in
    /// somebody's header or script.
    pub(super) fn is_usable(&self) -> bool {
        let plain = |token: &str| token.bytes().all(|b| b.is_ascii_graphic());
        let access = self.access_token.secret();
        let refresh = self.refresh_token.as_ref().map(RefreshToken::secret);
        !access.is_empty() && plain(access) && refresh.is_none_or(|token| plain(token))
    }
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
    /// Empty if only a description came.
    pub(super) error: String,
    pub(super) description: String,
    /// `error_subtype`, or the API's reasons.
    pub(super) reasons: Vec<String>,
}

impl Complaint {
    /// `None` if the body is not an error of Google's.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let answer: Value = serde_json::from_slice(body).ok()?;
        let text = |value: &Value, field: &str| value[field].as_str().map(str::to_owned);
        let complaint = match &answer["error"] {
            api @ Value::Object(_) => Self {
                error: text(api, "status").unwrap_or_default(),
                description: text(api, "message").unwrap_or_default(),
                reasons: ["errors", "details"]
                    .iter()
                    .filter_map(|list| api[list].as_array())
                    .flatten()
                    .filter_map(|item| text(item, "reason"))
                    .collect(),
            },
            flat => Self {
                error: flat.as_str().unwrap_or_default().to_owned(),
                description: text(&answer, "error_description").unwrap_or_default(),
                reasons: text(&answer, "error_subtype").into_iter().collect(),
            },
        };
        let says_something = !complaint.error.is_empty() || !complaint.description.is_empty();
        says_something.then_some(complaint)
    }
}

/// A whole number, perhaps written as text or with a fraction; anything else counts as absent.
fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(n) => n.as_i64().or_else(|| n.as_f64().map(|f| f as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// Scopes in one text, or in a list as some stand-ins have it; anything else counts as absent.
fn words<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        Value::Array(list) => {
            let words: Vec<_> = list.iter().filter_map(Value::as_str).collect();
            Some(words.join(" "))
        }
        _ => None,
    })
}

fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(b) => b,
        Value::String(text) => text == "true",
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(json: &str) -> TokenAnswer {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn lifetimes_in_every_spelling() {
        for (value, expected) in [
            ("3599", Some(3599)),
            ("\"3599\"", Some(3599)),
            ("\" 3599 \"", Some(3599)),
            ("3599.9", Some(3599)),
            ("-5", Some(-5)),
            ("1e300", Some(i64::MAX)),
            ("null", None),
            ("\"soon\"", None),
            ("{}", None),
        ] {
            let answer = token(&format!(r#"{{"access_token":"t","expires_in":{value}}}"#));
            assert_eq!(answer.expires_in, expected, "{value}");
        }
        assert_eq!(token(r#"{"access_token":"t"}"#).expires_in, None);
    }

    #[test]
    fn scopes_in_every_spelling() {
        for (value, expected) in [
            ("\"a b\"", Some("a b")),
            ("[\"a\",7,\"b\"]", Some("a b")),
            ("null", None),
            ("7", None),
        ] {
            let answer = token(&format!(r#"{{"access_token":"t","scope":{value}}}"#));
            assert_eq!(answer.scope.as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn what_may_be_absent_or_new() {
        let answer = token(r#"{"access_token":"t","refresh_token":null,"surprise":[1]}"#);
        assert!(
            answer.refresh_token.is_none() && answer.id_token.is_none() && answer.scope.is_none()
        );
        assert!(serde_json::from_str::<TokenAnswer>(r#"{"expires_in":1}"#).is_err());
    }

    #[test]
    fn nothing_of_an_answer_shows() {
        let answer = token(r#"{"access_token":"ya29.a","refresh_token":"1//b","id_token":"eyJc"}"#);
        let debug = format!("{answer:?}");
        for secret in ["ya29.a", "1//b", "eyJc"] {
            assert!(!debug.contains(secret), "{debug}");
        }
    }

    #[test]
    fn token_info_has_its_numbers_as_text() {
        let json = r#"{"aud":"c","sub":"1","scope":"openid","exp":"1679875401","expires_in":"3560",
            "email":"ana@gmail.com","email_verified":"true","access_type":"offline"}"#;
        let answer: TokenInfoAnswer = serde_json::from_str(json).unwrap();
        assert_eq!(answer.expires_in, Some(3560));
    }

    #[test]
    fn both_shapes_of_an_error_and_neither() {
        let flat = Complaint::read(br#"{"error":"a","error_description":"b","error_subtype":"c"}"#);
        let flat = flat.unwrap();
        assert_eq!((flat.error.as_str(), flat.description.as_str()), ("a", "b"));
        assert_eq!(flat.reasons, ["c"]);
        let api = br#"{"error":{"code":403,"message":"m","status":"S","errors":[{"reason":"r"},7],"details":5}}"#;
        let api = Complaint::read(api).unwrap();
        assert_eq!((api.error.as_str(), api.description.as_str()), ("S", "m"));
        assert_eq!(api.reasons, ["r"]);
        for other in [
            "{}",
            "[]",
            "1",
            "null",
            r#"{"error":7}"#,
            r#"{"error":""}"#,
            "<html>",
            "",
        ] {
            assert!(Complaint::read(other.as_bytes()).is_none(), "{other}");
        }
    }
}
