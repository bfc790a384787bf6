//! Reading: everything at once for a snapshot, one account, or the secrets for one errand.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::VaultError;
use super::glance::without_a_trace;
use super::record::{Account, Contents, Material};
use super::rows;
use super::seal::{Place, Seal};
use super::{Paths, Vault, history, private, schema, service_accounts};
use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::client::Client;
use crate::domain::event;
use crate::domain::grant::Access;
use crate::domain::secret::Secret;

const EVENTS: usize = 500;
pub(super) const RECENT: usize = 24;

/// Everything but the secrets, without the key that opens those: for a prompt, which may not ask.
/// Writes nothing to the vault, so it works on a read-only disk, too.
pub fn peek(paths: &Paths) -> Result<Contents, VaultError> {
    let look = |mut conn: Connection| {
        let layout = schema::recognise(&conn, &paths.db)?;
        contents(&*conn.transaction()?, layout)
    };
    private::directory(private::parent(&paths.db))?;
    private::tighten(&paths.db)?;
    without_a_trace(&paths.db, look).map_err(|error| error.at(&paths.db))
}

fn contents(conn: &Connection, layout: i64) -> Result<Contents, VaultError> {
    let mut accounts = accounts(conn, "ORDER BY a.id", &[])?;
    let mut recent = history::recent_refreshes(conn)?;
    for account in &mut accounts {
        account.recent = recent.remove(&account.id).unwrap_or_default();
    }
    let wanted = history::HistoryQuery {
        limit: EVENTS,
        ..history::HistoryQuery::default()
    };
    Ok(Contents {
        accounts,
        clients: clients(conn)?,
        service_accounts: service_accounts::all(conn, layout)?,
        events: history::events(conn, &wanted)?,
    })
}

impl Vault {
    /// Everything but the secrets, at one moment.
    pub fn read(&self) -> Result<Contents, VaultError> {
        self.reading(|conn, _| contents(conn, schema::VERSION))
    }

    pub fn read_account(&self, id: AccountId) -> Result<Option<Account>, VaultError> {
        self.reading(|conn, _| {
            let mut found = accounts(conn, "WHERE a.id = ?1", &[id.0])?;
            let Some(account) = found.pop() else {
                return Ok(None);
            };
            let recent = history::recent_refreshes_of(conn, id)?;
            Ok(Some(Account { recent, ..account }))
        })
    }

    /// What a refresh needs; `None` without a refresh token.
    pub fn material(&self, id: AccountId) -> Result<Option<Material>, VaultError> {
        self.reading(|conn, seal| {
            let current: Option<i64> = conn
                .query_row(
                    "SELECT id FROM grant WHERE account = ? AND stage = 'current'",
                    [id.0],
                    |row| row.get(0),
                )
                .optional()?;
            match current {
                Some(grant) => material(conn, seal, GrantId(grant)),
                None => Ok(None),
            }
        })
    }

    pub fn access_token(&self, id: AccountId) -> Result<Option<(Access, Secret)>, VaultError> {
        self.reading(|conn, seal| {
            let found = conn
                .query_row(
                    "SELECT id, access_token, obtained_at, access_expires_at FROM grant \
                     WHERE account = ? AND stage = 'current' AND access_token IS NOT NULL",
                    [id.0],
                    |row| {
                        let sealed: Vec<u8> = row.get(1)?;
                        Ok((GrantId(row.get(0)?), rows::access(row)?, sealed))
                    },
                )
                .optional()?;
            let Some((grant, Some(access), sealed)) = found else {
                return Ok(None);
            };
            let token = seal.open_secret(Place::access_token(grant), &sealed)?;
            Ok(Some((access, token)))
        })
    }

    pub fn client_secret(&self, id: ClientId) -> Result<Option<Secret>, VaultError> {
        self.reading(|conn, seal| client_secret(conn, seal, id))
    }
}

/// Accounts without their recent refreshes.
fn accounts(conn: &Connection, which: &str, with: &[i64]) -> Result<Vec<Account>, VaultError> {
    let sql = format!(
        "SELECT a.id, a.email, a.sub, a.label, a.client, a.checked_at, a.checked_ok, \
                a.checked_line, {facts}, \
                (SELECT count(*) FROM grant later WHERE later.account = a.id \
                    AND later.client = g.client AND later.id > g.id) AS grants_issued \
         FROM account a \
         LEFT JOIN grant g ON g.account = a.id AND g.stage = 'current' \
         LEFT JOIN client c ON c.id = coalesce(g.client, a.client) {which}",
        facts = rows::FACTS
    );
    let mut statement = conn.prepare(&sql)?;
    let accounts = statement.query_map(rusqlite::params_from_iter(with), |row| {
        let facts = rows::facts(row)?;
        let last_used = row.get::<_, Option<i64>>("client")?.map(ClientId);
        Ok(Account {
            id: AccountId(row.get("id")?),
            email: row.get("email")?,
            sub: row.get("sub")?,
            label: row.get("label")?,
            client: facts.grant.as_ref().map(|g| g.client).or(last_used),
            facts,
            checked: rows::checked(row)?,
            grants_issued: row.get("grants_issued")?,
            recent: Vec::new(),
        })
    })?;
    Ok(accounts.collect::<rusqlite::Result<_>>()?)
}

fn clients(conn: &Connection) -> Result<Vec<Client>, VaultError> {
    let sql = format!("SELECT {} FROM client ORDER BY id", rows::CLIENT);
    let mut statement = conn.prepare(&sql)?;
    let clients = statement.query_map([], rows::client)?;
    Ok(clients.collect::<rusqlite::Result<_>>()?)
}

fn client_secret(
    conn: &Connection,
    seal: &Seal,
    id: ClientId,
) -> Result<Option<Secret>, VaultError> {
    let sealed: Option<Vec<u8>> = conn
        .query_row("SELECT secret FROM client WHERE id = ?", [id.0], |row| {
            row.get(0)
        })
        .optional()?
        .flatten();
    sealed
        .map(|sealed| seal.open_secret(Place::client_secret(id), &sealed))
        .transpose()
}

/// The secrets of one grant, whatever its stage.
pub(super) fn material(
    conn: &Connection,
    seal: &Seal,
    grant: GrantId,
) -> Result<Option<Material>, VaultError> {
    let found = conn
        .query_row(
            "SELECT client, token_endpoint, refresh_token FROM grant \
             WHERE id = ? AND refresh_token IS NOT NULL",
            params![grant.0],
            |row| {
                let sealed: Vec<u8> = row.get(2)?;
                Ok((ClientId(row.get(0)?), row.get(1)?, sealed))
            },
        )
        .optional()?;
    let Some((client, token_endpoint, sealed)) = found else {
        return Ok(None);
    };
    let sql = format!("SELECT {} FROM client WHERE id = ?", rows::CLIENT);
    Ok(Some(Material {
        grant,
        refresh_token: seal.open_secret(Place::refresh_token(grant), &sealed)?,
        client: conn.query_row(&sql, [client.0], rows::client)?,
        client_secret: client_secret(conn, seal, client)?,
        token_endpoint,
    }))
}

/// Refreshes per account, oldest first.
pub(super) type Recent = HashMap<AccountId, Vec<event::Result>>;
