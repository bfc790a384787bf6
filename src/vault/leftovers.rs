//! Drafts: what a backup, a restore or a change of key writes before it gets its name. One that was
//! killed leaves its draft behind, sealed and for one pair of eyes like everything here. Nothing ever
//! reads one again; they are told of, and swept away by the next of these commands.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::{Paths, private};
use crate::domain::time::{Timestamp, millis};

/// Of databases, in the vault's folder, with the journals beside them.
pub(super) const DATABASE: &str = ".vault-";
/// Of key files, in theirs.
pub(super) const KEY: &str = ".vault-key-";

/// A draft lives for seconds.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// Those that nothing can be writing any more.
pub fn leftovers(paths: &Paths, now: Timestamp) -> Vec<PathBuf> {
    let mut found = abandoned(private::parent(&paths.db), DATABASE, now);
    found.extend(abandoned(private::parent(&paths.key_file), KEY, now));
    found.sort();
    found.dedup();
    found
}

/// Whatever cannot be removed stays, and is told of again.
pub(super) fn sweep(paths: &Paths, now: Timestamp) {
    for path in leftovers(paths, now) {
        let _ = fs::remove_file(path);
    }
}

fn abandoned(folder: &Path, prefix: &str, now: Timestamp) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let named = |entry: &DirEntry| {
        entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(prefix.as_bytes())
    };
    let drafts = entries.flatten().filter(named).map(|entry| entry.path());
    drafts.filter(|path| is_abandoned(path, now)).collect()
}

fn is_abandoned(path: &Path, now: Timestamp) -> bool {
    let Ok(found) = path.symlink_metadata() else {
        return false;
    };
    let written = found.modified().ok();
    let written = written.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let now = Duration::from_millis(u64::try_from(millis(now)).unwrap_or_default());
    let age = written.and_then(|at| now.checked_sub(at));
    found.is_file() && private::is_ours(&found) && age.is_some_and(|age| age > ABANDONED)
}
