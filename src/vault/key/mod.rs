//! The wrapping key: where it comes from. The vault records the kind; a command comes from the
//! configuration each time and is never recorded. One file for each kind.

mod command;
mod file;
mod kernel;
mod keyring;
mod passphrase;

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

pub use kernel::KernelTrouble;
pub use keyring::KeyringTrouble;
pub(super) use passphrase::Recipe;
pub use passphrase::{Answer, PassphraseFor, Passphrases};

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
    pub const ALL: [Self; 4] = [Self::Keyring, Self::File, Self::Passphrase, Self::Command];

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

/// What the configuration says about the key, and who can be asked for a passphrase.
#[derive(Debug, Clone, Default)]
pub struct KeyChoice {
    /// `None` is `auto`: decided when the vault is made, afterwards as recorded.
    pub kind: Option<KeyKind>,
    /// Program and arguments, for `command`.
    pub command: Vec<String>,
    pub passphrases: Passphrases,
    /// How long the kernel shall remember what was made of a passphrase; `None` is not at all.
    pub remember: Option<Duration>,
}

impl KeyChoice {
    /// This kind, with nobody to ask for a passphrase.
    pub fn of(kind: KeyKind) -> Self {
        Self {
            kind: Some(kind),
            ..Self::default()
        }
    }

    fn remembered(&self, recipe: &Recipe) -> Option<Key> {
        self.remember.and_then(|_| kernel::recall(recipe))
    }

    /// A kernel that will not is no reason to stop: the next one is asked again, and `vault status`
    /// says why.
    fn have_remembered(&self, recipe: &Recipe, key: &Key) {
        if let Some(Err(trouble)) = self.remember.map(|time| kernel::keep(recipe, key, time)) {
            tracing::warn!(%trouble, "the passphrase will be asked for again");
        }
    }
}

/// Fetches the key that a slot calls for. `source` is what the slot noted when it was made; only a
/// passphrase, which may be mistyped, is asked for until it `fits`.
pub(super) fn fetch(
    kind: KeyKind,
    source: &str,
    paths: &Paths,
    choice: &KeyChoice,
    fits: &dyn Fn(&Key) -> bool,
) -> Result<Key, VaultError> {
    match kind {
        KeyKind::File => file::read(&paths.key_file)?.ok_or_else(|| VaultError::KeyFileMissing {
            path: paths.key_file.clone(),
        }),
        KeyKind::Command => command::run(&choice.command),
        KeyKind::Keyring => keyring::read(source),
        KeyKind::Passphrase => {
            let recipe = Recipe::parse(source).ok_or(VaultError::SlotDamaged)?;
            if let Some(key) = choice.remembered(&recipe).filter(fits) {
                return Ok(key);
            }
            let purpose = |again| PassphraseFor::Vault { again };
            let key = choice.passphrases.derive(&recipe, purpose, fits)?;
            if fits(&key) {
                choice.have_remembered(&recipe, &key);
            }
            Ok(key)
        }
    }
}

/// A key that no slot holds yet.
pub(super) struct Fresh {
    pub(super) kind: KeyKind,
    pub(super) key: Key,
    /// What finds it again: the name of the keyring's item, or the passphrase's salt and costs.
    pub(super) source: String,
}

/// A key for a vault that is about to be made. With `auto`, the second is why it is not in the
/// keyring.
pub(super) fn for_new_vault(
    paths: &Paths,
    choice: &KeyChoice,
) -> Result<(Fresh, Option<KeyringTrouble>), VaultError> {
    if let Some(kind) = choice.kind {
        return Ok((fresh(kind, paths, choice, PassphraseFor::NewVault)?, None));
    }
    match fresh(KeyKind::Keyring, paths, choice, PassphraseFor::NewVault) {
        Err(VaultError::Keyring(trouble)) => {
            let file = fresh(KeyKind::File, paths, choice, PassphraseFor::NewVault)?;
            Ok((file, Some(trouble)))
        }
        made => Ok((made?, None)),
    }
}

/// Where the key of a new vault would be, and why not in the keyring if that was to be tried first.
/// Nothing is made, stored or asked of a person.
pub fn for_a_new_vault(
    choice: &KeyChoice,
) -> Result<(KeyKind, Option<KeyringTrouble>), VaultError> {
    match choice.kind {
        Some(KeyKind::Keyring) => keyring::answers().map(|()| (KeyKind::Keyring, None)),
        Some(KeyKind::Command) if choice.command.is_empty() => Err(VaultError::NoKeyCommand),
        Some(kind) => Ok((kind, None)),
        None => match keyring::answers() {
            Err(VaultError::Keyring(trouble)) => Ok((KeyKind::File, Some(trouble))),
            answered => answered.map(|()| (KeyKind::Keyring, None)),
        },
    }
}

/// A key to take the place of one of kind `old`.
pub(super) fn instead_of(
    old: KeyKind,
    kind: KeyKind,
    paths: &Paths,
    choice: &KeyChoice,
) -> Result<Fresh, VaultError> {
    let occasion = match old {
        KeyKind::Passphrase => PassphraseFor::ChangedVault,
        _ => PassphraseFor::NewVault,
    };
    match (old, kind) {
        (KeyKind::File, KeyKind::File) => Ok(Fresh {
            kind,
            key: file::create_beside(&paths.key_file)?,
            source: String::new(),
        }),
        _ => fresh(kind, paths, choice, occasion),
    }
}

fn fresh(
    kind: KeyKind,
    paths: &Paths,
    choice: &KeyChoice,
    occasion: PassphraseFor,
) -> Result<Fresh, VaultError> {
    let (key, source) = match kind {
        KeyKind::File => (file::read_or_create(&paths.key_file)?, String::new()),
        KeyKind::Command => (command::run(&choice.command)?, String::new()),
        KeyKind::Keyring => keyring::create()?,
        KeyKind::Passphrase => {
            let (key, recipe) = choice.passphrases.establish(occasion)?;
            choice.have_remembered(&recipe, &key);
            (key, recipe.to_string())
        }
    };
    Ok(Fresh { kind, key, source })
}

/// Whether the key file, if there is one, holds a key.
pub(super) fn file_is_sound(paths: &Paths) -> Result<bool, VaultError> {
    match file::read(&paths.key_file) {
        Ok(_) => Ok(true),
        Err(VaultError::NotAKey { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts the file that [`instead_of`] made beside the old one in its place.
pub(super) fn settle_file(paths: &Paths) -> Result<(), VaultError> {
    file::settle(&paths.key_file)
}

/// Removes a key that opens nothing any more. What a person remembers, or a program prints, is
/// theirs.
pub(super) fn remove(kind: KeyKind, source: &str, paths: &Paths) -> Result<(), VaultError> {
    match kind {
        KeyKind::File => file::remove(&paths.key_file),
        KeyKind::Keyring => keyring::remove(source),
        KeyKind::Passphrase => {
            // What opens nothing any more does no harm until its time is over.
            let _ = forget(source);
            Ok(())
        }
        KeyKind::Command => Ok(()),
    }
}

/// Whether this kernel would remember, tried with a key that opens nothing.
pub fn kernel_remembers() -> Result<(), KernelTrouble> {
    kernel::try_out()
}

/// Whether the kernel holds what was made of this passphrase.
pub(super) fn is_remembered(source: &str) -> bool {
    Recipe::parse(source).is_some_and(|recipe| kernel::recall(&recipe).is_some())
}

/// Whether there was anything to forget.
pub(super) fn forget(source: &str) -> Result<bool, KernelTrouble> {
    Recipe::parse(source).map_or(Ok(false), |recipe| kernel::forget(&recipe))
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
    fn every_kind_has_a_word_that_is_read_back() {
        for kind in KeyKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("fil".parse::<KeyKind>().is_err());
    }
}
