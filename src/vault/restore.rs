//! A backup put in the vault's place. The new vault is made whole and opened before anything is
//! touched; then the old one is kept under another name, with the key file that opens it, and the
//! new one takes its name in one step.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};
use tempfile::TempPath;

use super::backup::{self, Unpacked};
use super::error::{During, VaultError};
use super::glance::without_a_trace;
use super::key::{self, Fresh, KeyChoice, KeyKind, KeyringTrouble};
use super::overview::overview;
use super::seal::{Seal, VaultId};
use super::{
    Paths, Vault, aside, check, create, history, holder, leftovers, opening, private, schema, slot,
};
use crate::domain::time::Timestamp;

/// How long somebody's last words are waited for before the vault counts as in use.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// What became of it.
#[derive(Debug)]
pub struct Restored {
    pub accounts: i64,
    pub service_accounts: i64,
    pub key: KeyKind,
    /// Where the vault is that was there before.
    pub set_aside: Option<PathBuf>,
    /// Where the key file is that held no key.
    pub key_set_aside: Option<PathBuf>,
    /// Why `auto` did not choose the keyring.
    pub keyring_passed_over: Option<KeyringTrouble>,
}

/// `force` is needed where a vault holds accounts, or cannot be read.
pub fn restore(
    paths: &Paths,
    choice: &KeyChoice,
    from: &Path,
    force: bool,
    now: Timestamp,
) -> Result<Restored, VaultError> {
    let put_back = || {
        let directory = private::parent(&paths.db);
        private::directory(directory)?;
        create::refuse_leftovers(&paths.db)?;
        leftovers::sweep(paths, now);
        let old = Old::of(paths)?;
        if let (Some(what), false) = (old.worth(), force) {
            return Err(VaultError::InPlace {
                path: paths.db.clone(),
                what,
            });
        }
        let unpacked = backup::unpack(from, &choice.passphrases)?;
        let file = laid_out(directory, &unpacked, from)?;
        let suffix = aside::free_suffix(paths, now);
        let key_set_aside = if force {
            aside::key_file_without_key(paths, choice, &suffix)?
        } else {
            None
        };
        let (fresh, keyring_passed_over) = key::for_new_vault(paths, choice)?;
        let placed = place(paths, file, &unpacked, &fresh, now, || match old {
            Old::Nothing => Ok(None),
            Old::Vault { .. } => {
                bring_to_rest(paths)?;
                aside::vault(paths, &suffix, key_set_aside.is_none()).map(Some)
            }
            Old::Unreadable => aside::vault(paths, &suffix, key_set_aside.is_none()).map(Some),
        });
        if placed.is_err() && fresh.kind == KeyKind::Keyring {
            // The first trouble is the one to be told.
            let _ = key::remove(fresh.kind, &fresh.source, paths);
        }
        let set_aside = placed?;
        let as_made = KeyChoice {
            kind: Some(fresh.kind),
            ..choice.clone()
        };
        drop(Vault::open(paths, &as_made, now)?);
        let seen = overview(paths, choice)?;
        Ok(Restored {
            accounts: seen.accounts,
            service_accounts: seen.service_accounts,
            key: fresh.kind,
            set_aside,
            key_set_aside,
            keyring_passed_over,
        })
    };
    put_back().map_err(|error: VaultError| error.at(&paths.db))
}

/// What is in the place now.
enum Old {
    Nothing,
    Vault {
        accounts: i64,
        keys: i64,
    },
    /// Damaged, newer, or something else.
    Unreadable,
}

impl Old {
    fn of(paths: &Paths) -> Result<Self, VaultError> {
        if !Vault::exists(paths) {
            return Ok(Self::Nothing);
        }
        // A link or another user's file is not ours to set aside.
        private::metadata(&paths.db)?;
        let damage = without_a_trace(&paths.db, |conn| Ok(opening::damage(&conn, 1)?));
        let is_whole = damage.is_ok_and(|found| found.is_empty());
        Ok(match overview(paths, &KeyChoice::default()) {
            Ok(seen) if is_whole => Self::Vault {
                accounts: seen.accounts,
                keys: seen.service_accounts,
            },
            _ => Self::Unreadable,
        })
    }

    /// Why it is not set aside without being asked to.
    fn worth(&self) -> Option<String> {
        match self {
            Self::Nothing
            | Self::Vault {
                accounts: 0,
                keys: 0,
            } => None,
            Self::Vault { accounts: 0, .. } => Some("holds a service account's key".into()),
            Self::Vault { accounts: 1, .. } => Some("holds an account".into()),
            Self::Vault { accounts, .. } => Some(format!("holds {accounts} accounts")),
            Self::Unreadable => Some("cannot be used as it is, but may be mended".into()),
        }
    }
}

/// The backup's database in a file without a name of its own, proven whole.
fn laid_out(directory: &Path, unpacked: &Unpacked, from: &Path) -> Result<TempPath, VaultError> {
    let file = leftovers::draft(leftovers::VAULT, directory)?.into_temp_path();
    fs::write(&file, &*unpacked.image).during("write", &file)?;
    let damaged = || VaultError::BackupDamaged {
        path: from.to_owned(),
    };
    let conn = opening::open(&file)?;
    let seal = Seal::new(&unpacked.data, vault_id(&conn)?);
    let (_, broken) = check::open_all(&conn, schema::VERSION, &seal)?;
    let whole: String = conn.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
    if !broken.is_empty() || whole != "ok" {
        return Err(damaged());
    }
    Ok(file)
}

fn vault_id(conn: &Connection) -> rusqlite::Result<VaultId> {
    conn.query_row("SELECT vault_id FROM meta", [], |row| row.get(0))
}

/// Returns where the old vault is now.
fn place(
    paths: &Paths,
    file: TempPath,
    unpacked: &Unpacked,
    fresh: &Fresh,
    now: Timestamp,
    old_goes_aside: impl FnOnce() -> Result<Option<PathBuf>, VaultError>,
) -> Result<Option<PathBuf>, VaultError> {
    let conn = opening::open(&file)?;
    schema::without_log(&conn)?;
    slot::add(&conn, vault_id(&conn)?, fresh, &unpacked.data, now)?;
    let detail = format!(
        "a backup was put in place, locked with a {}",
        fresh.kind.words()
    );
    history::tell(&conn, detail, now)?;
    schema::seal_off(conn)?;
    fs::File::open(&file)
        .and_then(|file| file.sync_all())
        .during("write", &file)?;
    let set_aside = old_goes_aside()?;
    let directory = private::parent(&paths.db);
    // The old log under its own name would be taken for the new vault's: it is gone for good first.
    private::sync_directory(directory)?;
    // Over the old name in one step: there is a vault under it at every moment.
    file.persist(&paths.db)
        .map_err(|failed| failed.error)
        .during("replace", &paths.db)?;
    private::sync_directory(directory)?;
    Ok(set_aside)
}

/// Moves the log into the file, which works only while nobody else has it open. A process that
/// goes on with the old file would write where nobody looks any more.
fn bring_to_rest(paths: &Paths) -> Result<(), VaultError> {
    let in_use = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => VaultError::InUse {
            path: paths.db.clone(),
            holder: holder::of_any(&[&schema::shared_memory(&paths.db), &paths.db]),
        },
        _ => error.into(),
    };
    let conn = Connection::open(&paths.db)?;
    conn.busy_timeout(PATIENCE)?;
    for mode in ["delete", "wal"] {
        schema::journal(&conn, mode).map_err(in_use)?;
    }
    conn.close().map_err(|(_, error)| error.into())
}
