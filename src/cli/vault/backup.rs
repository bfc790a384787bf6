//! `gatepost vault backup`: everything in one file, under a passphrase of its own.

use std::path::{Path, PathBuf};

use super::{NONE_YET, holdings, paths};
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
    if args.file.as_os_str() == "-" {
        let why = "a backup goes into a file; `./-` is one of that name";
        return Err(Failure::usage(why));
    }
    let folder = args.file.parent().filter(|folder| *folder != Path::new(""));
    if let Some(missing) = folder.filter(|folder| !folder.is_dir()) {
        let missing = missing.display();
        return Err(Failure::usage(format!("there is no directory `{missing}`")));
    }
    context.complain_of_loose_files();
    let done = vault::backup(paths, &context.settings().key, &args.file, context.now())?;
    context.out.note(&format!(
        "`{}` holds {}; nothing but its passphrase opens it",
        args.file.display(),
        holdings(done.accounts, done.service_accounts)
    ));
    if let Some(error) = &done.untold {
        context.out.warn(&format!(
            "the history does not tell of this backup: {error}"
        ));
    }
    Ok(Exit::Done)
}
