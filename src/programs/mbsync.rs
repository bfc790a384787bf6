//! mbsync, of isync: keeps a Maildir and IMAP the same. It signs in through Cyrus SASL, which has
//! no XOAUTH2 of its own.

use super::quoting::string;
use super::{Check, Facts, Needs, Program, Refusal, Snippet, System, Trial, words};

pub(super) const MBSYNC: Program = Program {
    name: "mbsync",
    also: &["isync"],
    does: "keep a Maildir in step with IMAP",
    ask_version: &["mbsync", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

/// What the plugin's package is called.
const PLUGIN: &[(System, &str)] = &[
    (System::Debian, "libsasl2-modules-kdexoauth2"),
    (System::Fedora, "cyrus-sasl-xoauth2"),
    (System::Arch, "cyrus-sasl-xoauth2-git (from the AUR)"),
];

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    // Each of these words was renamed once.
    let tls = if facts.is_older_than(&[1, 5]) {
        "SSLType"
    } else {
        "TLSType"
    };
    let (far, near) = if facts.is_older_than(&[1, 4]) {
        ("Master", "Slave")
    } else {
        ("Far", "Near")
    };
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| format!("CertificateFile {}\n", string(file)));
    let name = facts.name();
    let text = format!(
        "IMAPAccount {name}\nHost {}\nPort {}\nUser {}\nPassCmd {}\nAuthMechs XOAUTH2\n{tls} IMAPS\n{}\n\
         IMAPStore {name}-remote\nAccount {name}\n\n\
         MaildirStore {name}-local\nPath ~/Mail/{name}/\nInbox ~/Mail/{name}/INBOX\nSubFolders Verbatim\n\n\
         Channel {name}\n{far} :{name}-remote:\n{near} :{name}-local:\nPatterns INBOX\nCreate {near}\nSyncState *\n",
        facts.imap.bare_host(),
        facts.imap.port,
        string(&facts.account),
        string(&facts.token_command()),
        trust.unwrap_or_default(),
    );
    let missing = (!facts.machine.has_sasl_xoauth2).then(|| {
        let how = facts.machine.system.install(PLUGIN);
        let how = how.unwrap_or_else(|| {
            "build https://github.com/moriyoshi/cyrus-sasl-xoauth2 or take your system's package of it".into()
        });
        format!("Cyrus SASL has no XOAUTH2 plugin here, and mbsync cannot sign in without: {how}")
    });
    Ok(Snippet::new("~/.mbsyncrc", text)
        .note(format!(
            "`mbsync {name}` runs it; make the folder ~/Mail/{name} first"
        ))
        .lacks(missing))
}

/// It lists the mailboxes, and copies nothing.
fn sign_in(facts: &Facts, snippet: &Snippet, folder: &str) -> Trial {
    let mut argv = words(&["mbsync", "-c", "rc", "-l"]);
    argv.push(facts.name());
    let mail = format!("~/Mail/{}/", facts.name());
    Trial {
        files: vec![("rc", snippet.text.replace(&mail, &format!("{folder}/")))],
        argv,
        ..Trial::default()
    }
}
