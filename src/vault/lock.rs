//! One refresher per account, and one change of the key, across processes: an advisory lock on a
//! file that the kernel frees when its holder lets go, exits or is killed. A refresh never waits
//! here; whoever wants to, asks again.

use std::fs::{File, TryLockError};
use std::time::Duration;

use super::error::{During, VaultError};
use super::holder::{self, Holder};
use super::{Paths, private};
use crate::domain::account::AccountId;

const KEY: &str = "key.lock";

/// Held for as long as this value lives.
#[derive(Debug)]
pub struct AccountLock {
    _file: File,
}

impl AccountLock {
    /// `None` while another process, or another task of this one, holds it.
    pub fn try_take(paths: &Paths, id: AccountId) -> Result<Option<Self>, VaultError> {
        let taken = try_lock(paths, &name_of(id))?;
        Ok(taken.map(|file| Self { _file: file }))
    }

    /// Which other process holds it.
    pub fn holder(paths: &Paths, id: AccountId) -> Option<Holder> {
        holder::of_any(&[&paths.locks.join(name_of(id))])
    }
}

fn name_of(id: AccountId) -> String {
    format!("account-{}.lock", id.0)
}

/// One change of key at a time: two would each take the other's slot for a leftover. Asks again for
/// a second, since a program that another thread is just starting holds our files for a moment.
pub(super) fn change_of_key(paths: &Paths) -> Result<File, VaultError> {
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 0..50 {
        if let Some(taken) = try_lock(paths, KEY)? {
            return Ok(taken);
        }
        std::thread::sleep(PAUSE);
    }
    Err(VaultError::InUse {
        path: paths.db.clone(),
        holder: holder::of_any(&[&paths.locks.join(KEY)]),
    })
}

fn try_lock(paths: &Paths, name: &str) -> Result<Option<File>, VaultError> {
    private::directory_itself(&paths.locks)?;
    // The file stays when the lock is freed: removing it would let two holders in, one with
    // the old file and one with the new.
    let path = paths.locks.join(name);
    let file = private::open_or_create(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).during("lock", &path),
    }
}
