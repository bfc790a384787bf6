//! Is everything there, and whole? Reads every row and opens every sealed value; mends nothing.

use rusqlite::{Connection, Row};

use super::error::{VaultError, VaultErrorKind};
use super::glance::without_a_trace;
use super::key::KeyChoice;
use super::seal::{Place, Seal};
use super::{Paths, leftovers, opening, overview, schema, slot};
use crate::domain::account::{ClientId, GrantId};
use crate::domain::time::Timestamp;

/// More of a kind are counted, not listed.
const LISTED: usize = 5;
/// More are not looked for.
const MOST: u32 = 100;

const WITH_BACKUP: &str = "with a backup, `gatepost vault restore FILE --force` sets it aside and starts from that; \
     without one, move it away and sign in again";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Works, but should be looked at.
    Doubtful,
    Bad,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub what: &'static str,
    pub verdict: Verdict,
    pub words: String,
}

impl Finding {
    fn new(what: &'static str, verdict: Verdict, words: impl Into<String>) -> Self {
        Self {
            what,
            verdict,
            words: words.into(),
        }
    }

    /// Good if nothing is wrong, else bad with the first few of it.
    fn unless(what: &'static str, wrong: &[String], good: impl Into<String>) -> Self {
        if wrong.is_empty() {
            return Self::new(what, Verdict::Good, good);
        }
        let listed = wrong[..wrong.len().min(LISTED)].join("; ");
        let words = match wrong.len().saturating_sub(LISTED) {
            0 => listed,
            more => format!("{listed}; and {more} more"),
        };
        Self::new(what, Verdict::Bad, words)
    }
}

/// As far as it gets: what cannot be opened ends it with a bad finding.
pub fn check(paths: &Paths, choice: &KeyChoice, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![files(paths)];
    findings.extend(drafts(paths, now));
    if let Err(error) = look(paths, choice, &mut findings) {
        findings.push(refused(&error.at(&paths.db)));
    }
    findings
}

fn refused(error: &VaultError) -> Finding {
    let remedy = match error.kind() {
        VaultErrorKind::Corrupt => Some(WITH_BACKUP),
        _ => error.remedy(),
    };
    let remedy = remedy.map(|remedy| format!("; {remedy}"));
    let words = format!("{error}{}", remedy.unwrap_or_default());
    Finding::new("vault", Verdict::Bad, words)
}

fn look(paths: &Paths, choice: &KeyChoice, findings: &mut Vec<Finding>) -> Result<(), VaultError> {
    // Read only, and with no log or lock of ours: what is damaged stays as it is.
    let (found, rest) = without_a_trace(&paths.db, |conn| {
        let layout = schema::recognise(&conn, &paths.db)?;
        let found = database(&conn)?;
        // What else is read from damaged pages says nothing.
        let rest = match found.verdict {
            Verdict::Bad => None,
            _ => Some((layout, relations(&conn)?, slot::all(&conn)?)),
        };
        Ok((found, rest))
    })?;
    findings.push(found);
    let Some((layout, relations, slots)) = rest else {
        return Ok(());
    };
    findings.push(relations);
    if slots.len() > 1 {
        let words = format!(
            "{} key slots: a change of key was cut short; `gatepost vault rekey` finishes it",
            slots.len()
        );
        findings.push(Finding::new("slots", Verdict::Doubtful, words));
    }
    let opened = match slot::unlock(&slots, paths, choice) {
        Ok(opened) => opened,
        Err(error) => {
            let remedy = error.remedy().map(|remedy| format!("; {remedy}"));
            let words = format!("{error}{}", remedy.unwrap_or_default());
            findings.push(Finding::new("key", Verdict::Bad, words));
            return Ok(());
        }
    };
    let words = format!("the {} opens it", opened.kind.words());
    findings.push(Finding::new("key", Verdict::Good, words));
    let seal = Seal::new(&opened.data, opened.vault);
    let secrets = without_a_trace(&paths.db, |conn| sealed(&conn, layout, &seal))?;
    findings.push(secrets);
    Ok(())
}

fn files(paths: &Paths) -> Finding {
    let wrong: Vec<_> = overview::files(paths)
        .into_iter()
        .filter_map(|file| {
            let trouble = file.trouble?;
            Some(format!("`{}`: {trouble}", file.path.display()))
        })
        .collect();
    if wrong.is_empty() {
        Finding::new("files", Verdict::Good, "yours alone to read")
    } else {
        Finding::new("files", Verdict::Doubtful, wrong.join("; "))
    }
}

fn drafts(paths: &Paths, now: Timestamp) -> Option<Finding> {
    let left = leftovers::leftovers(paths, now);
    let named: Vec<_> = left
        .iter()
        .map(|path| format!("`{}`", path.display()))
        .collect();
    let words = format!(
        "{}: left of a backup, a restore or a change of key that was killed; nothing reads it, and the next of these removes it",
        named.join(", ")
    );
    (!left.is_empty()).then(|| Finding::new("drafts", Verdict::Doubtful, words))
}

fn database(conn: &Connection) -> Result<Finding, VaultError> {
    let wrong = opening::damage(conn, MOST)?;
    let mut found = Finding::unless("database", &wrong, "every page and index is whole");
    if found.verdict == Verdict::Bad {
        found.words = format!("{}; {WITH_BACKUP}", found.words);
    }
    Ok(found)
}

fn relations(conn: &Connection) -> Result<Finding, VaultError> {
    let mut statement = conn.prepare("PRAGMA foreign_key_check")?;
    let wrong = statement
        .query_map([], |row| {
            let (table, of): (String, String) = (row.get(0)?, row.get(2)?);
            let id: Option<i64> = row.get(1)?;
            Ok(format!("{table} {} has no {of}", id.unwrap_or_default()))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Finding::unless(
        "rows",
        &wrong,
        "no row without the one it belongs to",
    ))
}

fn sealed(conn: &Connection, layout: i64, seal: &Seal) -> Result<Finding, VaultError> {
    let (opened, broken) = open_all(conn, layout, seal)?;
    let good = format!("all {opened} open");
    Ok(Finding::unless("secrets", &broken, good))
}

/// Opens every sealed value, and says which did not.
pub(super) fn open_all(
    conn: &Connection,
    layout: i64,
    seal: &Seal,
) -> Result<(usize, Vec<String>), VaultError> {
    type PlaceOf = fn(i64) -> Place;
    let columns: [(&str, PlaceOf); 4] = [
        (
            "SELECT id, secret FROM client WHERE secret IS NOT NULL",
            |id| Place::client_secret(ClientId(id)),
        ),
        (
            "SELECT id, refresh_token FROM grant WHERE refresh_token IS NOT NULL",
            |id| Place::refresh_token(GrantId(id)),
        ),
        (
            "SELECT id, access_token FROM grant WHERE access_token IS NOT NULL",
            |id| Place::access_token(GrantId(id)),
        ),
        (
            "SELECT id, private_key FROM service_account",
            Place::private_key,
        ),
    ];
    let (mut opened, mut broken) = (0, Vec::new());
    // The last of them is younger than the others.
    let there = columns.len() - usize::from(!schema::has_service_accounts(layout));
    for (sql, place) in columns.into_iter().take(there) {
        let mut statement = conn.prepare(sql)?;
        let pair = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
        for found in statement.query_map([], pair)? {
            let (id, value) = found?;
            match seal.open_secret(place(id), &value) {
                Ok(_) => opened += 1,
                Err(error) => broken.push(error.to_string()),
            }
        }
    }
    Ok((opened, broken))
}
