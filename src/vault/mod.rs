//! The vault: one SQLite file with every client, account, grant, token and event, shared by any
//! number of processes, each secret in it sealed by itself. It stores and finds facts; it knows
//! nothing of Google, of who asks, or of what the facts mean.
//!
//! One writer at a time, many readers (WAL); each public method is one transaction. Who may
//! refresh an account is settled outside the database, by [`AccountLock`].

mod aside;
mod at_rest;
mod backup;
mod change;
mod check;
mod clients;
mod create;
mod error;
mod glance;
mod grants;
mod history;
mod holder;
mod key;
mod leftovers;
mod lock;
mod names;
mod opening;
mod overview;
mod owner;
mod private;
mod promote;
mod read;
mod record;
mod rekey;
mod reserve;
mod restore;
mod rows;
mod schema;
mod seal;
mod service_accounts;
mod slot;
mod standing;
mod told;
pub mod usage;

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use backup::{BackedUp, backup};
pub use change::Change;
pub use check::{Finding, Verdict, check};
pub use clients::{NewClient, PutClient};
pub use error::{VaultError, VaultErrorKind};
pub use glance::{Glance, glance};
pub use grants::{Candidate, NewGrant};
pub use history::HistoryQuery;
pub use holder::Holder;
pub use key::{
    Answer, KernelTrouble, KeyChoice, KeyKind, KeyringTrouble, PassphraseFor, Passphrases,
    UnknownKeyKind, for_a_new_vault, kernel_remembers,
};
pub use leftovers::leftovers;
pub use lock::AccountLock;
pub use names::{AccountName, Names, names};
pub use opening::PATIENCE;
pub use overview::{FileView, Overview, SlotView, files, forget_passphrase, overview};
pub use read::peek;
pub use record::{Account, Contents, Material};
pub use rekey::{Rekeyed, rekey};
pub use restore::{Restored, restore};

pub use standing::{Others, Standing, standing};
pub use usage::Usage;

use crate::domain::snapshot::VaultView;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use seal::Seal;

/// The layout of the tables that this program reads and writes.
pub const LAYOUT: i64 = schema::VERSION;

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    pub db: PathBuf,
    pub key_file: PathBuf,
    /// A file of its own, since what it holds may be lost.
    pub usage: PathBuf,
    /// The directory of the accounts' lock files.
    pub locks: PathBuf,
}

impl Paths {
    /// Beside the database, since it is that disk's room.
    fn reserve(&self) -> PathBuf {
        self.db.with_extension("reserve")
    }
}

/// An open, unlocked vault.
#[derive(Debug)]
pub struct Vault {
    conn: Connection,
    seal: Seal,
    kind: KeyKind,
    paths: Paths,
    passed_over: Option<KeyringTrouble>,
}

impl Vault {
    pub fn exists(paths: &Paths) -> bool {
        paths.db.symlink_metadata().is_ok()
    }

    /// Opens the vault, and makes one where there is none.
    pub fn open(paths: &Paths, key: &KeyChoice, now: Timestamp) -> Result<Self, VaultError> {
        Self::open_within(paths, key, now, opening::PATIENCE)
    }

    /// The same for one who waits no longer than `patience` for a process that holds it.
    pub fn open_within(
        paths: &Paths,
        key: &KeyChoice,
        now: Timestamp,
        patience: Duration,
    ) -> Result<Self, VaultError> {
        let open = || {
            let passed_over = if Self::exists(paths) {
                private::directory(private::parent(&paths.db))?;
                None
            } else {
                create::create(paths, key, now)?
            };
            let conn = opening::open_within(&paths.db, patience)?;
            let opened = slot::open(&conn, paths, key)?;
            conn.busy_timeout(opening::PATIENCE)?;
            Ok(Self {
                conn,
                seal: Seal::in_locked_memory(&opened.data, opened.vault),
                kind: opened.kind,
                paths: paths.clone(),
                passed_over,
            })
        };
        open().map_err(|error: VaultError| error.at(&paths.db))
    }

    pub fn view(&self) -> VaultView {
        VaultView {
            path: self.paths.db.clone(),
            key: self.kind.words(),
            key_file: (self.kind == KeyKind::File).then(|| self.paths.key_file.clone()),
            passed_over: self.passed_over.as_ref().map(|why| safe(&why.to_string())),
        }
    }

    /// Why the key of a vault that was just made is a file, where the keyring would have been
    /// preferred.
    pub fn keyring_passed_over(&self) -> Option<&KeyringTrouble> {
        self.passed_over.as_ref()
    }

    /// Whether what is learnt could be stored at this moment. A file may be one that can only be
    /// read, a process that hangs while it writes holds up all others, a disk may be full: it would
    /// be seen too late for a refresh token that was changed meanwhile.
    pub fn must_be_writable(&mut self) -> Result<(), VaultError> {
        let is_readonly = self.conn.is_readonly("main");
        // SQLite opens such a file without a word, and begins to write it as well.
        if is_readonly.map_err(|error| VaultError::from(error).at(&self.paths.db))? {
            let refused = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
            let words = "it can be read and not written".to_owned();
            let error = rusqlite::Error::SqliteFailure(refused, Some(words));
            return Err(VaultError::from(error).at(&self.paths.db));
        }
        self.writing_within(Duration::ZERO, |_, _| Ok(()))?;
        reserve::keep(&self.paths)
    }

    /// Writes what exists nowhere else, at the cost of the room that is kept for it.
    fn writing_at_all_costs<T>(
        &mut self,
        work: impl Fn(&Transaction<'_>, &Seal) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        match self.writing(&work) {
            Err(error) if error.is_want_of_room() && reserve::give_up(&self.paths) => {
                self.writing(&work)
            }
            done => done,
        }
    }

    /// Changes whenever another connection has written. Cheap enough to ask every second.
    pub fn data_version(&self) -> Result<i64, VaultError> {
        self.conn
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .map_err(|error| VaultError::from(error).at(&self.paths.db))
    }

    /// Reads at one moment, whatever others write meanwhile.
    fn reading<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &Seal) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        self.transaction(TransactionBehavior::Deferred, work)
    }

    /// Writes everything or nothing; durable when it returns.
    fn writing<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &Seal) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        self.transaction(TransactionBehavior::Immediate, work)
    }

    /// The same for what should not wait long for another process that writes.
    fn writing_within<T>(
        &mut self,
        patience: Duration,
        work: impl FnOnce(&Transaction<'_>, &Seal) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let set = |conn: &Connection, patience| {
            let set = conn.busy_timeout(patience);
            set.map_err(|error| VaultError::from(error).at(&self.paths.db))
        };
        set(&self.conn, patience)?;
        let done = self.transaction(TransactionBehavior::Immediate, work);
        set(&self.conn, opening::PATIENCE)?;
        done
    }

    fn transaction<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>, &Seal) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let run = || {
            let tx = Transaction::new_unchecked(&self.conn, behavior)?;
            let done = work(&tx, &self.seal)?;
            tx.commit()?;
            Ok(done)
        };
        run().map_err(|error: VaultError| error.at(&self.paths.db))
    }
}
