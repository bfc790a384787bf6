//! The fast path of `gatepost token`: one account's access token, read and nothing else. Opens
//! read-only, writes nothing, migrates nothing, and works on a full or read-only disk.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

use super::error::VaultError;
use super::key::KeyChoice;
use super::seal::{Place, Seal};
use super::slot::{self, Slot};
use super::{Paths, at_rest, private, rows, schema};
use crate::domain::account::{self, AccountId, GrantId, Handle, Naming, NoSuchAccount};
use crate::domain::fault::Diagnosis;
use crate::domain::grant::Access;
use crate::domain::secret::Secret;

/// Whoever closes a vault last keeps even readers out, for as long as it takes to file the log.
const A_WRITE: Duration = Duration::from_millis(500);

/// What is known of an account without asking anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    pub email: String,
    /// `None` also for an account that is dead or signed out: those serve nothing; and for a
    /// token that will not do.
    pub access: Option<(Access, Secret)>,
    /// As granted, separated by spaces.
    pub scopes: String,
    /// Google no longer accepts the grant.
    pub dead: bool,
    /// There is nothing to refresh with.
    pub signed_out: bool,
}

/// Finds the account as [`account::find`] does, abbreviations allowed. The key, which a command may
/// have to print, is fetched only for a token that `will_do`.
pub fn glance(
    paths: &Paths,
    key: &KeyChoice,
    wanted: &str,
    will_do: &dyn Fn(Access) -> bool,
) -> Result<Glance, VaultError> {
    private::must_be_private(&paths.db)?;
    let found = look(paths, wanted).map_err(|error| error.at(&paths.db))?;
    let access = match (found.access, found.grant, &found.token) {
        (Some(access), Some(grant), Some(sealed))
            if !found.dead && !found.signed_out && will_do(access) =>
        {
            let opened = slot::unlock(&found.slots, paths, key)?;
            let seal = Seal::new(&opened.data, opened.vault);
            let token = seal.open_secret(Place::access_token(GrantId(grant)), sealed)?;
            Some((access, token))
        }
        _ => None,
    };
    Ok(Glance {
        email: found.email,
        access,
        scopes: found.scopes.unwrap_or_default(),
        dead: found.dead,
        signed_out: found.signed_out,
    })
}

fn look(paths: &Paths, wanted: &str) -> Result<Found, VaultError> {
    let look = |conn: Connection| {
        schema::recognise(&conn, &paths.db)?;
        // A label has no `@` and an address has one.
        let exactly = if wanted.contains('@') {
            "a.email = ?1"
        } else {
            "a.label = ?1"
        };
        match find(&conn, exactly, wanted)? {
            Some(found) => Ok(found),
            None => by_prefix(&conn, wanted),
        }
    };
    without_a_trace(&paths.db, look)
}

/// Reads what nobody writes as it is, and what somebody writes beside them.
pub(super) fn without_a_trace<T>(
    db: &Path,
    look: impl Fn(Connection) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let before = Standing::of(db)?;
    if before.is_at_rest {
        let seen = at_rest::open(db).map_err(VaultError::from).and_then(&look);
        if Standing::of(db)? == before {
            return seen;
        }
    }
    look(open_shared(db)?)
}

/// How the file stands. While nobody has the vault open for writing there is no log beside it, and
/// it can be read as it is, without a lock or a file of our own; if it stands afterwards as it
/// stood before, what was read is true.
#[derive(PartialEq, Eq)]
struct Standing {
    is_at_rest: bool,
    file: u64,
    size: u64,
    changed_at: (i64, i64),
}

impl Standing {
    fn of(db: &Path) -> Result<Self, VaultError> {
        let found = private::metadata(db)?;
        Ok(Self {
            is_at_rest: schema::is_at_rest(db),
            file: found.ino(),
            size: found.size(),
            changed_at: (found.mtime(), found.mtime_nsec()),
        })
    }
}

/// An account's row and what unlocks it, both still sealed.
struct Found {
    email: String,
    dead: bool,
    signed_out: bool,
    scopes: Option<String>,
    grant: Option<i64>,
    token: Option<Vec<u8>>,
    access: Option<Access>,
    slots: Vec<Slot>,
}

fn find(
    conn: &Connection,
    which: &str,
    with: impl rusqlite::ToSql,
) -> rusqlite::Result<Option<Found>> {
    let sql = format!(
        "SELECT a.email, a.fault, g.refresh_token IS NULL, g.granted, g.id, g.access_token, \
             g.obtained_at, g.access_expires_at \
         FROM account a LEFT JOIN grant g ON g.account = a.id AND g.stage = 'current' \
         WHERE {which}"
    );
    let found = |row: &Row<'_>| {
        let fault: Option<String> = row.get(1)?;
        Ok(Found {
            email: row.get(0)?,
            dead: fault.is_some_and(|fault| fault == Diagnosis::Reauth.as_str()),
            signed_out: row.get(2)?,
            scopes: row.get(3)?,
            grant: row.get(4)?,
            token: row.get(5)?,
            access: rows::access(row)?,
            slots: slot::all(conn)?,
        })
    };
    conn.query_row(&sql, [with], found).optional()
}

/// The slow way, for abbreviations and mistakes: it looks at every name.
fn by_prefix(conn: &Connection, wanted: &str) -> Result<Found, VaultError> {
    let mut statement = conn.prepare("SELECT id, email, label FROM account ORDER BY id")?;
    let names = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(i64, String, Option<String>)>>>()?;
    let handles: Vec<_> = names
        .iter()
        .map(|(id, email, label)| Handle {
            id: AccountId(*id),
            email,
            label: label.as_deref(),
        })
        .collect();
    let id = account::find(&handles, wanted, Naming::Prefix)?;
    let removed_meanwhile = || NoSuchAccount::Unknown {
        wanted: wanted.to_owned(),
        nearest: None,
    };
    Ok(find(conn, "a.id = ?1", id.0)?.ok_or_else(removed_meanwhile)?)
}

pub(super) fn open_shared(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(A_WRITE)?;
    Ok(conn)
}
