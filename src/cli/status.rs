//! `gatepost status`: everything that is known of an account, what is wrong and what helps.

use super::context::Context;
use super::exit::{Exit, Urgency, most_urgent};
use super::json;
use super::list::{by_urgency, nobody_yet};
use super::lookout;
use super::output::{Output, Role};
use super::table::glyph;
use super::template::{self, Filling, Template};
use super::{Json, Outcome};
use crate::domain::account::Naming;
use crate::domain::outlook;
use crate::domain::schedule::Policy;
use crate::domain::scope::{Scopes, short};
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::Timestamp;
use crate::domain::wording::{self, ago, date};
use crate::service::error::GateError;

/// Show accounts in depth: what is wrong, why, and what helps
///
/// The exit code is that of the most urgent state: 4 a person must sign in, 7 blocked, 5 retrying,
/// 0 everything else.
#[derive(Debug, clap::Args)]
#[command(after_long_help = template::HELP)]
pub(super) struct Args {
    /// An address, a label, or the beginning of an address; all accounts if left out
    account: Option<String>,
    #[command(flatten)]
    json: Json,
    /// Print lines of your own, as `{email} {state}` or `{needing}/{accounts}`; --help lists all
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "json")]
    format: Option<Template>,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let snapshot = match args.format {
        Some(_) => lookout::peek(context)?,
        None => context.look()?,
    };
    let (policy, now) = (snapshot.policy, context.now());
    let shown = chosen(&snapshot, args.account.as_deref(), now)?;
    if args.json.json {
        let accounts: Vec<_> = shown
            .iter()
            .map(|view| json::Depth::of(view, &policy, now))
            .collect();
        context.out.json(&accounts)?;
    } else if let Some(template) = &args.format {
        context.out.data(&template.fill(&Filling {
            shown: &shown,
            policy: &policy,
            now,
            ascii: context.ascii(),
        }))?;
    } else if shown.is_empty() {
        context.out.note(nobody_yet(&snapshot));
    } else {
        let page = Page {
            out: &context.out,
            policy: &policy,
            now,
            ascii: context.ascii(),
        };
        let blocks: Vec<_> = shown.iter().map(|view| page.account(view)).collect();
        context.out.data(&blocks.join("\n"))?;
    }
    Ok(most_urgent(shown.iter().map(|view| {
        let state = view.state(&policy, now);
        (Urgency::of_state(state), Exit::from(state))
    })))
}

fn chosen<'a>(
    snapshot: &'a Snapshot,
    wanted: Option<&str>,
    now: Timestamp,
) -> Result<Vec<&'a AccountView>, GateError> {
    let Some(wanted) = wanted else {
        return Ok(by_urgency(snapshot, now));
    };
    let id = snapshot.find(wanted, Naming::Prefix)?;
    Ok(snapshot.account(id).into_iter().collect())
}

struct Page<'a> {
    out: &'a Output,
    policy: &'a Policy,
    now: Timestamp,
    ascii: bool,
}

impl Page<'_> {
    fn account(&self, view: &AccountView) -> String {
        let state = view.state(self.policy, self.now);
        let word = format!("{} {}", glyph(state, self.ascii), state.as_str());
        let label = view.label.as_ref().map(|label| format!("  ({label})"));
        let headline = format!(
            "{} {}{}\n",
            self.out.paint(state.into(), &word),
            self.out.paint(Role::Strong, &view.email),
            label.unwrap_or_default()
        );
        let lines = self.problem(view).into_iter().chain(self.facts(view));
        let lines = lines.map(|(name, value)| {
            let name = self.out.paint(Role::Muted, &format!("{name:<9}"));
            format!("  {name} {value}\n")
        });
        std::iter::once(headline).chain(lines).collect()
    }

    fn problem(&self, view: &AccountView) -> Vec<(&'static str, String)> {
        let Some(problem) = view.problem(self.policy, self.now) else {
            return Vec::new();
        };
        let mut lines = vec![("problem", problem.message)];
        if let Some(cause) = problem.cause {
            lines.push(("cause", cause.text));
            lines.extend(
                cause
                    .facts
                    .into_iter()
                    .map(|fact| ("", format!("- {fact}"))),
            );
        }
        lines.push(("remedy", problem.remedy));
        lines
    }

    fn facts(&self, view: &AccountView) -> Vec<(&'static str, String)> {
        let (facts, now) = (&view.facts, self.now);
        let mut lines = vec![("access", wording::access(facts.access.map(|a| a.left(now))))];
        lines.push(("sign-in", self.sign_in(view)));
        if let Some(grant) = &facts.grant {
            lines.push(("scopes", names(&grant.granted)));
        }
        if let Some(client) = &view.client {
            lines.push(("client", client.clone()));
        }
        if let Some(at) = facts.last_refresh_at {
            lines.push(("refreshed", ago(at, now)));
        }
        if facts.paused {
            lines.push(("paused", "automatic refresh is switched off".into()));
        }
        for handout in &view.handed_out {
            lines.push((
                "used by",
                format!("{} {}", handout.program, ago(handout.at, now)),
            ));
        }
        if let Some(checked) = &view.checked {
            lines.push((
                "verified",
                format!("{}: {}", ago(checked.at, now), checked.line),
            ));
        }
        lines
    }

    fn sign_in(&self, view: &AccountView) -> String {
        let grant = view.facts.grant.as_ref();
        let outlook = wording::sign_in(&view.facts, self.now);
        let end = outlook::end(&view.facts).map(|end| format!("until {}", date(end)));
        let granted = grant.and_then(|g| g.granted_at);
        let granted = granted.map(|at| format!("granted {}", date(at)));
        let unverified = grant.is_some_and(|g| !g.verified);
        let unverified = unverified.then(|| "not yet verified with Google".to_owned());
        let parts = [Some(outlook), end, granted, unverified];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

fn names(scopes: &Scopes) -> String {
    let names: Vec<_> = scopes.iter().map(short).collect();
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}
