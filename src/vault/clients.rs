//! Clients: adding, updating and removing OAuth clients. Says who is in the way and decides
//! nothing about it.

use rusqlite::{Connection, OptionalExtension, params};

use super::Vault;
use super::error::VaultError;
use super::rows::fault_columns;
use super::seal::{Place, Seal};
use crate::domain::account::ClientId;
use crate::domain::client::{ClientKind, Publishing};
use crate::domain::fault::Fault;
use crate::domain::secret::Secret;
use crate::domain::time::{Timestamp, millis};

/// A client as a `credentials.json` describes it. What is left out here stays as it was for a
/// client that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClient {
    /// Used when the client is new; a known one keeps its name.
    pub name: String,
    pub client_id: String,
    pub secret: Option<Secret>,
    pub kind: ClientKind,
    pub project: Option<String>,
    pub publishing: Option<Publishing>,
    pub auth_uri: Option<String>,
    pub token_uri: Option<String>,
    pub redirect_uris: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutClient {
    Added(ClientId),
    Updated(ClientId),
}

impl PutClient {
    pub fn id(self) -> ClientId {
        match self {
            Self::Added(id) | Self::Updated(id) => id,
        }
    }
}

impl Vault {
    /// The same client ID again updates what the file says and lifts the fault; another one
    /// needs a name that is free.
    pub fn put_client(&mut self, new: &NewClient, now: Timestamp) -> Result<PutClient, VaultError> {
        self.writing(|conn, seal| {
            let known = conn
                .query_row(
                    "SELECT id FROM client WHERE client_id = ?",
                    [&new.client_id],
                    |row| row.get(0).map(ClientId),
                )
                .optional()?;
            let put = match known {
                Some(id) => PutClient::Updated(id),
                None => PutClient::Added(insert(conn, new, now)?),
            };
            update(conn, seal, put.id(), new, now)?;
            Ok(put)
        })
    }

    pub fn set_publishing(&mut self, id: ClientId, to: Publishing) -> Result<(), VaultError> {
        self.writing(|conn, _| {
            let changed = conn.execute(
                "UPDATE client SET publishing = ? WHERE id = ?",
                params![to.as_str(), id.0],
            )?;
            found(changed)
        })
    }

    /// Refused while a grant or an unfinished consent uses it.
    pub fn remove_client(&mut self, id: ClientId) -> Result<(), VaultError> {
        self.writing(|conn, _| {
            let users = users(conn, id)?;
            if !users.is_empty() {
                let name =
                    conn.query_row("SELECT name FROM client WHERE id = ?", [id.0], |row| {
                        row.get(0)
                    })?;
                return Err(VaultError::ClientInUse { name, users });
            }
            conn.execute("DELETE FROM grant WHERE client = ?", [id.0])?;
            found(conn.execute("DELETE FROM client WHERE id = ?", [id.0])?)
        })
    }
}

fn insert(conn: &Connection, new: &NewClient, now: Timestamp) -> Result<ClientId, VaultError> {
    let taken: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM client WHERE name = ?)",
        [&new.name],
        |row| row.get(0),
    )?;
    if taken {
        return Err(VaultError::Taken {
            what: "a client called",
            name: new.name.clone(),
        });
    }
    conn.execute(
        "INSERT INTO client (name, client_id, kind, publishing, redirect_uris, added_at, updated_at) \
         VALUES (?, ?, ?, ?, '', ?5, ?5)",
        params![
            new.name,
            new.client_id,
            new.kind.as_str(),
            Publishing::Unknown.as_str(),
            millis(now)
        ],
    )?;
    Ok(ClientId(conn.last_insert_rowid()))
}

fn update(
    conn: &Connection,
    seal: &Seal,
    id: ClientId,
    new: &NewClient,
    now: Timestamp,
) -> Result<(), VaultError> {
    let sealed = new
        .secret
        .as_ref()
        .map(|secret| seal.seal_secret(Place::client_secret(id), secret))
        .transpose()?;
    conn.execute(
        "UPDATE client SET secret = coalesce(?2, secret), kind = ?3, \
             project = coalesce(?4, project), publishing = coalesce(?5, publishing), \
             auth_uri = coalesce(?6, auth_uri), token_uri = coalesce(?7, token_uri), \
             redirect_uris = coalesce(nullif(?8, ''), redirect_uris), updated_at = ?9 \
         WHERE id = ?1",
        params![
            id.0,
            sealed,
            new.kind.as_str(),
            new.project,
            new.publishing.map(Publishing::as_str),
            new.auth_uri,
            new.token_uri,
            new.redirect_uris.join("\n"),
            millis(now)
        ],
    )?;
    set_fault(conn, id, None)?;
    Ok(())
}

/// Marks a client or lifts its mark. A refusal from before the client's last update speaks of
/// what it was, and is dropped.
pub(super) fn set_fault(
    conn: &Connection,
    id: ClientId,
    fault: Option<&Fault>,
) -> rusqlite::Result<()> {
    let (diagnosis, code, message, at, retry_after) = fault_columns(fault);
    conn.execute(
        "UPDATE client SET fault = ?2, fault_code = ?3, fault_message = ?4, fault_at = ?5, \
             fault_retry_after = ?6 WHERE id = ?1 AND (?5 IS NULL OR ?5 >= updated_at)",
        params![id.0, diagnosis, code, message, at, retry_after],
    )?;
    Ok(())
}

fn users(conn: &Connection, id: ClientId) -> Result<Vec<String>, VaultError> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT coalesce(a.email, g.email) FROM grant g \
         LEFT JOIN account a ON a.id = g.account \
         WHERE g.client = ? AND g.stage <> 'past' ORDER BY 1",
    )?;
    let users = statement.query_map([id.0], |row| row.get(0))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

fn found(changed: usize) -> Result<(), VaultError> {
    if changed == 0 {
        return Err(VaultError::Gone { what: "client" });
    }
    Ok(())
}
