//! One refresher per account, one change of the key, and nobody's drafts swept away, across
//! processes: an advisory lock on a file that the kernel frees when its holder lets go, exits or is
//! killed. A refresh never waits here; whoever wants to, asks again.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{During, VaultError};
use super::holder::{self, Holder};
use super::{Paths, private};
use crate::domain::account::AccountId;

const KEY: &str = "key.lock";
const DRAFTS: &str = "drafts.lock";

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

/// One change of key at a time: two would each take the other's slot for a leftover.
pub(super) fn change_of_key(paths: &Paths) -> Result<File, VaultError> {
    within_a_second(paths, KEY, || try_lock(paths, KEY))
}

/// Held by all who have a draft. The first, while it is alone, may `sweep`.
pub(super) fn drafts(paths: &Paths, sweep: impl FnOnce()) -> Result<File, VaultError> {
    let (path, file) = file(paths, DRAFTS)?;
    if taken(file.try_lock(), &path)? {
        sweep();
    }
    within_a_second(paths, DRAFTS, || {
        Ok(taken(file.try_lock_shared(), &path)?.then_some(()))
    })?;
    Ok(file)
}

/// Looks while nobody has a draft; `None` where somebody has. Makes no file.
pub(super) fn without_drafts<T>(paths: &Paths, look: impl FnOnce() -> T) -> Option<T> {
    let path = paths.locks.join(DRAFTS);
    match private::open(&path).ok()? {
        None => Some(look()),
        Some(file) => taken(file.try_lock(), &path).ok()?.then(look),
    }
}

/// Asks again for a second, since a program that another thread is just starting holds our files
/// for a moment.
fn within_a_second<T>(
    paths: &Paths,
    name: &str,
    ask: impl Fn() -> Result<Option<T>, VaultError>,
) -> Result<T, VaultError> {
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 0..50 {
        if let Some(got) = ask()? {
            return Ok(got);
        }
        std::thread::sleep(PAUSE);
    }
    Err(VaultError::InUse {
        path: paths.db.clone(),
        holder: holder::of_any(&[&paths.locks.join(name)]),
    })
}

fn try_lock(paths: &Paths, name: &str) -> Result<Option<File>, VaultError> {
    let (path, file) = file(paths, name)?;
    Ok(taken(file.try_lock(), &path)?.then_some(file))
}

/// The file stays when the lock is freed: removing it would let two holders in, one with the old
/// file and one with the new.
fn file(paths: &Paths, name: &str) -> Result<(PathBuf, File), VaultError> {
    private::directory_itself(&paths.locks)?;
    let path = paths.locks.join(name);
    let file = private::open_or_create(&path)?;
    Ok((path, file))
}

fn taken(tried: Result<(), TryLockError>, path: &Path) -> Result<bool, VaultError> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error).during("lock", path),
    }
}
