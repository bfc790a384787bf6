//! `gatepost vault restore`: a backup in the vault's place, which is kept under another name.

use std::path::PathBuf;

use super::{holdings, paths};
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::report::Failure;
use crate::domain::wording::why;
use crate::reading::{self, Pipes};
use crate::vault;

/// Put a backup in the vault's place
///
/// A vault that is there is kept under another name beside it, and one that holds accounts or
/// service account keys, or cannot be read, only goes there with `--force`. The restored vault gets
/// a new key of the kind that the configuration asks for. A sign-in that was renewed with a new
/// refresh token since the backup may have to be renewed again.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// A file that `gatepost vault backup` wrote
    file: PathBuf,
    /// Set a vault aside that holds accounts or service account keys
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let (paths, key) = (paths(context), &context.settings().key);
    if let Err(error) = reading::open(&args.file, Pipes::Refused) {
        let (file, why) = (args.file.display(), why(&error));
        return Err(Failure::usage(format!("cannot read `{file}`: {why}")));
    }
    let done = vault::restore(paths, key, &args.file, args.force, context.now())?;
    if let Some(trouble) = &done.keyring_passed_over {
        let file = paths.key_file.display();
        context
            .out
            .note(&format!("the vault's key is the file `{file}`: {trouble}"));
    }
    if let Some(aside) = &done.set_aside {
        let aside = aside.display();
        context
            .out
            .note(&format!("the vault that was here is `{aside}` now"));
    }
    if let Some(aside) = &done.key_set_aside {
        let aside = aside.display();
        context
            .out
            .note(&format!("the key file held no key, and is `{aside}` now"));
    }
    context.out.note(&format!(
        "restored {}, locked with a {}",
        holdings(done.accounts, done.service_accounts),
        done.key.words()
    ));
    Ok(Exit::Done)
}
