//! `gatepost import --scan`: what other programs keep in their usual places. Listed with the
//! command that takes it in; at a terminal, asked about one by one.

use std::path::PathBuf;

use serde::Serialize;

use super::{Args, bring_in, sources, wishes};
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::report::Failure;
use crate::domain::wording::{count, safe};
use crate::service::files::{self, FoundGrant};

/// One line of the list, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Find<'a> {
    file: &'a PathBuf,
    format: &'static str,
    email: Option<&'a str>,
    /// How many could be taken in; of an encrypted file, null.
    accounts: Option<usize>,
    command: String,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let found = files::look_for_grants(&context.folders());
    if found.is_empty() {
        context
            .out
            .note("nothing was found in the usual places of other programs");
        if args.json {
            context.out.json(&Vec::<Find<'_>>::new())?;
        }
        return Ok(Exit::Done);
    }
    let chosen: Vec<&FoundGrant> = if args.yes || args.dry_run {
        found.iter().collect()
    } else if context.out.can_ask() && !args.json {
        let asked = found.iter();
        asked
            .filter(|find| context.out.confirm(&question(find)))
            .collect()
    } else {
        list(&found, args, context)?;
        return Ok(Exit::Done);
    };
    if chosen.is_empty() {
        context.out.note("nothing was changed");
        return Ok(Exit::Done);
    }
    let sources = chosen.iter().map(|find| sources::read(&find.path, args));
    bring_in(sources.collect(), &wishes(args)?, args, context)
}

fn list(found: &[FoundGrant], args: &Args, context: &Context) -> Result<(), Failure> {
    if args.json {
        let finds: Vec<Find<'_>> = found.iter().map(Find::of).collect();
        return context.out.json(&finds);
    }
    for find in found {
        let line = format!("{}\n    {}\n", words(find), command(find));
        context.out.data(&line)?;
    }
    Ok(())
}

fn question(find: &FoundGrant) -> String {
    format!("{}: take it in?", words(find))
}

/// `~/.config/rclone/rclone.conf (rclone, 2 accounts)`
fn words(find: &FoundGrant) -> String {
    let whose = match (&find.account, find.accounts) {
        (Some(account), _) => format!(" of {}", safe(account)),
        (None, 0 | 1) => String::new(),
        (None, several) => format!(", {}", count(several, "account")),
    };
    format!("{} ({}{whose})", safe(&find.shown), find.format)
}

/// To be pasted into a shell.
fn command(find: &FoundGrant) -> String {
    let path = find.path.display().to_string();
    let quoted = shlex::try_quote(&path).unwrap_or_else(|_| path.clone().into());
    format!("gatepost import {}", safe(&quoted))
}

impl<'a> Find<'a> {
    fn of(find: &'a FoundGrant) -> Self {
        Self {
            file: &find.path,
            format: find.format,
            email: find.account.as_deref(),
            accounts: (find.accounts > 0).then_some(find.accounts),
            command: command(find),
        }
    }
}
