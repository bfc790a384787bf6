//! `gatepost doctor`: one line per check, and what helps. What is checked, and how, is the
//! service's; here it is printed and numbered.

use std::pin::pin;

use futures_util::future::{Either, select};
use serde::Serialize;

use super::context::Context;
use super::exit::{Exit, Urgency, most_urgent};
use super::hook;
use super::notification;
use super::output::{Role, printable};
use super::progress::Progress;
use super::report::Failure;
use super::signals::interrupted;
use super::{Json, Outcome};
use crate::domain::checkup::{Blame, Check, Mark, Stage, Topic};
use crate::service::doctor;

/// Check everything that signing in and refreshing rest on, and say what helps
///
/// Configuration, files, vault, clock, proxy, the way to each server step by step, browser,
/// listener, each client and each account. Nothing is changed but permissions that are too loose,
/// and no token is sent anywhere.
/// Exit code: 0 all well or worth a warning, else that of the most urgent failure: 6 the vault,
/// 4 or 7 an account or a client, 2 the configuration, 5 the network.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    json: Json,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    status: &'static str,
    exit_code: u8,
    checks: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    check: &'static str,
    subject: Option<String>,
    status: &'static str,
    message: String,
    remedy: Option<String>,
    /// At which step of the way to a server it broke.
    stage: Option<String>,
}

/// `complaint` is what is wrong with the configuration; the defaults are in effect then.
pub(super) fn run(args: &Args, context: &Context, complaint: Option<&Failure>) -> Outcome {
    let patient = context.patient()?;
    let configuration = configuration(context, complaint);
    let mut checks = context.block_on(async {
        let mut bar = None;
        let progress = |news| match (news, &mut bar) {
            (doctor::Progress::Begun(all), bar) => {
                *bar = Some(Progress::new(&context.out, "checking", all));
            }
            (doctor::Progress::OneDone, Some(bar)) => bar.step(),
            (doctor::Progress::OneDone, None) => {}
        };
        match select(pin!(interrupted()?), pin!(patient.examine(progress))).await {
            Either::Left(((), _)) => Err(Failure::Interrupted),
            Either::Right((checks, _)) => Ok(checks),
        }
    })?;
    let hooks = &context.config().hooks;
    let mut about_hooks = hook::checks(&hooks.commands);
    if hooks.notify {
        about_hooks.push(context.block_on(async { Ok(notification::check().await) })?);
    }
    checks.splice(0..0, std::iter::once(configuration).chain(about_hooks));
    let exit = most_urgent(checks.iter().map(|check| of_mark(check.mark)));
    if args.json.json {
        context.out.json(&report(checks, exit))?;
        return Ok(exit);
    }
    context.out.data(&page(&checks, context))?;
    context.out.note(&tally(&checks));
    Ok(exit)
}

fn configuration(context: &Context, complaint: Option<&Failure>) -> Check {
    let places = &context.settings().places;
    let path = places.config.display();
    let check = |mark, words: String| Check::new(Topic::Configuration, mark, words);
    if let Some(complaint) = complaint {
        let words = format!("{complaint}; the rest was checked with the defaults");
        return check(Mark::Fail(Blame::Configuration), words)
            .with_remedy("correct it: until then no other command works");
    }
    let read = if places.config.exists() {
        format!("`{path}` is read")
    } else {
        format!("there is no `{path}`, so the defaults apply")
    };
    match &context.config().endpoints.base {
        Some(base) => check(Mark::Ok, format!("{read}; Google is looked for at {base}")),
        None => check(Mark::Ok, read),
    }
}

fn of_mark(mark: Mark) -> (Urgency, Exit) {
    let exit = match mark {
        Mark::Ok | Mark::Warn => Exit::Done,
        Mark::Fail(Blame::Account(state)) => return (Urgency::of_state(state), state.into()),
        Mark::Fail(Blame::Configuration) => Exit::Usage,
        Mark::Fail(Blame::Vault) => Exit::Vault,
        Mark::Fail(Blame::Network) => Exit::Temporary,
        Mark::Fail(Blame::Client) => Exit::Blocked,
    };
    (Urgency::of_exit(exit), exit)
}

fn page(checks: &[Check], context: &Context) -> String {
    let mut page = String::new();
    for (n, check) in checks.iter().enumerate() {
        page += &line(check, context);
        // Four servers out of reach for one reason need one remedy.
        let next = checks.get(n + 1).and_then(|next| next.remedy.as_ref());
        if let Some(remedy) = check.remedy.as_ref().filter(|this| next != Some(this)) {
            let remedy = format!("{:18}{}", "", printable(remedy));
            page += &context.out.paint(Role::Muted, &remedy);
            page.push('\n');
        }
    }
    page
}

/// `! warn  clock     this computer's is 90s behind the servers'`
fn line(check: &Check, context: &Context) -> String {
    let (glyph, role) = match (check.mark, context.ascii()) {
        (Mark::Ok, false) => ('✓', Role::Good),
        (Mark::Ok, true) => ('+', Role::Good),
        (Mark::Warn, _) => ('!', Role::Warning),
        (Mark::Fail(_), false) => ('✗', Role::Danger),
        (Mark::Fail(_), true) => ('x', Role::Danger),
    };
    let out = &context.out;
    let mark = out.paint(role, &format!("{glyph} {:<4}", check.mark.as_str()));
    let topic = out.paint(Role::Strong, &format!("{:<8}", check.topic.as_str()));
    let subject = check.subject.as_ref().map(|subject| format!("{subject}: "));
    let subject = subject.unwrap_or_default();
    let words = printable(&format!("{subject}{}", check.words));
    format!("{mark}  {topic}  {words}\n")
}

fn tally(checks: &[Check]) -> String {
    let of = |mark: &str| checks.iter().filter(|c| c.mark.as_str() == mark).count();
    format!("{} ok, {} warn, {} fail", of("ok"), of("warn"), of("fail"))
}

fn report(checks: Vec<Check>, exit: Exit) -> Report {
    let worst = ["fail", "warn"]
        .into_iter()
        .find(|mark| checks.iter().any(|check| check.mark.as_str() == *mark));
    let entry = |check: Check| Entry {
        check: check.topic.as_str(),
        subject: check.subject,
        status: check.mark.as_str(),
        message: check.words,
        remedy: check.remedy,
        stage: check.stage.map(Stage::as_str).map(str::to_lowercase),
    };
    Report {
        status: worst.unwrap_or("ok"),
        exit_code: exit.code(),
        checks: checks.into_iter().map(entry).collect(),
    }
}
