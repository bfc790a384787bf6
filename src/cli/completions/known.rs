//! The values that are not in the grammar: accounts, clients, programs, commands. One place says
//! which argument takes which, so that no command need know that shells ask.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use super::super::paths::{Names, Places};
use crate::domain::wording::safe;
use crate::programs;

/// Where this question's vault is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known {
    config: Option<PathBuf>,
    sandbox: bool,
    /// The word to complete begins with a hyphen.
    wants_options: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Account,
    Client,
    /// What `client remove` removes.
    Removable,
    Program,
    Command,
}

impl Kind {
    fn of(path: &[&str], argument: &str) -> Option<Self> {
        match (path, argument) {
            (["client", "set"], "name") | (_, "client") => Some(Self::Client),
            (["client", "remove"], "name") => Some(Self::Removable),
            (_, "account" | "accounts") => Some(Self::Account),
            (["setup"], "program") => Some(Self::Program),
            (["man"], "command") => Some(Self::Command),
            _ => None,
        }
    }
}

impl Known {
    /// Read from the words by hand: a line that is being typed seldom parses.
    pub(super) fn of(words: &[OsString]) -> Self {
        let mut known = Self {
            wants_options: words
                .last()
                .is_some_and(|word| word.as_encoded_bytes().starts_with(b"-")),
            ..Self::default()
        };
        let mut words = words.iter().filter_map(|word| word.to_str());
        while let Some(word) = words.next() {
            match word.strip_prefix("--config") {
                Some("") => known.config = words.next().map(PathBuf::from),
                Some(rest) => known.config = rest.strip_prefix('=').map(PathBuf::from),
                None => known.sandbox |= word == "--sandbox",
            }
        }
        known
    }

    /// Adds the values to the arguments that take them.
    pub(super) fn teach(&self, mut command: Command) -> Command {
        // First, so that what clap adds by itself is there.
        command.build();
        let commands = names_of(&command);
        self.teach_below(command, &[], &commands)
    }

    fn teach_below(&self, command: Command, path: &[&str], commands: &[String]) -> Command {
        let command = command.mut_args(|argument| self.teach_argument(argument, path, commands));
        command.mut_subcommands(|sub| {
            let name = sub.get_name().to_owned();
            let path: Vec<_> = path.iter().copied().chain([name.as_str()]).collect();
            self.teach_below(sub, &path, commands)
        })
    }

    fn teach_argument(&self, argument: Arg, path: &[&str], commands: &[String]) -> Arg {
        // The engine names what is hidden where there is nothing else: accounts stand alone, and
        // where none is to be named there are still the options.
        let argument = if argument.is_positional() || self.wants_options {
            argument
        } else {
            argument.hide(true)
        };
        let Some(kind) = Kind::of(path, argument.get_id().as_str()) else {
            return argument;
        };
        let known = self.clone();
        let commands = commands.to_vec();
        argument.add(ArgValueCandidates::new(move || match kind {
            Kind::Account => known.accounts(),
            Kind::Client => known.names().clients.iter().filter_map(plain).collect(),
            Kind::Removable => known.removable(),
            Kind::Program => programs(),
            Kind::Command => commands.iter().map(CompletionCandidate::new).collect(),
        }))
    }

    fn accounts(&self) -> Vec<CompletionCandidate> {
        let accounts = self.names().accounts;
        let addresses = accounts.iter().filter_map(|account| {
            let label = account.label.as_deref().unwrap_or_default();
            Some(plain(&account.email)?.help(Some(safe(label).into())))
        });
        let labels = accounts.iter().filter_map(|account| {
            Some(plain(account.label.as_ref()?)?.help(Some(safe(&account.email).into())))
        });
        addresses.chain(labels).collect()
    }

    fn removable(&self) -> Vec<CompletionCandidate> {
        let names = self.names();
        let all = names.clients.iter().chain(&names.service_accounts);
        all.filter_map(plain).collect()
    }

    /// Nothing where there is no vault, or none that can be read; the sandbox's does not exist yet.
    fn names(&self) -> Names {
        let config = self.config.as_deref().filter(|_| !self.sandbox);
        match (self.sandbox, Places::of_platform(config.map(Path::new))) {
            (false, Ok(places)) => places.names(),
            _ => Names::default(),
        }
    }
}

/// A word that a shell can be given as it is.
fn plain(name: &String) -> Option<CompletionCandidate> {
    (safe(name) == name.as_str() && !name.contains('\n')).then(|| CompletionCandidate::new(name))
}

fn programs() -> Vec<CompletionCandidate> {
    let offer = |program: &programs::Program| {
        CompletionCandidate::new(program.name).help(Some(program.does.into()))
    };
    programs::ALL.iter().map(offer).collect()
}

fn names_of(command: &Command) -> Vec<String> {
    let all = command.get_subcommands();
    all.map(|sub| sub.get_name().to_owned()).collect()
}
