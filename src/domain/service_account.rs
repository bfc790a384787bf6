//! A service account: it signs in as itself, with a private key and without a person. Its key is
//! kept here; signing in with one is not known yet.

use super::secret::Secret;
use super::time::Timestamp;

/// What a person has to hear wherever such a key is shown.
pub const NOT_USABLE_YET: &str = "a service account's key is not usable yet: gatepost cannot get tokens \
     with it; for a mailbox, make an OAuth client of type Desktop app";

/// One whose key is stored; the key itself is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    pub email: String,
    /// Google's name for the one key of its ten that is here.
    pub key_id: String,
    pub project: Option<String>,
    /// By which an organisation trusts it with its mailboxes; empty if its file has none.
    pub client_id: String,
    pub added_at: Timestamp,
}

/// A key as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccountKey {
    pub email: String,
    pub key_id: String,
    /// PKCS #8 in PEM.
    pub private_key: Secret,
    pub project: Option<String>,
    pub client_id: String,
    /// `None` means Google's own.
    pub token_uri: Option<String>,
}

/// What became of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStored {
    Added,
    /// In place of the key of this name, which may be its own.
    Replaced(String),
    /// It was here already.
    Known,
}

/// As much of a key's name as Google puts into the name of its file.
pub fn short(key_id: &str) -> &str {
    let end = key_id.char_indices().nth(12);
    end.map_or(key_id, |(end, _)| &key_id[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_s_name_is_cut_between_letters() {
        assert_eq!(short("0123456789abcdef"), "0123456789ab");
        assert_eq!(short("éééééééééééééé"), "éééééééééééé");
        assert_eq!(short("key"), "key");
    }
}
