//! Changing the key. The new one gets a slot beside the old one's, is fetched again and opens the
//! vault, and only then the old slot goes, and after it the old key. Killed at any moment, the
//! vault opens with the key that is recorded; what was left half done goes with the next change.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::error::VaultError;
use super::key::{self, Fresh, KeyChoice, KeyKind};
use super::slot::{self, Opened, Slot};
use super::{Paths, history, leftovers, lock, opening};
use crate::domain::time::Timestamp;

/// What became of it.
#[derive(Debug)]
pub struct Rekeyed {
    pub from: KeyKind,
    pub to: KeyKind,
    /// Why the old key, which opens nothing any more, is still where it was.
    pub left_behind: Option<VaultError>,
}

/// The kind that the configuration asks for is not obeyed here: it may be the one to change to.
pub fn rekey(
    paths: &Paths,
    choice: &KeyChoice,
    to: KeyKind,
    now: Timestamp,
) -> Result<Rekeyed, VaultError> {
    let as_recorded = KeyChoice {
        kind: None,
        ..choice.clone()
    };
    change(paths, &as_recorded, to, now).map_err(|error| error.at(&paths.db))
}

fn change(
    paths: &Paths,
    choice: &KeyChoice,
    to: KeyKind,
    now: Timestamp,
) -> Result<Rekeyed, VaultError> {
    let _alone = lock::change_of_key(paths)?;
    leftovers::sweep(paths, now);
    let mut conn = opening::open(&paths.db)?;
    let old = slot::all(&conn)?;
    let opened = slot::unlock(&old, paths, choice)?;
    let fresh = key::instead_of(opened.kind, to, paths, choice)?;
    let added = write(&mut conn, |tx| {
        slot::drop_all_but(tx, opened.slot)?;
        slot::add(tx, opened.vault, &fresh, &opened.data, now)
    })?;
    let replaces_file = (opened.kind, to) == (KeyKind::File, KeyKind::File);
    let proven = if replaces_file {
        // Read back when it was made; under its own name it is found once it is settled.
        prove(&conn, added, &opened, |new| new.unlock_with(&fresh.key))
    } else {
        prove(&conn, added, &opened, |new| new.unlock(paths, choice))
    };
    if let Err(error) = proven {
        return Err(take_back(&mut conn, opened.slot, &fresh, paths, error));
    }
    if replaces_file {
        key::settle_file(paths)?;
    }
    write(&mut conn, |tx| {
        if !exists(tx, added)? {
            return Err(VaultError::Gone { what: "key slot" });
        }
        slot::drop_all_but(tx, added)?;
        let detail = format!(
            "locked with a {}, before with a {}",
            to.words(),
            opened.kind.words()
        );
        Ok(history::tell(tx, detail, now)?)
    })?;
    // The old slot is not to live on in the log.
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(Rekeyed {
        from: opened.kind,
        to,
        left_behind: clear_away(&old, to, paths).err(),
    })
}

fn write<T>(
    conn: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&tx)?;
    tx.commit()?;
    Ok(done)
}

/// Opens the new slot as the next process will.
fn prove(
    conn: &Connection,
    slot: i64,
    opened: &Opened,
    unlock: impl FnOnce(&Slot) -> Result<Opened, VaultError>,
) -> Result<(), VaultError> {
    let slots = slot::all(conn)?;
    let new = slots.iter().find(|known| known.id == slot);
    let again = unlock(new.ok_or(VaultError::SlotDamaged)?)?;
    if again.data == opened.data {
        Ok(())
    } else {
        Err(VaultError::SlotDamaged)
    }
}

fn take_back(
    conn: &mut Connection,
    old: i64,
    fresh: &Fresh,
    paths: &Paths,
    error: VaultError,
) -> VaultError {
    let undone = write(conn, |tx| Ok(slot::drop_all_but(tx, old)?));
    // A key file may serve a vault that was set aside, and stays.
    if undone.is_ok() && fresh.kind == KeyKind::Keyring {
        // The first trouble is the one to be told.
        let _ = key::remove(fresh.kind, &fresh.source, paths);
    }
    error
}

fn exists(conn: &Connection, slot: i64) -> rusqlite::Result<bool> {
    conn.query_row("SELECT 1 FROM key_slot WHERE id = ?", [slot], |_| Ok(()))
        .optional()
        .map(|found| found.is_some())
}

fn clear_away(old: &[Slot], to: KeyKind, paths: &Paths) -> Result<(), VaultError> {
    old.iter()
        .filter(|slot| (slot.kind, to) != (KeyKind::File, KeyKind::File))
        .try_for_each(|slot| key::remove(slot.kind, &slot.source, paths))
}
