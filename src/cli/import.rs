//! `gatepost import`: grants that other programs hold. Reads their files, never changes them.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::exit::most_urgent;
use super::report::{self, Failure};
use super::{Outcome, json};
use crate::domain::account::Email;
use crate::domain::secret::Secret;
use crate::formats::{self, Foreign, TokenFile};
use crate::service::Gate;
use crate::service::ask::{ImportAsk, Imported};

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

/// A credential file is small; whatever is larger was named by mistake.
const LONGEST: u64 = 1024 * 1024;

/// Reads a file that may hold secrets.
pub(super) fn read_file(path: &Path) -> Result<Secret, Failure> {
    use std::io::Read;
    let unreadable = |source| Failure::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(Secret::new(text))
}

fn asked(path: &Path, email: Option<Email>, args: &Args) -> Result<ImportAsk, Failure> {
    let shown = path.display().to_string();
    let not_this = |why: String| Failure::usage(format!("`{shown}`: {why}"));
    let text = read_file(path)?;
    let file = match formats::detect(text.expose()).map_err(|why| not_this(why.to_string()))? {
        Foreign::TokenJson(file) | Foreign::Adc(file) => file,
        Foreign::Client(_) => {
            return Err(Failure::Usage {
                what: format!("`{shown}` is an OAuth client, not a sign-in"),
                hint: Some(format!("gatepost client add {shown}")),
            });
        }
        Foreign::ServiceAccount { .. } => {
            return Err(not_this(
                "a service account's key is nobody's sign-in; there is nothing to import".into(),
            ));
        }
    };
    Ok(ask(shown, file, email, args))
}

fn ask(shown: String, file: TokenFile, email: Option<Email>, args: &Args) -> ImportAsk {
    let in_file = file.account.as_deref().and_then(|a| Email::parse(a).ok());
    ImportAsk {
        file: shown,
        client_id: file.client_id,
        client_secret: file.client_secret,
        refresh_token: file.refresh_token,
        access: file.access,
        scopes: file.scopes.unwrap_or_default(),
        token_uri: file.token_uri,
        email: email.or(in_file),
        client_name: args.client.clone(),
        force: args.force,
    }
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
