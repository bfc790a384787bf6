//! One verb for several accounts: all are attempted, each is reported, and the most urgent
//! outcome decides.

use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use serde::Serialize;

use super::Json;
use super::context::Context;
use super::exit::{Exit, Urgency, most_urgent};
use super::list::nobody_yet;
use super::progress::Progress;
use super::report::Failure;
use crate::domain::account::{AccountId, Naming};
use crate::domain::snapshot::Snapshot;
use crate::domain::wording::count;
use crate::service::Gate;

/// Which accounts a command is for.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Addresses, labels, or the beginnings of addresses
    #[arg(required_unless_present = "all", value_name = "ACCOUNT")]
    accounts: Vec<String>,
    /// Every account
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
}

/// One account's part of the work: how it was called and who it is, or why nobody is.
pub(super) struct Target {
    pub(super) name: String,
    pub(super) id: Result<AccountId, Failure>,
}

/// What became of one account.
pub(super) struct Report<T> {
    pub(super) name: String,
    pub(super) result: Result<T, Failure>,
}

/// A report of what Google said about accounts: whom to ask, and in which shape to tell it.
#[derive(Debug, clap::Args)]
pub(super) struct Asked {
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) json: Json,
}

impl Asked {
    /// Asks about each of them, and says so where there is nobody.
    pub(super) fn attempt<T>(
        &self,
        context: &Context,
        verb: &'static str,
        work: impl AsyncFn(&Gate, AccountId) -> Result<T, Failure>,
    ) -> Result<(Vec<Report<T>>, Arc<Snapshot>), Failure> {
        let targets = self.which.targets(&context.look()?);
        let (reports, snapshot) = attempt(context, targets, verb, work)?;
        if reports.is_empty() {
            context.out.note(nobody_yet(&snapshot));
        }
        Ok((reports, snapshot))
    }
}

impl Which {
    /// More than one is meant, even if only one is there.
    pub(super) fn is_several(&self) -> bool {
        self.all || self.accounts.len() > 1
    }

    pub(super) fn targets(&self, snapshot: &Snapshot) -> Vec<Target> {
        if self.all {
            let all = snapshot.accounts.iter();
            return all
                .map(|view| Target {
                    name: view.email.clone(),
                    id: Ok(view.id),
                })
                .collect();
        }
        resolve(&self.accounts, Naming::Prefix, snapshot)
    }
}

/// Finds each account once, however often it was named.
pub(super) fn resolve(names: &[String], naming: Naming, snapshot: &Snapshot) -> Vec<Target> {
    let mut seen: Vec<AccountId> = Vec::new();
    let mut targets = Vec::new();
    for name in names {
        let id = snapshot.find(name, naming);
        if let Ok(id) = id {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
        }
        let email = id.as_ref().ok().and_then(|id| snapshot.account(*id));
        targets.push(Target {
            name: email.map_or_else(|| name.clone(), |view| view.email.clone()),
            id: id.map_err(|error| Failure::Gate(error.into())),
        });
    }
    targets
}

/// Runs `work` for all at once (the service bounds how many are in the air) and reports in the
/// order in which they were named, with the accounts as they are afterwards.
pub(super) fn attempt<T>(
    context: &Context,
    targets: Vec<Target>,
    verb: &'static str,
    work: impl AsyncFn(&Gate, AccountId) -> Result<T, Failure>,
) -> Result<(Vec<Report<T>>, Arc<Snapshot>), Failure> {
    // Where nobody was found there is nothing to start the service for.
    if targets.iter().all(|target| target.id.is_err()) {
        let unknown = targets.into_iter().filter_map(|target| {
            let name = target.name;
            target.id.err().map(|failure| Report {
                name,
                result: Err(failure),
            })
        });
        return Ok((unknown.collect(), Arc::new(context.look()?)));
    }
    context.with_gate(async |gate| {
        let reports = in_the_air(context, &gate, targets, verb, work).await;
        Ok((reports, gate.snapshot()))
    })
}

async fn in_the_air<T>(
    context: &Context,
    gate: &Gate,
    targets: Vec<Target>,
    verb: &'static str,
    work: impl AsyncFn(&Gate, AccountId) -> Result<T, Failure>,
) -> Vec<Report<T>> {
    let work = &work;
    let one = async |(place, target): (usize, Target)| {
        let result = match target.id {
            Ok(id) => work(gate, id).await,
            Err(unknown) => Err(unknown),
        };
        let name = target.name;
        (place, Report { name, result })
    };
    let mut progress = Progress::new(&context.out, verb, targets.len());
    let mut running: FuturesUnordered<_> = targets.into_iter().enumerate().map(one).collect();
    let mut reports = Vec::new();
    while let Some(report) = running.next().await {
        progress.step();
        reports.push(report);
    }
    reports.sort_by_key(|(place, _)| *place);
    reports.into_iter().map(|(_, report)| report).collect()
}

impl<T> Report<T> {
    /// What went wrong, without the name that stands beside it.
    pub(super) fn trouble(&self) -> Option<String> {
        let words = self.result.as_ref().err()?.to_string();
        let bare = words.strip_prefix(&format!("{}: ", self.name));
        Some(bare.unwrap_or(&words).to_owned())
    }
}

pub(super) fn exit<T>(reports: &[Report<T>]) -> Exit {
    most_urgent(reports.iter().map(|report| match &report.result {
        Ok(_) => (Urgency::of_exit(Exit::Done), Exit::Done),
        Err(failure) => (failure.urgency(), failure.exit()),
    }))
}

/// A single account's failure is the command's own; several are reported one by one.
pub(super) fn single<T>(reports: Vec<Report<T>>) -> Result<T, Failure> {
    reports
        .into_iter()
        .next()
        .ok_or_else(|| Failure::Unexpected("no account was attempted".into()))?
        .result
}

/// Says on stderr how many failed, for those who do not see the report.
pub(super) fn tally<T>(context: &Context, reports: &[Report<T>], what: &str) -> Exit {
    let failed = reports.iter().filter(|r| r.result.is_err()).count();
    if failed > 0 {
        let all = count(reports.len(), "account");
        let tally = format!("{failed} of {all} {what}");
        context.out.error(&tally, None, &[]);
    }
    exit(reports)
}

/// One account's failure in a report.
#[derive(Debug, Serialize)]
pub(super) struct FailureEntry {
    pub(super) exit_code: u8,
    pub(super) message: String,
    pub(super) remedy: Option<String>,
}

impl From<&Failure> for FailureEntry {
    fn from(failure: &Failure) -> Self {
        Self {
            exit_code: failure.exit().code(),
            message: failure.to_string(),
            remedy: failure.hint(),
        }
    }
}
