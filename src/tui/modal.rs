//! What can lie over the table, each with what it has to remember. Only the one on top gets keys.

use super::consent::ConsentDialog;
use super::keymap::{Action, Context};
use super::log::LogView;
use super::message::{Op, Serial};
use super::palette::Palette;
use super::rows::Sort;
use super::setup::Setup;
use super::widget::field::Field;
use super::widget::scroll::Scroll;
use crate::domain::account::{AccountId, ClientId};
use crate::domain::client::Publishing;
use crate::domain::time::Timestamp;

/// What lies over the table. The last one gets the keys.
#[derive(Debug)]
pub enum Modal {
    Details(Scroll),
    Log(LogView),
    Clients(Scroll),
    Works(WorksView),
    Help(Help),
    Menu(Menu),
    Confirm(Confirm),
    Consent(Box<ConsentDialog>),
    Setup(Box<Setup>),
    Palette(Palette),
}

impl Modal {
    /// Whether it fills the screen: nothing of what lies below is seen.
    pub fn is_page(&self) -> bool {
        matches!(
            self,
            Self::Details(_) | Self::Log(_) | Self::Clients(_) | Self::Works(_) | Self::Setup(_)
        )
    }
}

/// A line of the works' page: the work, and which of its failures; 0 is its heading.
pub type WorkLine = (Serial, usize);

#[derive(Debug, Default)]
pub struct WorksView {
    pub top: usize,
    pub at: Option<WorkLine>,
}

#[derive(Debug)]
pub struct Help {
    /// Whose keys are listed.
    pub context: Context,
    /// Where it was asked for; only there they can be run.
    pub home: Context,
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
    /// A theme's name.
    Theme(String),
    /// A new account with this client.
    Add(String),
    /// What a key does, chosen from the menu of a row.
    Act(Action),
    Publishing(ClientId, Publishing),
    RemoveClient(ClientId),
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
