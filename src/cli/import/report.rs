//! What became of each account in the files, as lines for a person or as one JSON document: what
//! was found, what was done, and why not.

use std::path::Path;

use serde::Serialize;

use super::keys::KeyRow;
use super::{Args, complain};
use crate::cli::context::Context;
use crate::cli::json;
use crate::cli::report::Failure;
use crate::domain::service_account::{KeyStored, NOT_USABLE_YET};
use crate::domain::wording::safe;
use crate::service::ask::{ClientTaken, Imported, KeyTaken};
use crate::service::files::Part;
use crate::service::import::Plan;

/// Where something was found.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Place {
    file: String,
    format: Option<&'static str>,
    /// As the file calls it.
    name: Option<String>,
    /// Whose it is, as the file says.
    email: Option<String>,
}

/// One line of the report. Its keys are a promise: add to them, never rename.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    place: Place,
    outcome: Outcome,
    client: Option<String>,
    /// Whether the client was new, or would be.
    client_added: bool,
    verified: Option<bool>,
    why: Option<String>,
    /// As `list --json` shows it.
    account: Option<json::Account>,
    service_account: Option<KeyRow>,
    #[serde(skip)]
    pub(super) failure: Option<Failure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Imported,
    ClientAdded,
    ClientKnown,
    KeyStored,
    KeyKnown,
    /// There is nothing in it that could be taken, and that is nobody's fault.
    Skipped,
    Failed,
    WouldImport,
    WouldAddClient,
    WouldStoreKey,
    WouldFail,
}

impl Place {
    pub(super) fn of_file(path: &Path) -> Self {
        Self {
            file: path.display().to_string(),
            format: None,
            name: None,
            email: None,
        }
    }

    pub(super) fn in_format(self, format: &'static str) -> Self {
        let format = Some(format);
        Self { format, ..self }
    }

    pub(super) fn of(&self, part: &Part) -> Self {
        Self {
            name: part.name.clone(),
            email: part.account().map(str::to_owned),
            ..self.clone()
        }
    }

    /// `rclone.conf [gm]`
    fn words(&self) -> String {
        match &self.name {
            Some(name) => format!("{} [{name}]", safe(&self.file)),
            None => safe(&self.file),
        }
    }
}

impl Row {
    fn new(place: Place, outcome: Outcome) -> Self {
        Self {
            place,
            outcome,
            client: None,
            client_added: false,
            verified: None,
            why: None,
            account: None,
            service_account: None,
            failure: None,
        }
    }

    pub(super) fn failed(place: Place, failure: Failure) -> Self {
        Self {
            why: Some(failure.to_string()),
            failure: Some(failure),
            ..Self::new(place, Outcome::Failed)
        }
    }

    pub(super) fn imported(
        place: Place,
        imported: Imported,
        account: Option<json::Account>,
    ) -> Self {
        let email = Some(imported.email);
        Self {
            client: Some(imported.client),
            client_added: imported.client_added,
            verified: Some(imported.verified),
            account,
            ..Self::new(Place { email, ..place }, Outcome::Imported)
        }
    }

    pub(super) fn client(place: Place, client: ClientTaken) -> Self {
        let outcome = if client.new {
            Outcome::ClientAdded
        } else {
            Outcome::ClientKnown
        };
        Self {
            client: Some(client.name),
            client_added: client.new,
            ..Self::new(place, outcome)
        }
    }

    pub(super) fn key(place: Place, key: KeyTaken) -> Self {
        let outcome = match key.stored {
            KeyStored::Known => Outcome::KeyKnown,
            KeyStored::Added | KeyStored::Replaced(_) => Outcome::KeyStored,
        };
        Self::of_key(place, outcome, KeyRow::from(key))
    }

    fn of_key(place: Place, outcome: Outcome, key: KeyRow) -> Self {
        Self {
            service_account: Some(key),
            why: Some(NOT_USABLE_YET.into()),
            ..Self::new(place, outcome)
        }
    }

    pub(super) fn planned(place: Place, plan: Plan) -> Self {
        match plan {
            Plan::Skip { why } => Self {
                why: Some(why),
                ..Self::new(place, Outcome::Skipped)
            },
            Plan::Refuse { email, why } => {
                let failure = Failure::usage(format!("`{}`: {why}", place.words()));
                let email = email.or(place.email);
                Self {
                    why: Some(why),
                    failure: Some(failure),
                    ..Self::new(Place { email, ..place }, Outcome::WouldFail)
                }
            }
            Plan::Import {
                email,
                client,
                new_client,
            } => Self {
                client: Some(client),
                client_added: new_client,
                ..Self::new(Place { email, ..place }, Outcome::WouldImport)
            },
            Plan::AddClient { name } => Self {
                client: Some(name),
                client_added: true,
                ..Self::new(place, Outcome::WouldAddClient)
            },
            Plan::StoreKey { key_id, before } => {
                let key = KeyRow::new(key_id, before);
                Self::of_key(place, Outcome::WouldStoreKey, key)
            }
            Plan::KnownKey { key_id } => {
                let key = KeyRow::new(key_id, None);
                Self::of_key(place, Outcome::KeyKnown, key)
            }
            Plan::KnownClient { name } => Self {
                client: Some(name),
                ..Self::new(place, Outcome::ClientKnown)
            },
        }
    }
}

/// A dry run is a report, and goes to stdout; what was done is told on stderr, as by every command.
pub(super) fn tell(rows: &[Row], args: &Args, context: &Context) -> Result<(), Failure> {
    let out = &context.out;
    // On error stdout stays empty, unless something is to be told of others.
    if args.json && (rows.len() > 1 || rows.iter().all(|row| row.failure.is_none())) {
        out.json(&rows)?;
    }
    for row in rows {
        if row.outcome == Outcome::Failed {
            complain(row, context);
        } else if !args.dry_run {
            said(row, context);
        } else if !args.json {
            out.data(&format!("{}\n", planned(row)))?;
        }
    }
    Ok(())
}

fn said(row: &Row, context: &Context) {
    let out = &context.out;
    let client = row.client.as_deref().unwrap_or_default();
    let whose = row.place.email.as_deref().unwrap_or_default();
    let why = row.why.as_deref().unwrap_or_default();
    let key = row.service_account.as_ref().map(|key| key.words(whose));
    let key = key.unwrap_or_default();
    match row.outcome {
        Outcome::Imported => {
            out.note(&format!("imported {whose}"));
            if row.client_added {
                out.note(&format!("added client `{client}` from the file"));
            }
        }
        Outcome::ClientAdded => out.note(&format!("added client `{client}`")),
        Outcome::ClientKnown => out.note(&format!("client `{client}` is known already")),
        Outcome::KeyStored => out.note(&format!("stored {key}")),
        Outcome::KeyKnown => out.note(&format!("{key} is here already; nothing was changed")),
        Outcome::Skipped => out.note(&format!("skipped {}: {why}", row.place.words())),
        _ => {}
    }
    if matches!(row.outcome, Outcome::ClientAdded | Outcome::ClientKnown) {
        out.note(&match whose {
            "" => format!("next: `gatepost add --client {client}` signs in"),
            whose => format!(
                "next: `gatepost add {whose} --client {client}` signs in; its tokens could not be taken along"
            ),
        });
    }
    if row.service_account.is_some() {
        out.warn(why);
    }
    if row.verified == Some(false) {
        out.warn(&format!(
            "Google could not be asked: {whose} is kept as it stands in the file, unverified"
        ));
    }
}

/// What would be done, where it was found, and with which client.
fn planned(row: &Row) -> String {
    let place = &row.place;
    let format = place.format.unwrap_or_default();
    let place = format!("{} ({format})", place.words());
    let whose = row.place.email.as_deref();
    let client = row.client.as_deref().unwrap_or_default();
    let why = row.why.as_deref().unwrap_or_default();
    let key = row.service_account.as_ref();
    let key = key.map(|key| key.words(whose.unwrap_or_default()));
    let key = key.unwrap_or_default();
    let with = if row.client_added {
        format!("the new client `{client}`")
    } else {
        format!("client `{client}`")
    };
    match row.outcome {
        Outcome::WouldImport => {
            let whose = whose.unwrap_or("a sign-in (Google will say whose)");
            format!("would import {whose} from {place}, with {with}")
        }
        Outcome::WouldAddClient => {
            let then = whose.map(|who| format!("; {who} has to sign in with it"));
            format!("would add {with} from {place}{}", then.unwrap_or_default())
        }
        Outcome::WouldStoreKey => format!("would store {key}, from {place}; {why}"),
        Outcome::KeyKnown => {
            format!("would change nothing: {key}, from {place}, is here already; {why}")
        }
        Outcome::ClientKnown => format!("would change nothing: {with} from {place} is known"),
        Outcome::Skipped => format!("would skip {place}: {why}"),
        _ => format!(
            "would refuse {}{place}: {why}",
            whose.map(|w| format!("{w} from ")).unwrap_or_default()
        ),
    }
}
