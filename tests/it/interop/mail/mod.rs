//! A mail server for other people's programs, and ours, to sign in to: Dovecot, which asks the
//! sandbox's tokeninfo what a token is worth, as Gmail asks Google.
//!
//! ```ignore
//! let sandbox = Sandbox::serve();
//! let lab = MailLab::start(&sandbox);
//! let home = lab.home(&sandbox);      // ana is signed in; `[endpoints]` name the lab
//! // The program under test connects to `lab.imap()`, `lab.smtp()` or `lab.pop()` (TLS from the
//! // first byte) or to `lab.imap_starttls()`, `lab.smtp_starttls()`, trusts `lab.ca_file()`, and
//! // presents what `gatepost token ana@gmail.com` printed.
//! lab.signed_in("imap", ANA);         // waits for it; gives the mechanism
//! lab.sent();                         // what went out through the submission server
//! ```
//!
//! - Addresses are `localhost:PORT`, since `localhost` is the certificate's only name. The server
//!   listens on 127.0.0.1 alone.
//! - Every address of the sandbox has a mailbox; ana's holds one message, `SUBJECT`.
//! - A sign-in needs a live token whose `email` is the user name and whose scopes contain
//!   `https://mail.google.com/`; whatever else is refused at once.
//! - Everything lies in a folder of its own and ends with the value. Nothing needs root; under
//!   root the server runs as `nobody`.

mod dovecot;
mod relay;

mod proof;
mod verify;

use std::path::PathBuf;

use super::process::{Home, wait_for};
use super::sandbox::{ANA, Sandbox};
use dovecot::Dovecot;
use relay::Relay;

/// What the message in ana's mailbox is about.
pub(super) const SUBJECT: &str = "The harbour at noon";

pub(super) struct MailLab {
    relay: Relay,
    dovecot: Dovecot,
}

/// What the server says it understands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mechanisms {
    Both,
    Xoauth2,
    Oauthbearer,
}

impl MailLab {
    pub(super) fn start(sandbox: &Sandbox) -> Self {
        Self::offering(Mechanisms::Both, sandbox)
    }

    pub(super) fn offering(mechanisms: Mechanisms, sandbox: &Sandbox) -> Self {
        let relay = Relay::listen();
        let dovecot = Dovecot::start(mechanisms, &sandbox.base, relay.port);
        Self { relay, dovecot }
    }

    /// A home in which ana is signed in, and Gmail's servers are these.
    pub(super) fn home(&self, sandbox: &Sandbox) -> Home {
        self.home_with(sandbox, &[])
    }

    /// The same with more in its environment.
    pub(super) fn home_with(&self, sandbox: &Sandbox, environment: &[(&str, &str)]) -> Home {
        let home = sandbox.another_home(environment);
        sandbox.sign_in(&home);
        home.write(".config/gatepost/config.toml", &self.config());
        home
    }

    /// gatepost's configuration for this server.
    pub(super) fn config(&self) -> String {
        format!(
            "[endpoints]\nimap = \"{}\"\nsmtp = \"{}\"\npop = \"{}\"\nca_file = \"{}\"\n",
            self.imap(),
            self.smtp(),
            self.pop(),
            self.ca_file().display()
        )
    }

    pub(super) fn imap(&self) -> String {
        at(self.dovecot.ports.imap)
    }

    pub(super) fn imap_starttls(&self) -> String {
        at(self.dovecot.ports.imap_starttls)
    }

    pub(super) fn smtp(&self) -> String {
        at(self.dovecot.ports.smtp)
    }

    pub(super) fn smtp_starttls(&self) -> String {
        at(self.dovecot.ports.smtp_starttls)
    }

    pub(super) fn pop(&self) -> String {
        at(self.dovecot.ports.pop)
    }

    /// The root that vouches for the server, as PEM.
    pub(super) fn ca_file(&self) -> PathBuf {
        self.dovecot.path("ca.pem")
    }

    /// The messages that were sent so far, headers and all, lines ended by `\n`.
    pub(super) fn sent(&self) -> Vec<String> {
        self.relay.messages()
    }

    /// Waits until somebody has signed in by `imap`, `pop3` or `submission`, and tells how.
    #[track_caller]
    pub(super) fn signed_in(&self, protocol: &str, user: &str) -> String {
        let beginning = format!("{protocol}-login: Info: Login: user=<{user}>, method=");
        wait_for("a sign-in", || {
            let log = self.dovecot.log();
            let login = log.lines().rev().find_map(|l| l.strip_prefix(&beginning))?;
            Some(login.split(',').next()?.to_owned())
        })
    }
}

fn at(port: u16) -> String {
    format!("localhost:{port}")
}
