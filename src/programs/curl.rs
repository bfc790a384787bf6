//! curl: the token goes in by a pipe, since arguments are everybody's to read.

use super::quoting::{shell, shell_line};
use super::{Check, Facts, Needs, Program, Refusal, Snippet, Trial, words};

pub(super) const CURL: Program = Program {
    name: "curl",
    also: &[],
    does: "ask IMAP or SMTP, or one of Google's APIs, from a script",
    ask_version: &["curl", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[7, 55])) {
        return Err(Refusal::TooOld {
            program: "curl",
            found: found.clone(),
            needed: "7.55",
        });
    }
    super::quoting::without(
        "curl",
        &facts.account,
        &[";", ":"],
        "`:` or `;` in a user name",
    )?;
    let mut argv = words(&["curl", "--config", "-"]);
    if let Some(file) = &facts.ca_file {
        argv.extend(["--cacert".to_owned(), file.clone()]);
    }
    argv.push("--user".into());
    argv.push(format!("{}:", facts.account));
    // `printf` is the shell's own: the token is in no process's arguments.
    let imap = format!(
        "printf 'oauth2-bearer = \"%s\"\\n' \"$({})\" | {} {}\n",
        facts.token_command(),
        shell_line(&argv),
        shell(&format!("imaps://{}/", facts.imap.authority())),
    );
    let sending = format!(
        "to send a letter, put in place of the address: {} --mail-from {} --mail-rcpt TO --upload-file LETTER",
        shell(&format!("smtps://{}/", facts.smtp.authority())),
        shell(&facts.account),
    );
    let http = format!(
        "{} | curl -H @- https://gmail.googleapis.com/gmail/v1/users/me/profile",
        facts.shell(&["token", "--format", "header"])
    );
    Ok(
        Snippet::new("a shell or a script (it lists the mailboxes)", imap)
            .note(sending)
            .note(format!("one of Google's APIs: {http}")),
    )
}

fn sign_in(_facts: &Facts, snippet: &Snippet, _folder: &str) -> Trial {
    let limited = snippet
        .text
        .replace("| curl ", "| curl --silent --show-error ");
    Trial {
        files: vec![("lines", limited)],
        argv: words(&["sh", "lines"]),
        ..Trial::default()
    }
}
