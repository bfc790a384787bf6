//! What a person can want, and where they can want it.

use serde::Deserialize;

/// Declares the actions together with the names they have in the table.
macro_rules! actions {
    ($($action:ident = $name:literal),+ $(,)?) => {
        /// What a person can want.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
        pub enum Action { $(#[serde(rename = $name)] $action),+ }

        impl Action {
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$action => $name),+ }
            }
        }
    };
}

actions! {
    Back = "back", Redraw = "redraw", Suspend = "suspend", Interrupt = "interrupt",
    Help = "help", Quit = "quit", Log = "log", Clients = "clients", Theme = "theme",
    Privacy = "privacy", Mouse = "mouse", SuspendAuto = "suspend-auto", Play = "play",
    Down = "down", Up = "up", First = "first", Last = "last", HalfDown = "half-down",
    HalfUp = "half-up", PageDown = "page-down", PageUp = "page-up", Open = "open", Leave = "leave",
    Add = "add", Consent = "consent", Refresh = "refresh", RefreshAll = "refresh-all",
    Verify = "verify", VerifyAll = "verify-all", Copy = "copy", Pause = "pause", Remove = "remove",
    Mark = "mark", MarkAll = "mark-all", NextPane = "next-pane", PrevPane = "prev-pane",
    Zoom = "zoom", Urgent = "urgent", Filter = "filter", NextHit = "next-hit",
    PrevHit = "prev-hit", Sort = "sort", SortReverse = "sort-reverse", Freeze = "freeze",
    Keep = "keep", HelpFilter = "help-filter", OtherButton = "other-button", Press = "press",
    CopyLink = "copy-link", OpenAgain = "open-again", ToField = "to-field", Submit = "submit",
    ConsentHelp = "consent-help", ChoiceDown = "choice-down", ChoiceUp = "choice-up",
}

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    Always,
    App,
    List,
    Account,
    Table,
    Details,
    /// A full screen that is looked at: the log, the clients.
    Page,
    Menu,
    Help,
    Field,
    Confirm,
    Consent,
}

impl Context {
    /// The tables a key is looked up in, first one first.
    pub fn tables(self) -> &'static [Self] {
        match self {
            Self::Table => &[
                Self::Table,
                Self::Account,
                Self::List,
                Self::App,
                Self::Always,
            ],
            Self::Details => &[Self::Account, Self::List, Self::App, Self::Always],
            Self::Page => &[Self::List, Self::App, Self::Always],
            Self::Help => &[Self::Help, Self::List, Self::Always],
            Self::Menu | Self::List => &[Self::List, Self::Always],
            Self::Field => &[Self::Field, Self::Always],
            Self::Confirm => &[Self::Confirm, Self::Always],
            Self::Consent => &[Self::Consent, Self::Always],
            Self::Account => &[Self::Account, Self::Always],
            Self::App => &[Self::App, Self::Always],
            Self::Always => &[Self::Always],
        }
    }
}
