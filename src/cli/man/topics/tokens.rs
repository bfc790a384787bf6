//! Tokens: handed out, renewed, and passed between programs.

use super::surroundings::{KEY_FILE, NETWORK, STATE, STORE, VAULT};
use super::{Topic, online, topic};

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        command: "token",
        sections: &[(
            "Several at once",
            "However many programs ask at the same time, Google is asked once. A token that is \
             still live is printed from the vault, without the network.",
        )],
        environment: &[VAULT, NETWORK],
        files: &[STORE, KEY_FILE, STATE],
        examples: &[
            (
                "For a mail program's password command:",
                "gatepost token ana@gmail.com",
            ),
            (
                "With curl(1):",
                "curl -H \"$(gatepost token --format header ana@gmail.com)\" \\\n  \
              https://gmail.googleapis.com/gmail/v1/users/me/profile",
            ),
            (
                "The answer to AUTH XOAUTH2:",
                "gatepost token ana@gmail.com --format xoauth2",
            ),
            (
                "One that lasts through a long upload:",
                "gatepost token ana@gmail.com --min-valid 45m",
            ),
        ],
        see_also: &["gatepost-exec", "gatepost-setup", "gatepost-refresh"],
    },
    online(
        "exec",
        &[
            (
                "A script that uses Google's library, unchanged:",
                "gatepost exec ana@gmail.com -- python3 report.py",
            ),
            (
                "A token in a variable:",
                "gatepost exec ana@gmail.com --env TOKEN -- ./fetch.sh",
            ),
        ],
        &["gatepost-token"],
    ),
    online(
        "refresh",
        &[("Before a journey:", "gatepost refresh --all")],
        &["gatepost-verify", "gatepost-pause", "gatepost-token"],
    ),
    online(
        "verify",
        &[
            ("Is what is stored true?", "gatepost verify --all"),
            (
                "Would a mail program get in?",
                "gatepost verify ana@gmail.com --imap --smtp",
            ),
        ],
        &["gatepost-refresh", "gatepost-doctor"],
    ),
    online(
        "import",
        &[
            ("What is there to be taken in?", "gatepost import --scan"),
            (
                "What would be done with this file?",
                "gatepost import token.json --dry-run",
            ),
            (
                "From gpg(1), with what it decrypts:",
                "gpg -d ana.tokens | gatepost import -",
            ),
        ],
        &["gatepost-export", "gatepost-add"],
    ),
    topic(
        "export",
        &[(
            "For Google's Python quickstarts:",
            "gatepost export ana@gmail.com --format token-json -o token.json",
        )],
        &["gatepost-import", "gatepost-exec", "gatepost-token"],
    ),
    topic(
        "setup",
        &[
            ("The programs that are known:", "gatepost setup"),
            (
                "Read what is printed, then keep it:",
                "gatepost setup msmtp ana@gmail.com >> ~/.msmtprc",
            ),
            (
                "Does it work?",
                "gatepost setup msmtp ana@gmail.com --check",
            ),
        ],
        &["gatepost-token", "gatepost-verify"],
    ),
];
