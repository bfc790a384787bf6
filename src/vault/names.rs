//! What things are called, for a shell that completes a word: read without the key, without a lock
//! and without a trace, as the fast path of `token` does.

use super::error::VaultError;
use super::{Paths, overview, private, schema, service_accounts};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub accounts: Vec<AccountName>,
    pub clients: Vec<String>,
    /// Their addresses.
    pub service_accounts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName {
    pub email: String,
    pub label: Option<String>,
}

pub fn names(paths: &Paths) -> Result<Names, VaultError> {
    look(paths).map_err(|error| error.at(&paths.db))
}

fn look(paths: &Paths) -> Result<Names, VaultError> {
    private::metadata(&paths.db)?;
    let conn = overview::open(paths)?;
    let layout = schema::recognise(&conn, &paths.db)?;
    let accounts = conn
        .prepare("SELECT email, label FROM account ORDER BY id")?
        .query_map([], |row| {
            Ok(AccountName {
                email: row.get(0)?,
                label: row.get(1)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let clients = conn
        .prepare("SELECT name FROM client ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let service_accounts = service_accounts::all(&conn, layout)?;
    Ok(Names {
        accounts,
        clients,
        service_accounts: service_accounts.into_iter().map(|a| a.email).collect(),
    })
}
