//! What a recipe is written from: whose mail, which servers, how gatepost is called on this
//! machine, and what was found here. Values; somebody else looked.

use super::Refusal;
use super::quoting::shell_line;
use super::version::Version;
use crate::domain::wording::{is_terminal_safe, safe};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The address.
    pub account: String,
    /// `gatepost`, and the global options that must not be forgotten.
    pub gatepost: Vec<String>,
    pub imap: Server,
    pub smtp: Server,
    /// A root certificate beside the system's.
    pub ca_file: Option<String>,
    /// The version that is installed. Without one the newest is written for.
    pub version: Option<Version>,
    pub machine: Machine,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
}

/// What was found on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    pub system: System,
    /// Cyrus SASL has a plugin for XOAUTH2.
    pub has_sasl_xoauth2: bool,
    pub has_msmtp: bool,
}

/// Whose packages are installed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Debian,
    Fedora,
    Arch,
    MacOs,
    Other,
}

impl Facts {
    /// Lets nothing in that no configuration can hold: what breaks a line, and what a command would
    /// take for an option.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let hosts = [&self.imap.host, &self.smtp.host];
        let texts = self.gatepost.iter().chain(&self.ca_file).chain(hosts);
        let broken = |text: &&String| !is_terminal_safe(text);
        let odd_host = |host: &&&String| host.contains(|c: char| !is_of_host(c));
        if let Some(text) = texts.chain([&self.account]).find(broken) {
            return Err(Refusal::Unprintable(safe(text)));
        }
        if let Some(host) = hosts.iter().find(odd_host) {
            return Err(Refusal::Unprintable((*host).clone()));
        }
        if self.account.starts_with('-') {
            return Err(Refusal::Option(self.account.clone()));
        }
        Ok(())
    }

    /// gatepost with these arguments, and then the account.
    pub(super) fn call(&self, arguments: &[&str]) -> Vec<String> {
        let mut words = self.gatepost.clone();
        words.extend(arguments.iter().map(|word| (*word).to_owned()));
        words.push(self.account.clone());
        words
    }

    /// The same as one line for a shell.
    pub(super) fn shell(&self, arguments: &[&str]) -> String {
        shell_line(&self.call(arguments))
    }

    /// What most programs run when they need a token.
    pub(super) fn token_command(&self) -> String {
        self.shell(&["token"])
    }

    /// `gatepost exec ACCOUNT -- command`, as a line for a shell.
    pub(super) fn exec(&self, command: &str) -> String {
        let mut words = self.gatepost.clone();
        words.extend(["exec".to_owned(), self.account.clone()]);
        format!("{} -- {command}", shell_line(&words))
    }

    /// Whether the installed version is known, and older than this.
    pub(super) fn is_older_than(&self, version: &[u32]) -> bool {
        self.version.as_ref().is_some_and(|v| v.is_before(version))
    }

    /// A name for the account that every syntax takes as it stands.
    pub(super) fn name(&self) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
        let kept = self.account.chars();
        kept.map(|c| if plain(c) { c } else { '_' }).collect()
    }
}

fn is_of_host(c: char) -> bool {
    c.is_alphanumeric() || ".-_:[]".contains(c)
}

impl Server {
    /// `host:port`, an IPv6 address in its brackets.
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The host for programs that take it apart from the port: without brackets.
    pub(super) fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }
}

impl System {
    /// How a package is installed here, if we know what it is called.
    pub(super) fn install(self, names: &[(Self, &str)]) -> Option<String> {
        let (_, package) = names.iter().find(|(system, _)| *system == self)?;
        let installer = match self {
            Self::Debian => "apt install",
            Self::Fedora => "dnf install",
            Self::Arch => "pacman -S",
            Self::MacOs => "brew install",
            Self::Other => return None,
        };
        Some(format!("{installer} {package}"))
    }
}
