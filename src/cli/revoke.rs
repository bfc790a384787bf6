//! `gatepost revoke`: end the grant at Google, then drop the tokens here.

use super::Outcome;
use super::context::Context;
use super::doomed;
use super::exit::Exit;
use super::several::{self, Report};
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
    doomed: doomed::Doomed,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let targets = args
        .doomed
        .confirmed(context, &context.look()?, "revoke", consequences)?;
    let work = async |gate: &Gate, id| Ok(gate.revoke(id).await?);
    let (reports, _) = several::attempt(context, targets, "revoking", work)?;
    for report in &reports {
        said(context, report, args.doomed.is_several());
    }
    if args.doomed.is_several() {
        return Ok(several::tally(context, &reports, "could not be revoked"));
    }
    several::single(reports)?;
    Ok(Exit::Done)
}

fn consequences(view: &AccountView) -> Vec<String> {
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

fn said(context: &Context, report: &Report<Revocation>, several: bool) {
    match &report.result {
        Ok(revocation) => {
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
        Err(failure) if several => {
            super::report::failure(&context.out, failure);
        }
        Err(_) => {}
    }
}
