//! `gatepost setup --check`: the program itself signs in, with what would be printed, in a private
//! folder that goes away. Its own configuration is neither read nor touched.

use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::super::context::Context;
use super::super::exit::Exit;
use super::super::report::Failure;
use super::super::{Json, Outcome};
use super::process::{self, Ended, Order};
use super::{lacks_mail, no_mail};
use crate::domain::snapshot::AccountView;
use crate::domain::wording::safe;
use crate::programs::{Check, Facts, Good, Needs, Program, Snippet, Trial};
use crate::service::ask::TokenAsk;

/// A sign-in takes seconds; a mailbox that is large or a network that is slow takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// As many of its last lines are shown.
const LAST_LINES: usize = 4;

#[derive(Serialize)]
struct Report<'a> {
    program: &'static str,
    account: &'a str,
    ok: bool,
    said: Vec<String>,
    missing: &'a [String],
}

pub(super) fn run(
    program: &Program,
    facts: &Facts,
    snippet: &Snippet,
    account: &AccountView,
    json: Json,
    context: &Context,
) -> Outcome {
    let Check::Can(trial) = program.check else {
        return Err(cannot(program));
    };
    if program.needs == Needs::Mail && lacks_mail(account) {
        context.out.error(&no_mail(account), None, &[]);
        return Ok(Exit::ConsentNeeded);
    }
    // A failure up to here is ours, and told in our words; what fails after it is the program's.
    context.with_account(&account.email, async |gate, id| {
        Ok(gate.token(id, TokenAsk::default()).await?)
    })?;
    let folder = tempfile::Builder::new()
        .prefix("gatepost-setup-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|error| Failure::Unexpected(format!("no temporary folder: {error}")))?;
    let path = folder
        .path()
        .to_str()
        .ok_or_else(|| Failure::usage("the temporary folder has a name that is no text"))?;
    let trial = trial(facts, snippet, path);
    let ended = attempt(&trial, folder.path())?;
    let ok = is_good(&trial, &ended);
    let said = last_words(&ended.said);
    if json.json {
        context.out.json(&Report {
            program: program.name,
            account: &account.email,
            ok,
            said: if ok { Vec::new() } else { said.clone() },
            missing: &snippet.missing,
        })?;
    }
    if ok {
        if !json.json {
            let line = format!("ok: {} signed in as {}\n", program.name, account.email);
            context.out.data(&line)?;
        }
        return Ok(Exit::Done);
    }
    for line in &said {
        context.out.note(&format!("{}: {line}", program.name));
    }
    Err(diagnosis(program, snippet, account, &ended))
}

fn cannot(program: &Program) -> Failure {
    let Check::Cannot(instead) = program.check else {
        return Failure::Unexpected("this check can be made".into());
    };
    Failure::Usage {
        what: format!("{} cannot be checked from here: {instead}", program.name),
        hint: None,
    }
}

fn attempt(trial: &Trial, folder: &Path) -> Result<Ended, Failure> {
    for (name, text) in &trial.files {
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.join(name))
            .and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|source| Failure::Unwritable {
            path: folder.join(name),
            source,
        })?;
    }
    let order = Order {
        argv: trial.argv.clone(),
        environment: trial.environment.clone(),
        folder: Some(folder.to_owned()),
        stdin: trial.stdin,
        terminal: trial.terminal,
        limit: LIMIT,
    };
    process::run(&order).map_err(|error| {
        let program = trial.argv.first().map_or("it", String::as_str);
        Failure::Usage {
            what: format!("`{program}` cannot be started: {error}"),
            hint: Some(format!("install {program} first")),
        }
    })
}

fn is_good(trial: &Trial, ended: &Ended) -> bool {
    match trial.good {
        Good::ExitZero => ended.status.is_some_and(|status| status.success()),
        Good::Says(any) => any.iter().any(|words| ended.said.contains(words)),
    }
}

fn last_words(said: &str) -> Vec<String> {
    let lines = said.split(['\n', '\r']).map(safe);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].to_vec()
}

/// The token was there a moment ago, so that it is something between the program and the server.
fn diagnosis(
    program: &Program,
    snippet: &Snippet,
    account: &AccountView,
    ended: &Ended,
) -> Failure {
    let name = program.name;
    if let Some(missing) = snippet.missing.first() {
        return Failure::Usage {
            what: format!("{name} did not sign in: {missing}"),
            hint: None,
        };
    }
    if ended.status.is_none() {
        let seconds = LIMIT.as_secs();
        return Failure::Unexpected(format!("{name} did not come to an end within {seconds} s"));
    }
    Failure::Unexpected(format!(
        "{name} did not sign in, though there is a token; `gatepost verify {} --imap --smtp` tells whether the server takes it",
        account.email
    ))
}
