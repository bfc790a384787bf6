//! `gatepost vault rekey`: lock the vault with another key, or another kind of key.

use super::{NONE_YET, paths};
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::report::Failure;
use crate::vault::{self, KeyKind, Rekeyed, Vault};

/// Lock the vault with another key, or another kind of key
///
/// The new key is stored, read back and tried before the old one goes: the vault opens with one
/// of them at every moment. The same kind again changes the passphrase, or makes a new key.
/// Copies and backups of the vault that were made before still open with the key they had.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// keyring, file, passphrase, or command (the one of `vault.key_command`)
    #[arg(long, value_name = "KIND", value_parser = kind)]
    key: KeyKind,
}

fn kind(text: &str) -> Result<KeyKind, String> {
    text.parse()
        .map_err(|error: vault::UnknownKeyKind| error.to_string())
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let (paths, settings) = (paths(context), context.settings());
    if !Vault::exists(paths) {
        return Err(Failure::usage(NONE_YET));
    }
    context.complain_of_loose_files();
    let done = vault::rekey(paths, &settings.key, args.key, context.now())?;
    context.out.note(&words(&done));
    if let Some(error) = &done.left_behind {
        let old = done.from.words();
        context.out.warn(&format!(
            "the old {old} opens nothing any more, but could not be removed: {error}"
        ));
    }
    let is_asked_each_time = args.key == KeyKind::Passphrase && settings.key.remember.is_none();
    if is_asked_each_time && vault::kernel_remembers().is_ok() {
        context.out.note(
            "to be asked once in a while: `remember = \"8h\"` under [vault] in the configuration",
        );
    }
    match settings.key.kind {
        Some(asked) if asked != args.key => context.out.warn(&format!(
            "the configuration (or GATEPOST_VAULT_KEY) still asks for a {}: set vault.key to `{}` or `auto`",
            asked.words(),
            args.key.as_str()
        )),
        _ => {}
    }
    Ok(Exit::Done)
}

fn words(done: &Rekeyed) -> String {
    let (from, to) = (done.from.words(), done.to.words());
    if (done.from, done.to) == (KeyKind::Command, KeyKind::Command) {
        // What opened the vault and what locks it now came out of one command.
        "the key command prints the same key as before; for another one, go by `gatepost vault \
         rekey --key file` and back"
            .into()
    } else if done.from == done.to {
        format!("the vault is locked with a new {to}; the old one does not open it any more")
    } else {
        format!("the vault is locked with a {to} now; the {from} does not open it any more")
    }
}
