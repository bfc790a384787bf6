//! Key slots: the data key, wrapped once for each key that opens the vault. A check value beside
//! it, a hash of the wrapping key, tells "the wrong key" from "the right key, damaged contents".

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::error::VaultError;
use super::key::{self, Fresh, KeyChoice, KeyKind};
use super::seal::{Key, Place, Seal, VaultId};
use super::{Paths, rows};
use crate::domain::time::{Timestamp, millis};

/// Wraps the data key with one more key, and returns the slot's number.
pub(super) fn add(
    conn: &Connection,
    vault: VaultId,
    with: &Fresh,
    data: &Key,
    now: Timestamp,
) -> Result<i64, VaultError> {
    let slot: i64 = conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM key_slot", [], |row| {
        row.get(0)
    })?;
    let wrapped = Seal::new(&with.key, vault).seal(Place::data_key(slot), data.as_slice())?;
    conn.execute(
        "INSERT INTO key_slot (id, kind, source, key_check, data_key, created_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
        params![
            slot,
            with.kind.as_str(),
            with.source,
            check_value(vault, &with.key),
            wrapped,
            millis(now)
        ],
    )?;
    Ok(slot)
}

pub(super) fn drop_all_but(conn: &Connection, slot: i64) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM key_slot WHERE id <> ?", [slot])?;
    Ok(())
}

/// A slot as it is stored, still locked.
pub(super) struct Slot {
    pub(super) id: i64,
    pub(super) kind: KeyKind,
    pub(super) source: String,
    vault: VaultId,
    check: Vec<u8>,
    wrapped: Vec<u8>,
}

/// A slot that was unlocked.
pub(super) struct Opened {
    pub(super) slot: i64,
    pub(super) kind: KeyKind,
    pub(super) vault: VaultId,
    pub(super) data: Key,
}

/// Oldest first.
pub(super) fn all(conn: &Connection) -> rusqlite::Result<Vec<Slot>> {
    let mut statement = conn.prepare(
        "SELECT vault_id, id, kind, source, key_check, data_key FROM meta, key_slot ORDER BY id",
    )?;
    let slots = statement.query_map([], |row| {
        Ok(Slot {
            vault: row.get(0)?,
            id: row.get(1)?,
            kind: rows::word(row, "kind", |word| word.parse().ok())?,
            source: row.get(3)?,
            check: row.get(4)?,
            wrapped: row.get(5)?,
        })
    })?;
    slots.collect()
}

/// Unlocks the vault behind this connection. If that fails while another process changes the key,
/// what was read of the slots is out of date, and is read again.
pub(super) fn open(
    conn: &Connection,
    paths: &Paths,
    choice: &KeyChoice,
) -> Result<Opened, VaultError> {
    let mut slots = all(conn)?;
    loop {
        let error = match unlock(&slots, paths, choice) {
            Ok(opened) => return Ok(opened),
            Err(error) => error,
        };
        let now = all(conn)?;
        if now
            .iter()
            .map(|slot| slot.id)
            .eq(slots.iter().map(|slot| slot.id))
        {
            return Err(error);
        }
        slots = now;
    }
}

/// Unlocks one of them. There are several only while the key is being changed, or after that was
/// cut short; then any of them will do.
pub(super) fn unlock(
    slots: &[Slot],
    paths: &Paths,
    choice: &KeyChoice,
) -> Result<Opened, VaultError> {
    let recorded = slots.first().ok_or(VaultError::SlotDamaged)?.kind;
    let mut fitting = slots
        .iter()
        .filter(|slot| choice.kind.is_none_or(|asked| asked == slot.kind));
    let first = fitting.next().ok_or_else(|| VaultError::OtherKeyKind {
        recorded,
        asked: choice.kind.unwrap_or(recorded),
    })?;
    first.unlock(paths, choice).or_else(|error| {
        fitting
            .find_map(|slot| slot.unlock(paths, choice).ok())
            .ok_or(error)
    })
}

impl Slot {
    /// Fetches the wrapping key, which may take as long as a person does, and unwraps the data
    /// key with it.
    pub(super) fn unlock(&self, paths: &Paths, choice: &KeyChoice) -> Result<Opened, VaultError> {
        let fits = |key: &Key| bool::from(check_value(self.vault, key).ct_eq(&self.check));
        let wrapping = key::fetch(self.kind, &self.source, paths, choice, &fits)?;
        self.unlock_with(&wrapping)
    }

    pub(super) fn unlock_with(&self, wrapping: &Key) -> Result<Opened, VaultError> {
        if !bool::from(check_value(self.vault, wrapping).ct_eq(&self.check)) {
            return Err(VaultError::WrongKey(self.kind));
        }
        let place = Place::data_key(self.id);
        let data = Seal::new(wrapping, self.vault).open(place, &self.wrapped)?;
        let data = data.as_slice().try_into().map_err(|_| place.broken())?;
        Ok(Opened {
            slot: self.id,
            kind: self.kind,
            vault: self.vault,
            data: Key::new(data),
        })
    }
}

/// Says nothing about a key of 32 random bytes, nor about the same key in another vault. One made
/// from a passphrase can be guessed at with it, and with the wrapped key as well: that is what the
/// costs of the derivation are for.
fn check_value(vault: VaultId, wrapping: &Key) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"gatepost key check 1")
        .chain_update(vault)
        .chain_update(wrapping.as_slice())
        .finalize()
        .into()
}
