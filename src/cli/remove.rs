//! `gatepost remove`: forget an account on this machine. Google is not told.

use super::Outcome;
use super::context::Context;
use super::doomed::{Deed, Doomed};
use crate::domain::snapshot::AccountView;
use crate::service::Gate;

/// Where a person ends what gatepost has forgotten.
pub(super) const CONNECTIONS: &str = "https://myaccount.google.com/connections";

/// Forget an account on this machine, without telling Google
///
/// The grant lives on: copies of its tokens keep working. To end it, use `gatepost revoke`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    doomed: Doomed,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let deed = Deed {
        verb: "remove",
        doing: "removing",
        failed: "could not be removed",
        consequences,
    };
    let work = async |gate: &Gate, id| Ok(gate.remove(id).await?);
    args.doomed.carry_out(context, &deed, work, |report, ()| {
        context
            .out
            .note(&format!("{}: forgotten here", report.name));
    })
}

fn consequences(view: &AccountView) -> Vec<String> {
    let email = &view.email;
    if !view.facts.lives_on() {
        return vec![format!(
            "removing {email} forgets it on this machine; no grant of it is known to live"
        )];
    }
    vec![
        format!("removing {email} forgets it on this machine only: its grant lives on at Google"),
        format!(
            "to end the grant too: `gatepost revoke {email}` before this, or {CONNECTIONS} at any time"
        ),
    ]
}
