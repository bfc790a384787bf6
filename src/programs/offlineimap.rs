//! offlineimap3: keeps a Maildir and IMAP the same; its configuration may evaluate Python.

use super::quoting::strings;
use super::{Check, Facts, Good, Needs, Program, Refusal, Snippet, Trial, words};

pub(super) const OFFLINEIMAP: Program = Program {
    name: "offlineimap",
    also: &["offlineimap3"],
    does: "keep a Maildir in step with IMAP",
    ask_version: &["offlineimap", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[7, 3])) {
        return Err(Refusal::TooOld {
            program: "offlineimap",
            found: found.clone(),
            needed: "8 (offlineimap3)",
        });
    }
    let name = facts.name();
    // It asks for a root of its own choice even where the system has one.
    let trust = match &facts.ca_file {
        Some(file) => format!("sslcacertfile = {}", percent(file)),
        None => "sslcacertfile = OS-DEFAULT".into(),
    };
    let text = format!(
        "[general]\naccounts = {name}\n\n\
         [Account {name}]\nlocalrepository = {name}-local\nremoterepository = {name}-remote\n\n\
         [Repository {name}-local]\ntype = Maildir\nlocalfolders = ~/Mail/{name}\n\n\
         [Repository {name}-remote]\ntype = IMAP\nremotehost = {}\nremoteport = {}\nremoteuser = {}\n\
         ssl = yes\n{trust}\nauth_mechanisms = XOAUTH2\noauth2_access_token_eval = {}\n",
        facts.imap.bare_host(),
        facts.imap.port,
        percent(&facts.account),
        percent(&format!(
            "__import__(\"subprocess\").check_output([{}]).decode().strip()",
            strings(&facts.call(&["token"]))
        )),
    );
    Ok(Snippet::new("~/.offlineimaprc", text)
        .note("the token is taken at each start: run it by a timer rather than with `autorefresh`"))
}

/// Percent signs refer to other settings.
fn percent(text: &str) -> String {
    text.replace('%', "%%")
}

/// It lists the folders of both sides, and copies nothing.
fn sign_in(facts: &Facts, snippet: &Snippet, folder: &str) -> Trial {
    let general = format!("[general]\nmetadata = {folder}/metadata\n");
    let mail = format!("localfolders = {folder}/mail");
    let text = snippet
        .text
        .replace("[general]\n", &general)
        .replace(&format!("localfolders = ~/Mail/{}", facts.name()), &mail);
    Trial {
        files: vec![("rc", text)],
        argv: words(&["offlineimap", "-c", "rc", "--info"]),
        good: Good::Says(&["Server capabilities"]),
        ..Trial::default()
    }
}
