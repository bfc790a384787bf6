//! Making a vault: written aside in full and then named, so that under its name there is a whole
//! vault or none. Never touches one that exists.

use std::io;

use rusqlite::{Connection, params};

use super::error::{During, VaultError};
use super::key::{self, KeyChoice};
use super::seal::{Key, VaultId, random};
use super::{Paths, private, schema, slot};
use crate::domain::time::{Timestamp, millis};

pub(super) fn create(paths: &Paths, choice: &KeyChoice, now: Timestamp) -> Result<(), VaultError> {
    let directory = private::parent(&paths.db);
    private::directory(directory)?;
    let kind = choice.for_new_vault();
    let wrapping = key::establish(kind, paths, choice)?;
    let file = tempfile::Builder::new()
        .prefix(".vault-")
        .suffix(".db")
        .tempfile_in(directory)
        .during("create a file in", directory)?;

    let mut conn = Connection::open(file.path()).map_err(VaultError::from)?;
    schema::lay_out(&mut conn)?;
    let vault: VaultId = random()?;
    conn.execute(
        "INSERT INTO meta (one, vault_id, created_at) VALUES (1, ?, ?)",
        params![vault, millis(now)],
    )?;
    slot::add(&conn, vault, kind, &wrapping, &Key::new(random()?), now)?;
    conn.close().map_err(|(_, error)| error)?;

    file.as_file().sync_all().during("write", file.path())?;
    match file.persist_noclobber(&paths.db) {
        Ok(_) => private::sync_directory(directory),
        // Another process made one in the meantime; that one is the vault.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error).during("create the vault", &paths.db),
    }
}
