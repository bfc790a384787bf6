//! `gatepost verify --imap --smtp --pop`: sign in to the mail servers as a mail program does, and
//! tell how each went.

use clap::ArgAction;
use serde::Serialize;

use super::super::Outcome;
use super::super::context::Context;
use super::super::exit::{Exit, Urgency, most_urgent};
use super::super::output::Role;
use super::super::several::{self, Asked, FailureEntry, Report};
use crate::domain::mail::{Protocol, Trouble, WayOut};
use crate::service::Gate;
use crate::service::ask::MailStep;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Mail servers")]
pub(super) struct Servers {
    /// Sign in to the IMAP server and list the folders
    #[arg(long, action = ArgAction::SetTrue)]
    imap: bool,
    /// Sign in to the submission server; nothing is sent
    #[arg(long, action = ArgAction::SetTrue)]
    smtp: bool,
    /// Sign in to the POP server and count the messages
    #[arg(long, action = ArgAction::SetTrue)]
    pop: bool,
}

impl Servers {
    pub(super) fn wanted(&self) -> Vec<Protocol> {
        let asked = |protocol: &Protocol| match protocol {
            Protocol::Imap => self.imap,
            Protocol::Smtp => self.smtp,
            Protocol::Pop => self.pop,
        };
        Protocol::ALL.into_iter().filter(asked).collect()
    }
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
    server: Option<String>,
    mechanism: Option<&'static str>,
    problem: Option<ProblemEntry>,
}

#[derive(Debug, Serialize)]
struct ProblemEntry {
    code: String,
    message: String,
    remedy: String,
}

pub(super) fn run(asked: &Asked, protocols: &[Protocol], context: &Context) -> Outcome {
    let work = async |gate: &Gate, id| Ok(gate.sign_in(id, protocols).await?);
    let (reports, _) = asked.attempt(context, "signing in", work)?;
    if asked.json.json {
        let entries: Vec<_> = reports.iter().map(entry).collect();
        context.out.json(&entries)?;
    } else {
        let blocks: String = reports
            .iter()
            .map(|report| block(report, context))
            .collect();
        context.out.data(&blocks)?;
    }
    let outcomes: Vec<_> = reports
        .iter()
        .filter_map(|report| report.result.as_ref().ok())
        .flatten()
        .map(exit)
        .collect();
    let of_steps = most_urgent(
        outcomes
            .into_iter()
            .map(|exit| (Urgency::of_exit(exit), exit)),
    );
    if !asked.which.is_several() {
        several::single(reports)?;
        return Ok(of_steps);
    }
    let of_accounts = several::tally(context, &reports, "could not sign in");
    let both = [of_accounts, of_steps].map(|exit| (Urgency::of_exit(exit), exit));
    Ok(most_urgent(both))
}

fn exit(step: &MailStep) -> Exit {
    match &step.result {
        Ok(_) => Exit::Done,
        Err(trouble) => match trouble.way_out {
            WayOut::SignIn => Exit::ConsentNeeded,
            WayOut::Settings => Exit::Blocked,
            WayOut::Later => Exit::Temporary,
        },
    }
}

fn entry(report: &Report<Vec<MailStep>>) -> Entry {
    let steps: Vec<_> = report.result.iter().flatten().collect();
    Entry {
        name: report.name.clone(),
        holds: report.result.is_ok() && steps.iter().all(|step| step.result.is_ok()),
        steps: steps.into_iter().map(step_entry).collect(),
        error: report.result.as_ref().err().map(FailureEntry::from),
    }
}

fn step_entry(step: &MailStep) -> StepEntry {
    let signed_in = step.result.as_ref().ok();
    StepEntry {
        name: step.protocol.key(),
        finding: if signed_in.is_some() {
            "works"
        } else {
            "fails"
        },
        message: words(step),
        server: signed_in.map(|found| found.server.clone()),
        mechanism: signed_in.map(|found| found.mechanism.name()),
        problem: step.result.as_ref().err().map(|trouble| ProblemEntry {
            code: trouble.code.clone(),
            message: trouble.message.clone(),
            remedy: trouble.remedy.clone(),
        }),
    }
}

fn words(step: &MailStep) -> String {
    match &step.result {
        Ok(found) => format!(
            "signed in to {} by {}: {}",
            found.server,
            found.mechanism.name(),
            found.found
        ),
        Err(Trouble { message, .. }) => message.clone(),
    }
}

fn block(report: &Report<Vec<MailStep>>, context: &Context) -> String {
    let out = &context.out;
    let headline = format!("{}\n", out.paint(Role::Strong, &report.name));
    let line = |word: &str, role, rest: String| {
        let word = out.paint(role, &format!("{word:<8}"));
        format!("  {word} {rest}\n")
    };
    let steps = report.result.iter().flatten().flat_map(|step| {
        let told = format!("{:<5} {}", step.protocol.key(), words(step));
        match &step.result {
            Ok(_) => vec![line("works", Role::Good, told)],
            Err(trouble) => vec![
                line("fails", Role::Danger, told),
                line("", Role::Muted, format!("{:<5} {}", "", trouble.remedy)),
            ],
        }
    });
    let trouble = report.trouble();
    let trouble = trouble.map(|trouble| line("failed", Role::Danger, trouble));
    std::iter::once(headline)
        .chain(steps)
        .chain(trouble)
        .collect()
}
