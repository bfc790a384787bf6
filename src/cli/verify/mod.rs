//! `gatepost verify`: ask Google whether what is stored is true; with `--imap`, `--smtp` or
//! `--pop`, ask the mail servers.

mod mail;

use serde::Serialize;

use super::Outcome;
use super::context::Context;
use super::exit::Exit;
use super::output::Role;
use super::several::{self, Asked, FailureEntry, Report};
use crate::service::Gate;
use crate::service::ask::{Finding, Verification};

/// Ask Google whether what is stored is true: tokeninfo, userinfo and the Gmail profile
///
/// With --imap, --smtp or --pop it signs in to Gmail's servers instead, as a mail program does,
/// and says what is in the way where that fails.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    servers: mail::Servers,
}

#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    holds: bool,
    steps: Vec<StepEntry>,
    error: Option<FailureEntry>,
}

#[derive(Debug, Serialize)]
struct StepEntry {
    name: &'static str,
    finding: &'static str,
    message: String,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let Args { asked, servers } = args;
    let protocols = servers.wanted();
    if !protocols.is_empty() {
        return mail::run(asked, &protocols, context);
    }
    let work = async |gate: &Gate, id| Ok(gate.verify(id).await?);
    let (reports, _) = asked.attempt(context, "checking", work)?;
    if asked.json.json {
        let entries: Vec<_> = reports.iter().map(entry).collect();
        context.out.json(&entries)?;
    } else {
        let blocks: String = reports
            .iter()
            .map(|report| words(report, context))
            .collect();
        context.out.data(&blocks)?;
    }
    if !asked.which.is_several() {
        let verification = several::single(reports)?;
        return Ok(of_findings(&verification));
    }
    let differs = reports
        .iter()
        .filter_map(|r| r.result.as_ref().ok())
        .map(of_findings)
        .find(|exit| *exit != Exit::Done);
    match several::tally(context, &reports, "could not be verified") {
        Exit::Done => Ok(differs.unwrap_or(Exit::Done)),
        worse => Ok(worse),
    }
}

/// Something stored is not what Google says: no state has a word for it yet.
fn of_findings(verification: &Verification) -> Exit {
    if !verification.holds() {
        Exit::Unexpected
    } else if verification
        .steps
        .iter()
        .all(|s| s.finding == Finding::Unknown)
    {
        Exit::Temporary
    } else {
        Exit::Done
    }
}

fn entry(report: &Report<Verification>) -> Entry {
    let verification = report.result.as_ref().ok();
    Entry {
        name: report.name.clone(),
        holds: verification.is_some_and(Verification::holds),
        steps: verification
            .iter()
            .flat_map(|v| &v.steps)
            .map(|step| StepEntry {
                name: step.name,
                finding: finding(step.finding).0,
                message: step.words.clone(),
            })
            .collect(),
        error: report.result.as_ref().err().map(FailureEntry::from),
    }
}

fn words(report: &Report<Verification>, context: &Context) -> String {
    let out = &context.out;
    let headline = format!("{}\n", out.paint(Role::Strong, &report.name));
    let line = |word: &str, role, rest: String| {
        let word = out.paint(role, &format!("{word:<8}"));
        format!("  {word} {rest}\n")
    };
    let steps = report.result.iter().flat_map(|found| &found.steps);
    let steps = steps.map(|step| {
        let (word, role) = finding(step.finding);
        line(word, role, format!("{:<10} {}", step.name, step.words))
    });
    let trouble = report.trouble();
    let trouble = trouble.map(|trouble| line("failed", Role::Danger, trouble));
    std::iter::once(headline)
        .chain(steps)
        .chain(trouble)
        .collect()
}

fn finding(finding: Finding) -> (&'static str, Role) {
    match finding {
        Finding::Agrees => ("agrees", Role::Good),
        Finding::Differs => ("differs", Role::Danger),
        Finding::Unknown => ("unknown", Role::Muted),
    }
}
