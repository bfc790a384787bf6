//! What the manual says beyond `--help`: examples, surroundings, neighbours. The tests hold it: each
//! command has its topic, each example is taken by the parser, each neighbour exists.

mod accounts;
mod machine;
mod surroundings;
mod tokens;

use surroundings::{BROWSER, KEY_FILE, LOOK, NETWORK, STATE, STORE, VAULT};

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

pub(super) fn all() -> impl Iterator<Item = &'static Topic> {
    let parts = [accounts::TOPICS, tokens::TOPICS, machine::TOPICS];
    [&GATEPOST].into_iter().chain(parts.into_iter().flatten())
}

pub(super) fn of(path: &[&str]) -> Option<&'static Topic> {
    all().find(|topic| topic.path() == path)
}

const GATEPOST: Topic = Topic {
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
};

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
