//! The tables and how they came to be: making a vault, recognising one, and bringing an older one
//! up to date. Knows columns and pragmas, not what is sealed in them.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::VaultError;

/// `GPST`: says that a SQLite file is ours.
const APPLICATION_ID: i64 = 0x4750_5354;

/// One step each; a vault's `user_version` says how many it has taken.
const MIGRATIONS: [&str; 4] = [FIRST, SOURCE_OF_KEYS, TOLD, SERVICE_ACCOUNT];

pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Times are milliseconds since the epoch. Sealed values are BLOBs, nothing else is.
const FIRST: &str = "
CREATE TABLE meta (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    vault_id    BLOB NOT NULL CHECK (length(vault_id) = 16),
    created_at  INTEGER NOT NULL
) STRICT;

-- Each slot holds the data key, wrapped. There may be two while the key is being changed.
CREATE TABLE key_slot (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    key_check   BLOB NOT NULL,
    data_key    BLOB NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE client (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,
    client_id     TEXT NOT NULL UNIQUE,
    secret        BLOB,
    kind          TEXT NOT NULL,
    project       TEXT,
    publishing    TEXT NOT NULL,
    auth_uri      TEXT,
    token_uri     TEXT,
    redirect_uris TEXT NOT NULL,
    added_at      INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    fault TEXT, fault_code TEXT, fault_message TEXT, fault_at INTEGER, fault_retry_after INTEGER
) STRICT;

CREATE TABLE account (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    email            TEXT NOT NULL COLLATE NOCASE UNIQUE,
    sub              TEXT NOT NULL,
    label            TEXT UNIQUE,
    added_at         INTEGER NOT NULL,
    client           INTEGER REFERENCES client ON DELETE SET NULL,
    paused           INTEGER NOT NULL DEFAULT 0,
    revoked_here_at  INTEGER,
    last_refresh_at  INTEGER,
    failures         INTEGER,
    next_try_at      INTEGER,
    checked_at INTEGER, checked_ok INTEGER, checked_line TEXT,
    fault TEXT, fault_code TEXT, fault_message TEXT, fault_at INTEGER, fault_retry_after INTEGER
) STRICT;
CREATE UNIQUE INDEX account_by_sub ON account (sub) WHERE sub <> '';

-- A grant is a candidate until verified, then its account's current one, then past. Past grants
-- have lost their tokens; they stay to be counted, since Google keeps only the last hundred.
CREATE TABLE grant (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    stage              TEXT NOT NULL CHECK (stage IN ('candidate', 'current', 'past')),
    account            INTEGER REFERENCES account ON DELETE CASCADE,
    client             INTEGER NOT NULL REFERENCES client,
    email              TEXT NOT NULL,
    sub                TEXT NOT NULL,
    requested          TEXT NOT NULL,
    granted            TEXT NOT NULL,
    token_endpoint     TEXT NOT NULL,
    granted_at         INTEGER,
    expires_at         INTEGER,
    verified           INTEGER NOT NULL,
    refresh_token      BLOB,
    access_token       BLOB,
    obtained_at        INTEGER,
    access_expires_at  INTEGER,
    CHECK (stage <> 'current' OR account IS NOT NULL),
    CHECK (stage <> 'past' OR (refresh_token IS NULL AND access_token IS NULL)),
    CHECK (access_token IS NULL OR (obtained_at IS NOT NULL AND access_expires_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX current_grant ON grant (account) WHERE stage = 'current';
CREATE INDEX grant_by_account ON grant (account, client);

CREATE TABLE history (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    account  INTEGER,
    email    TEXT,
    what     TEXT NOT NULL,
    result   TEXT NOT NULL,
    code     TEXT NOT NULL,
    detail   TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_account ON history (account);
";

/// What finds a slot's key again: the name of a keyring's item, or a passphrase's salt and costs.
const SOURCE_OF_KEYS: &str = "ALTER TABLE key_slot ADD COLUMN source TEXT NOT NULL DEFAULT ''";

/// What a hook has been run for, so that of all processes one runs it.
const TOLD: &str = "
CREATE TABLE told (
    account  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    matter   TEXT NOT NULL,
    which    TEXT NOT NULL,
    PRIMARY KEY (account, matter)
) STRICT, WITHOUT ROWID;
";

/// One key for each; a new one takes the place of the old.
const SERVICE_ACCOUNT: &str = "
CREATE TABLE service_account (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    email        TEXT NOT NULL COLLATE NOCASE UNIQUE,
    key_id       TEXT NOT NULL,
    private_key  BLOB NOT NULL,
    project      TEXT,
    client_id    TEXT NOT NULL,
    token_uri    TEXT,
    added_at     INTEGER NOT NULL
) STRICT;
";

/// The first layout that has service accounts. What only reads leaves an older one as it is.
const WITH_SERVICE_ACCOUNTS: i64 = 4;

/// Lays out an empty database, which nobody else knows of yet: see `seal_off`.
pub(super) fn lay_out(conn: &mut Connection) -> rusqlite::Result<()> {
    without_log(conn)?;
    configure(conn)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    take_steps(&tx, 0)?;
    tx.commit()
}

/// Before a new file is written: each write goes to the file itself. From a log it would be moved
/// there by the last one to close, and SQLite does not say when that failed.
pub(super) fn without_log(conn: &Connection) -> rusqlite::Result<()> {
    journal(conn, "memory")
}

/// After it was written: WAL is recorded in the file, so every later connection has it.
pub(super) fn seal_off(conn: Connection) -> rusqlite::Result<()> {
    journal(&conn, "wal")?;
    conn.close().map_err(|(_, error)| error)
}

/// SQLite does not call it an error where the mode stays as it was, nor where the change could not
/// be written and waits in a rollback journal to be undone. A journal that was there before and
/// still is undoes nothing: a process was killed before it had one that counts.
pub(super) fn journal(conn: &Connection, mode: &str) -> rusqlite::Result<()> {
    let to_undo = conn.path().map(|path| rollback_journal(Path::new(path)));
    let to_undo = to_undo.as_deref();
    let is_left = || to_undo.is_some_and(|path| path.metadata().is_ok_and(|file| file.len() > 0));
    let was_left = is_left();
    let now: String = conn.pragma_update_and_check(None, "journal_mode", mode, |row| row.get(0))?;
    if now == mode && (was_left || !is_left()) {
        return Ok(());
    }
    let kept = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR);
    Err(rusqlite::Error::SqliteFailure(
        kept,
        Some(format!("the journal mode stays {now}")),
    ))
}

/// Takes the steps that an older vault has not taken yet.
pub(super) fn bring_up_to_date(conn: &mut Connection, path: &Path) -> Result<(), VaultError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let found = recognise(&tx, path)?;
    take_steps(&tx, found)?;
    Ok(tx.commit()?)
}

/// The version of a vault that this program can use.
pub(super) fn recognise(conn: &Connection, path: &Path) -> Result<i64, VaultError> {
    let number = |pragma| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let version = number("user_version")?;
    let application = number("application_id")?;
    if application != APPLICATION_ID || version < 1 {
        return Err(VaultError::NotAVault {
            path: path.to_owned(),
        });
    }
    if version > VERSION {
        return Err(VaultError::Newer {
            path: path.to_owned(),
            found: version,
            known: VERSION,
        });
    }
    Ok(version)
}

pub(super) fn has_service_accounts(layout: i64) -> bool {
    layout >= WITH_SERVICE_ACCOUNTS
}

/// The write-ahead log of a database.
pub(super) fn log(path: &Path) -> PathBuf {
    beside(path, "-wal")
}

/// What SQLite undoes an unfinished change with, where there is no write-ahead log.
pub(super) fn rollback_journal(path: &Path) -> PathBuf {
    beside(path, "-journal")
}

pub(super) fn shared_memory(path: &Path) -> PathBuf {
    beside(path, "-shm")
}

/// Whether nobody has it open for writing, as far as its log tells.
pub(super) fn is_at_rest(path: &Path) -> bool {
    log(path).metadata().map_or(true, |log| log.len() == 0)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// FULL, because a refresh token that was lost to a power cut is a consent lost.
pub(super) fn configure(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
    )
}

fn take_steps(tx: &Transaction<'_>, from: i64) -> rusqlite::Result<()> {
    for step in &MIGRATIONS[from as usize..] {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", VERSION)
}
