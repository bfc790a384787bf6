//! Before something is destroyed: who is meant, in full, and a yes from a person or `--yes`.

use super::context::Context;
use super::report::Failure;
use super::several::{self, Target};
use crate::domain::account::Naming;
use crate::domain::snapshot::{AccountView, Snapshot};

#[derive(Debug, clap::Args)]
pub(super) struct Doomed {
    /// Addresses or labels, in full: this command takes no abbreviation
    #[arg(required = true, value_name = "ACCOUNT")]
    accounts: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Doomed {
    /// Finds the accounts, says what will happen to each, and asks.
    pub(super) fn confirmed(
        &self,
        context: &Context,
        snapshot: &Snapshot,
        verb: &str,
        consequences: impl Fn(&AccountView) -> Vec<String>,
    ) -> Result<Vec<Target>, Failure> {
        let targets = several::resolve(&self.accounts, Naming::Exact, snapshot);
        let found: Vec<&AccountView> = targets
            .iter()
            .filter_map(|target| target.id.as_ref().ok())
            .filter_map(|id| snapshot.account(*id))
            .collect();
        // With nobody left to ask about, the names that were wrong are the whole answer.
        if found.is_empty() {
            return Ok(targets);
        }
        if !self.yes && !context.out.can_ask() {
            return Err(Failure::Usage {
                what: format!("`gatepost {verb}` asks first, and there is no terminal to ask on"),
                hint: Some("add `--yes` if you are sure".into()),
            });
        }
        for view in &found {
            for line in consequences(view) {
                context.out.note(&line);
            }
        }
        if self.yes || context.out.confirm(&question(verb, &found)) {
            Ok(targets)
        } else {
            Err(Failure::Declined)
        }
    }

    pub(super) fn is_several(&self) -> bool {
        self.accounts.len() > 1
    }
}

fn question(verb: &str, found: &[&AccountView]) -> String {
    match found {
        [one] => format!("{verb} {}?", one.email),
        many => format!("{verb} these {} accounts?", many.len()),
    }
}
