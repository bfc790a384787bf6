//! Rows into domain values and back, column by column. Knows no tables and runs no statements.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Result, Row};

use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::client::{Client, ClientKind, Publishing};
use crate::domain::event::{self, Event, What};
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::grant::{Access, Backoff, ClientFacts, Facts, Grant};
use crate::domain::scope::Scopes;
use crate::domain::snapshot::Checked;
use crate::domain::time::{Span, Timestamp, from_millis, millis};

/// The columns of [`client`].
pub(super) const CLIENT: &str = "id, name, client_id, kind, project, publishing, auth_uri, \
    token_uri, redirect_uris, added_at, \
    fault, fault_code, fault_message, fault_at, fault_retry_after";

pub(super) fn client(row: &Row<'_>) -> Result<Client> {
    let uris: String = row.get("redirect_uris")?;
    Ok(Client {
        id: ClientId(row.get("id")?),
        name: row.get("name")?,
        client_id: row.get("client_id")?,
        kind: word(row, "kind", ClientKind::parse)?,
        project: row.get("project")?,
        publishing: word(row, "publishing", Publishing::parse)?,
        auth_uri: row.get("auth_uri")?,
        token_uri: row.get("token_uri")?,
        redirect_uris: uris.lines().map(str::to_owned).collect(),
        fault: fault(row, &FAULT)?,
        added_at: from_millis(row.get("added_at")?),
    })
}

/// The columns of [`facts`], of an account joined with its grant and client.
pub(super) const FACTS: &str = "a.paused, a.revoked_here_at, a.last_refresh_at, a.failures, a.next_try_at, \
    a.fault, a.fault_code, a.fault_message, a.fault_at, a.fault_retry_after, \
    c.publishing, c.fault AS client_fault, c.fault_code AS client_fault_code, \
    c.fault_message AS client_fault_message, c.fault_at AS client_fault_at, \
    c.fault_retry_after AS client_fault_retry_after, \
    g.id AS grant_id, g.client AS grant_client, g.requested, g.granted, g.token_endpoint, \
    g.granted_at, g.expires_at, g.verified, g.refresh_token IS NOT NULL AS has_refresh_token, \
    g.obtained_at, g.access_expires_at";

pub(super) fn facts(row: &Row<'_>) -> Result<Facts> {
    let backoff = match (row.get("failures")?, row.get("next_try_at")?) {
        (Some(failures), Some(at)) => Some(Backoff {
            failures,
            next_try_at: from_millis(at),
        }),
        _ => None,
    };
    let publishing = match row.get::<_, Option<String>>("publishing")? {
        Some(_) => word(row, "publishing", Publishing::parse)?,
        None => Publishing::Unknown,
    };
    Ok(Facts {
        grant: match row.get::<_, Option<i64>>("grant_id")? {
            Some(_) => Some(grant(row)?),
            None => None,
        },
        access: access(row)?,
        fault: fault(row, &FAULT)?,
        backoff,
        paused: row.get("paused")?,
        revoked_here_at: time(row, "revoked_here_at")?,
        last_refresh_at: time(row, "last_refresh_at")?,
        last_used_at: None,
        client: ClientFacts {
            publishing,
            fault: fault(row, &CLIENT_FAULT)?,
        },
    })
}

pub(super) fn grant(row: &Row<'_>) -> Result<Grant> {
    Ok(Grant {
        id: GrantId(row.get("grant_id")?),
        client: ClientId(row.get("grant_client")?),
        requested: scopes(row, "requested")?,
        granted: scopes(row, "granted")?,
        token_endpoint: row.get("token_endpoint")?,
        granted_at: time(row, "granted_at")?,
        expires_at: time(row, "expires_at")?,
        has_refresh_token: row.get("has_refresh_token")?,
        verified: row.get("verified")?,
    })
}

pub(super) fn access(row: &Row<'_>) -> Result<Option<Access>> {
    let dates = (time(row, "obtained_at")?, time(row, "access_expires_at")?);
    Ok(match dates {
        (Some(obtained_at), Some(expires_at)) => Some(Access {
            obtained_at,
            expires_at,
        }),
        _ => None,
    })
}

pub(super) fn checked(row: &Row<'_>) -> Result<Option<Checked>> {
    let Some(at) = time(row, "checked_at")? else {
        return Ok(None);
    };
    Ok(Some(Checked {
        at,
        ok: row.get("checked_ok")?,
        line: row.get("checked_line")?,
    }))
}

pub(super) fn event(row: &Row<'_>) -> Result<Event> {
    Ok(Event {
        at: from_millis(row.get("at")?),
        account: row.get::<_, Option<i64>>("account")?.map(AccountId),
        email: row.get("email")?,
        what: word(row, "what", What::parse)?,
        result: word(row, "result", event::Result::parse)?,
        code: row.get("code")?,
        detail: row.get("detail")?,
    })
}

const FAULT: [&str; 5] = [
    "fault",
    "fault_code",
    "fault_message",
    "fault_at",
    "fault_retry_after",
];

const CLIENT_FAULT: [&str; 5] = [
    "client_fault",
    "client_fault_code",
    "client_fault_message",
    "client_fault_at",
    "client_fault_retry_after",
];

fn fault(
    row: &Row<'_>,
    [diagnosis, code, message, at, retry]: &[&str; 5],
) -> Result<Option<Fault>> {
    if row.get::<_, Option<String>>(*diagnosis)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Fault {
        diagnosis: word(row, diagnosis, Diagnosis::parse)?,
        code: row.get(*code)?,
        message: row.get(*message)?,
        at: from_millis(row.get(*at)?),
        retry_after: row.get::<_, Option<i64>>(*retry)?.map(Span::milliseconds),
    }))
}

/// A fault's columns as parameters, in the order of the tables.
pub(super) fn fault_columns(fault: Option<&Fault>) -> FaultColumns<'_> {
    (
        fault.map(|f| f.diagnosis.as_str()),
        fault.map(|f| f.code.as_str()),
        fault.map(|f| f.message.as_str()),
        fault.map(|f| millis(f.at)),
        fault.and_then(|f| f.retry_after.map(|wait| wait.num_milliseconds())),
    )
}

type FaultColumns<'a> = (
    Option<&'static str>,
    Option<&'a str>,
    Option<&'a str>,
    Option<i64>,
    Option<i64>,
);

fn scopes(row: &Row<'_>, column: &str) -> Result<Scopes> {
    Ok(Scopes::parse(row.get_ref(column)?.as_str()?))
}

fn time(row: &Row<'_>, column: &str) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(from_millis))
}

/// A word of one of the closed lists; any other means that the vault is damaged.
pub(super) fn word<T>(row: &Row<'_>, column: &str, parse: fn(&str) -> Option<T>) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).ok_or_else(|| {
        let position = row.as_ref().column_index(column).unwrap_or_default();
        let why = Box::new(FromSqlError::InvalidType);
        rusqlite::Error::FromSqlConversionFailure(position, Type::Text, why)
    })
}
