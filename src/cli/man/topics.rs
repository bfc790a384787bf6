//! What the manual says beyond `--help`: examples, surroundings, neighbours. The tests hold it: each
//! command has its topic, each example is taken by the parser, each neighbour exists.

/// A name and what it means.
type Item = (&'static str, &'static str);

pub(super) struct Topic {
    /// The words of the command; none for gatepost itself.
    pub(super) command: &'static str,
    /// More for the description, each with its heading.
    pub(super) sections: &'static [Item],
    pub(super) environment: &'static [&'static [Item]],
    pub(super) files: &'static [&'static [Item]],
    /// What for, and what to type.
    pub(super) examples: &'static [Item],
    pub(super) see_also: &'static [&'static str],
}

impl Topic {
    pub(super) fn path(&self) -> Vec<&'static str> {
        self.command.split_whitespace().collect()
    }
}

pub(super) fn of(path: &[&str]) -> Option<&'static Topic> {
    ALL.iter().find(|topic| topic.path() == path)
}

const VAULT: &[Item] = &[
    (
        "GATEPOST_CONFIG",
        "The configuration file, where `--config` names none.",
    ),
    (
        "GATEPOST_VAULT_KEY",
        "The kind of the vault's key: `auto`, `keyring`, `file`, `passphrase` or `command`.",
    ),
    (
        "GATEPOST_PASSPHRASE_FILE",
        "A file to read the vault's passphrase from, in place of asking.",
    ),
];

const NETWORK: &[Item] = &[
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "The way to Google. Loopback addresses never go through a proxy.",
    ),
    (
        "SSL_CERT_FILE",
        "Certificates to trust, in place of the system's.",
    ),
    (
        "GATEPOST_ENDPOINTS",
        "Stands for all of Google's addresses, as the one that `gatepost sandbox` prints.",
    ),
];

const BROWSER: &[Item] = &[(
    "BROWSER",
    "The program that opens the link, with its arguments; `%s` stands for the link.",
)];

const LOOK: &[Item] = &[
    ("NO_COLOR", "Set to anything: no colours."),
    ("ACCESSIBLE", "Set to 1: as `--plain`, for screen readers."),
];

const STORE: &[Item] = &[
    (
        "~/.config/gatepost/config.toml",
        "The configuration. It need not exist.",
    ),
    ("~/.local/share/gatepost/vault.db", "The vault."),
];

const KEY_FILE: &[Item] = &[(
    "~/.config/gatepost/vault.key",
    "The vault's key, where it is kept in a file.",
)];

const STATE: &[Item] = &[
    (
        "~/.local/state/gatepost/gatepost.log",
        "What went on, without a secret.",
    ),
    (
        "~/.local/state/gatepost/usage.db",
        "Which program took a token when. It may be lost.",
    ),
];

pub(super) const ALL: &[Topic] = &[
    Topic {
        command: "",
        sections: &[
            (
                "Two clocks",
                "An access token lasts about an hour and is renewed without you. The sign-in behind \
                 it lasts until it is revoked, until a stated end, or for seven days if the OAuth \
                 client's project is in Testing. Only the second clock ever needs you.",
            ),
            (
                "States",
                "`revoked`, `reauth` and `signed-out` want a new sign-in; `blocked` says what is in \
                 the way; `limited` works without some of what was asked for; `ending` will soon \
                 want you; `retrying`, `paused`, `expired`, `due` and `ready` want nothing.",
            ),
        ],
        environment: &[VAULT, NETWORK, BROWSER, LOOK],
        files: &[STORE, KEY_FILE, STATE],
        examples: &[
            ("Try it without Google:", "gatepost --sandbox"),
            (
                "From a client to a token:",
                "gatepost client add ~/Downloads/client_secret.json\n\
                 gatepost add ana@gmail.com\n\
                 gatepost token ana@gmail.com",
            ),
        ],
        see_also: &[
            "gatepost-client",
            "gatepost-add",
            "gatepost-reauth",
            "gatepost-list",
            "gatepost-status",
            "gatepost-token",
            "gatepost-exec",
            "gatepost-refresh",
            "gatepost-verify",
            "gatepost-revoke",
            "gatepost-remove",
            "gatepost-label",
            "gatepost-pause",
            "gatepost-resume",
            "gatepost-import",
            "gatepost-export",
            "gatepost-setup",
            "gatepost-log",
            "gatepost-doctor",
            "gatepost-vault",
            "gatepost-sandbox",
            "gatepost-completions",
            "gatepost-man",
        ],
    },
    topic(
        "client",
        &[(
            "Which clients are there, and who uses them:",
            "gatepost client list",
        )],
        &[
            "gatepost-client-add",
            "gatepost-client-set",
            "gatepost-client-list",
            "gatepost-client-remove",
        ],
    ),
    topic(
        "client add",
        &[
            (
                "The first client:",
                "gatepost client add ~/Downloads/client_secret.json",
            ),
            (
                "A second one, whose project is published:",
                "gatepost client add work.json --name work --status production",
            ),
        ],
        &["gatepost-client-set", "gatepost-add"],
    ),
    topic(
        "client set",
        &[(
            "The project was published; sign-ins last now:",
            "gatepost client set default --status production",
        )],
        &["gatepost-client-add", "gatepost-client-list"],
    ),
    topic(
        "client list",
        &[("For a script:", "gatepost client list --json")],
        &["gatepost-client-add"],
    ),
    topic(
        "client remove",
        &[("One that nobody uses:", "gatepost client remove work")],
        &["gatepost-client-list", "gatepost-remove"],
    ),
    consent(
        "add",
        &[
            ("In the browser:", "gatepost add ana@gmail.com --label home"),
            (
                "On a machine without one: open the link elsewhere and paste the address that it ends at.",
                "gatepost add ana@gmail.com --no-browser",
            ),
        ],
        &["gatepost-client-add", "gatepost-reauth", "gatepost-import"],
    ),
    consent(
        "reauth",
        &[
            ("Sign in again:", "gatepost reauth ana@gmail.com"),
            (
                "With another client:",
                "gatepost reauth ana@gmail.com --client work",
            ),
        ],
        &["gatepost-add", "gatepost-status"],
    ),
    topic(
        "list",
        &[
            (
                "Addresses that a person must look after, with jq(1):",
                "gatepost list --json | jq -r '.[] | select(.state == \"revoked\").email'",
            ),
            ("Keep it on a screen:", "gatepost list --watch"),
        ],
        &["gatepost-status"],
    ),
    topic(
        "status",
        &[
            (
                "What is wrong with one, and what helps:",
                "gatepost status ana@gmail.com",
            ),
            (
                "For a status bar:",
                "gatepost status --format 'mail {needing}/{accounts}'",
            ),
        ],
        &["gatepost-list", "gatepost-doctor"],
    ),
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
        "revoke",
        &[("End it everywhere:", "gatepost revoke ana@gmail.com")],
        &["gatepost-remove", "gatepost-pause"],
    ),
    topic(
        "remove",
        &[(
            "Forget it on this machine only:",
            "gatepost remove ana@gmail.com",
        )],
        &["gatepost-revoke"],
    ),
    topic(
        "label",
        &[
            ("A short name:", "gatepost label ana@gmail.com home"),
            ("Take it away:", "gatepost label home ''"),
        ],
        &["gatepost-list"],
    ),
    topic(
        "pause",
        &[("For the holidays:", "gatepost pause work")],
        &["gatepost-resume", "gatepost-refresh"],
    ),
    topic(
        "resume",
        &[("And afterwards:", "gatepost resume work")],
        &["gatepost-pause", "gatepost-refresh"],
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
    topic(
        "log",
        &[("Since yesterday:", "gatepost log ana@gmail.com --since 24h")],
        &["gatepost-status"],
    ),
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

/// Of a command that reads or writes the vault.
const fn topic(
    command: &'static str,
    examples: &'static [Item],
    see_also: &'static [&'static str],
) -> Topic {
    Topic {
        environment: &[VAULT],
        files: &[STORE, KEY_FILE],
        ..bare(command, examples, see_also)
    }
}

/// Of a command that asks Google as well.
const fn online(
    command: &'static str,
    examples: &'static [Item],
    see_also: &'static [&'static str],
) -> Topic {
    Topic {
        environment: &[VAULT, NETWORK],
        ..topic(command, examples, see_also)
    }
}

/// Of a command that opens a browser.
const fn consent(
    command: &'static str,
    examples: &'static [Item],
    see_also: &'static [&'static str],
) -> Topic {
    Topic {
        environment: &[VAULT, NETWORK, BROWSER],
        ..topic(command, examples, see_also)
    }
}

/// Of a command that works where nothing is configured.
const fn bare(
    command: &'static str,
    examples: &'static [Item],
    see_also: &'static [&'static str],
) -> Topic {
    Topic {
        command,
        sections: &[],
        environment: &[],
        files: &[],
        examples,
        see_also,
    }
}
