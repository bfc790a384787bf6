//! A JSON object of somebody else's, read field by field with mild eyes, and wiped when dropped:
//! somebody's tokens stand in it.

use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::{FormatError, LONGEST};
use crate::domain::address;
use crate::domain::secret::Secret;
use crate::domain::wording::is_terminal_safe;

pub(super) struct Object(Map<String, Value>);

impl Object {
    pub(super) fn parse(text: &str) -> Result<Self, FormatError> {
        if text.len() > LONGEST {
            return Err(FormatError::TooLarge);
        }
        // Windows editors put a byte order mark first. Nesting is limited by the parser.
        let text = text.trim_start_matches('\u{feff}');
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(mut other) => {
                wipe(&mut other);
                Err(FormatError::NotObject)
            }
            Err(error) => Err(FormatError::NotJson {
                line: error.line(),
                column: error.column(),
            }),
        }
    }

    /// TOML has the same values under another dress.
    pub(super) fn parse_toml(text: &str) -> Result<Self, FormatError> {
        toml::from_str(text).map(Self).map_err(|error| {
            let before = error.span().map_or(0, |span| span.start.min(text.len()));
            let lines = text.as_bytes()[..before].iter().filter(|b| **b == b'\n');
            FormatError::Syntax {
                what: "TOML",
                line: lines.count() + 1,
            }
        })
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn object(&self, field: &str) -> Option<Self> {
        self.0.get(field)?.as_object().cloned().map(Self)
    }

    pub(super) fn raw(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// The text as it stands; it may be a secret.
    pub(super) fn bare(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_str()
    }

    /// A text that can be shown; empty and unprintable ones count as absent.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        let text = self.bare(field)?.trim();
        (!text.is_empty() && text.len() <= 2048 && is_terminal_safe(text)).then(|| text.to_owned())
    }

    pub(super) fn secret(&self, field: &str) -> Option<Secret> {
        let text = self.bare(field)?.trim();
        (!text.is_empty()).then(|| Secret::new(text))
    }

    /// A secret that can travel in a form and a header.
    pub(super) fn needed_secret(&self, field: &'static str) -> Result<Secret, FormatError> {
        let secret = self.secret(field).ok_or(FormatError::Missing(field))?;
        if secret.expose().bytes().all(|b| b.is_ascii_graphic()) {
            Ok(secret)
        } else {
            Err(FormatError::BadValue(field))
        }
    }

    pub(super) fn client_id(&self) -> Result<String, FormatError> {
        let id = self.text("client_id");
        let id = id.ok_or(FormatError::Missing("client_id"))?;
        if id.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(id)
        } else {
            Err(FormatError::BadValue("client_id"))
        }
    }

    /// For programs that keep the client elsewhere, or nowhere.
    pub(super) fn client_id_if_any(&self) -> Result<Option<String>, FormatError> {
        match self.client_id() {
            Err(FormatError::Missing(_)) => Ok(None),
            found => found.map(Some),
        }
    }

    pub(super) fn address(&self, field: &'static str) -> Result<Option<String>, FormatError> {
        let Some(text) = self.text(field) else {
            return Ok(None);
        };
        match address::endpoint(&text) {
            Ok(_) => Ok(Some(text)),
            Err(why) => Err(FormatError::BadAddress { field, why }),
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // oauth2l keeps a client's secret in a name.
        for (mut name, mut value) in std::mem::take(&mut self.0) {
            name.zeroize();
            wipe(&mut value);
        }
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
