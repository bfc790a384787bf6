//! Promotion: a verified candidate becomes its account's current grant, in one transaction, and
//! what was believed of the predecessor is forgotten with it.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::VaultError;
use super::grants::{open_refresh_token, retire};
use super::owner::{Owner, owner};
use super::seal::Seal;
use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::time::{Timestamp, millis};

pub(super) fn promote(
    conn: &Connection,
    seal: &Seal,
    id: GrantId,
    label: Option<&str>,
    now: Timestamp,
) -> Result<AccountId, VaultError> {
    let gone = VaultError::Gone { what: "sign-in" };
    let found = stored(conn, id)?.ok_or(gone)?;
    match (found.stage.as_str(), found.account) {
        ("candidate", _) => {}
        ("current", Some(account)) => return Ok(account),
        _ => return Err(VaultError::Gone { what: "sign-in" }),
    }
    // The only moment at which a broken seal costs nothing: the predecessor is still whole.
    open_refresh_token(conn, seal, id)?;

    let account = match owner(conn, found.account, &found.email, &found.sub)? {
        Some(owner) => {
            check_identity(conn, &owner, &found)?;
            check_order(conn, &owner, id)?;
            owner.id
        }
        None => new_account(conn, &found, now)?,
    };
    retire(conn, "account = ? AND id < ?", &[account.0, id.0])?;
    conn.execute(
        "UPDATE grant SET stage = 'current', account = ? WHERE id = ?",
        params![account.0, id.0],
    )?;
    start_afresh(conn, account, &found)?;
    if label.is_some() {
        set_label(conn, account, label)?;
    }
    Ok(account)
}

struct Stored {
    stage: String,
    account: Option<AccountId>,
    client: ClientId,
    email: String,
    sub: String,
    obtained_at: Option<i64>,
    verified: bool,
}

fn stored(conn: &Connection, id: GrantId) -> rusqlite::Result<Option<Stored>> {
    conn.query_row(
        "SELECT stage, account, client, email, sub, obtained_at, verified \
         FROM grant WHERE id = ?",
        [id.0],
        |row| {
            Ok(Stored {
                stage: row.get(0)?,
                account: row.get::<_, Option<i64>>(1)?.map(AccountId),
                client: ClientId(row.get(2)?),
                email: row.get(3)?,
                sub: row.get(4)?,
                obtained_at: row.get(5)?,
                verified: row.get(6)?,
            })
        },
    )
    .optional()
}

/// Two Google accounts must never share a row, nor one account two rows.
fn check_identity(conn: &Connection, owner: &Owner, found: &Stored) -> Result<(), VaultError> {
    if found.sub.is_empty() || found.sub == owner.sub {
        return Ok(());
    }
    let known_elsewhere: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM account WHERE sub = ? AND id <> ?)",
        params![found.sub, owner.id.0],
        |row| row.get(0),
    )?;
    if known_elsewhere || !owner.sub.is_empty() {
        return Err(VaultError::OtherAccount {
            email: owner.email.clone(),
        });
    }
    Ok(())
}

/// A consent that was cut short must not undo the one that came after it.
fn check_order(conn: &Connection, owner: &Owner, id: GrantId) -> Result<(), VaultError> {
    let newer: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM grant WHERE account = ? AND stage = 'current' AND id > ?)",
        params![owner.id.0, id.0],
        |row| row.get(0),
    )?;
    if newer {
        return Err(VaultError::Superseded {
            email: owner.email.clone(),
        });
    }
    Ok(())
}

fn new_account(conn: &Connection, found: &Stored, now: Timestamp) -> Result<AccountId, VaultError> {
    check_address(conn, &found.email, None)?;
    conn.execute(
        "INSERT INTO account (email, sub, added_at) VALUES (?, ?, ?)",
        params![found.email, found.sub, millis(now)],
    )?;
    Ok(AccountId(conn.last_insert_rowid()))
}

/// The address as Google spells it now, and nothing left of what the predecessor went through.
fn start_afresh(conn: &Connection, account: AccountId, found: &Stored) -> Result<(), VaultError> {
    if !found.sub.is_empty() {
        check_address(conn, &found.email, Some(account))?;
        conn.execute(
            "UPDATE account SET email = ?, sub = ? WHERE id = ?",
            params![found.email, found.sub, account.0],
        )?;
    }
    // A token that came in a file unasked is no refresh of ours.
    let last_refresh_at = found.obtained_at.filter(|_| found.verified);
    conn.execute(
        "UPDATE account SET client = ?, last_refresh_at = ?, revoked_here_at = NULL, \
             failures = NULL, next_try_at = NULL, \
             checked_at = NULL, checked_ok = NULL, checked_line = NULL, \
             fault = NULL, fault_code = NULL, fault_message = NULL, fault_at = NULL, \
             fault_retry_after = NULL WHERE id = ?",
        params![found.client.0, last_refresh_at, account.0],
    )?;
    Ok(())
}

fn check_address(conn: &Connection, email: &str, of: Option<AccountId>) -> Result<(), VaultError> {
    let taken: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM account WHERE email = ? AND id IS NOT ?)",
        params![email, of.map(|id| id.0)],
        |row| row.get(0),
    )?;
    if taken {
        return Err(VaultError::Taken {
            what: "an account with the address",
            name: email.to_owned(),
        });
    }
    Ok(())
}

pub(super) fn set_label(
    conn: &Connection,
    id: AccountId,
    label: Option<&str>,
) -> Result<(), VaultError> {
    let taken: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM account WHERE label = ? AND id <> ?)",
        params![label, id.0],
        |row| row.get(0),
    )?;
    if let Some(name) = label.filter(|_| taken) {
        return Err(VaultError::Taken {
            what: "an account labelled",
            name: name.to_owned(),
        });
    }
    conn.execute(
        "UPDATE account SET label = ? WHERE id = ?",
        params![label, id.0],
    )?;
    Ok(())
}
