//! aerc: its accounts are addresses with a scheme that names the mechanism.

use super::quoting::{url, without};
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const AERC: Program = Program {
    name: "aerc",
    also: &[],
    does: "read and send mail",
    ask_version: &["aerc", "-v"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Cannot(
        "it has no command that signs in without its screen; start it and look for \"Connected\"",
    ),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    let command = facts.token_command();
    // The file's own quotes: nothing within is an escape, a comment or a reference, save these.
    without("aerc", &command, &["`", "%("], "a backquote or `%(`")?;
    without("aerc", &facts.account, &["`", "%("], "a backquote or `%(`")?;
    let mechanism = if facts.is_older_than(&[0, 14]) {
        "oauthbearer"
    } else {
        "xoauth2"
    };
    let user = url(&facts.account);
    let text = format!(
        "[{}]\n\
         source = imaps+{mechanism}://{user}@{}\n\
         source-cred-cmd = `{command}`\n\
         outgoing = smtps+{mechanism}://{user}@{}\n\
         outgoing-cred-cmd = `{command}`\n\
         default = INBOX\n\
         from = `<{}>`\n",
        facts.name(),
        facts.imap.authority(),
        facts.smtp.authority(),
        facts.account,
    );
    let snippet = Snippet::new("~/.config/aerc/accounts.conf, mode 0600", text).note(
        "the token is taken at the start: where a connection breaks after an hour, start it anew",
    );
    Ok(match &facts.ca_file {
        Some(file) => snippet.note(format!("start it with SSL_CERT_FILE={file}")),
        None => snippet,
    })
}
