//! Before something is destroyed: who is meant, in full, and a yes from a person or `--yes`. Then
//! it is done to all of them, and each is told.

use super::Outcome;
use super::context::Context;
use super::exit::Exit;
use super::report::{self, Failure};
use super::several::{self, Report, Target};
use crate::domain::account::{AccountId, Naming};
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::service::Gate;

#[derive(Debug, clap::Args)]
pub(super) struct Doomed {
    /// Addresses or labels, in full: this command takes no abbreviation
    #[arg(required = true, value_name = "ACCOUNT")]
    accounts: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// What is to be done, in the words of the command.
pub(super) struct Deed {
    pub(super) verb: &'static str,
    pub(super) doing: &'static str,
    /// What stands in the tally behind those who were not.
    pub(super) failed: &'static str,
    /// What it means for one account, said before the question.
    pub(super) consequences: fn(&AccountView) -> Vec<String>,
}

impl Doomed {
    /// Asks, does it to each, and says what came of it.
    pub(super) fn carry_out<T>(
        &self,
        context: &Context,
        deed: &Deed,
        work: impl AsyncFn(&Gate, AccountId) -> Result<T, Failure>,
        said: impl Fn(&Report<T>, &T),
    ) -> Outcome {
        let targets = self.confirmed(context, &context.look()?, deed)?;
        let (reports, _) = several::attempt(context, targets, deed.doing, work)?;
        let is_several = self.accounts.len() > 1;
        for report in &reports {
            match &report.result {
                Ok(done) => said(report, done),
                Err(failure) if is_several => {
                    report::failure(&context.out, failure);
                }
                // It is the command's own failure, and told as that.
                Err(_) => {}
            }
        }
        if is_several {
            return Ok(several::tally(context, &reports, deed.failed));
        }
        several::single(reports)?;
        Ok(Exit::Done)
    }

    /// Finds the accounts, says what will happen to each, and asks.
    fn confirmed(
        &self,
        context: &Context,
        snapshot: &Snapshot,
        deed: &Deed,
    ) -> Result<Vec<Target>, Failure> {
        let verb = deed.verb;
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
            for line in (deed.consequences)(view) {
                context.out.note(&line);
            }
        }
        if self.yes || context.out.confirm(&question(verb, &found)) {
            Ok(targets)
        } else {
            Err(Failure::Declined)
        }
    }
}

fn question(verb: &str, found: &[&AccountView]) -> String {
    match found {
        [one] => format!("{verb} {}?", one.email),
        many => format!("{verb} these {} accounts?", many.len()),
    }
}
