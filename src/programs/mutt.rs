//! mutt and neomutt: the same settings, read by the same rules.

use super::quoting::{single, url};
use super::{Check, Facts, Good, Needs, Program, Refusal, Snippet, Trial, words};

pub(super) const MUTT: Program = Program {
    name: "mutt",
    also: &[],
    does: "read and send mail",
    ask_version: &["mutt", "-v"],
    comment: "#",
    needs: Needs::Mail,
    write: |facts| mutt(facts, "~/.muttrc"),
    check: Check::Can(|facts, snippet, folder| sign_in("mutt", facts, snippet, folder)),
};

pub(super) const NEOMUTT: Program = Program {
    name: "neomutt",
    also: &[],
    does: "read and send mail",
    ask_version: &["neomutt", "-v"],
    comment: "#",
    needs: Needs::Mail,
    write: |facts| neomutt(facts, "~/.config/neomutt/neomuttrc"),
    check: Check::Can(|facts, snippet, folder| sign_in("neomutt", facts, snippet, folder)),
};

/// What the status line shows when a mailbox is open, and only then.
const OPEN: &[&str] = &["gatepost-check-=INBOX", "gatepost-check-+INBOX"];

fn mutt(facts: &Facts, place: &'static str) -> Result<Snippet, Refusal> {
    too_old(facts, "mutt", &[1, 11], "1.11")?;
    // XOAUTH2 came with 2.0; both were written against Gmail.
    Ok(settings(facts, place, facts.is_older_than(&[2, 0])))
}

fn neomutt(facts: &Facts, place: &'static str) -> Result<Snippet, Refusal> {
    too_old(facts, "neomutt", &[20_180_907], "20180907")?;
    Ok(settings(facts, place, facts.is_older_than(&[20_211_015])))
}

fn too_old(
    facts: &Facts,
    program: &'static str,
    oldest: &[u32],
    needed: &'static str,
) -> Result<(), Refusal> {
    match &facts.version {
        Some(found) if found.is_before(oldest) => Err(Refusal::TooOld {
            program,
            found: found.clone(),
            needed,
        }),
        _ => Ok(()),
    }
}

fn settings(facts: &Facts, place: &'static str, only_oauthbearer: bool) -> Snippet {
    let mechanisms = if only_oauthbearer {
        "oauthbearer"
    } else {
        "oauthbearer:xoauth2"
    };
    let account = single(&facts.account);
    let command = single(&facts.token_command());
    let sender = format!(
        "smtps://{}@{}/",
        url(&facts.account),
        facts.smtp.authority()
    );
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| format!("set certificate_file = {}\n", single(file)));
    let text = format!(
        "set imap_user = {account}\n\
         set imap_authenticators = '{mechanisms}'\n\
         set imap_oauth_refresh_command = {command}\n\
         set folder = 'imaps://{}/'\n\
         set spoolfile = '+INBOX'\n\
         set smtp_url = {}\n\
         set smtp_authenticators = '{mechanisms}'\n\
         set smtp_oauth_refresh_command = {command}\n\
         set from = {account}\n{}",
        facts.imap.authority(),
        single(&sender),
        trust.unwrap_or_default(),
    );
    Snippet::new(place, text).note(
        "for several accounts, put each in a file of its own and `source` it by a folder-hook",
    )
}

fn sign_in(program: &str, facts: &Facts, snippet: &Snippet, _folder: &str) -> Trial {
    // The status line names the open mailbox.
    let inbox = format!("imaps://{}/INBOX", facts.imap.authority());
    let extra = "set status_format = 'gatepost-check-%f'\n\
                 set quit = yes\n\
                 set wait_key = no\n\
                 set sleep_time = 0\n";
    Trial {
        files: vec![("rc", format!("{}{extra}", snippet.text))],
        argv: {
            let mut argv = words(&[program, "-n", "-R", "-F", "rc", "-f"]);
            argv.extend([inbox, "-e".into(), "push <quit>".into()]);
            argv
        },
        environment: vec![("TERM", "xterm".into())],
        terminal: true,
        good: Good::Says(OPEN),
        ..Trial::default()
    }
}
