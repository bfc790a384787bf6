//! `gatepost vault backup`: everything in one file, under a passphrase of its own.

use std::path::PathBuf;

use super::{NONE_YET, count, paths};
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::report::Failure;
use crate::vault::{self, Vault};

/// Write the whole vault into one file, encrypted under a passphrase
///
/// The file opens on any machine with `gatepost vault restore`, whatever kind of key locks the
/// vault. Without its passphrase it is worthless. It is made 0600 and never overwrites a file.
/// The passphrase is asked for, or read from the file named in `GATEPOST_PASSPHRASE_FILE`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The file to write
    file: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let paths = paths(context);
    if !Vault::exists(paths) {
        return Err(Failure::usage(NONE_YET));
    }
    context.complain_of_loose_files();
    let accounts = vault::backup(paths, &context.settings().key, &args.file)?;
    context.out.note(&format!(
        "`{}` holds {}; nothing but its passphrase opens it",
        args.file.display(),
        count(accounts, "account")
    ));
    Ok(Exit::Done)
}
