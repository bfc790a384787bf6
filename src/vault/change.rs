//! Changes: what the service learnt, written in one transaction however many there are. News that
//! is older than what is stored changes nothing, so that processes cannot undo each other.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::error::VaultError;
use super::grants::{put_access_token, put_refresh_token, retire};
use super::promote::set_label;
use super::rows::{self, fault_columns};
use super::seal::Seal;
use super::{Vault, clients, history};
use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::grant::{Access, Facts};
use crate::domain::secret::Secret;
use crate::domain::snapshot::Checked;
use crate::domain::time::{Timestamp, millis};

#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and lives from an answer to its commit"
)]
pub enum Change {
    /// How a refresh ended. Writes the grant's scopes and end, the access token, fault, back-off
    /// and the client's fault; leaves what the person decided (pause, label) alone.
    Learnt {
        id: AccountId,
        facts: Facts,
        access_token: Option<Secret>,
        /// A rotated one.
        refresh_token: Option<Secret>,
    },
    Paused {
        id: AccountId,
        paused: bool,
    },
    Label {
        id: AccountId,
        label: Option<String>,
    },
    Checked {
        id: AccountId,
        checked: Checked,
    },
    /// Revoked from here, and confirmed by Google: the tokens go.
    SignedOut {
        id: AccountId,
        at: Timestamp,
    },
    /// A grant that died with another one.
    Refused {
        id: AccountId,
        grant: GrantId,
        fault: Fault,
    },
    Removed {
        id: AccountId,
    },
    ClientFault {
        id: ClientId,
        fault: Option<Fault>,
    },
    Happened(Event),
}

impl Vault {
    /// All or none, durable when it returns. A change for an account or a grant that is gone
    /// changes nothing.
    pub fn commit(&mut self, changes: &[Change]) -> Result<(), VaultError> {
        let write = |conn: &Transaction<'_>, seal: &Seal| {
            let mut changes = changes.iter();
            changes.try_for_each(|change| apply(conn, seal, change))
        };
        if changes.iter().any(is_told_once) {
            self.writing_at_all_costs(write)
        } else {
            self.writing(write)
        }
    }
}

/// Google says it, and not again.
fn is_told_once(change: &Change) -> bool {
    matches!(
        change,
        Change::SignedOut { .. }
            | Change::Learnt {
                access_token: Some(_),
                ..
            }
    )
}

fn apply(conn: &Connection, seal: &Seal, change: &Change) -> Result<(), VaultError> {
    match change {
        Change::Learnt {
            id,
            facts,
            access_token,
            refresh_token,
        } => {
            let tokens = (access_token.as_ref(), refresh_token.as_ref());
            learn(conn, seal, *id, facts, tokens)?;
        }
        Change::Paused { id, paused } => {
            conn.execute(
                "UPDATE account SET paused = ? WHERE id = ?",
                params![paused, id.0],
            )?;
        }
        Change::Label { id, label } => set_label(conn, *id, label.as_deref())?,
        Change::Checked { id, checked } => {
            conn.execute(
                "UPDATE account SET checked_at = ?, checked_ok = ?, checked_line = ? WHERE id = ?",
                params![millis(checked.at), checked.ok, checked.line, id.0],
            )?;
        }
        Change::SignedOut { id, at } => {
            retire(conn, "account = ? AND stage = 'current'", &[id.0])?;
            set_fault(conn, *id, None)?;
            conn.execute(
                "UPDATE account SET revoked_here_at = ?, failures = NULL, next_try_at = NULL \
                 WHERE id = ?",
                params![millis(*at), id.0],
            )?;
        }
        Change::Refused { id, grant, fault } => {
            if is_current(conn, *id, *grant)? {
                set_fault(conn, *id, Some(fault))?;
            }
        }
        Change::Removed { id } => {
            conn.execute("DELETE FROM account WHERE id = ?", [id.0])?;
        }
        Change::ClientFault { id, fault } => clients::set_fault(conn, *id, fault.as_ref())?,
        Change::Happened(event) => history::add(conn, event)?,
    }
    Ok(())
}

fn learn(
    conn: &Connection,
    seal: &Seal,
    id: AccountId,
    facts: &Facts,
    (access_token, refresh_token): (Option<&Secret>, Option<&Secret>),
) -> Result<(), VaultError> {
    let Some(grant) = &facts.grant else {
        return Ok(());
    };
    let moment = moment(facts, access_token.is_some());
    if !is_current(conn, id, grant.id)? || is_older_news(conn, grant.id, facts.access, moment)? {
        return Ok(());
    }
    conn.execute(
        "UPDATE grant SET granted = ?, expires_at = ?, verified = ? WHERE id = ?",
        params![
            grant.granted.to_string(),
            grant.expires_at.map(millis),
            grant.verified,
            grant.id.0
        ],
    )?;
    if let (Some(access), Some(token)) = (facts.access, access_token) {
        put_access_token(conn, seal, grant.id, access, token)?;
    }
    if let Some(token) = refresh_token {
        put_refresh_token(conn, seal, grant.id, token)?;
    }
    set_fault(conn, id, facts.fault.as_ref())?;
    conn.execute(
        "UPDATE account SET last_refresh_at = coalesce(?, last_refresh_at), \
             failures = ?, next_try_at = ? WHERE id = ?",
        params![
            facts.last_refresh_at.map(millis),
            facts.backoff.map(|b| b.failures),
            facts.backoff.map(|b| millis(b.next_try_at)),
            id.0
        ],
    )?;
    // Only a success speaks for a client: any other trouble says nothing about it.
    let succeeded = facts.fault.is_none() && facts.backoff.is_none();
    if facts.client.fault.is_some() || succeeded {
        clients::set_fault(conn, grant.client, facts.client.fault.as_ref())?;
    }
    Ok(())
}

fn is_current(conn: &Connection, id: AccountId, grant: GrantId) -> rusqlite::Result<bool> {
    conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM grant WHERE id = ? AND account = ? AND stage = 'current')",
        params![grant.0, id.0],
        |row| row.get(0),
    )
}

/// When the news was made: as the token was obtained, or as the failure was met.
fn moment(facts: &Facts, succeeded: bool) -> Option<Timestamp> {
    let obtained_at = facts.access.map(|access| access.obtained_at);
    let faults = [&facts.fault, &facts.client.fault].into_iter().flatten();
    let failed_at = faults.map(|fault| fault.at).max();
    failed_at.filter(|_| !succeeded).or(obtained_at)
}

/// Whether the stored access token was obtained later than the one the news knows of. One that
/// seems to come from the future was stored before the clock was set back, and does not count.
fn is_older_news(
    conn: &Connection,
    grant: GrantId,
    known: Option<Access>,
    moment: Option<Timestamp>,
) -> rusqlite::Result<bool> {
    let stored = conn
        .query_row(
            "SELECT obtained_at, access_expires_at FROM grant WHERE id = ?",
            [grant.0],
            rows::access,
        )
        .optional()?
        .flatten();
    let (Some(stored), Some(known), Some(moment)) = (stored, known, moment) else {
        return Ok(false);
    };
    Ok(stored.obtained_at > known.obtained_at && stored.is_live(moment))
}

fn set_fault(conn: &Connection, id: AccountId, fault: Option<&Fault>) -> rusqlite::Result<()> {
    let (diagnosis, code, message, at, retry_after) = fault_columns(fault);
    conn.execute(
        "UPDATE account SET fault = ?, fault_code = ?, fault_message = ?, fault_at = ?, \
             fault_retry_after = ? WHERE id = ?",
        params![diagnosis, code, message, at, retry_after, id.0],
    )?;
    Ok(())
}
