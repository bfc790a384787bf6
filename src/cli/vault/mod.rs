//! `gatepost vault …`: the store as such, its key, its backups and its health. These commands work
//! on the vault itself, not through the service, since the service needs one that opens.

mod backup;
mod check;
mod lock;
mod rekey;
mod restore;
mod status;

use super::Outcome;
use super::context::Context;

/// The encrypted store itself: its key, backups, health
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Status(status::Args),
    Rekey(rekey::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    /// Check that everything is there, whole, and opens
    ///
    /// One line for each thing looked at. The exit code is 6 if one of them is bad. Asks for the
    /// passphrase, if there is one.
    Check,
    /// Forget the passphrase now
    ///
    /// With `remember = "8h"` under `[vault]` Linux keeps what was made of the passphrase in its
    /// memory for so long, and nobody is asked again. This ends that. What runs already (the
    /// screen) keeps the vault open.
    Lock,
}

impl Command {
    pub(super) fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Status(args) => status::run(&args, context),
            Self::Rekey(args) => rekey::run(&args, context),
            Self::Backup(args) => backup::run(&args, context),
            Self::Restore(args) => restore::run(&args, context),
            Self::Check => check::run(context),
            Self::Lock => lock::run(context),
        }
    }
}

/// Where the vault of this invocation is.
fn paths(context: &Context) -> &crate::vault::Paths {
    &context.settings().places.vault
}

fn count(n: i64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// `2 accounts`, and the keys of service accounts where there are any.
fn holdings(accounts: i64, service_accounts: i64) -> String {
    let accounts = count(accounts, "account");
    match service_accounts {
        0 => accounts,
        keys => format!("{accounts}, {}", count(keys, "service account key")),
    }
}

/// What to say where there is no vault, and none is made by looking.
const NONE_YET: &str = "there is no vault yet; the first client or account makes one";
