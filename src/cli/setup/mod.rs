//! `gatepost setup`: what another program must be told to take its tokens from here. The snippet
//! alone goes to stdout; the words around it go to stderr, as comments in the program's own syntax,
//! so that `2>&1` still makes a file that can be used.

mod process;
mod survey;
mod trial;

use serde::Serialize;

use super::context::Context;
use super::exit::Exit;
use super::report::Failure;
use super::table::{self, Cell};
use super::{Json, Outcome};
use crate::domain::account::Naming;
use crate::domain::scope::MAIL;
use crate::domain::snapshot::AccountView;
use crate::programs::{self, Check, Facts, Needs, Program, Snippet};

/// Print what another program needs to take its tokens from here
///
/// Alone it lists the programs. The configuration for a program goes to stdout, ready to paste; where
/// to paste it and what is missing on this machine go to stderr. Nothing is written anywhere.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A program of the list
    program: Option<String>,
    /// An address, a label, or the beginning of an address
    #[arg(requires = "program")]
    account: Option<String>,
    /// Sign in once with the program itself, in a folder of its own that is removed afterwards
    #[arg(long, requires = "account")]
    check: bool,
    #[command(flatten)]
    json: Json,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let Some(name) = &args.program else {
        return list(args.json, context);
    };
    let program = programs::find(name).ok_or_else(|| unknown(name))?;
    let Some(wanted) = &args.account else {
        return Err(Failure::Usage {
            what: format!("for which account shall {} be set up?", program.name),
            hint: Some(format!("`gatepost setup {} ACCOUNT`", program.name)),
        });
    };
    let snapshot = context.look()?;
    let id = snapshot
        .find(wanted, Naming::Prefix)
        .map_err(|unknown| Failure::Gate(unknown.into()))?;
    let Some(account) = snapshot.account(id) else {
        return Err(Failure::Unexpected("the account went away".into()));
    };
    let survey = survey::look(program, &account.email, context)?;
    let snippet = program
        .snippet(&survey.facts)
        .map_err(|refusal| Failure::usage(refusal.to_string()))?;
    if args.check {
        return trial::run(
            program,
            &survey.facts,
            &snippet,
            account,
            args.json,
            context,
        );
    }
    let notes = notes(program, &survey, &snippet, account, context);
    if args.json.json {
        context.out.json(&Document {
            program: program.name,
            account: &account.email,
            version: survey.facts.version.as_ref().map(ToString::to_string),
            place: &snippet.place,
            snippet: &snippet.text,
            notes: &notes,
            missing: &snippet.missing,
            checkable: matches!(program.check, Check::Can(_)),
        })?;
        return Ok(Exit::Done);
    }
    say(program, &snippet, &notes, context);
    context.out.data(&snippet.text)?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Document<'a> {
    program: &'static str,
    account: &'a str,
    version: Option<String>,
    place: &'a str,
    snippet: &'a str,
    notes: &'a [String],
    missing: &'a [String],
    checkable: bool,
}

#[derive(Serialize)]
struct Entry {
    program: &'static str,
    also: &'static [&'static str],
    does: &'static str,
    checkable: bool,
}

fn list(json: Json, context: &Context) -> Outcome {
    if json.json {
        let entries = programs::ALL.iter().map(|program| Entry {
            program: program.name,
            also: program.also,
            does: program.does,
            checkable: matches!(program.check, Check::Can(_)),
        });
        context.out.json(&entries.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = programs::ALL
        .iter()
        .map(|program| {
            let check = matches!(program.check, Check::Can(_));
            vec![
                Cell::plain(program.name),
                Cell::plain(if check { "yes" } else { "no" }),
                Cell::plain(program.does),
            ]
        })
        .collect();
    let table = table::render(&context.out, &["PROGRAM", "--check", "TO"], &rows);
    context.out.data(&table)?;
    context
        .out
        .note("next: `gatepost setup PROGRAM ACCOUNT` prints the configuration");
    Ok(Exit::Done)
}

fn unknown(name: &str) -> Failure {
    let nearest = programs::nearest(name);
    let nearest = nearest.map(|name| format!("; did you mean `{name}`?"));
    Failure::Usage {
        what: format!(
            "`{name}` is not a program that setup knows{}",
            nearest.unwrap_or_default()
        ),
        hint: Some("`gatepost setup` lists them".into()),
    }
}

fn notes(
    program: &Program,
    survey: &survey::Survey,
    snippet: &Snippet,
    account: &AccountView,
    context: &Context,
) -> Vec<String> {
    let mut notes = vec![written_for(program, &survey.facts)];
    notes.extend(snippet.notes.iter().cloned());
    notes.extend(survey.note.clone());
    if program.needs == Needs::Mail && lacks_mail(account) {
        notes.push(no_mail(account));
    }
    notes.extend(no_token(account, context));
    notes
}

/// What is printed is right, and will not work before this is mended.
fn no_token(account: &AccountView, context: &Context) -> Option<String> {
    let (policy, now) = (&context.config().policy, context.now());
    let problem = account.problem(policy, now)?;
    let (email, state) = (&account.email, account.state(policy, now));
    (Exit::from(state) != Exit::Done).then(|| {
        let (state, message) = (state.as_str(), &problem.message);
        format!(
            "{email} gives no tokens now ({state}: {message}): {}",
            problem.remedy
        )
    })
}

fn written_for(program: &Program, facts: &Facts) -> String {
    match (&facts.version, program.ask_version) {
        (Some(version), _) => format!("written for {} {version}, which is here", program.name),
        (None, []) => format!("for {}", program.name),
        (None, _) => format!(
            "written for the newest {}: none was found here",
            program.name
        ),
    }
}

fn lacks_mail(account: &AccountView) -> bool {
    let grant = account.facts.grant.as_ref();
    grant.is_some_and(|grant| !grant.granted.contains(MAIL))
}

fn no_mail(account: &AccountView) -> String {
    format!(
        "{} has not granted {MAIL}, and IMAP and SMTP accept nothing less: gatepost reauth {} --scope {MAIL}",
        account.email, account.email
    )
}

fn say(program: &Program, snippet: &Snippet, notes: &[String], context: &Context) {
    let mark = program.comment;
    context
        .out
        .note(&format!("{mark} goes into {}", snippet.place));
    for note in notes {
        context.out.note(&format!("{mark} {note}"));
    }
    for missing in &snippet.missing {
        context.out.warn_as(mark, missing);
    }
}
