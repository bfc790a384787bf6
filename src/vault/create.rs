//! Making a vault: written aside in full and then named, so that under its name there is a whole
//! vault or none. Never touches one that exists.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::error::{During, VaultError};
use super::key::{self, Fresh, KeyChoice, KeyKind, KeyringTrouble};
use super::seal::{Key, VaultId, random};
use super::{Paths, leftovers, private, schema, slot};
use crate::domain::time::{Timestamp, millis};

/// Returns why the key is not in the keyring, where `auto` would have had it there.
pub(super) fn create(
    paths: &Paths,
    choice: &KeyChoice,
    now: Timestamp,
) -> Result<Option<KeyringTrouble>, VaultError> {
    let directory = private::parent(&paths.db);
    private::directory(directory)?;
    refuse_leftovers(&paths.db)?;
    let (fresh, passed_over) = key::for_new_vault(paths, choice)?;
    let made = make(&paths.db, directory, &fresh, now);
    if fresh.kind == KeyKind::Keyring && !matches!(made, Ok(true)) {
        key::remove(fresh.kind, &fresh.source, paths)?;
    }
    made.map(|ours| passed_over.filter(|_| ours))
}

/// Whether the vault that is there now is the one made here.
fn make(db: &Path, directory: &Path, fresh: &Fresh, now: Timestamp) -> Result<bool, VaultError> {
    // The descriptor goes at once: closing it later would drop the locks that SQLite then holds.
    let file = leftovers::draft(leftovers::VAULT, directory)?.into_temp_path();

    let mut conn = Connection::open(&file)?;
    schema::lay_out(&mut conn)?;
    let vault: VaultId = random()?;
    conn.execute(
        "INSERT INTO meta (one, vault_id, created_at) VALUES (1, ?, ?)",
        params![vault, millis(now)],
    )?;
    slot::add(&conn, vault, fresh, &Key::new(random()?), now)?;
    schema::seal_off(conn)?;

    match file.persist_noclobber(db) {
        Ok(()) => private::sync_directory(directory).map(|()| true),
        // Another process made one in the meantime; that one is the vault.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error).during("create the vault", db),
    }
}

/// SQLite would take the log or journal of a vault that was deleted for the new one's own.
pub(super) fn refuse_leftovers(db: &Path) -> Result<(), VaultError> {
    let is_left = |file: &PathBuf| file.metadata().is_ok_and(|file| file.len() > 0);
    let left = [schema::log(db), schema::rollback_journal(db)];
    match left.into_iter().find(is_left) {
        Some(path) if !db.exists() => Err(VaultError::Unsafe {
            path,
            why: "it is left of a vault that is gone; move it away first",
        }),
        _ => Ok(()),
    }
}
