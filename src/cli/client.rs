//! `gatepost client`: the OAuth clients that accounts sign in with.

use std::path::PathBuf;

use clap::ValueEnum;

use super::context::Context;
use super::exit::Exit;
use super::json::ClientEntry;
use super::output::Role;
use super::table::{self, Cell};
use super::{Json, Outcome};
use crate::domain::account::ClientId;
use crate::domain::client::Publishing;
use crate::domain::service_account::{NOT_USABLE_YET, ServiceAccount, short};
use crate::domain::snapshot::Snapshot;
use crate::service::ask::{ClientAsk, ClientStored};
use crate::service::error::GateError;
use crate::service::files;

/// Manage OAuth clients (`credentials.json` from the Google console)
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Add(Add),
    Set(Set),
    List(List),
    Remove(Remove),
}

/// Add a client, or update the secret of one that is known
///
/// FILE is what the Google console offers for download after an OAuth client of type "Desktop app"
/// was made. The same client ID again updates its secret and lifts `blocked`.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// The downloaded JSON file
    file: PathBuf,
    /// What to call it [default: `default` for the first one]
    #[arg(long)]
    name: Option<String>,
    /// The project's publishing status, which Google tells nobody
    #[arg(long, value_enum)]
    status: Option<Status>,
}

/// Say what a client's project is: in Testing, mail sign-ins end after seven days
#[derive(Debug, clap::Args)]
pub(super) struct Set {
    /// The client's name
    name: String,
    /// The project's publishing status
    #[arg(long, value_enum)]
    status: Status,
}

/// List the clients and the accounts that use them
///
/// Service accounts whose keys were taken in by `gatepost import` stand at the end. No token can be
/// had with such a key yet.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    json: Json,
}

/// Remove a client that no account uses, or a service account's key
#[derive(Debug, clap::Args)]
pub(super) struct Remove {
    /// The client's name, or the service account's address
    name: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    /// External, in Testing
    Testing,
    /// External, in production
    Production,
    /// For one organisation
    Internal,
}

impl From<Status> for Publishing {
    fn from(status: Status) -> Self {
        match status {
            Status::Testing => Self::Testing,
            Status::Production => Self::Production,
            Status::Internal => Self::Internal,
        }
    }
}

impl Command {
    pub(super) fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Add(args) => add(args, context),
            Self::Set(args) => set(&args, context),
            Self::List(args) => list(args.json, context),
            Self::Remove(args) => remove(&args, context),
        }
    }
}

fn add(args: Add, context: &Context) -> Outcome {
    let ask = ClientAsk {
        name: args.name,
        publishing: args.status.map(Publishing::from),
        ..files::client(&args.file)?
    };
    let stored = context.with_gate(async |gate| Ok(gate.put_client(ask).await?))?;
    let (done, client) = match &stored {
        ClientStored::Added(client) => ("added", client),
        ClientStored::Updated(client) => ("updated", client),
    };
    let out = &context.out;
    out.note(&format!(
        "{done} client `{}` ({})",
        client.name, client.client_id
    ));
    if client.publishing == Publishing::Testing {
        out.note("sign-ins that reach mail end after 7 days while the project is in Testing");
    }
    if matches!(stored, ClientStored::Added(_)) {
        out.note("next: `gatepost add` signs in");
    }
    Ok(Exit::Done)
}

fn set(args: &Set, context: &Context) -> Outcome {
    let id = called(&args.name, &context.look()?)?;
    let to = args.status.into();
    let client = context.with_gate(async |gate| Ok(gate.set_publishing(id, to).await?))?;
    let status = client.publishing.as_str();
    context
        .out
        .note(&format!("client `{}` is {status}", client.name));
    Ok(Exit::Done)
}

fn remove(args: &Remove, context: &Context) -> Outcome {
    let snapshot = context.look()?;
    if let Some(account) = snapshot.service_account(&args.name) {
        return remove_key(account, context);
    }
    let id = called(&args.name, &snapshot)?;
    context.with_gate(async |gate| Ok(gate.remove_client(id).await?))?;
    context.out.note(&format!("removed client `{}`", args.name));
    Ok(Exit::Done)
}

fn remove_key(account: &ServiceAccount, context: &Context) -> Outcome {
    let email = &account.email;
    context.with_gate(async |gate| Ok(gate.remove_service_account(email).await?))?;
    context.out.note(&format!(
        "removed the key {} of {email}; at Google it goes on until it is deleted there",
        short(&account.key_id)
    ));
    Ok(Exit::Done)
}

fn called(name: &str, snapshot: &Snapshot) -> Result<ClientId, GateError> {
    let found = snapshot.clients.iter().find(|client| client.name == name);
    found
        .map(|client| client.id)
        .ok_or_else(|| GateError::NoSuchClient(name.to_owned()))
}

fn list(json: Json, context: &Context) -> Outcome {
    let snapshot = context.look()?;
    let clients = snapshot.clients.iter();
    let clients = clients.map(|client| ClientEntry::of(client, users(&client.name, &snapshot)));
    let service_accounts = snapshot.service_accounts.iter();
    let service_accounts = service_accounts.map(ClientEntry::of_service_account);
    let entries: Vec<_> = clients.chain(service_accounts).collect();
    if json.json {
        context.out.json(&entries)?;
        return Ok(Exit::Done);
    }
    if entries.is_empty() {
        context
            .out
            .note("no OAuth clients yet; `gatepost client add FILE` adds one");
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = entries.iter().map(row).collect();
    let head = ["NAME", "STATUS", "KIND", "ACCOUNTS", "PROBLEM", "CLIENT ID"];
    context
        .out
        .data(&table::render(&context.out, &head, &rows))?;
    if !snapshot.service_accounts.is_empty() {
        context.out.note(NOT_USABLE_YET);
    }
    Ok(Exit::Done)
}

fn row(entry: &ClientEntry<'_>) -> Vec<Cell> {
    vec![
        Cell::with(Role::Strong, entry.name),
        Cell::plain(entry.status),
        Cell::plain(entry.kind),
        Cell::plain(entry.accounts.len().to_string()),
        Cell::with(Role::Danger, entry.problem.unwrap_or("-")),
        Cell::with(Role::Muted, entry.client_id),
    ]
}

fn users<'a>(client: &str, snapshot: &'a Snapshot) -> Vec<&'a str> {
    let accounts = snapshot.accounts.iter();
    accounts
        .filter(|view| view.client.as_deref() == Some(client))
        .map(|view| view.email.as_str())
        .collect()
}
