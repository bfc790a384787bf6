//! Linux keeps keys in its own memory, for a user, until a time or the next boot. What it keeps is
//! gone at a restart, so it never holds a vault's only key: it remembers for a while what was made
//! of a passphrase. Whether it may be asked at all is tried first; containers often forbid it.

use std::time::Duration;

use super::passphrase::Recipe;
use crate::vault::seal::Key;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{forget, keep, recall, try_out};
#[cfg(target_os = "linux")]
pub(super) use linux::{forget, keep, recall, try_out};

/// Why the kernel does not remember.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KernelTrouble {
    #[error("only Linux remembers a passphrase's key")]
    NotHere,
    #[error("this kernel lets nobody keep a key in it ({0}), as is usual in a container")]
    Refused(String),
    #[error("the kernel did not keep what it was given")]
    NotKept,
}

/// The salt is no secret, and no two passphrases share one.
fn description(recipe: &Recipe) -> String {
    format!("gatepost: {recipe}")
}

#[cfg(target_os = "linux")]
mod linux {
    use linux_keyutils::{
        Key as Kept, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission,
    };
    use zeroize::Zeroizing;

    use super::{Duration, KernelTrouble, Key, Recipe, description};
    use crate::vault::error::VaultError;
    use crate::vault::seal::{KEY_LENGTH, random};

    impl From<KeyError> for KernelTrouble {
        fn from(error: KeyError) -> Self {
            Self::Refused(match error {
                KeyError::AccessDenied | KeyError::PermissionDenied => "permission denied".into(),
                KeyError::QuotaExceeded => "this user's quota of keys is full".into(),
                KeyError::OperationNotSupported | KeyError::Unknown(_) => "not supported".into(),
                other => other.to_string(),
            })
        }
    }

    /// Every process of this user finds it, those of cron and systemd included.
    fn ring() -> Result<KeyRing, KeyError> {
        KeyRing::from_special_id(KeyRingIdentifier::User, true)
    }

    pub(in super::super) fn recall(recipe: &Recipe) -> Option<Key> {
        let kept = ring().ok()?.search(&description(recipe)).ok()?;
        read(kept).ok()
    }

    fn read(kept: Kept) -> Result<Key, KernelTrouble> {
        let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
        // The length of what is kept, whether or not all of it was read.
        match kept.read(&mut *bytes)? {
            KEY_LENGTH => Ok(bytes),
            _ => Err(KernelTrouble::NotKept),
        }
    }

    pub(in super::super) fn keep(
        recipe: &Recipe,
        key: &Key,
        time: Duration,
    ) -> Result<(), KernelTrouble> {
        put(&description(recipe), key, time).map(drop)
    }

    fn put(description: &str, key: &Key, time: Duration) -> Result<Kept, KernelTrouble> {
        let kept = ring()?.add_key(description, key.as_slice())?;
        let settle = || {
            kept.set_timeout(usize::try_from(time.as_secs()).unwrap_or(usize::MAX))?;
            let ours = Permission::VIEW | Permission::READ | Permission::SEARCH;
            let owner = ours | Permission::WRITE | Permission::SETATTR;
            // By default only whose session has the ring may read, and cron's has not.
            let permissions = KeyPermissionsBuilder::builder()
                .posessor(Permission::ALL)
                .user(owner);
            kept.set_perms(permissions.build())?;
            match read(kept)? {
                back if back == *key => Ok(()),
                _ => Err(KernelTrouble::NotKept),
            }
        };
        match settle() {
            Ok(()) => Ok(kept),
            Err(trouble) => {
                // Nothing stays that has no end.
                let _ = kept.invalidate();
                Err(trouble)
            }
        }
    }

    /// Whether there was anything to forget.
    pub(in super::super) fn forget(recipe: &Recipe) -> Result<bool, KernelTrouble> {
        let found = ring().and_then(|ring| ring.search(&description(recipe)));
        match found {
            Ok(kept) => Ok(kept.invalidate().map(|()| true)?),
            Err(_) => Ok(false),
        }
    }

    /// Keeps a key that opens nothing, reads it back and forgets it.
    pub(in super::super) fn try_out() -> Result<(), KernelTrouble> {
        let refused = |error: VaultError| KernelTrouble::Refused(error.to_string());
        let key = Key::new(random().map_err(refused)?);
        let name = format!("gatepost: trial {}", std::process::id());
        let kept = put(&name, &key, Duration::from_secs(60))?;
        Ok(kept.invalidate()?)
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::{Duration, KernelTrouble, Key, Recipe};

    pub(in super::super) fn recall(_: &Recipe) -> Option<Key> {
        None
    }

    pub(in super::super) fn keep(_: &Recipe, _: &Key, _: Duration) -> Result<(), KernelTrouble> {
        Err(KernelTrouble::NotHere)
    }

    pub(in super::super) fn forget(_: &Recipe) -> Result<bool, KernelTrouble> {
        Ok(false)
    }

    pub(in super::super) fn try_out() -> Result<(), KernelTrouble> {
        Err(KernelTrouble::NotHere)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::vault::seal::KEY_LENGTH;

    #[test]
    fn what_is_kept_is_recalled_until_it_is_forgotten_or_its_time_is_over() {
        let (first, second) = (Recipe::new().unwrap(), Recipe::new().unwrap());
        let key = Key::new([7; KEY_LENGTH]);
        if let Err(trouble) = try_out() {
            // Then it says so, and keeps nothing.
            assert!(
                keep(&first, &key, Duration::from_secs(60)).is_err(),
                "{trouble}"
            );
            assert_eq!(recall(&first), None);
            return;
        }
        assert_eq!(recall(&first), None);
        keep(&first, &key, Duration::from_secs(60)).unwrap();
        keep(&second, &Key::new([8; KEY_LENGTH]), Duration::from_secs(1)).unwrap();
        assert_eq!(recall(&first), Some(key.clone()));
        let kept_since = Instant::now();
        while recall(&second).is_some() {
            assert!(
                kept_since.elapsed() < Duration::from_secs(30),
                "it stays for ever"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(recall(&first), Some(key));
        assert_eq!(forget(&first), Ok(true));
        assert_eq!(recall(&first), None);
        assert_eq!(forget(&first), Ok(false));
    }
}
