//! History: what happened, bounded in number and age. There is no secret in it.

use rusqlite::{Connection, OptionalExtension, params};

use super::Vault;
use super::error::VaultError;
use super::read::{RECENT, Recent};
use super::rows;
use crate::domain::account::AccountId;
use crate::domain::event::{self, Event};
use crate::domain::time::{Span, Timestamp, millis};

/// A hundred accounts that refresh every hour fill this in four days; twenty in three weeks.
const MOST: i64 = 10_000;
const OLDEST: Span = Span::days(365);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    pub account: Option<AccountId>,
    pub since: Option<Timestamp>,
    pub limit: usize,
}

impl Vault {
    /// Newest first.
    pub fn history(&self, wanted: &HistoryQuery) -> Result<Vec<Event>, VaultError> {
        self.reading(|conn, _| events(conn, wanted))
    }
}

pub(super) fn events(conn: &Connection, wanted: &HistoryQuery) -> Result<Vec<Event>, VaultError> {
    let mut statement = conn.prepare(
        "SELECT at, account, email, what, result, code, detail FROM history \
         WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR at >= ?2) \
         ORDER BY id DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let found = statement.query_map(
        params![
            wanted.account.map(|id| id.0),
            wanted.since.map(millis),
            limit
        ],
        rows::event,
    )?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Every account's latest refreshes in one pass.
pub(super) fn recent_refreshes(conn: &Connection) -> Result<Recent, VaultError> {
    let mut statement = conn.prepare(
        "SELECT account, result FROM history \
         WHERE what = 'refresh' AND account IS NOT NULL ORDER BY id DESC",
    )?;
    let mut rows = statement.query([])?;
    let mut recent = Recent::new();
    while let Some(row) = rows.next()? {
        let results = recent.entry(AccountId(row.get(0)?)).or_default();
        if results.len() < RECENT {
            results.push(rows::word(row, "result", event::Result::parse)?);
        }
    }
    for results in recent.values_mut() {
        results.reverse();
    }
    Ok(recent)
}

pub(super) fn recent_refreshes_of(
    conn: &Connection,
    id: AccountId,
) -> Result<Vec<event::Result>, VaultError> {
    let mut statement = conn.prepare(
        "SELECT result FROM history WHERE account = ? AND what = 'refresh' \
         ORDER BY id DESC LIMIT ?",
    )?;
    let found = statement.query_map(params![id.0, RECENT as i64], |row| {
        rows::word(row, "result", event::Result::parse)
    })?;
    let mut results: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
    results.reverse();
    Ok(results)
}

/// What happened to the vault itself.
pub(super) fn tell(conn: &Connection, detail: String, at: Timestamp) -> rusqlite::Result<()> {
    let event = Event {
        at,
        account: None,
        email: None,
        what: event::What::Vault,
        result: event::Result::Done,
        code: String::new(),
        detail,
    };
    add(conn, &event)
}

pub(super) fn add(conn: &Connection, event: &Event) -> rusqlite::Result<()> {
    conn.execute(
        "INSERT INTO history (at, account, email, what, result, code, detail) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![
            millis(event.at),
            event.account.map(|id| id.0),
            event.email,
            event.what.as_str(),
            event.result.as_str(),
            event.code,
            event.detail
        ],
    )?;
    let newest = conn.last_insert_rowid();
    conn.execute("DELETE FROM history WHERE id <= ?", [newest - MOST])?;
    let horizon = millis(event.at - OLDEST);
    let oldest: Option<i64> = conn
        .query_row("SELECT at FROM history ORDER BY id LIMIT 1", [], |row| {
            row.get(0)
        })
        .optional()?;
    // The dates are looked at only when the oldest row says that there is something to drop.
    if oldest.is_some_and(|at| at < horizon) {
        conn.execute("DELETE FROM history WHERE at < ?", [horizon])?;
    }
    Ok(())
}
