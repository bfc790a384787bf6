//! msmtp: sends mail for programs that know no OAuth themselves.

use super::quoting::shell_line;
use super::{Check, Facts, Good, Needs, Program, Refusal, Snippet, Trial, words};

pub(super) const MSMTP: Program = Program {
    name: "msmtp",
    also: &[],
    does: "send mail, also for other programs",
    ask_version: &["msmtp", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

/// What the server answers, after the sign-in, to a recipient that is none.
const REFUSED_RECIPIENT: &[&str] = &["not accepted by the server"];

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[1, 8, 5])) {
        return Err(Refusal::TooOld {
            program: "msmtp",
            found: found.clone(),
            needed: "1.8.5",
        });
    }
    // OAUTHBEARER came with 1.8.4 and works since 1.8.5; XOAUTH2 came with 1.8.13.
    let mechanism = if facts.is_older_than(&[1, 8, 13]) {
        "oauthbearer"
    } else {
        "xoauth2"
    };
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| format!("tls_trust_file {}\n", quoted(file)));
    // The quotes are taken off at both ends, and nothing between them is looked at.
    let text = format!(
        "account {}\nhost {}\nport {}\ntls on\ntls_starttls off\n{}auth {mechanism}\nuser {}\nfrom {}\npasswordeval {}\n",
        facts.name(),
        facts.smtp.bare_host(),
        facts.smtp.port,
        trust.unwrap_or_default(),
        quoted(&facts.account),
        quoted(&facts.account),
        quoted(&facts.token_command()),
    );
    Ok(
        Snippet::new("~/.msmtprc or ~/.config/msmtp/config", text).note(format!(
            "`msmtp -a {}` sends with it; a line `account default : {}` makes it the usual one",
            facts.name(),
            facts.name()
        )),
    )
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// msmtp by its arguments alone, for programs that run it.
pub(super) fn as_command(facts: &Facts) -> String {
    let mut argv = words(&["msmtp", "--tls=on", "--tls-starttls=off", "--auth=xoauth2"]);
    argv.push(format!("--host={}", facts.smtp.bare_host()));
    argv.push(format!("--port={}", facts.smtp.port));
    argv.extend(
        facts
            .ca_file
            .as_ref()
            .map(|file| format!("--tls-trust-file={file}")),
    );
    argv.push(format!("--user={}", facts.account));
    argv.push(format!("--passwordeval={}", facts.token_command()));
    shell_line(&argv)
}

/// The recipient is no address, so that nothing can be sent: the server says so after it has let
/// us in.
fn sign_in(facts: &Facts, snippet: &Snippet, _folder: &str) -> Trial {
    let mut argv = words(&["msmtp", "-C", "rc", "-a"]);
    argv.extend([facts.name(), "--".into(), "@".into()]);
    Trial {
        files: vec![("rc", snippet.text.clone())],
        argv,
        stdin: "Subject: gatepost\n\n",
        good: Good::Says(REFUSED_RECIPIENT),
        ..Trial::default()
    }
}
