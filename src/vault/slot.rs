//! Key slots: the data key, wrapped once for each key that opens the vault. A check value beside
//! it, a hash of the wrapping key, tells "the wrong key" from "the right key, damaged contents".

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::error::VaultError;
use super::key::{self, KeyChoice, KeyKind};
use super::seal::{Key, Place, Seal, VaultId};
use super::{Paths, rows};
use crate::domain::time::{Timestamp, millis};

/// Wraps the data key for one more kind of key.
pub(super) fn add(
    conn: &Connection,
    vault: VaultId,
    kind: KeyKind,
    wrapping: &Key,
    data: &Key,
    now: Timestamp,
) -> Result<(), VaultError> {
    let slot: i64 = conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM key_slot", [], |row| {
        row.get(0)
    })?;
    let wrapped = Seal::new(wrapping, vault).seal(Place::data_key(slot), data.as_slice())?;
    conn.execute(
        "INSERT INTO key_slot (id, kind, key_check, data_key, created_at) VALUES (?, ?, ?, ?, ?)",
        params![
            slot,
            kind.as_str(),
            check_value(vault, wrapping),
            wrapped,
            millis(now)
        ],
    )?;
    Ok(())
}

/// A slot as it is stored, still locked.
pub(super) struct Slot {
    vault: VaultId,
    id: i64,
    kind: KeyKind,
    check: Vec<u8>,
    wrapped: Vec<u8>,
}

pub(super) fn first(conn: &Connection) -> rusqlite::Result<Slot> {
    conn.query_row(
        "SELECT vault_id, id, kind, key_check, data_key FROM meta, key_slot ORDER BY id LIMIT 1",
        [],
        |row| {
            Ok(Slot {
                vault: row.get(0)?,
                id: row.get(1)?,
                kind: rows::word(row, "kind", |word| word.parse().ok())?,
                check: row.get(3)?,
                wrapped: row.get(4)?,
            })
        },
    )
}

impl Slot {
    /// Fetches the wrapping key, which may take as long as a person does, and unwraps the data
    /// key with it.
    pub(super) fn unlock(
        &self,
        paths: &Paths,
        choice: &KeyChoice,
    ) -> Result<(Seal, KeyKind), VaultError> {
        let kind = choice.for_recorded(self.kind)?;
        let wrapping = key::fetch(kind, paths, choice)?;
        if !bool::from(check_value(self.vault, &wrapping).ct_eq(&self.check)) {
            return Err(VaultError::WrongKey(kind));
        }
        let place = Place::data_key(self.id);
        let data = Seal::new(&wrapping, self.vault).open(place, &self.wrapped)?;
        let data = data.as_slice().try_into().map_err(|_| place.broken())?;
        Ok((Seal::new(&Key::new(data), self.vault), kind))
    }
}

/// Says nothing about the key, which is 32 random bytes, nor about the same key in another vault.
fn check_value(vault: VaultId, wrapping: &Key) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"gatepost key check 1")
        .chain_update(vault)
        .chain_update(wrapping.as_slice())
        .finalize()
        .into()
}
