//! The one keyring of this platform, opened afresh for each call. Everything here may hang; the
//! time limit is the caller's.

use keyring_core::Entry;

use super::KeyringTrouble;

/// Where the item lies, or will lie.
#[cfg(target_os = "linux")]
pub(super) fn entry(service: &str, name: &str) -> Result<Entry, KeyringTrouble> {
    use keyring_core::api::CredentialStoreApi;

    look(service, name)?;
    let store = zbus_secret_service_keyring_store::Store::new()?;
    let label = std::collections::HashMap::from([("label", "gatepost: key of the vault")]);
    Ok(store.build(service, name, Some(&label))?)
}

/// The store unlocks what is locked, which opens a dialogue that nobody may ever see: whoever asks
/// may be a mail program at night.
#[cfg(target_os = "linux")]
fn look(service: &str, name: &str) -> Result<(), KeyringTrouble> {
    use secret_service::blocking::SecretService;
    use secret_service::{EncryptionType, Error};

    let troubled = |error: Error| match error {
        Error::Unavailable => KeyringTrouble::Absent("no Secret Service on D-Bus".into()),
        Error::Locked | Error::Prompt => KeyringTrouble::Locked,
        Error::NoResult => KeyringTrouble::Absent("it has no default collection".into()),
        error => KeyringTrouble::Refused(crate::domain::wording::safe(&error.to_string())),
    };
    // Nothing secret goes over this connection.
    let keyring = SecretService::connect(EncryptionType::Plain).map_err(|error| match error {
        Error::Zbus(error) => {
            KeyringTrouble::Absent(crate::domain::wording::safe(&error.to_string()))
        }
        error => troubled(error),
    })?;
    let item = [("service", service), ("username", name)].into();
    let found = keyring.search_items(item).map_err(troubled)?;
    let is_locked = match (found.unlocked.is_empty(), found.locked.is_empty()) {
        (false, _) => false,
        (true, false) => true,
        (true, true) => keyring
            .get_default_collection()
            .and_then(|collection| collection.is_locked())
            .map_err(troubled)?,
    };
    if is_locked {
        return Err(KeyringTrouble::Locked);
    }
    Ok(())
}

#[cfg(target_os = "macos")]
pub(super) fn entry(service: &str, name: &str) -> Result<Entry, KeyringTrouble> {
    use keyring_core::api::CredentialStoreApi;

    let store = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store.build(service, name, None)?)
}

#[cfg(windows)]
pub(super) fn entry(service: &str, name: &str) -> Result<Entry, KeyringTrouble> {
    use keyring_core::api::CredentialStoreApi;

    let store = windows_native_keyring_store::Store::new()?;
    Ok(store.build(service, name, None)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(super) fn entry(_: &str, _: &str) -> Result<Entry, KeyringTrouble> {
    Err(KeyringTrouble::Absent(
        "gatepost knows none for this system".into(),
    ))
}
