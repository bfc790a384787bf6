//! Drafts: what a backup, a restore or a change of key writes before it gets its name. One that was
//! killed leaves its draft behind, sealed and for one pair of eyes like everything here. Nothing ever
//! reads one again; they are told of, and swept away by the next of these commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use tempfile::NamedTempFile;

use super::error::{During, VaultError};
use super::{Paths, private};
use crate::domain::time::{Timestamp, millis};

/// What a draft is called, before and after letters and digits that nobody has chosen: a person may
/// keep something of a like name beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape(&'static str, &'static str);

pub(super) const VAULT: Shape = Shape(".vault-", ".db");
pub(super) const BACKUP: Shape = Shape(".vault-", ".backup");
pub(super) const KEY: Shape = Shape(".vault-key-", "");

const RANDOM: usize = 6;

/// What SQLite has beside a database that is being written.
const BESIDE: [&str; 4] = ["", "-journal", "-wal", "-shm"];

/// A draft lives for seconds.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A new one, 0600.
pub(super) fn draft(shape: Shape, directory: &Path) -> Result<NamedTempFile, VaultError> {
    tempfile::Builder::new()
        .prefix(shape.0)
        .rand_bytes(RANDOM)
        .suffix(shape.1)
        .tempfile_in(directory)
        .during("create a file in", directory)
}

/// Those that nothing can be writing any more.
pub fn leftovers(paths: &Paths, now: Timestamp) -> Vec<PathBuf> {
    let mut found = abandoned(private::parent(&paths.db), &[VAULT, BACKUP], now);
    found.extend(abandoned(private::parent(&paths.key_file), &[KEY], now));
    found.sort();
    found
}

/// Whatever cannot be removed stays, and is told of again.
pub(super) fn sweep(paths: &Paths, now: Timestamp) {
    for path in leftovers(paths, now) {
        let _ = fs::remove_file(path);
    }
}

fn abandoned(folder: &Path, shapes: &[Shape], now: Timestamp) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_draft = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| shapes.iter().any(|shape| shape.fits(name)))
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let drafts = paths.filter(is_draft);
    drafts.filter(|path| is_abandoned(path, now)).collect()
}

impl Shape {
    fn fits(self, name: &str) -> bool {
        let rest = name.strip_prefix(self.0);
        let Some((random, after)) = rest.and_then(|rest| rest.split_at_checked(RANDOM)) else {
            return false;
        };
        let after = after.strip_prefix(self.1);
        random.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && after.is_some_and(|beside| BESIDE.contains(&beside))
    }
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
