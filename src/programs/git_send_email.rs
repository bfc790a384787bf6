//! git send-email: its own SMTP takes a password only, so msmtp sends for it.

use super::quoting::string;
use super::{Check, Facts, Needs, Program, Refusal, Snippet, System, msmtp};

pub(super) const GIT_SEND_EMAIL: Program = Program {
    name: "git-send-email",
    also: &["git"],
    does: "send patches, through msmtp",
    ask_version: &["git", "--version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Cannot(
        "it signs in only to send; `gatepost setup msmtp ACCOUNT --check` tries what it sends with",
    ),
};

const MSMTP: &[(System, &str)] = &[
    (System::Debian, "msmtp"),
    (System::Fedora, "msmtp"),
    (System::Arch, "msmtp"),
    (System::MacOs, "msmtp"),
];

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[2, 33])) {
        return Err(Refusal::TooOld {
            program: "git send-email",
            found: found.clone(),
            needed: "2.33",
        });
    }
    let text = format!(
        "[sendemail]\n\tfrom = {}\n\tenvelopeSender = auto\n\tsendmailCmd = {}\n",
        string(&facts.account),
        string(&msmtp::as_command(facts)),
    );
    let missing = (!facts.machine.has_msmtp).then(|| {
        let how = facts.machine.system.install(MSMTP);
        format!(
            "msmtp is not here: {}",
            how.unwrap_or_else(|| "install it".into())
        )
    });
    Ok(Snippet::new("~/.gitconfig, or one repository's .git/config", text).lacks(missing))
}
