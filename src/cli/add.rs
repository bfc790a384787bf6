//! `gatepost add`: a first consent for a Google account.

use super::context::Context;
use super::report::Failure;
use super::{Outcome, consenting};
use crate::domain::account::{Email, check_label};
use crate::service::ask::ConsentAsk;
use crate::service::error::GateError;

/// Sign in to a Google account in the browser and keep its tokens
///
/// Prints the link on stderr as well. The browser's answer is caught on 127.0.0.1; where the
/// browser runs on another machine, paste the address it ends on (a terminal, or `--no-browser`).
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The address, to preselect it in the browser and to refuse another one
    email: Option<String>,
    /// A name of your own for the account
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    #[command(flatten)]
    consent: consenting::Consenting,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let email = args.email.as_deref().map(Email::parse).transpose();
    let label = args.label.as_deref().map(check_label).transpose();
    let ask = ConsentAsk {
        account: None,
        email: email.map_err(|e| Failure::Gate(e.into()))?,
        client: args.consent.client.clone(),
        scopes: args.consent.scopes(),
        label: label.map_err(|e| Failure::Gate(GateError::BadLabel(e)))?,
        browser: args.consent.browser(),
    };
    consenting::run(&args.consent, ask, context)
}
