//! Requests and replies as values: what came in, taken apart once, and what goes out. No sockets.

use http::{HeaderMap, Method};
use serde_json::Value;
use url::form_urlencoded;

use crate::domain::time::Timestamp;

/// Name and value pairs of a query or a form, in their order.
#[derive(Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The members of a JSON object; lists become space-separated, as scopes are.
    pub(crate) fn from_json(body: &[u8]) -> Option<Self> {
        let Value::Object(members) = serde_json::from_slice(body).ok()? else {
            return None;
        };
        let text = |value: Value| match value {
            Value::String(text) => text,
            Value::Array(items) => {
                let words: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                words.join(" ")
            }
            other => other.to_string(),
        };
        Some(Self(
            members
                .into_iter()
                .map(|(name, value)| (name, text(value)))
                .collect(),
        ))
    }

    /// The first value of that name. An empty value counts as absent, as it does at Google.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, value)| n == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// These first, those of `later` behind them.
    #[must_use]
    pub(crate) fn then(mut self, later: Self) -> Self {
        self.0.extend(later.0);
        self
    }
}

pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Still encoded.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The token of an `Authorization: Bearer` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// Form or JSON body first, query second: Google's own clients send all three.
    pub(crate) fn params(&self) -> Params {
        let query = Params::parse(self.query.as_bytes());
        let json = self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/json"));
        let body = if json {
            Params::from_json(&self.body).unwrap_or_default()
        } else {
            Params::parse(&self.body)
        };
        body.then(query)
    }
}

/// No `Debug`: it carries tokens.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const HTML: &str = "text/html; charset=utf-8";

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: content_type.to_owned(),
            body: body.into(),
        }
    }

    /// Indented, as Google's answers are.
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::new(status, JSON, format!("{value:#}"))
    }

    pub(crate) fn html(status: u16, page: impl Into<String>) -> Self {
        Self::new(status, HTML, page)
    }

    pub(crate) fn redirect(to: impl Into<String>) -> Self {
        Self::new(302, HTML, "").with("location", to)
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The body as JSON, where it is an object.
    pub(crate) fn object(&self) -> Option<serde_json::Map<String, Value>> {
        serde_json::from_str(&self.body).ok()
    }
}

/// The form of the `Date` header.
pub(crate) fn date(at: Timestamp) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_heard_before_the_query() {
        let request = Request {
            method: Method::POST,
            path: "/token".into(),
            query: "code=query&state=s".into(),
            headers: HeaderMap::new(),
            body: b"code=4%2F0A&empty=".to_vec(),
        };
        let params = request.params();
        assert_eq!(params.get("code"), Some("4/0A"));
        assert_eq!(params.get("state"), Some("s"));
        assert_eq!(params.get("empty"), None);
    }

    #[test]
    fn json_lists_read_like_scopes() {
        let params = Params::from_json(br#"{"scopes":["a","b"],"n":1}"#).unwrap();
        assert_eq!(params.get("scopes"), Some("a b"));
        assert_eq!(params.get("n"), Some("1"));
    }

    #[test]
    fn dates_are_written_as_http_wants_them() {
        let at = crate::domain::time::from_millis(784_111_777_000);
        assert_eq!(date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
