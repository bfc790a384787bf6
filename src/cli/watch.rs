//! `list --watch`: the list again and again. On a terminal it is drawn anew; as a stream it is one
//! line of JSON for each change, and silence otherwise. Looks only: nothing is refreshed by it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use super::Outcome;
use super::context::Context;
use super::json;
use super::list::{by_urgency, nobody_yet, rendered};
use super::lookout::Lookout;
use super::report::Failure;
use crate::domain::account::AccountId;
use crate::domain::snapshot::Snapshot;
use crate::domain::time::Timestamp;

const PAUSE: Duration = Duration::from_secs(1);

/// Until somebody ends it. Each time it begins at the top and wipes only what it does not overwrite,
/// so that nothing flickers; a line too long is cut, not wrapped, and no setting outlives a frame.
pub(super) fn draw(context: &Context) -> Outcome {
    let out = &context.out;
    if !out.stdout_is_terminal() || out.is_plain() || out.is_dumb() {
        return Err(Failure::Usage {
            what: "`--watch` draws on a terminal again and again, and this is none for that".into(),
            hint: Some("add `--json` for a stream of lines".into()),
        });
    }
    let mut lookout = Lookout::of(context);
    out.data("\u{1b}[2J")?;
    loop {
        let snapshot = lookout.look()?;
        let accounts = by_urgency(&snapshot, context.now());
        let table = if accounts.is_empty() {
            format!("{}\n", nobody_yet(&snapshot))
        } else {
            rendered(&snapshot, &accounts, context)
        };
        out.data(&frame(&table))?;
        out.linger(PAUSE)?;
    }
}

fn frame(table: &str) -> String {
    let rows = crossterm::terminal::size().map_or(24, |(_, rows)| usize::from(rows));
    let all = table.lines().count();
    // The last row is the cursor's.
    let room = rows.saturating_sub(1).max(1);
    let shown = if all > room { room - 1 } else { all };
    let mut frame = String::from("\u{1b}[?7l\u{1b}[H");
    for line in table.lines().take(shown) {
        frame.push_str(line);
        frame.push_str("\u{1b}[K\r\n");
    }
    if shown < all {
        let _ = write!(frame, "and {} more\u{1b}[K\r\n", all - shown);
    }
    frame.push_str("\u{1b}[J\u{1b}[?7h");
    frame
}

/// One line for each account at first, then one for each change, until the reader goes away.
pub(super) fn stream(context: &Context) -> Outcome {
    let mut lookout = Lookout::of(context);
    let mut told = Told::default();
    loop {
        let snapshot = lookout.look()?;
        for line in told.news(&snapshot, context.now())? {
            context.out.data(&line)?;
        }
        context.out.linger(PAUSE)?;
    }
}

/// What the reader knows.
#[derive(Default)]
struct Told(BTreeMap<AccountId, (String, String)>);

#[derive(Serialize)]
struct Line<T> {
    change: &'static str,
    #[serde(flatten)]
    what: T,
}

#[derive(Serialize)]
struct Gone {
    email: String,
}

impl Told {
    fn news(&mut self, snapshot: &Snapshot, now: Timestamp) -> Result<Vec<String>, Failure> {
        let mut lines = Vec::new();
        for view in by_urgency(snapshot, now) {
            let account = || json::Account::of(view, &snapshot.policy, now);
            let lasting = lasting(account())?;
            let known = self.0.get(&view.id).map(|(_, known)| known);
            if known == Some(&lasting) {
                continue;
            }
            let change = if known.is_some() { "changed" } else { "known" };
            let what = account();
            lines.push(line(&Line { change, what })?);
            self.0.insert(view.id, (view.email.clone(), lasting));
        }
        let is_there = |id: &AccountId| snapshot.account(*id).is_some();
        let gone: Vec<AccountId> = self.0.keys().filter(|id| !is_there(id)).copied().collect();
        for (email, _) in gone.iter().filter_map(|id| self.0.remove(id)) {
            let (change, what) = ("gone", Gone { email });
            lines.push(line(&Line { change, what })?);
        }
        Ok(lines)
    }
}

/// What changes only because time passes is no news: a state that time brings is.
fn lasting(mut account: json::Account) -> Result<String, Failure> {
    if let Some(access) = &mut account.access {
        access.expires_in = 0;
    }
    if let Some(problem) = &mut account.problem {
        problem.message.clear();
        problem.remedy.clear();
    }
    line(&account)
}

fn line(what: &impl Serialize) -> Result<String, Failure> {
    let line = serde_json::to_string(what);
    line.map(|line| format!("{line}\n"))
        .map_err(|error| Failure::Unexpected(error.to_string()))
}
