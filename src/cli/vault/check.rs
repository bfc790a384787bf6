//! `gatepost vault check`: one line for each thing that must hold.

use super::{NONE_YET, paths};
use crate::cli::Outcome;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::output::Role;
use crate::domain::wording::safe;
use crate::vault::{self, Finding, Vault, Verdict};

pub(super) fn run(context: &Context) -> Outcome {
    let paths = paths(context);
    if !Vault::exists(paths) {
        context.out.note(NONE_YET);
        return Ok(Exit::Done);
    }
    let findings = vault::check(paths, &context.settings().key, context.now());
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| line(context, finding))
        .collect();
    context.out.data(&lines.concat())?;
    let bad = findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Bad);
    Ok(if bad { Exit::Vault } else { Exit::Done })
}

fn line(context: &Context, finding: &Finding) -> String {
    let (role, word) = match finding.verdict {
        Verdict::Good => (Role::Good, "ok"),
        Verdict::Doubtful => (Role::Warning, "warn"),
        Verdict::Bad => (Role::Danger, "fail"),
    };
    let word = context.out.paint(role, &format!("{word:<4}"));
    format!("{word}  {:<8}  {}\n", finding.what, safe(&finding.words))
}
