//! A service account's key in the report of an import: which one, and what it takes the place of.

use serde::Serialize;

use crate::domain::service_account::{KeyStored, short};
use crate::service::ask::KeyTaken;

#[derive(Debug, Serialize)]
pub(super) struct KeyRow {
    key_id: String,
    /// The one that gave way, or would.
    replaced: Option<String>,
    /// No token can be had with it yet.
    usable: bool,
}

impl KeyRow {
    pub(super) fn new(key_id: String, replaced: Option<String>) -> Self {
        Self {
            key_id,
            replaced,
            usable: false,
        }
    }

    /// `the key 0123 of robot@… in place of 4567`
    pub(super) fn words(&self, whose: &str) -> String {
        let replaced = self.replaced.as_deref();
        let replaced = replaced.filter(|before| *before != self.key_id);
        let replaced = replaced.map(|before| format!(" in place of {}", short(before)));
        let replaced = replaced.unwrap_or_default();
        format!("the key {} of {whose}{replaced}", short(&self.key_id))
    }
}

impl From<KeyTaken> for KeyRow {
    fn from(taken: KeyTaken) -> Self {
        let replaced = match taken.stored {
            KeyStored::Replaced(before) => Some(before),
            KeyStored::Added | KeyStored::Known => None,
        };
        Self::new(taken.key_id, replaced)
    }
}
