//! `gatepost revoke`: end the grant at Google, then drop the tokens here.

use super::Outcome;
use super::context::Context;
use super::doomed::{Deed, Doomed};
use crate::domain::snapshot::AccountView;
use crate::service::Gate;
use crate::service::ask::Revocation;

/// End an account's grant at Google, then drop its tokens here
///
/// Every program that uses the grant stops working, on every machine. The account stays listed as
/// `signed-out`. If Google does not confirm, the tokens are kept and the exit code is 5.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    doomed: Doomed,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let deed = Deed {
        verb: "revoke",
        doing: "revoking",
        failed: "could not be revoked",
        consequences,
    };
    let work = async |gate: &Gate, id| Ok(gate.revoke(id).await?);
    args.doomed
        .carry_out(context, &deed, work, |_, revocation| {
            said(context, revocation);
        })
}

fn consequences(view: &AccountView) -> Vec<String> {
    let is_alive = view
        .facts
        .grant
        .as_ref()
        .is_some_and(|grant| grant.has_refresh_token);
    if !is_alive {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "revoking {} ends its sign-in at Google: every program that uses it stops, on every machine",
        view.email
    )];
    if !view.dies_with.is_empty() {
        lines.push(format!(
            "this dies with it, for it is the same mailbox and Google project: {}",
            view.dies_with.join(", ")
        ));
    }
    lines
}

fn said(context: &Context, revocation: &Revocation) {
    let how = if revocation.was_dead {
        "was already dead at Google; the tokens are dropped"
    } else {
        "revoked at Google; the tokens are dropped"
    };
    context.out.note(&format!("{}: {how}", revocation.email));
    if !revocation.died_with_it.is_empty() {
        let others = revocation.died_with_it.join(", ");
        context.out.warn(&format!("this died with it: {others}"));
    }
}
