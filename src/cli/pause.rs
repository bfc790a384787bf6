//! `gatepost pause` and `gatepost resume`: automatic refresh of one account, off and on.

use super::Outcome;
use super::context::Context;
use super::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An address, a label, or the beginning of an address
    account: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Paused,
    Automatic,
}

pub(super) fn run(args: &Args, wanted: Wanted, context: &Context) -> Outcome {
    context.with_account(&args.account, async |gate, id| {
        Ok(gate.set_paused(id, wanted == Wanted::Paused).await?)
    })?;
    Ok(Exit::Done)
}
