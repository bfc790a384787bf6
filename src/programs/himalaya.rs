//! himalaya 2, which leaves tokens to others.

use super::quoting::{string, strings};
use super::{Check, Facts, Needs, Program, Refusal, Snippet, Trial, words};

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
    let mut text = format!("[accounts.{account}]\nemail = {account}\n");
    for (protocol, server) in [("imap", &facts.imap), ("smtp", &facts.smtp)] {
        text += &format!(
            "{protocol}.server = \"{protocol}s://{}\"\n\
             {protocol}.sasl.xoauth2.username = {account}\n\
             {protocol}.sasl.xoauth2.token.command = [{command}]\n",
            server.authority()
        );
        if let Some(file) = &facts.ca_file {
            text += &format!("{protocol}.tls.cert = {}\n", string(file));
        }
    }
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
