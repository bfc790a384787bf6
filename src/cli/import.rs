//! `gatepost import`: grants that other programs hold. Reads their files, never changes them.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::exit::most_urgent;
use super::report::{self, Failure};
use super::{Outcome, json};
use crate::domain::account::Email;
use crate::service::Gate;
use crate::service::ask::{ImportAsk, Imported};
use crate::service::files;

/// Take in the sign-ins of other programs
///
/// Reads google-auth's `token.json` and gcloud's application default credentials; the format is
/// detected. Each is verified by one refresh; offline it is kept unverified, if `--email` says
/// whose it is. A client found in the file is added.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The files; they are only read
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose sign-in it is, where Google cannot be asked
    #[arg(long)]
    email: Option<String>,
    /// What to call the client found in the file
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// Replace a working sign-in of the same account
    #[arg(long)]
    force: bool,
    /// Print the accounts as `list --json` does
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    if args.files.len() > 1 && args.email.is_some() {
        return Err(Failure::usage("`--email` goes with one file, not several"));
    }
    let email = args.email.as_deref().map(Email::parse).transpose();
    let email = email.map_err(|e| Failure::Gate(e.into()))?;
    let read: Vec<_> = args
        .files
        .iter()
        .map(|file| asked(file, email.clone(), args))
        .collect();
    // With nothing to import there is no reason to make a vault.
    let outcomes = if read.iter().all(Result::is_err) {
        read.into_iter().filter_map(Result::err).map(Err).collect()
    } else {
        let mut accounts = Vec::new();
        let outcomes = context.with_gate(async |gate| {
            let mut outcomes = Vec::new();
            for ask in read {
                outcomes.push(take_in(&gate, ask, &mut accounts, context).await);
            }
            Ok(outcomes)
        })?;
        if args.json && !accounts.is_empty() {
            context.out.json(&accounts)?;
        }
        outcomes
    };
    for imported in outcomes.iter().flatten() {
        said(imported, context);
    }
    let failures: Vec<&Failure> = outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
    for failure in &failures {
        report::failure(&context.out, failure);
    }
    Ok(most_urgent(
        failures.iter().map(|f| (f.urgency(), f.exit())),
    ))
}

fn asked(path: &Path, email: Option<Email>, args: &Args) -> Result<ImportAsk, Failure> {
    let file = files::grant(path)?;
    Ok(ImportAsk {
        email: email.or(file.email.clone()),
        client_name: args.client.clone(),
        force: args.force,
        ..file
    })
}

async fn take_in(
    gate: &Gate,
    ask: Result<ImportAsk, Failure>,
    accounts: &mut Vec<json::Account>,
    context: &Context,
) -> Result<Imported, Failure> {
    let imported = gate.import(ask?).await?;
    let snapshot = gate.snapshot();
    if let Some(view) = snapshot.account(imported.account) {
        accounts.push(json::Account::of(view, &snapshot.policy, context.now()));
    }
    Ok(imported)
}

fn said(imported: &Imported, context: &Context) {
    let out = &context.out;
    out.note(&format!("imported {}", imported.email));
    if imported.client_added {
        out.note(&format!("added client `{}` from the file", imported.client));
    }
    if !imported.verified {
        out.warn(&format!(
            "Google could not be asked: {} is kept as it stands in the file, unverified",
            imported.email
        ));
    }
}
