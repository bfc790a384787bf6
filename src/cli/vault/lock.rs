//! `gatepost vault lock`: the kernel forgets what was made of the passphrase.

use super::{NONE_YET, paths};
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::vault::{self, Vault};

pub(super) fn run(context: &Context) -> Outcome {
    let paths = paths(context);
    let words = if !Vault::exists(paths) {
        NONE_YET
    } else if vault::forget_passphrase(paths)? {
        "forgotten: whoever opens the vault next is asked for its passphrase"
    } else {
        "nothing was remembered"
    };
    context.out.note(words);
    Ok(Exit::Done)
}
