//! getmail6: fetches mail and delivers it here.

use super::quoting::strings;
use super::{Check, Facts, Needs, Program, Refusal, Snippet, Trial, words};

pub(super) const GETMAIL: Program = Program {
    name: "getmail",
    also: &["getmail6"],
    does: "fetch mail into a Maildir",
    ask_version: &["getmail", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[6])) {
        return Err(Refusal::TooOld {
            program: "getmail",
            found: found.clone(),
            needed: "6",
        });
    }
    let text = format!(
        "{}\n[destination]\ntype = Maildir\npath = ~/Mail/{}/\n\n[options]\nread_all = false\n",
        retriever(facts),
        facts.name()
    );
    Ok(Snippet::new(format!("~/.config/getmail/{}", facts.name()), text).note(format!(
        "make the Maildir first (mkdir -p ~/Mail/{0}/cur ~/Mail/{0}/new ~/Mail/{0}/tmp); `getmail -r {0}` fetches",
        facts.name()
    )))
}

fn retriever(facts: &Facts) -> String {
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| format!("ca_certs = {file}\n"));
    // The command is a Python tuple.
    format!(
        "[retriever]\n\
         type = SimpleIMAPSSLRetriever\n\
         server = {}\n\
         port = {}\n\
         username = {}\n\
         use_xoauth2 = True\n\
         password_command = ({})\n{}",
        facts.imap.bare_host(),
        facts.imap.port,
        facts.account,
        strings(&facts.call(&["token"])),
        trust.unwrap_or_default(),
    )
}

/// Every message is larger than one byte, so that none is fetched.
fn sign_in(facts: &Facts, _snippet: &Snippet, folder: &str) -> Trial {
    let rest = format!(
        "\n[destination]\ntype = Mboxrd\npath = {folder}/mbox\n\n[options]\nmax_message_size = 1\n"
    );
    Trial {
        files: vec![("rc", retriever(facts) + &rest), ("mbox", String::new())],
        argv: {
            let mut argv = words(&["getmail"]);
            argv.push(format!("--getmaildir={folder}"));
            argv.push(format!("--rcfile={folder}/rc"));
            argv
        },
        ..Trial::default()
    }
}
