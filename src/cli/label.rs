//! `gatepost label`: a name of one's own for an account.

use super::Outcome;
use super::context::Context;
use super::exit::Exit;

/// Give an account a name of your own
///
/// Labels are unique and contain no `@`. They work wherever an address does.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An address, a label, or the beginning of an address
    account: String,
    /// The label; an empty text takes it away
    text: String,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let text = args.text.trim();
    let label = (!text.is_empty()).then(|| text.to_owned());
    context.with_account(&args.account, async |gate, id| {
        Ok(gate.set_label(id, label).await?)
    })?;
    Ok(Exit::Done)
}
