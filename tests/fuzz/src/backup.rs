//! A file that claims to be a backup: refused in one sentence before any key is made from it, and
//! with nothing put on the disk.

use std::fs;
use std::path::Path;

use gatepost::domain::time::from_millis;
use gatepost::vault::{KeyChoice, KeyKind, Paths, restore};

use super::marks::assert_sentence;

pub fn header(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let (vault, from) = (at("vault"), at("from"));
    fs::write(&from, bytes).expect("room for it");
    let paths = Paths {
        db: vault.join("vault.db"),
        key_file: vault.join("key"),
        usage: vault.join("usage.db"),
        locks: vault.join("locks"),
    };
    // Nobody knows a passphrase here, so that nothing opens.
    let choice = KeyChoice::of(KeyKind::File);
    let refused = restore(
        &paths,
        &choice,
        &from,
        false,
        from_millis(1_800_000_000_000),
    );
    let error = refused.expect_err("nothing opens without a passphrase");
    let folder = folder.path().display().to_string();
    assert_sentence(&error.to_string().replace(&folder, "FOLDER"));
    assert!(is_empty(&vault), "something was left behind");
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}
