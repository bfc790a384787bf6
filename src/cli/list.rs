//! `gatepost list`: every account on one line.

use super::context::Context;
use super::json;
use super::output::Role;
use super::table::{self, Cell};
use super::{Json, Outcome, watch};
use crate::cli::exit::Exit;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::Timestamp;
use crate::domain::wording;

/// List every account: state, time left, how long the sign-in lasts
///
/// Most urgent first. ACCESS counts down to the next renewal, which needs nobody; SIGN-IN tells
/// until when you need not act.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    json: Json,
    /// Go on, until ^C: redraw it, or with --json print one JSON line for each change
    #[arg(long)]
    watch: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    match (args.watch, args.json.json) {
        (true, true) => return watch::stream(context),
        (true, false) => return watch::draw(context),
        (false, _) => {}
    }
    let snapshot = context.look()?;
    let (policy, now) = (&snapshot.policy, context.now());
    let accounts = by_urgency(&snapshot, now);
    if args.json.json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|view| json::Account::of(view, policy, now))
            .collect();
        context.out.json(&accounts)?;
        return Ok(Exit::Done);
    }
    print(&snapshot, &accounts, context)
}

/// The table alone, as it stands.
pub(super) fn table(context: &Context) -> Outcome {
    let snapshot = context.look()?;
    print(&snapshot, &by_urgency(&snapshot, context.now()), context)
}

fn print(snapshot: &Snapshot, accounts: &[&AccountView], context: &Context) -> Outcome {
    if accounts.is_empty() {
        context.out.note(nobody_yet(snapshot));
    } else {
        context.out.data(&rendered(snapshot, accounts, context))?;
    }
    Ok(Exit::Done)
}

pub(super) fn rendered(
    snapshot: &Snapshot,
    accounts: &[&AccountView],
    context: &Context,
) -> String {
    let (policy, now) = (&snapshot.policy, context.now());
    let rows: Vec<_> = accounts
        .iter()
        .map(|view| {
            vec![
                Cell::state(view.state(policy, now), context.ascii()),
                Cell::with(Role::Strong, &view.email),
                Cell::plain(wording::access(view.facts.access.map(|a| a.left(now)))),
                Cell::plain(wording::sign_in(&view.facts, now)),
                Cell::plain(view.label.as_deref().unwrap_or_default()),
                Cell::with(Role::Muted, view.client.as_deref().unwrap_or_default()),
            ]
        })
        .collect();
    let head = ["  STATE", "ACCOUNT", "ACCESS", "SIGN-IN", "LABEL", "CLIENT"];
    table::render(&context.out, &head, &rows)
}

/// The order of every listing: what needs a person first, then by address.
pub(super) fn by_urgency(snapshot: &Snapshot, now: Timestamp) -> Vec<&AccountView> {
    let mut accounts: Vec<&AccountView> = snapshot.accounts.iter().map(AsRef::as_ref).collect();
    accounts.sort_by_key(|view| (view.state(&snapshot.policy, now), view.email.to_lowercase()));
    accounts
}

/// What an empty list says: the step that comes next.
pub(super) fn nobody_yet(snapshot: &Snapshot) -> &'static str {
    if snapshot.clients.is_empty() {
        "no accounts yet; first an OAuth client: `gatepost client add FILE`, then `gatepost add`"
    } else {
        "no accounts yet; `gatepost add` signs one in"
    }
}
