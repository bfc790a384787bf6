//! `gatepost exec`: a program with its account around it. Puts together the metadata server, the
//! child and the service; each has its own file, and none of them sees a refresh token.

mod child;
mod environment;
mod relay;
mod tokens;

use std::ffi::OsString;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::pin::pin;

use futures_util::future::{Either, select};
use tokio::process::Command;

use super::Outcome;
use super::context::Context;
use super::exit::Exit;
use super::report::Failure;
use crate::domain::account::{AccountId, Naming};
use crate::domain::snapshot::Snapshot;
use crate::domain::wording::why;
use crate::metadata::{Identity, Metadata};
use crate::service::{Gate, Role};
use relay::Relay;
use tokens::Source;

/// Run a program that gets this account's access tokens, and never its refresh token
///
/// For as long as the program runs there is a metadata server on 127.0.0.1, as on Google's own
/// machines, and the environment tells Google's libraries (Python, Node, Go, Java) where. They take
/// access tokens from it, renewed as they run out, without a change to the program.
///
/// Those libraries take a host and a port and nothing else, so the server cannot have a password:
/// while the program runs, any program of this user that finds the port can take access tokens too.
/// Other users are refused on Linux, web pages everywhere. Each token that is handed out is noted
/// (see `gatepost log`). The scopes that a library asks for are not looked at: a token has those that
/// the account agreed to.
///
/// Signals are passed on, and the exit code is the program's own: 128 and the number of the signal
/// that ended it, 127 if it was not found, 126 if it could not be run. Where no token can be had it
/// is not started, and the code says why.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An address, a label, or the beginning of an address
    account: String,
    /// Put one access token into this variable instead; it lasts an hour at most, and whoever can
    /// read the program's environment can read it
    #[arg(long, value_name = "NAME", value_parser = environment::name)]
    env: Option<String>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let id_in = |snapshot: &Snapshot| {
        snapshot
            .find(&args.account, Naming::Prefix)
            .map_err(|unknown| Failure::Gate(unknown.into()))
    };
    // A mistyped name makes no vault.
    if !context.has_vault() {
        id_in(&Snapshot::default())?;
    }
    context.block_on(async {
        // Stays, to follow what others write, but renews only what is asked for.
        let gate = context.gate(Role::Resident).await?;
        gate.suspend_auto(true).await;
        let outcome = match id_in(&gate.snapshot()) {
            Ok(id) => with_account(args, context, &gate, id).await,
            Err(unknown) => Err(unknown),
        };
        // What is in the air is stored first: a rotated refresh token comes only once.
        gate.close().await;
        outcome
    })
}

async fn with_account(args: &Args, context: &Context, gate: &Gate, id: AccountId) -> Outcome {
    let (program, arguments) = args
        .command
        .split_first()
        .ok_or_else(|| Failure::usage("there is no program to run"))?;
    let mut relay = Relay::listen()?;
    let source = Source {
        context,
        gate,
        id,
        program: name_of(program),
    };
    // Whatever stands in the way is said here, in our words, and not through a library.
    let first = match select(pin!(relay.told_to_end()), pin!(source.ask())).await {
        Either::Left(((), _)) => return Err(Failure::Interrupted),
        Either::Right((first, _)) => first?,
    };
    let mut command = Command::new(program);
    command.args(arguments);
    if let Some(variable) = &args.env {
        command.env(variable, first.secret.expose());
        source.note(&first);
        return child::run(&mut command, &mut relay).await;
    }
    drop(first);
    let metadata = Metadata::bind(&identity(&gate.snapshot(), id)?)
        .await
        .map_err(|error| {
            Failure::Unexpected(format!("cannot listen on loopback: {}", why(&error)))
        })?;
    let folder = tempfile::Builder::new()
        .prefix("gatepost-exec-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|error| Failure::Unexpected(format!("no temporary folder: {}", why(&error))))?;
    environment::lead_to(&mut command, metadata.address(), folder.path());
    if let Some(file) = environment::overlooked(program) {
        let file = file.display();
        context.out.warn(&format!(
            "Node's library reads `{file}` first, and takes another account's tokens if it can"
        ));
    }
    match select(
        pin!(child::run(&mut command, &mut relay)),
        pin!(metadata.serve(&source)),
    )
    .await
    {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => Ok(Exit::Unexpected),
    }
}

fn identity(snapshot: &Snapshot, id: AccountId) -> Result<Identity, Failure> {
    let account = snapshot
        .account(id)
        .ok_or_else(|| Failure::Unexpected("the account went away".into()))?;
    let granted = account.facts.grant.as_ref().map(|grant| &grant.granted);
    let client = snapshot
        .clients
        .iter()
        .find(|client| Some(&client.name) == account.client.as_ref());
    Ok(Identity {
        email: account.email.clone(),
        scopes: granted.map_or_else(Vec::new, |scopes| {
            scopes.iter().map(str::to_owned).collect()
        }),
        project: client.and_then(|client| client.project.clone().filter(|id| is_project_id(id))),
        project_number: client.and_then(|client| client.project_number().map(str::to_owned)),
    })
}

/// A project may be known by a name that is not its ID.
fn is_project_id(text: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

/// As the log shows it.
fn name_of(program: &OsString) -> String {
    let path = std::path::Path::new(program);
    let name = path.file_name().unwrap_or(program);
    name.to_string_lossy().into_owned()
}
