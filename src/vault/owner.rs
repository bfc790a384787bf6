//! Whose grant is it? The one question that storing and promoting a grant share.

use rusqlite::Connection;

use super::error::VaultError;
use crate::domain::account::{AccountId, Email};

/// An account as far as finding a grant's owner takes.
pub(super) struct Owner {
    pub(super) id: AccountId,
    pub(super) email: String,
    pub(super) sub: String,
}

/// Whose grant it is: of the account that was named, else of the one with this `sub`, else of the
/// one with this mailbox, unless both say who they are and disagree.
pub(super) fn owner(
    conn: &Connection,
    named: Option<AccountId>,
    email: &str,
    sub: &str,
) -> Result<Option<Owner>, VaultError> {
    if let Some(id) = named {
        let found = owners(conn, "id = ?", id.0)?.pop();
        return Ok(Some(found.ok_or(VaultError::Gone { what: "account" })?));
    }
    if !sub.is_empty()
        && let Some(found) = owners(conn, "sub = ?", sub)?.pop()
    {
        return Ok(Some(found));
    }
    let nameless = owners(conn, "sub = '' OR ? = ''", sub)?;
    Ok(nameless
        .into_iter()
        .find(|account| same_mailbox(&account.email, email)))
}

fn owners(
    conn: &Connection,
    which: &str,
    with: impl rusqlite::ToSql,
) -> rusqlite::Result<Vec<Owner>> {
    let sql = format!("SELECT id, email, sub FROM account WHERE {which} ORDER BY id");
    let mut statement = conn.prepare(&sql)?;
    let found = statement.query_map([with], |row| {
        Ok(Owner {
            id: AccountId(row.get(0)?),
            email: row.get(1)?,
            sub: row.get(2)?,
        })
    })?;
    found.collect()
}

fn same_mailbox(one: &str, other: &str) -> bool {
    match (Email::parse(one), Email::parse(other)) {
        (Ok(one), Ok(other)) => one.same_mailbox(&other),
        _ => one.eq_ignore_ascii_case(other),
    }
}
