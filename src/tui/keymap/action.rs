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
    SortReset = "sort-reset", SortAccount = "sort-address", SortLabel = "sort-label",
    SortAccess = "sort-access", SortSignIn = "sort-sign-in", SortSeen = "sort-last-refresh",
    SortClient = "sort-client",
    Keep = "keep", HelpFilter = "help-filter", OtherButton = "other-button", Press = "press",
    CopyLink = "copy-link", OpenAgain = "open-again", ToField = "to-field", Submit = "submit",
    ConsentHelp = "consent-help", ChoiceDown = "choice-down", ChoiceUp = "choice-up",
    Setup = "setup", SetupNext = "setup-next", SetupFile = "setup-file", SetupType = "setup-type",
    SetupGuide = "setup-guide", SetupSignIn = "setup-sign-in", SetupImport = "setup-import",
    SetupSandbox = "setup-sandbox", SetupSecrets = "setup-secrets", SetupDown = "setup-down",
    SetupUp = "setup-up", GuideOpen = "guide-open", GuideCopy = "guide-copy",
    FieldDone = "field-done", FieldNext = "field-next", TestClient = "test-client",
    WholeLink = "whole-link", QrCode = "qr-code", WriteLink = "write-link", OtherRoad = "other-road",
    CopyTunnel = "copy-tunnel", NewLink = "new-link", SkipOne = "skip-one", AskAgain = "ask-again",

    Works = "works", TryAgain = "try-again",

    Command = "command", CommandRun = "command-run", CommandComplete = "command-complete",
    CommandBefore = "command-before", CommandDown = "command-down", CommandUp = "command-up",
    HelpScreen = "help-screen",
    LogFilter = "log-filter", LogAccount = "log-account", LogWrap = "log-wrap",
    LogCopy = "log-copy", LogSave = "log-save",
    ClientStatus = "client-status", ClientCopy = "client-copy", ClientRemove = "client-remove",
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
    Log,
    Clients,
    /// What is under way, and what failed.
    Works,
    Menu,
    Help,
    Field,
    Confirm,
    Consent,
    /// The three steps of the set-up, its guide, and what is typed in it.
    Setup,
    Guide,
    SetupField,
    /// What a consent came to, when there is something to be said or chosen.
    ConsentEnd,
    /// What lies over the consent dialog: help, QR code, the whole link.
    ConsentSheet,
    Palette,
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
            Self::Works => &[Self::Works, Self::List, Self::App, Self::Always],
            Self::Log => &[Self::Log, Self::List, Self::App, Self::Always],
            Self::Clients => &[Self::Clients, Self::List, Self::App, Self::Always],
            Self::Help => &[Self::Help, Self::List, Self::Always],
            Self::Menu | Self::List => &[Self::List, Self::Always],
            Self::Field => &[Self::Field, Self::Always],
            Self::Confirm => &[Self::Confirm, Self::Always],
            Self::Consent => &[Self::Consent, Self::Always],
            Self::Setup => &[Self::Setup, Self::App, Self::Always],
            Self::Guide => &[Self::Guide, Self::List, Self::Always],
            Self::SetupField => &[Self::SetupField, Self::Always],
            Self::ConsentEnd => &[Self::ConsentEnd, Self::Consent, Self::Always],
            Self::ConsentSheet => &[Self::List, Self::Consent, Self::Always],
            Self::Account => &[Self::Account, Self::Always],
            Self::App => &[Self::App, Self::Always],
            Self::Palette => &[Self::Palette, Self::Always],
            Self::Always => &[Self::Always],
        }
    }
}
