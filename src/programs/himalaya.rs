//! himalaya 2, which leaves tokens to others.

use super::quoting::{string, strings};
use super::{Check, Facts, Needs, Program, Refusal, Server, Snippet, Trial, words};

pub(super) const HIMALAYA: Program = Program {
    name: "himalaya",
    also: &[],
    does: "read and send mail by single commands",
    ask_version: &["himalaya", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[2])) {
        return Err(Refusal::TooOld {
            program: "himalaya",
            found: found.clone(),
            needed: "2",
        });
    }
    let command = strings(&facts.call(&["token"]));
    let account = string(&facts.account);
    let trust = facts.ca_file.as_deref().map(string);
    let side = |protocol, server: &Server| {
        let trust = trust.as_ref();
        let trust = trust.map(|file| format!("{protocol}.tls.cert = {file}\n"));
        format!(
            "{protocol}.server = \"{protocol}s://{}\"\n\
             {protocol}.sasl.xoauth2.username = {account}\n\
             {protocol}.sasl.xoauth2.token.command = [{command}]\n{}",
            server.authority(),
            trust.unwrap_or_default()
        )
    };
    let (imap, smtp) = (side("imap", &facts.imap), side("smtp", &facts.smtp));
    let text = format!("[accounts.{account}]\nemail = {account}\n{imap}{smtp}");
    Ok(Snippet::new("~/.config/himalaya/config.toml", text)
        .note("himalaya 1 cannot take tokens from another program"))
}

fn sign_in(facts: &Facts, snippet: &Snippet, _folder: &str) -> Trial {
    let mut argv = words(&["himalaya", "-c", "config.toml", "-a"]);
    argv.push(facts.account.clone());
    argv.extend(words(&["mailboxes", "list"]));
    Trial {
        files: vec![("config.toml", snippet.text.clone())],
        argv,
        ..Trial::default()
    }
}
