//! Service accounts and their keys: one for each, sealed as a client's secret is. Knows nothing of
//! what a key is good for.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::VaultError;
use super::seal::{Place, Seal};
use super::{Vault, schema};
use crate::domain::secret::Secret;
use crate::domain::service_account::{KeyStored, ServiceAccount, ServiceAccountKey};
use crate::domain::time::{Timestamp, from_millis, millis};

impl Vault {
    /// A key that is here stays, and so does another one of the same account, unless it is to be
    /// replaced; then it goes only after the new one was read back.
    pub fn put_service_account(
        &mut self,
        new: &ServiceAccountKey,
        replace: bool,
        now: Timestamp,
    ) -> Result<KeyStored, VaultError> {
        self.writing(|conn, seal| {
            let known: Option<(i64, String)> = conn
                .query_row(
                    "SELECT id, key_id FROM service_account WHERE email = ?",
                    [&new.email],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let (id, stored) = match known {
                None => (insert(conn, new, now)?, KeyStored::Added),
                Some((id, before)) if replace => (id, KeyStored::Replaced(before)),
                Some((_, same)) if same == new.key_id => return Ok(KeyStored::Known),
                Some((_, stored)) => {
                    let email = new.email.clone();
                    return Err(VaultError::OtherServiceAccountKey { email, stored });
                }
            };
            update(conn, seal, id, new, now)?;
            if read(conn, seal, &new.email)?.as_ref() != Some(new) {
                return Err(Place::private_key(id).broken());
            }
            Ok(stored)
        })
    }

    /// All of it, the private key too.
    pub fn service_account_key(
        &self,
        email: &str,
    ) -> Result<Option<ServiceAccountKey>, VaultError> {
        self.reading(|conn, seal| read(conn, seal, email))
    }

    pub fn remove_service_account(&mut self, email: &str) -> Result<(), VaultError> {
        self.writing(|conn, _| {
            let gone = conn.execute("DELETE FROM service_account WHERE email = ?", [email])?;
            if gone == 0 {
                return Err(VaultError::Gone {
                    what: "service account",
                });
            }
            Ok(())
        })
    }
}

/// Those whose keys are here, without the keys. An older layout, which whoever only reads leaves
/// as it is, has none.
pub(super) fn all(conn: &Connection, layout: i64) -> rusqlite::Result<Vec<ServiceAccount>> {
    if !schema::has_service_accounts(layout) {
        return Ok(Vec::new());
    }
    let sql = "SELECT email, key_id, project, client_id, added_at FROM service_account ORDER BY id";
    let mut statement = conn.prepare(sql)?;
    let accounts = statement.query_map([], |row| {
        Ok(ServiceAccount {
            email: row.get(0)?,
            key_id: row.get(1)?,
            project: row.get(2)?,
            client_id: row.get(3)?,
            added_at: from_millis(row.get(4)?),
        })
    })?;
    accounts.collect()
}

/// A row with its number, which its key is sealed to: that comes next.
fn insert(conn: &Connection, new: &ServiceAccountKey, now: Timestamp) -> rusqlite::Result<i64> {
    conn.execute(
        "INSERT INTO service_account (email, key_id, private_key, client_id, added_at) \
         VALUES (?, '', x'', '', ?)",
        params![new.email, millis(now)],
    )?;
    Ok(conn.last_insert_rowid())
}

fn update(
    conn: &Connection,
    seal: &Seal,
    id: i64,
    new: &ServiceAccountKey,
    now: Timestamp,
) -> Result<(), VaultError> {
    let sealed = seal.seal_secret(Place::private_key(id), &new.private_key)?;
    conn.execute(
        "UPDATE service_account SET email = ?2, key_id = ?3, private_key = ?4, project = ?5, \
             client_id = ?6, token_uri = ?7, added_at = ?8 WHERE id = ?1",
        params![
            id,
            new.email,
            new.key_id,
            sealed,
            new.project,
            new.client_id,
            new.token_uri,
            millis(now)
        ],
    )?;
    Ok(())
}

fn read(
    conn: &Connection,
    seal: &Seal,
    email: &str,
) -> Result<Option<ServiceAccountKey>, VaultError> {
    let found = conn
        .query_row(
            "SELECT id, private_key, email, key_id, project, client_id, token_uri \
             FROM service_account WHERE email = ?",
            [email],
            |row| {
                let (id, sealed): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
                let without_key = ServiceAccountKey {
                    private_key: Secret::new(""),
                    email: row.get(2)?,
                    key_id: row.get(3)?,
                    project: row.get(4)?,
                    client_id: row.get(5)?,
                    token_uri: row.get(6)?,
                };
                Ok((id, sealed, without_key))
            },
        )
        .optional()?;
    let Some((id, sealed, without_key)) = found else {
        return Ok(None);
    };
    Ok(Some(ServiceAccountKey {
        private_key: seal.open_secret(Place::private_key(id), &sealed)?,
        ..without_key
    }))
}
