//! `gatepost refresh`: ask Google for a new access token now, whatever is believed.

use serde::Serialize;

use super::context::Context;
use super::exit::Exit;
use super::report::Failure;
use super::several::{self, Asked, FailureEntry, Report};
use super::table::{self, Cell};
use super::{Json, Outcome, json};
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::wording;
use crate::service::Gate;

/// Ask Google for new access tokens now
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    refreshed: bool,
    account: Option<json::Account>,
    error: Option<FailureEntry>,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let Args { asked } = args;
    let work = async |gate: &Gate, id| Ok(gate.refresh(id).await?);
    let (reports, snapshot) = asked.attempt(context, "refreshing", work)?;
    if asked.which.is_several() {
        print(asked.json, context, &snapshot, &reports)?;
        return Ok(several::tally(context, &reports, "could not be refreshed"));
    }
    if reports.iter().all(|r| r.result.is_ok()) {
        print(asked.json, context, &snapshot, &reports)?;
    }
    several::single(reports)?;
    Ok(Exit::Done)
}

fn print(
    json: Json,
    context: &Context,
    snapshot: &Snapshot,
    reports: &[Report<()>],
) -> Result<(), Failure> {
    let now = context.now();
    if json.json {
        let entries: Vec<_> = reports
            .iter()
            .map(|report| Entry {
                name: report.name.clone(),
                refreshed: report.result.is_ok(),
                account: called(snapshot, &report.name)
                    .map(|view| json::Account::of(view, &snapshot.policy, now)),
                error: report.result.as_ref().err().map(FailureEntry::from),
            })
            .collect();
        return context.out.json(&entries);
    }
    let rows: Vec<_> = reports
        .iter()
        .map(|report| {
            let view = called(snapshot, &report.name);
            let words = report.trouble().unwrap_or_else(|| {
                let left = view.and_then(|v| v.facts.access).map(|a| a.left(now));
                format!("refreshed, good for {}", wording::access(left))
            });
            vec![
                view.map_or_else(
                    || Cell::plain("  unknown"),
                    |v| Cell::state(v.state(&snapshot.policy, now), context.ascii()),
                ),
                Cell::plain(&report.name),
                Cell::plain(words),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let head = ["  STATE", "ACCOUNT", "RESULT"];
    context.out.data(&table::render(&context.out, &head, &rows))
}

fn called<'a>(snapshot: &'a Snapshot, email: &str) -> Option<&'a AccountView> {
    let found = snapshot.accounts.iter().find(|view| view.email == email);
    found.map(AsRef::as_ref)
}
