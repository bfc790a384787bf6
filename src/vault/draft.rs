//! Drafts: what is written under a name of no meaning until it is whole. Whoever has one holds a
//! lock together with all who do, so that one that a killed process left is told from one that is
//! still being written: the first of those who want to write one takes the others away.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::{During, VaultError};
use super::{Paths, key, lock, private};

/// Before and after the six letters and digits that nobody has chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape(&'static str, &'static str);

pub(super) const VAULT: Shape = Shape(".vault-", ".db");
pub(super) const BACKUP: Shape = Shape(".vault-", ".backup");
pub(super) const KEY_FILE: Shape = Shape(".vault-key-", "");
/// Written without the lock: it may be taken away at any moment.
pub(super) const USAGE: Shape = Shape(".usage-", "");

const RANDOM: usize = 6;

/// What SQLite has beside a database that is being written.
const BESIDE: [&str; 4] = ["", "-journal", "-wal", "-shm"];

/// Held as long as a draft is there. Takes away what is nobody's.
pub(super) fn begin(paths: &Paths) -> Result<File, VaultError> {
    lock::drafts(paths, || {
        for left in all(paths) {
            // The next one tries again.
            let _ = fs::remove_file(left);
        }
    })
}

/// A new one, 0600.
pub(super) fn new(shape: Shape, directory: &Path) -> Result<NamedTempFile, VaultError> {
    tempfile::Builder::new()
        .prefix(shape.0)
        .rand_bytes(RANDOM)
        .suffix(shape.1)
        .tempfile_in(directory)
        .during("create a file in", directory)
}

/// What killed processes left. Changes nothing.
pub fn leftovers(paths: &Paths) -> Vec<PathBuf> {
    lock::without_drafts(paths, || all(paths)).unwrap_or_default()
}

fn all(paths: &Paths) -> Vec<PathBuf> {
    let homes = [
        (&paths.db, &[VAULT, BACKUP][..]),
        (&paths.key_file, &[KEY_FILE]),
        (&paths.usage, &[USAGE]),
    ];
    let mut found = Vec::new();
    for (file, shapes) in homes {
        let entries = fs::read_dir(private::parent(file)).into_iter().flatten();
        found.extend(entries.flatten().map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| shapes.iter().any(|shape| shape.fits(name)))
        }));
    }
    // While the key file is there, this one opens nothing that it does not open.
    if paths.key_file.exists() {
        found.push(key::file_to_come(paths));
    }
    found.retain(|path| {
        let found = path.symlink_metadata();
        found.is_ok_and(|found| found.is_file() && private::is_ours(&found))
    });
    found.sort();
    found
}

impl Shape {
    fn fits(self, name: &str) -> bool {
        let Some((random, after)) = name
            .strip_prefix(self.0)
            .and_then(|rest| rest.split_at_checked(RANDOM))
        else {
            return false;
        };
        random.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && after
                .strip_prefix(self.1)
                .is_some_and(|beside| BESIDE.contains(&beside))
    }
}
