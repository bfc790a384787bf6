//! Grants: a new one is stored at once as a candidate, since its refresh token will not be given
//! twice, and takes its predecessor's place only when promoted.

use rusqlite::{Connection, params};
use subtle::ConstantTimeEq;

use super::error::VaultError;
use super::owner::owner;
use super::record::Material;
use super::seal::{Place, Seal};
use super::{Vault, promote, read, rows};
use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::grant::{Access, Grant};
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::time::{Timestamp, millis};

/// A grant as it came from Google or out of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// The account it renews, where that was said.
    pub account: Option<AccountId>,
    pub email: String,
    /// Empty if unknown.
    pub sub: String,
    pub client: ClientId,
    pub requested: Scopes,
    pub granted: Scopes,
    pub token_endpoint: String,
    pub granted_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub refresh_token: Option<Secret>,
    pub access: Option<(Access, Secret)>,
    pub verified: bool,
}

/// A grant that was stored and not yet promoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub account: Option<AccountId>,
    pub email: String,
    pub sub: String,
    pub grant: Grant,
    pub access: Option<Access>,
    /// `None` without a refresh token.
    pub material: Option<Material>,
}

impl Vault {
    /// On disk, and read back, when this returns.
    pub fn store_candidate(&mut self, new: &NewGrant) -> Result<GrantId, VaultError> {
        let id = self.writing_at_all_costs(|conn, seal| insert(conn, seal, new))?;
        self.reading(|conn, seal| {
            let stored = open_refresh_token(conn, seal, id)?;
            if same(stored.as_ref(), new.refresh_token.as_ref()) {
                Ok(id)
            } else {
                Err(VaultError::Sealed {
                    table: "grant",
                    column: "refresh_token",
                    row: id.0,
                })
            }
        })
    }

    /// Makes a candidate its account's current grant, finding or making the account. The
    /// predecessor loses its tokens only after the candidate's was read back. Promoting what is
    /// current already changes nothing.
    pub fn promote(
        &mut self,
        id: GrantId,
        label: Option<&str>,
        now: Timestamp,
    ) -> Result<AccountId, VaultError> {
        self.writing_at_all_costs(|conn, seal| promote::promote(conn, seal, id, label, now))
    }

    /// Drops a candidate and its tokens. Does nothing to a grant that was promoted meanwhile.
    pub fn discard(&mut self, id: GrantId) -> Result<(), VaultError> {
        self.writing(|conn, _| {
            retire(conn, "id = ? AND stage = 'candidate'", &[id.0])?;
            Ok(())
        })
    }

    /// What a consent that was cut short left behind, oldest first. One that is damaged is passed
    /// over: nobody's start should fail because of it.
    pub fn candidates(&self) -> Result<Vec<Candidate>, VaultError> {
        self.reading(|conn, seal| {
            let mut statement = conn.prepare(
                "SELECT account, email, sub, id AS grant_id, client AS grant_client, requested, \
                     granted, token_endpoint, granted_at, expires_at, verified, \
                     refresh_token IS NOT NULL AS has_refresh_token, obtained_at, \
                     access_expires_at \
                 FROM grant WHERE stage = 'candidate' ORDER BY id",
            )?;
            let found = statement.query_map([], |row| {
                Ok(Candidate {
                    account: row.get::<_, Option<i64>>("account")?.map(AccountId),
                    email: row.get("email")?,
                    sub: row.get("sub")?,
                    grant: rows::grant(row)?,
                    access: rows::access(row)?,
                    material: None,
                })
            })?;
            let with_material = |candidate: rusqlite::Result<Candidate>| {
                let candidate = candidate?;
                let material = match read::material(conn, seal, candidate.grant.id) {
                    Err(VaultError::Sealed { .. }) => return Ok(None),
                    material => material?,
                };
                Ok(Some(Candidate {
                    material,
                    ..candidate
                }))
            };
            found
                .filter_map(|candidate| with_material(candidate).transpose())
                .collect()
        })
    }
}

fn insert(conn: &Connection, seal: &Seal, new: &NewGrant) -> Result<GrantId, VaultError> {
    let account = owner(conn, new.account, &new.email, &new.sub)?;
    let client_known: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM client WHERE id = ?)",
        [new.client.0],
        |row| row.get(0),
    )?;
    if !client_known {
        return Err(VaultError::Gone { what: "client" });
    }
    conn.execute(
        "INSERT INTO grant (stage, account, client, email, sub, requested, granted, \
             token_endpoint, granted_at, expires_at, verified) \
         VALUES ('candidate', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            account.map(|account| account.id.0),
            new.client.0,
            new.email,
            new.sub,
            new.requested.to_string(),
            new.granted.to_string(),
            new.token_endpoint,
            new.granted_at.map(millis),
            new.expires_at.map(millis),
            new.verified
        ],
    )?;
    // Only now is the row known that the tokens are bound to.
    let id = GrantId(conn.last_insert_rowid());
    if let Some(token) = &new.refresh_token {
        put_refresh_token(conn, seal, id, token)?;
    }
    if let Some((access, token)) = &new.access {
        put_access_token(conn, seal, id, *access, token)?;
    }
    Ok(id)
}

pub(super) fn put_refresh_token(
    conn: &Connection,
    seal: &Seal,
    id: GrantId,
    token: &Secret,
) -> Result<(), VaultError> {
    let sealed = seal.seal_secret(Place::refresh_token(id), token)?;
    conn.execute(
        "UPDATE grant SET refresh_token = ? WHERE id = ?",
        params![sealed, id.0],
    )?;
    Ok(())
}

pub(super) fn put_access_token(
    conn: &Connection,
    seal: &Seal,
    id: GrantId,
    access: Access,
    token: &Secret,
) -> Result<(), VaultError> {
    let sealed = seal.seal_secret(Place::access_token(id), token)?;
    conn.execute(
        "UPDATE grant SET access_token = ?, obtained_at = ?, access_expires_at = ? WHERE id = ?",
        params![
            sealed,
            millis(access.obtained_at),
            millis(access.expires_at),
            id.0
        ],
    )?;
    Ok(())
}

pub(super) fn open_refresh_token(
    conn: &Connection,
    seal: &Seal,
    id: GrantId,
) -> Result<Option<Secret>, VaultError> {
    let sealed: Option<Vec<u8>> = conn.query_row(
        "SELECT refresh_token FROM grant WHERE id = ?",
        [id.0],
        |row| row.get(0),
    )?;
    sealed
        .map(|sealed| seal.open_secret(Place::refresh_token(id), &sealed))
        .transpose()
}

/// Takes the tokens from grants and files them as past.
pub(super) fn retire(conn: &Connection, which: &str, with: &[i64]) -> rusqlite::Result<usize> {
    let sql = format!(
        "UPDATE grant SET stage = 'past', refresh_token = NULL, access_token = NULL, \
             obtained_at = NULL, access_expires_at = NULL WHERE stage <> 'past' AND {which}"
    );
    conn.execute(&sql, rusqlite::params_from_iter(with))
}

fn same(one: Option<&Secret>, other: Option<&Secret>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one
            .expose()
            .as_bytes()
            .ct_eq(other.expose().as_bytes())
            .into(),
        (one, other) => one.is_none() && other.is_none(),
    }
}
