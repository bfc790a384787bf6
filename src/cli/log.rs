//! `gatepost log`: what happened to which account, and what took its tokens.

use super::context::Context;
use super::exit::Exit;
use super::json::LogEntry;
use super::output::Role;
use super::report::Failure;
use super::table::{self, Cell};
use super::{Json, Outcome, span};
use crate::domain::account::Naming;
use crate::domain::event::{Event, Result as Ended};
use crate::domain::time::{Span, rfc3339};

/// Show the history: consents, refreshes, failures, revocations, and who took a token
///
/// Newest first. There is never a secret in it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An address, a label, or the beginning of an address; also one that was removed
    account: Option<String>,
    /// Only what happened within this time
    #[arg(long, value_name = "DUR", value_parser = span)]
    since: Option<Span>,
    #[command(flatten)]
    json: Json,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let events = chosen(args, context)?;
    if args.json.json {
        let entries: Vec<_> = events.iter().map(LogEntry::of).collect();
        context.out.json(&entries)?;
        return Ok(Exit::Done);
    }
    if events.is_empty() {
        context.out.note("there are no entries");
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = events.iter().map(row).collect();
    let head = ["TIME", "ACCOUNT", "WHAT", "RESULT", "DETAIL"];
    context
        .out
        .data(&table::render(&context.out, &head, &rows))?;
    Ok(Exit::Done)
}

fn chosen(args: &Args, context: &Context) -> Result<Vec<Event>, Failure> {
    let since = args.since.map(|span| context.now() - span);
    let mut events = context.history(since)?;
    let Some(wanted) = &args.account else {
        return Ok(events);
    };
    let snapshot = context.look()?;
    match snapshot.find(wanted, Naming::Prefix) {
        Ok(id) => events.retain(|event| event.account == Some(id)),
        Err(unknown) => {
            // A removed account has no number any more, but its history keeps the address.
            let of_removed = |e: &Event| {
                e.email
                    .as_deref()
                    .is_some_and(|email| email.eq_ignore_ascii_case(wanted))
            };
            if !events.iter().any(of_removed) {
                return Err(Failure::Gate(unknown.into()));
            }
            events.retain(of_removed);
        }
    }
    Ok(events)
}

fn row(event: &Event) -> Vec<Cell> {
    let role = match event.result {
        Ended::Done => Role::Good,
        Ended::Failed => Role::Warning,
        Ended::Refused => Role::Danger,
        Ended::Cancelled => Role::Muted,
    };
    let detail = match (event.code.as_str(), event.detail.as_str()) {
        ("", detail) => detail.to_owned(),
        (code, "") => code.to_owned(),
        (code, detail) => format!("{code}: {detail}"),
    };
    vec![
        Cell::with(Role::Muted, rfc3339(event.at)),
        Cell::plain(event.email.as_deref().unwrap_or("-")),
        Cell::plain(event.what.as_str()),
        Cell::with(role, event.result.as_str()),
        Cell::plain(detail),
    ]
}
