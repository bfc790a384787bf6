//! gcloud, and whatever else looks for application default credentials.

use super::quoting::shell_line;
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const GCLOUD: Program = Program {
    name: "gcloud",
    also: &["adc"],
    does: "run what uses application default credentials",
    ask_version: &[],
    comment: "#",
    needs: Needs::Anything,
    write,
    check: Check::Cannot("run the command; `gatepost verify ACCOUNT` asks Google about the token"),
};

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    let mut export = facts.gatepost.clone();
    export.extend(super::words(&[
        "export", "--format", "adc", "--output", "adc.json",
    ]));
    export.push(facts.account.clone());
    Ok(Snippet::new("a shell, before the command", format!("{}\n", facts.exec("gcloud auth list")))
        .note("the command gets short-lived tokens for as long as it runs, and never the refresh token")
        .note(format!(
            "where a file is a must: {}, and GOOGLE_APPLICATION_CREDENTIALS=adc.json; it holds a long-lived secret",
            shell_line(&export)
        )))
}
