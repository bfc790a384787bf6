//! `gatepost import`: grants that other programs hold. Reads their files, never changes them.

mod found;
mod keys;
mod report;
mod sources;

use std::path::PathBuf;

use super::context::Context;
use super::exit::most_urgent;
use super::report::{self as failures, Failure};
use super::{Outcome, json};
use crate::domain::account::Email;
use crate::service::Gate;
use crate::service::ask::{Taken, Wishes};
use crate::service::files::{Contents, Part};
use crate::service::import::plan;
use report::Row;

/// Take in the sign-ins of other programs
///
/// The format is detected: Google's libraries, gcloud, `mutt_oauth2.py`, oama, ortie, pizauth,
/// email-oauth2-proxy, getmail, lieer, sasl-xoauth2, mfauth, rclone, GAM, gogcli, gws, oauth2l.
/// What gpg encrypted is read by your own gpg. Each sign-in is verified by one refresh; offline it
/// is kept unverified, if `--email` says whose it is. A client found in a file is added. A service
/// account's key is kept, and is not usable yet.
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct Args {
    /// The files; they are only read. `-` is standard input
    #[arg(required_unless_present = "scan", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Look where other programs keep theirs, and ask about each (or list them)
    #[arg(long, conflicts_with_all = ["files", "email", "client", "only"])]
    scan: bool,
    /// With `--scan`: take in all that is found
    #[arg(long, requires = "scan")]
    yes: bool,
    /// Say what would be done, ask Google nothing and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Of a file with several accounts only this one, as the file calls it
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Whose sign-in it is, where Google cannot be asked
    #[arg(long)]
    email: Option<String>,
    /// What to call the client found in the file; where it has none, which of yours it is
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// Replace a working sign-in of the same account, or its key
    #[arg(long)]
    force: bool,
    /// Print the report as one JSON document
    #[arg(long)]
    json: bool,
}

/// A file, and what is in it or why it cannot be read.
pub(super) struct Source {
    path: PathBuf,
    read: Result<Contents, Failure>,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    if args.scan {
        return found::run(args, context);
    }
    if args.files.len() > 1 && args.email.is_some() {
        return Err(Failure::usage("`--email` goes with one file, not several"));
    }
    let wishes = wishes(args)?;
    let sources = args.files.iter().map(|file| sources::read(file, args));
    bring_in(sources.collect(), &wishes, args, context)
}

fn wishes(args: &Args) -> Result<Wishes, Failure> {
    let email = args.email.as_deref().map(Email::parse).transpose();
    Ok(Wishes {
        email: email.map_err(|e| Failure::Gate(e.into()))?,
        client: args.client.clone(),
        force: args.force,
    })
}

/// All that was read: taken in, or told what would become of it.
fn bring_in(sources: Vec<Source>, wishes: &Wishes, args: &Args, context: &Context) -> Outcome {
    // With nothing to import there is no reason to make a vault.
    let rows = if args.dry_run || sources.iter().all(|source| source.read.is_err()) {
        let snapshot = context.look()?;
        sources::each(sources, |place, part| {
            Row::planned(place, plan(part, wishes, &snapshot))
        })
    } else {
        context.with_gate(async |gate| {
            let mut rows = Vec::new();
            for source in sources {
                rows.extend(take_in(&gate, source, wishes, context).await);
            }
            Ok(rows)
        })?
    };
    report::tell(&rows, args, context)?;
    let failed = rows.iter().filter_map(|row| row.failure.as_ref());
    Ok(most_urgent(failed.map(|f| (f.urgency(), f.exit()))))
}

async fn take_in(gate: &Gate, source: Source, wishes: &Wishes, context: &Context) -> Vec<Row> {
    let (place, parts) = match sources::opened(source) {
        Ok(opened) => opened,
        Err(row) => return vec![*row],
    };
    let mut rows = Vec::new();
    for part in parts {
        let place = place.of(&part);
        if part.is_nothing() {
            let plan = plan(&part, wishes, &gate.snapshot());
            rows.push(Row::planned(place, plan));
            continue;
        }
        rows.push(match gate.take(part, wishes).await {
            Ok(Taken::Client(client)) => Row::client(place, client),
            Ok(Taken::ServiceAccount(key)) => Row::key(place, key),
            Ok(Taken::Account(imported)) => {
                let snapshot = gate.snapshot();
                let view = snapshot.account(imported.account);
                let account =
                    view.map(|view| json::Account::of(view, &snapshot.policy, context.now()));
                Row::imported(place, imported, account)
            }
            Err(error) => Row::failed(place, error.into()),
        });
    }
    rows
}

/// What is wrong with one of several is told as what is wrong with one alone.
fn complain(row: &Row, context: &Context) {
    if let Some(failure) = &row.failure {
        failures::failure(&context.out, failure);
    }
}

/// Whether `--only` means this part.
fn is_meant(part: &Part, only: &str) -> bool {
    part.name.as_deref() == Some(only) || part.account() == Some(only)
}
