//! The vault and the program itself.

use super::{Topic, bare, online, topic};

pub(super) const TOPICS: &[Topic] = &[
    online(
        "doctor",
        &[("When something does not work:", "gatepost doctor")],
        &["gatepost-status", "gatepost-vault-check"],
    ),
    topic(
        "vault",
        &[("Where is it, and what locks it?", "gatepost vault status")],
        &[
            "gatepost-vault-status",
            "gatepost-vault-rekey",
            "gatepost-vault-backup",
            "gatepost-vault-restore",
            "gatepost-vault-check",
            "gatepost-vault-lock",
        ],
    ),
    topic(
        "vault status",
        &[("What protects from whom:", "gatepost vault status")],
        &["gatepost-vault-check", "gatepost-vault-rekey"],
    ),
    topic(
        "vault rekey",
        &[(
            "From the keyring to a passphrase:",
            "gatepost vault rekey --key passphrase",
        )],
        &["gatepost-vault-backup", "gatepost-vault-status"],
    ),
    topic(
        "vault backup",
        &[(
            "To another disk:",
            "gatepost vault backup /media/usb/gatepost.backup",
        )],
        &["gatepost-vault-restore"],
    ),
    topic(
        "vault restore",
        &[(
            "On a new machine:",
            "gatepost vault restore /media/usb/gatepost.backup",
        )],
        &["gatepost-vault-backup"],
    ),
    topic(
        "vault check",
        &[("Is everything whole?", "gatepost vault check")],
        &["gatepost-doctor", "gatepost-vault-backup"],
    ),
    topic(
        "vault lock",
        &[("Before the machine is lent:", "gatepost vault lock")],
        &["gatepost-vault-status", "gatepost-vault-rekey"],
    ),
    bare(
        "sandbox",
        &[(
            "A stand-in for Google at an address that stays:",
            "gatepost sandbox --port 8080",
        )],
        &["gatepost-add"],
    ),
    bare(
        "completions",
        &[
            ("In ~/.bashrc:", "eval \"$(gatepost completions bash)\""),
            (
                "In ~/.zshrc, after compinit:",
                "eval \"$(gatepost completions zsh)\"",
            ),
            (
                "In ~/.config/fish/config.fish:",
                "gatepost completions fish | source",
            ),
            (
                "In ~/.config/elvish/rc.elv:",
                "eval (gatepost completions elvish | slurp)",
            ),
            (
                "In PowerShell's $PROFILE:",
                "gatepost completions powershell | Out-String | Invoke-Expression",
            ),
        ],
        &["gatepost-man"],
    ),
    bare(
        "man",
        &[
            (
                "Read a page without installing any:",
                "gatepost man client add | man -l -",
            ),
            (
                "Install them all for yourself:",
                "gatepost man --dir ~/.local/share/man/man1",
            ),
        ],
        &["gatepost-completions"],
    ),
];
