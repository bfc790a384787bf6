//! What can lie over the table, each with what it has to remember. Only the one on top gets keys.

use std::collections::VecDeque;
use std::sync::Arc;

use super::keymap::Context;
use super::message::{Failure, Op, Serial};
use super::rows::Sort;
use super::widget::field::Field;
use super::widget::scroll::Scroll;
use crate::domain::account::AccountId;
use crate::domain::event::Event;
use crate::domain::time::Timestamp;
use crate::service::ask::ConsentAsk;
use crate::service::consent::{Opened, Stage};

/// What lies over the table. The last one gets the keys.
#[derive(Debug)]
pub enum Modal {
    Details(Scroll),
    Log(LogView),
    Clients(Scroll),
    Help(Help),
    Menu(Menu),
    Confirm(Confirm),
    Consent(Box<ConsentDialog>),
}

#[derive(Debug, Default)]
pub struct LogView {
    pub top: usize,
    /// `None` follows what is newest.
    pub at: Option<Arc<Event>>,
}

#[derive(Debug)]
pub struct Help {
    /// Where it was asked for.
    pub context: Context,
    pub search: Field,
    pub searching: bool,
    pub scroll: Scroll,
}

#[derive(Debug)]
pub struct Menu {
    pub title: String,
    pub items: Vec<Item>,
    pub at: usize,
    /// What to know before choosing.
    pub about: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub key: Option<char>,
    pub label: String,
    pub choice: Choice,
}

/// What choosing an item means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Close,
    Copy(AccountId, What),
    Op(Op, Vec<AccountId>),
    Confirm(Op, Vec<AccountId>),
    Sort(Sort),
    /// A new account with this client.
    Add(String),
    Play {
        entry: usize,
        about: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Token,
    Header,
    Xoauth2,
    Address,
    Command,
}

/// The last question before something is gone.
#[derive(Debug)]
pub struct Confirm {
    /// `Forget` or `Revoke`.
    pub op: Op,
    pub targets: Vec<AccountId>,
    pub opened_at: Timestamp,
    pub on_cancel: bool,
    /// For several: the number to be typed.
    pub number: Field,
}

#[derive(Debug)]
pub struct ConsentDialog {
    pub serial: Serial,
    /// The address, or nothing for a new account.
    pub email: Option<String>,
    pub ask: ConsentAsk,
    pub phase: Phase,
    pub field: Field,
    pub typing: bool,
    pub explaining: bool,
    pub scroll: Scroll,
    /// Who comes next.
    pub queue: VecDeque<AccountId>,
}

#[derive(Debug)]
pub enum Phase {
    /// The link is being made.
    Starting,
    Open(Round),
    /// It was another account than the one asked for.
    Other {
        expected: String,
        got: String,
        /// 0 is Cancel.
        at: usize,
    },
    TimedOut,
    Failed(Failure),
}

/// A browser round trip under way.
#[derive(Debug)]
pub struct Round {
    pub url: String,
    pub port: u16,
    pub deadline: Timestamp,
    pub stage: Stage,
    /// As soon as it is known.
    pub browser: Option<Opened>,
}
