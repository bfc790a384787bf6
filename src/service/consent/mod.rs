//! The browser round trip, as those who watch it see it. `round` walks it.

pub(super) mod browser;
mod round;
mod settle;
mod unwanted;

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::ask::Consented;
use super::error::GateError;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::loopback::{Expected, check_typed};

pub use crate::loopback::{Part, Typed};

/// How far a consent has come. Each step is shown as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The link is made; the browser is being opened.
    Opening,
    /// The browser was opened, or why not.
    Waiting { browser: Opened },
    /// The redirect came; the code is being traded for tokens.
    Exchanging,
    /// Stored as a candidate; Google is asked whose account it is and whether it works.
    Verifying,
    /// What was pasted is no use; the wait goes on.
    BadPaste { why: String, browser: Opened },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    By(String),
    Not(String),
}

/// A consent under way. Dropping it cancels it.
#[derive(Debug)]
pub struct Consent {
    /// For the person's own browser. Not a secret: it holds the challenge, never the verifier.
    pub url: String,
    pub port: u16,
    pub deadline: Timestamp,
    pub stages: watch::Receiver<Stage>,
    /// Pasted redirect addresses; they race the listener.
    pub pasted: mpsc::Sender<Secret>,
    pub checker: Checker,
    pub cancel: Cancel,
    pub(super) task: JoinHandle<Result<Consented, ConsentError>>,
}

/// Compares what is typed with what this consent waits for; the state itself never leaves it.
#[derive(Debug, Clone)]
pub struct Checker(Arc<Expected>);

impl Checker {
    pub fn check(&self, typed: &Secret) -> Typed {
        check_typed(typed.expose(), &self.0)
    }
}

/// Calls a consent off, at any step. What is stored as a candidate is taken back; once the
/// account's own grant was replaced there is nothing to call off, and the consent ends well.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Sender<bool>);

impl Cancel {
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

/// A consent that did not end as wished. Another account's grant may be kept all the same.
#[derive(Debug)]
pub enum ConsentError {
    /// Verified, stored nowhere but in memory: `Gate::keep` makes it an account of its own.
    OtherAccount {
        expected: String,
        got: String,
        kept: Box<Kept>,
    },
    Gate(GateError),
}

/// A good grant of an account nobody asked for.
#[derive(Debug)]
pub struct Kept(pub(super) crate::vault::NewGrant);

impl Consent {
    /// Waits for the end.
    pub async fn finish(mut self) -> Result<Consented, ConsentError> {
        (&mut self.task)
            .await
            .unwrap_or(Err(ConsentError::Gate(GateError::Cancelled)))
    }
}

impl Drop for Consent {
    fn drop(&mut self) {
        // Not aborted: what it has stored so far it has to take back.
        self.cancel.cancel();
    }
}
