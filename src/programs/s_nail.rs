//! s-nail: mailx with IMAP and SMTP. What it calls `oauthbearer` is XOAUTH2.

use super::quoting::single;
use super::{Check, Facts, Needs, Program, Refusal, Snippet, Trial, words};

pub(super) const S_NAIL: Program = Program {
    name: "s-nail",
    also: &["mailx"],
    does: "read and send mail by single commands",
    ask_version: &["s-nail", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[14, 9, 14])) {
        return Err(Refusal::TooOld {
            program: "s-nail",
            found: found.clone(),
            needed: "14.9.14",
        });
    }
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| format!("  wysh set tls-ca-file={}\n", single(file)));
    let trust = trust.unwrap_or_default();
    let account = single(&facts.account);
    let (imap, smtp) = (facts.imap.authority(), facts.smtp.authority());
    // What follows the variable goes to a shell as it stands; the newline must not come along.
    let text = format!(
        "set v15-compat\n\
         account {} {{\n  \
           vput ! password printf %s \"$({})\"\n  \
           wysh set imap-auth=oauthbearer smtp-auth=oauthbearer\n  \
           wysh set user={account} from={account}\n  \
           wysh set mta='smtps://{smtp}'\n  \
           wysh set folder='imaps://{imap}' inbox='imaps://{imap}/INBOX'\n{trust}}}\n",
        facts.name(),
        facts.token_command(),
    );
    Ok(Snippet::new("~/.mailrc", text).note(format!(
        "`s-nail -A {0} -f %` reads, `s-nail -A {0} ADDRESS` sends; the token is taken when the account is chosen",
        facts.name()
    )))
}

/// The headers of the inbox are listed; nothing is marked as read.
fn sign_in(facts: &Facts, snippet: &Snippet, folder: &str) -> Trial {
    let mut argv = words(&["s-nail", "-:u", "-R", "-H", "-A"]);
    argv.push(facts.name());
    argv.push("-f".into());
    argv.push(format!("imaps://{}/INBOX", facts.imap.authority()));
    Trial {
        files: vec![("rc", snippet.text.clone())],
        argv,
        environment: vec![("MAILRC", format!("{folder}/rc"))],
        ..Trial::default()
    }
}
