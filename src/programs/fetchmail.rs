//! fetchmail 7: takes a token where it took a password. Version 6 knows no OAuth.

use super::quoting::string;
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const FETCHMAIL: Program = Program {
    name: "fetchmail",
    also: &[],
    does: "fetch mail and hand it to a local server (version 7)",
    ask_version: &["fetchmail", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Cannot("its version 7 could not be tried; `fetchmail --check` tells"),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[7])) {
        return Err(Refusal::TooOld {
            program: "fetchmail",
            found: found.clone(),
            needed: "7",
        });
    }
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| format!(" sslcertfile {}", string(file)));
    let text = format!(
        "poll {} protocol imap service {} auth oauthbearer\n  username {}\n  ssl sslcertck{}\n",
        facts.imap.bare_host(),
        facts.imap.port,
        string(&facts.account),
        trust.unwrap_or_default(),
    );
    Ok(Snippet::new("~/.fetchmailrc, mode 0600", text)
        .note(format!(
            "run it with the token on its standard input: {} | fetchmail --passwordfd 0",
            facts.token_command()
        ))
        .note("not as a daemon: the token is read once and lasts an hour")
        .note("written from its documentation; version 7 could not be tried"))
}
