//! The wrapping key: where it comes from. The vault records the kind; a command comes from the
//! configuration each time and is never recorded. Two kinds are known by name only: their place
//! is here, beside the others, once they are built.

mod command;
mod file;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::Paths;
use super::error::VaultError;
use super::seal::{KEY_LENGTH, Key};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    Keyring,
    File,
    Passphrase,
    Command,
}

impl KeyKind {
    const ALL: [Self; 4] = [Self::Keyring, Self::File, Self::Passphrase, Self::Command];

    /// The word of the configuration, which is also the one the vault records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
            Self::Passphrase => "passphrase",
            Self::Command => "command",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Keyring => "keyring entry",
            Self::File => "key file",
            Self::Passphrase => "passphrase",
            Self::Command => "key command",
        }
    }
}

impl std::str::FromStr for KeyKind {
    type Err = UnknownKeyKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKeyKind(crate::domain::wording::safe(text)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of key; write keyring, file, passphrase or command")]
pub struct UnknownKeyKind(String);

/// What the configuration says about the key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyChoice {
    /// `None` is `auto`: decided when the vault is made, afterwards as recorded.
    pub kind: Option<KeyKind>,
    /// Program and arguments, for `command`.
    pub command: Vec<String>,
}

impl KeyChoice {
    /// The kind for a new vault.
    pub(super) fn for_new_vault(&self) -> KeyKind {
        self.kind.unwrap_or(KeyKind::File)
    }

    /// The kind for a vault that recorded one.
    pub(super) fn for_recorded(&self, recorded: KeyKind) -> Result<KeyKind, VaultError> {
        match self.kind {
            Some(asked) if asked != recorded => Err(VaultError::OtherKeyKind { recorded, asked }),
            _ => Ok(recorded),
        }
    }
}

/// Fetches the key of a vault that exists.
pub(super) fn fetch(kind: KeyKind, paths: &Paths, choice: &KeyChoice) -> Result<Key, VaultError> {
    match kind {
        KeyKind::File => file::read(&paths.key_file)?.ok_or_else(|| VaultError::KeyFileMissing {
            path: paths.key_file.clone(),
        }),
        KeyKind::Command => command::run(&choice.command),
        KeyKind::Keyring | KeyKind::Passphrase => Err(VaultError::KeyKindNotHere(kind)),
    }
}

/// Fetches the key for a vault that is about to be made; only a key file is made here.
pub(super) fn establish(
    kind: KeyKind,
    paths: &Paths,
    choice: &KeyChoice,
) -> Result<Key, VaultError> {
    match kind {
        KeyKind::File => file::read_or_create(&paths.key_file),
        KeyKind::Command | KeyKind::Keyring | KeyKind::Passphrase => fetch(kind, paths, choice),
    }
}

/// Reads base64 of 32 bytes, with white space around it or none.
fn decode(text: &[u8], whence: &dyn Fn() -> String) -> Result<Key, VaultError> {
    let not_a_key = || VaultError::NotAKey { whence: whence() };
    let mut bytes = Zeroizing::new([0; KEY_LENGTH + 4]);
    let length = BASE64_STANDARD
        .decode_slice(text.trim_ascii(), bytes.as_mut_slice())
        .map_err(|_| not_a_key())?;
    let exact = bytes[..length].try_into().map_err(|_| not_a_key())?;
    Ok(Key::new(exact))
}

fn encode(key: &Key) -> Zeroizing<String> {
    Zeroizing::new(BASE64_STANDARD.encode(key.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_bytes_are_a_key() {
        let whence = || "it".to_owned();
        let key = Key::new([9; KEY_LENGTH]);
        let text = format!("{}\n", encode(&key).as_str());
        assert_eq!(decode(text.as_bytes(), &whence).unwrap(), key);
        for bad in ["", "c2hvcnQ=", "not base64 at all!", &"A".repeat(64)] {
            assert!(decode(bad.as_bytes(), &whence).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn auto_means_as_recorded_and_another_kind_names_the_way_out() {
        let auto = KeyChoice::default();
        assert_eq!(
            auto.for_recorded(KeyKind::Command).unwrap(),
            KeyKind::Command
        );
        let asked = KeyChoice {
            kind: Some("command".parse().unwrap()),
            ..auto
        };
        let error = asked.for_recorded(KeyKind::File).unwrap_err().to_string();
        assert!(error.contains("gatepost vault rekey"), "{error}");
        assert!("fil".parse::<KeyKind>().is_err());
    }
}
