//! Usage: which program was given a token, and when. Written after the token was printed, in a
//! database of its own, not durably; whatever goes wrong here is ignored, because nobody's mail
//! should wait for a statistic.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Result, params};

use super::error::VaultError;
use super::{Paths, at_rest, private};
use crate::domain::snapshot::Handout;
use crate::domain::time::{Span, Timestamp, from_millis, millis};
use crate::domain::wording::safe;

/// A program that asks in a loop leaves one mark a minute.
const AT_MOST_EVERY: Span = Span::minutes(1);

/// Programs per account: shown and kept.
const SHOWN: usize = 5;
const KEPT: i64 = 20;

const BUSY_TIMEOUT: Duration = Duration::from_millis(50);

/// What each account's tokens were handed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage(HashMap<String, Vec<Handout>>);

impl Usage {
    /// Most recent first, one per program, at most five.
    pub fn handouts(&self, email: &str) -> &[Handout] {
        self.0.get(email).map_or(&[], Vec::as_slice)
    }

    pub fn last_used_at(&self, email: &str) -> Option<Timestamp> {
        self.handouts(email).first().map(|handout| handout.at)
    }
}

pub fn record(paths: &Paths, email: &str, program: &str, now: Timestamp) {
    let program = safe(program);
    if was_just_recorded(&paths.usage, email, &program, now).unwrap_or(false) {
        return;
    }
    let _ = write(&paths.usage, email, &program, now);
}

/// Empty on any trouble.
pub fn read(paths: &Paths) -> Usage {
    read_all(&paths.usage).unwrap_or_default()
}

fn read_all(path: &Path) -> Result<Usage> {
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = conn.prepare("SELECT email, program, at FROM handout ORDER BY at DESC")?;
    let mut rows = statement.query([])?;
    let mut usage = Usage::default();
    while let Some(row) = rows.next()? {
        let handouts = usage.0.entry(row.get(0)?).or_default();
        if handouts.len() < SHOWN {
            handouts.push(Handout {
                program: row.get(1)?,
                at: from_millis(row.get(2)?),
            });
        }
    }
    Ok(usage)
}

fn was_just_recorded(path: &Path, email: &str, program: &str, now: Timestamp) -> Result<bool> {
    // Torn by a writer, it answers nonsense or not at all; neither matters here.
    let last: Option<i64> = at_rest::open(path)?
        .query_row(
            "SELECT at FROM handout WHERE email = ? AND program = ?",
            [email, program],
            |row| row.get(0),
        )
        .optional()?;
    // A mark from the future was made before the clock was set back.
    Ok(last.is_some_and(|at| (Span::zero()..AT_MOST_EVERY).contains(&(now - from_millis(at)))))
}

fn write(path: &Path, email: &str, program: &str, now: Timestamp) -> Result<()> {
    if prepare(path).is_err() {
        return Ok(());
    }
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; \
         CREATE TABLE IF NOT EXISTS handout ( \
             email TEXT NOT NULL, program TEXT NOT NULL, at INTEGER NOT NULL, \
             PRIMARY KEY (email, program)) STRICT, WITHOUT ROWID; \
         BEGIN IMMEDIATE",
    )?;
    conn.execute(
        "INSERT INTO handout (email, program, at) VALUES (?, ?, ?) \
         ON CONFLICT DO UPDATE SET at = excluded.at",
        params![email, program, millis(now)],
    )?;
    conn.execute(
        "DELETE FROM handout WHERE email = ?1 AND program NOT IN ( \
             SELECT program FROM handout WHERE email = ?1 ORDER BY at DESC LIMIT ?2)",
        params![email, KEPT],
    )?;
    conn.execute_batch("COMMIT")
}

fn prepare(path: &Path) -> std::result::Result<(), VaultError> {
    private::directory(private::parent(path))?;
    if !path.exists() {
        private::open_or_create(path)?;
    }
    private::tighten(path)
}

fn open(path: &Path, mode: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    Ok(conn)
}
