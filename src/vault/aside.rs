//! Setting aside: what stands in a restored vault's place gets another name and is kept. Nothing is
//! deleted, and what belongs together has one suffix.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{During, VaultError};
use super::key::{self, KeyChoice, KeyKind};
use super::{Paths, private, schema};
use crate::domain::time::Timestamp;

/// What a name gets that says when it was set aside; free for the vault and for the key file.
pub(super) fn free_suffix(paths: &Paths, now: Timestamp) -> String {
    let stamp = now.format("%Y%m%dT%H%M%SZ");
    let is_taken = |suffix: &str| {
        [&paths.db, &paths.key_file]
            .iter()
            .any(|path| named(path, suffix).symlink_metadata().is_ok())
    };
    let mut suffix = format!(".set-aside-{stamp}");
    let mut n = 1;
    while is_taken(&suffix) {
        n += 1;
        suffix = format!(".set-aside-{stamp}-{n}");
    }
    suffix
}

/// Moves a key file away that holds no key: it opens nothing, and is in the new one's way.
pub(super) fn key_file_without_key(
    paths: &Paths,
    choice: &KeyChoice,
    suffix: &str,
) -> Result<Option<PathBuf>, VaultError> {
    if !matches!(choice.kind, None | Some(KeyKind::File)) || key::file_is_sound(paths)? {
        return Ok(None);
    }
    let aside = named(&paths.key_file, suffix);
    fs::rename(&paths.key_file, &aside).during("set aside", &paths.key_file)?;
    private::sync_directory(private::parent(&paths.key_file))?;
    Ok(Some(aside))
}

/// Gives the old vault, and the key file that opens it, a second name that is free.
pub(super) fn vault(paths: &Paths, suffix: &str, with_key: bool) -> Result<PathBuf, VaultError> {
    let aside = named(&paths.db, suffix);
    second_name(&paths.db, &aside)?;
    if with_key && paths.key_file.symlink_metadata().is_ok() {
        second_name(&paths.key_file, &named(&paths.key_file, suffix))?;
        private::sync_directory(private::parent(&paths.key_file))?;
    }
    // A log that is left belongs to the old file, and would be taken for the new one's own.
    for beside in [schema::log, schema::rollback_journal, schema::shared_memory] {
        let left = beside(&paths.db);
        if left.symlink_metadata().is_ok() {
            private::tighten(&left)?;
        }
        match fs::rename(&left, beside(&aside)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done.during("set aside", &left)?,
        }
    }
    Ok(aside)
}

/// Nobody will open it again in the usual way, which would make it private.
fn second_name(path: &Path, name: &Path) -> Result<(), VaultError> {
    private::tighten(path)?;
    fs::hard_link(path, name)
        // Some file systems know only one name for a file.
        .or_else(|_| fs::copy(path, name).map(drop))
        .during("set aside", path)
}

fn named(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
