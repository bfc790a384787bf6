//! `gatepost reauth`: consent again for a known account.

use super::context::Context;
use super::report::Failure;
use super::{Outcome, consenting};
use crate::domain::account::Naming;
use crate::service::ask::ConsentAsk;

/// Sign in again to a known account
///
/// The old grant is kept until the new one is stored. Another Google account than the one asked
/// for is refused with exit code 4, and nothing is stored.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An address, a label, or the beginning of an address
    account: String,
    #[command(flatten)]
    consent: consenting::Consenting,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let snapshot = context.look()?;
    let id = snapshot
        .find(&args.account, Naming::Prefix)
        .map_err(|unknown| Failure::Gate(unknown.into()))?;
    let ask = ConsentAsk {
        account: Some(id),
        client: args.consent.client.clone(),
        scopes: args.consent.scopes(),
        browser: args.consent.browser(),
        ..ConsentAsk::default()
    };
    consenting::run(&args.consent, ask, context)
}
