//! The wrapping key as one item of the operating system's keyring. Each call runs in a thread of
//! its own, is given three seconds, and starts from nothing, so that a keyring that failed once is
//! asked again the next time. What is written is read back before anybody relies on it.

mod platform;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use keyring_core::Entry;
use zeroize::Zeroizing;

use super::super::error::VaultError;
use super::super::seal::{Key, random};
use super::{decode, encode};

/// A keyring answers in milliseconds. One that does not is waiting for a person, or is stuck.
const LIMIT: Duration = Duration::from_secs(3);

const SERVICE: &str = "gatepost";

/// Why a keyring did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringTrouble {
    #[error("there is no keyring here ({0})")]
    Absent(String),
    #[error("the keyring is locked")]
    Locked,
    #[error("the keyring did not answer within {} s", LIMIT.as_secs())]
    Silent,
    #[error("the vault's key is no longer in the keyring")]
    Emptied,
    #[error("the vault's entry in the keyring does not hold a key")]
    NotAKey,
    #[error("the keyring did not keep what it was given")]
    NotKept,
    #[error("the keyring refused ({0})")]
    Refused(String),
}

impl KeyringTrouble {
    pub(in super::super) fn remedy(&self) -> &'static str {
        match self {
            Self::Absent(_) => {
                "run it inside the desktop session, where the keyring is; where there is none, another \
                 kind will do: vault.key for a new vault, `gatepost vault rekey` for this one"
            }
            Self::Locked => {
                "unlock it (log in to the desktop, or open its password program) and try again"
            }
            Self::Silent => "see whether it waits for you or hangs, restart it, and try again",
            Self::Emptied | Self::NotAKey => {
                "bring the keyring back from its own backup, or the vault with \
                 `gatepost vault restore FILE --force`"
            }
            Self::NotKept | Self::Refused(_) => {
                "see what the keyring's own program says of it; `gatepost vault rekey` and \
                 `vault.key` know other kinds of key"
            }
        }
    }
}

impl From<keyring_core::Error> for KeyringTrouble {
    fn from(error: keyring_core::Error) -> Self {
        use keyring_core::Error;
        match error {
            Error::NoEntry => Self::Emptied,
            Error::NoStorageAccess(_) => Self::Locked,
            Error::NoDefaultStore => Self::Absent("no store for this system".into()),
            // The other messages may quote what the entry holds.
            Error::PlatformFailure(source) => {
                Self::Refused(crate::domain::wording::safe(&source.to_string()))
            }
            Error::Ambiguous(_) => Self::Refused("it holds several entries for this vault".into()),
            Error::NotSupportedByStore(_) => Self::Refused("it does not support this".into()),
            _ => Self::Refused("it answered with something unexpected".into()),
        }
    }
}

pub(super) fn read(name: &str) -> Result<Key, VaultError> {
    let name = name.to_owned();
    Ok(within(LIMIT, move || fetch(&name))?)
}

/// Whether it is there and answers, asked for what it cannot hold. Nothing is stored.
pub(super) fn answers() -> Result<(), VaultError> {
    let name = format!("no key {}", hex(&random::<8>()?));
    match read(&name) {
        Err(VaultError::Keyring(KeyringTrouble::Emptied)) => Ok(()),
        asked => asked.map(drop),
    }
}

/// Makes a key, stores it under a name of its own, and takes it only as it is read back.
pub(super) fn create() -> Result<(Key, String), VaultError> {
    let key = Key::new(random()?);
    let name = format!("vault key {}", hex(&random::<8>()?));
    let (wanted, stored) = (encode(&key), name.clone());
    let kept = within(LIMIT, move || {
        store(&stored, &wanted)?;
        fetch(&stored)
    })?;
    if kept == key {
        return Ok((key, name));
    }
    remove(&name)?;
    Err(KeyringTrouble::NotKept.into())
}

pub(super) fn remove(name: &str) -> Result<(), VaultError> {
    let name = name.to_owned();
    Ok(within(LIMIT, move || {
        match entry(&name)?.delete_credential() {
            Err(keyring_core::Error::NoEntry) => Ok(()),
            done => Ok(done?),
        }
    })?)
}

fn fetch(name: &str) -> Result<Key, KeyringTrouble> {
    let text = Zeroizing::new(entry(name)?.get_secret()?);
    if text.is_empty() {
        return Err(KeyringTrouble::Emptied);
    }
    decode(&text, &|| "the keyring".into()).map_err(|_| KeyringTrouble::NotAKey)
}

fn store(name: &str, key: &str) -> Result<(), KeyringTrouble> {
    Ok(entry(name)?.set_secret(key.as_bytes())?)
}

fn entry(name: &str) -> Result<Entry, KeyringTrouble> {
    platform::entry(SERVICE, name)
}

/// A call that hangs is left behind with its thread, which ends with the process.
fn within<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> Result<T, KeyringTrouble> + Send + 'static,
) -> Result<T, KeyringTrouble> {
    let (send, answer) = mpsc::channel();
    let started = thread::Builder::new()
        .name("keyring".into())
        .spawn(move || send.send(call()));
    if let Err(error) = started {
        return Err(KeyringTrouble::Refused(error.to_string()));
    }
    answer.recv_timeout(limit).unwrap_or_else(|gone| {
        Err(match gone {
            RecvTimeoutError::Timeout => KeyringTrouble::Silent,
            RecvTimeoutError::Disconnected => KeyringTrouble::Refused("its library failed".into()),
        })
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_hangs_is_left_behind() {
        let hangs = || {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        };
        let trouble = within(Duration::from_millis(20), hangs).unwrap_err();
        assert_eq!(trouble, KeyringTrouble::Silent);
    }

    #[test]
    fn an_answer_is_passed_on_and_so_is_a_refusal() {
        assert_eq!(within(LIMIT, || Ok(7)), Ok(7));
        let refused = within::<()>(LIMIT, || Err(KeyringTrouble::Locked));
        assert_eq!(refused, Err(KeyringTrouble::Locked));
    }
}
