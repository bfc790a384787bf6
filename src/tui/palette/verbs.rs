//! The palette's verbs, once: what each is called, takes and does, and whether a key does the same.
//! The same words as on the command line, and the screen's own behind them. Knows no account.

use crate::domain::mail::Protocol;
use crate::tui::keymap::Action;
use crate::tui::message::Op;

#[derive(Debug)]
pub struct Verb {
    pub name: &'static str,
    /// As a usage line writes it: `[ACCOUNT...|--all]`.
    pub takes: &'static str,
    pub does: &'static str,
    /// The key that does it too; which one it is now, the key map says.
    pub key: Option<Action>,
    pub means: Means,
}

/// What a verb comes to, once what it takes is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// Takes nothing: what the key does.
    Press(Action),
    /// For the named accounts, or for those that the screen means.
    Do {
        op: Op,
        all: bool,
    },
    /// The same, after the question.
    Destroy(Op),
    SignIn,
    Details,
    Log,
    Token,
    Label,
    /// Back to the table, whatever lies over it.
    Table,
    ClientAdd,
    ClientSet,
    ClientRemove,
    /// Other programs' sign-ins, from their files.
    Import,
    /// The same from where they are known to keep them.
    ImportScan,
}

/// What can stand at a place behind the verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Account,
    Client,
    Status,
    Nothing,
}

const EACH: &str = "[ACCOUNT...|--all]";

const fn verb(
    name: &'static str,
    takes: &'static str,
    does: &'static str,
    key: Option<Action>,
    means: Means,
) -> Verb {
    Verb {
        name,
        takes,
        does,
        key,
        means,
    }
}

const fn press(name: &'static str, does: &'static str, action: Action) -> Verb {
    verb(name, "", does, Some(action), Means::Press(action))
}

const fn work(name: &'static str, does: &'static str, op: Op, key: Action, all: bool) -> Verb {
    let takes = if all { EACH } else { "[ACCOUNT...]" };
    verb(name, takes, does, Some(key), Means::Do { op, all })
}

const fn mail(name: &'static str, does: &'static str, protocol: Protocol) -> Verb {
    let op = Op::Mail(protocol);
    verb(name, EACH, does, None, Means::Do { op, all: true })
}

const fn destroy(name: &'static str, does: &'static str, op: Op) -> Verb {
    let means = Means::Destroy(op);
    verb(name, "[ACCOUNT...]", does, Some(Action::Remove), means)
}

#[rustfmt::skip]
pub const VERBS: &[Verb] = &[
    press("add", "add an account: sign in with Google", Action::Add),
    work("refresh", "a new access token now", Op::Refresh, Action::Refresh, true),
    verb("reauth", "[ACCOUNT...]", "sign in again", Some(Action::Consent), Means::SignIn),
    work("verify", "ask Google whether all is true", Op::Verify, Action::Verify, true),
    verb("status", "[ACCOUNT]", "all about an account", Some(Action::Open), Means::Details),
    verb("list", "", "the accounts", None, Means::Table),
    verb("log", "[ACCOUNT]", "what happened", Some(Action::Log), Means::Log),
    verb("token", "[ACCOUNT]", "copy an access token", Some(Action::Copy), Means::Token),
    verb("label", "ACCOUNT TEXT", "a name of your own", None, Means::Label),
    work("pause", "no automatic refresh", Op::Pause, Action::Pause, false),
    work("resume", "automatic refresh again", Op::Resume, Action::Pause, false),
    destroy("revoke", "end the sign-in at Google (asks)", Op::Revoke),
    destroy("remove", "forget on this machine (asks)", Op::Forget),
    mail("verify --imap", "sign in to the IMAP server", Protocol::Imap),
    mail("verify --smtp", "sign in to SMTP; sends nothing", Protocol::Smtp),
    mail("verify --pop", "sign in to the POP server", Protocol::Pop),
    press("client list", "the OAuth clients", Action::Clients),
    verb("client add", "FILE [NAME]", "take in a client file", None, Means::ClientAdd),
    verb("client set", "NAME --status STATUS", "declare its status", None, Means::ClientSet),
    verb("client remove", "NAME", "delete a client here (asks)", None, Means::ClientRemove),
    verb("import", "FILE...", "take in another program's sign-in", None, Means::Import),
    verb("import --scan", "", "look for other programs' sign-ins", None, Means::ImportScan),
    press("set up", "client, first account, import", Action::Setup),
    press("filter", "show only some accounts", Action::Filter),
    press("sort", "order the accounts by…", Action::Sort),
    press("freeze", "the list stands still", Action::Freeze),
    press("hide addresses", "for sharing the screen", Action::Privacy),
    press("theme", "choose the colours…", Action::Theme),
    press("mouse", "on, or off to select text", Action::Mouse),
    press("suspend refreshing", "for all, till gatepost ends", Action::SuspendAuto),
    press("events", "the event log", Action::Log),
    press("work", "what is under way, what failed", Action::Works),
    press("help", "every key", Action::Help),
    press("quit", "leave gatepost", Action::Quit),
];

/// What only the command line has, and how it is written there.
const OF_THE_SHELL: [(&str, &str); 8] = [
    ("completions", "completions SHELL"),
    ("doctor", "doctor"),
    ("exec", "exec ACCOUNT -- COMMAND"),
    ("export", "export ACCOUNT --format token-json"),
    ("man", "man COMMAND"),
    ("sandbox", "sandbox"),
    ("setup", "setup PROGRAM ACCOUNT"),
    ("vault", "vault status"),
];

/// How a line that only the command line understands is written there.
pub fn of_the_shell(line: &str) -> Option<&'static str> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    // Alone it is half of `set up`, the screen's own.
    if first == "setup" && words.next().is_none() {
        return None;
    }
    let found = OF_THE_SHELL.iter().find(|(word, _)| *word == first);
    found.map(|(_, usage)| *usage)
}

impl Verb {
    /// The verb at the start of `line`, and what follows it.
    pub fn at_start_of(line: &str) -> Option<(&'static Self, &str)> {
        let line = line.trim_start();
        VERBS
            .iter()
            .filter_map(|verb| Some((verb, line.strip_prefix(verb.name)?)))
            .filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '))
            .max_by_key(|(verb, _)| verb.name.len())
    }

    pub fn usage(&self) -> String {
        format!("{} {}", self.name, self.takes).trim().to_owned()
    }

    /// Nothing can be left out.
    pub fn is_incomplete_alone(&self) -> bool {
        matches!(
            self.means,
            Means::Label
                | Means::ClientAdd
                | Means::ClientSet
                | Means::ClientRemove
                | Means::Import
        )
    }

    /// What stands at the `at`-th place behind the verb.
    pub fn slot(&self, at: usize) -> Slot {
        match (self.means, at) {
            (Means::Do { .. } | Means::Destroy(_) | Means::SignIn, _) => Slot::Account,
            (Means::Details | Means::Log | Means::Token | Means::Label, 0) => Slot::Account,
            (Means::ClientSet | Means::ClientRemove, 0) => Slot::Client,
            (Means::ClientSet, 1) => Slot::Status,
            _ => Slot::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_the_longest_is_meant() {
        for (i, verb) in VERBS.iter().enumerate() {
            assert!(VERBS[i + 1..].iter().all(|v| v.name != verb.name));
            assert!(
                !verb.does.is_empty() && verb.does.len() <= 36,
                "{}",
                verb.name
            );
        }
        let (verb, rest) = Verb::at_start_of("client set x").unwrap();
        assert_eq!((verb.name, rest), ("client set", " x"));
        assert!(Verb::at_start_of("refreshing").is_none());
        assert!(Verb::at_start_of("client").is_none());
    }

    #[test]
    fn what_destroys_is_asked_about() {
        for name in ["revoke", "remove"] {
            let (verb, _) = Verb::at_start_of(name).unwrap();
            assert!(matches!(verb.means, Means::Destroy(_)), "{name}");
        }
        let destroys = |op| matches!(op, Op::Revoke | Op::Forget);
        let unasked = |v: &&Verb| matches!(v.means, Means::Do { op, .. } if destroys(op));
        assert!(VERBS.iter().find(unasked).is_none());
    }
}
