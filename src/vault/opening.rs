//! Opening a vault for reading and writing. First it is looked at without a trace: what is not a
//! vault, a newer one or a damaged one is left byte for byte as it was, and so is what lies beside it.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::VaultError;
use super::glance::without_a_trace;
use super::{at_rest, private, schema};
use crate::domain::wording::safe;

/// How long one process waits for another's write. A write takes milliseconds; whoever waits this
/// long has met a stuck disk, or a process that was stopped.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a vault for reading and writing, brought up to date. What is not a vault, or is a newer
/// or a damaged one, is left byte for byte as it was. On a disk that can only be read it is read as it is.
pub(super) fn open(path: &Path) -> Result<Connection, VaultError> {
    open_within(path, PATIENCE)
}

/// The same for one who may not wait so long for another process to let go of it.
pub(super) fn open_within(path: &Path, patience: Duration) -> Result<Connection, VaultError> {
    must_be_files_of_ours_beside(path)?;
    // SQLite makes files beside what it opens for writing; nothing is left beside what is not ours.
    let found = without_a_trace(path, |conn| {
        conn.busy_timeout(patience)?;
        let found = schema::recognise(&conn, path)?;
        must_be_whole(&conn, path)?;
        Ok(found)
    })?;
    if found == schema::VERSION && schema::is_at_rest(path) && is_on_a_read_only_disk(path) {
        return Ok(at_rest::open(path)?);
    }
    open_for_writing(path, patience)
}

/// SQLite would wait for the writer of a pipe, and does not say what it cannot open.
fn must_be_files_of_ours_beside(path: &Path) -> Result<(), VaultError> {
    [schema::log, schema::shared_memory, schema::rollback_journal]
        .iter()
        .try_for_each(|beside| private::must_be_ours_if_there(&beside(path)))
}

/// Nobody can change under us what lies there.
fn is_on_a_read_only_disk(path: &Path) -> bool {
    let disk = rustix::fs::statvfs(path);
    disk.is_ok_and(|disk| disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

fn open_for_writing(path: &Path, patience: Duration) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    // The last connection to close moves the log into the file: not before we know whose it is.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.busy_timeout(patience)?;
    let found = schema::recognise(&conn, path)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    for file in [
        path.to_owned(),
        schema::log(path),
        schema::shared_memory(path),
    ] {
        if file.exists() {
            private::tighten(&file)?;
        }
    }
    schema::configure(&conn)?;
    if found < schema::VERSION {
        schema::bring_up_to_date(&mut conn, path)?;
    }
    Ok(conn)
}

/// What is damaged is not written to, nor believed: a row that an index does not find any more
/// would pass for an account that nobody has signed in to. Reads every page, which takes about a
/// millisecond for twenty accounts.
fn must_be_whole(conn: &Connection, path: &Path) -> Result<(), VaultError> {
    let found = damage(conn, 1)?.into_iter().next();
    found.map_or(Ok(()), |what| {
        Err(VaultError::Damaged {
            path: path.to_owned(),
            what,
        })
    })
}

/// What is wrong with the pages, the rows and the indexes, as SQLite words it.
pub(super) fn damage(conn: &Connection, most: u32) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare(&format!("PRAGMA integrity_check({most})"))?;
    let mut wrong = Vec::new();
    for line in statement.query_map([], |row| row.get::<_, String>(0))? {
        match line {
            Ok(line) if line == "ok" => {}
            Ok(line) => wrong.push(safe(line.trim_start_matches("*** in database main ***"))),
            // Where pages are lost it stumbles itself, after it has told of them.
            Err(_) if !wrong.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(wrong)
}
