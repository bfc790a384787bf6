//! lieer (`gmi`): Gmail's API for notmuch. It refreshes tokens itself, from a file of its own.

use super::quoting::shell_line;
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const LIEER: Program = Program {
    name: "lieer",
    also: &["gmi", "gmailieer"],
    does: "keep notmuch in step with Gmail's API",
    ask_version: &[],
    comment: "#",
    needs: Needs::Anything,
    write,
    check: Check::Cannot(
        "it has no command that only signs in; `gmi pull --dry-run` does the least",
    ),
};

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    let mut words = facts.gatepost.clone();
    words.extend(super::words(&[
        "export",
        "--format",
        "lieer",
        "--output",
        ".credentials.gmailieer.json",
    ]));
    words.push(facts.account.clone());
    Ok(Snippet::new(
        "a shell, in the folder where `gmi init --no-auth ADDRESS` was run",
        format!("{}\n", shell_line(&words)),
    )
    .note("this file holds a copy of the refresh token: keep it as you would a password")
    .note(
        "lieer wants the scopes gmail.modify, gmail.labels and gmail.readonly; `gatepost reauth --scope` asks for them",
    ))
}
