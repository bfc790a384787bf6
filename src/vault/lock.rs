//! One refresher per account, across processes: an advisory lock on a file that the kernel frees
//! when its holder lets go, exits or is killed. Never waits; whoever wants to, asks again.

use std::fs::{File, TryLockError};

use super::error::{During, VaultError};
use super::{Paths, private};
use crate::domain::account::AccountId;

/// Held for as long as this value lives.
#[derive(Debug)]
pub struct AccountLock {
    _file: File,
}

impl AccountLock {
    /// `None` while another process, or another task of this one, holds it.
    pub fn try_take(paths: &Paths, id: AccountId) -> Result<Option<Self>, VaultError> {
        private::directory(&paths.locks)?;
        // The file stays when the lock is freed: removing it would let two holders in, one with
        // the old file and one with the new.
        let path = paths.locks.join(format!("account-{}.lock", id.0));
        let file = private::open_or_create(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error).during("lock", &path),
        }
    }
}
