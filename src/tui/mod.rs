//! Floor 3: the terminal interface. It knows the domain and the service, never Google, the vault
//! or the commands. A token passes through `effect` on its way to the clipboard, and a pasted
//! address is a secret from `input` on; no state and no view holds either. The loop below is the only place that waits; `update` decides, `view` draws,
//! `effect` acts, and none of them does what another one does.
//!
//! ```text
//! keys ─► keymap ─► App::update(msg, now) ─► effects ─► Gate
//!                      ▲        │                        │
//!   news, snapshots ───┘        └► view(&App, now)       └─► news
//! ```

pub mod app;
pub mod consent;
pub mod filter;
pub mod glyphs;
pub mod keymap;
pub mod log;
pub mod message;
pub mod modal;
pub mod palette;
pub mod plain;
pub mod rows;
pub mod setup;
pub mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;
pub mod work;

mod clipboard;
mod dates;
mod dress;
mod effect;
mod ground;
mod hangup;
mod input;
mod run;
mod signals;
mod surroundings;

pub use run::{TuiError, run};
pub use surroundings::Surroundings;

use std::path::PathBuf;

use tokio::sync::mpsc;

use self::theme::Themes;
use crate::config::UiConfig;
use crate::service::files::Folders;

/// How the screen is to be shown.
#[derive(Debug)]
pub struct Options {
    pub ui: UiConfig,
    /// `--theme`.
    pub theme: Option<String>,
    pub themes: Themes,
    /// `false` chooses the theme without colours, whatever else is asked for.
    pub color: bool,
    /// Start with addresses hidden.
    pub masked: bool,
    pub surroundings: Surroundings,
    /// Where a consent's link may be written, first choice first.
    pub link_folders: Vec<PathBuf>,
    pub playground: Option<Playground>,
    /// Where client files and other programs' sign-ins are looked for.
    pub folders: Folders,
    /// The folder that saved logs are offered for.
    pub saves: PathBuf,
}

/// Why the screen was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    Quit,
    /// For the sandbox, in the same terminal.
    ForSandbox,
}

/// Things that can be made to happen, given by whoever runs a sandbox behind the service.
#[derive(Debug)]
pub struct Playground {
    pub title: String,
    pub entries: Vec<PlaygroundEntry>,
    pub choose: mpsc::UnboundedSender<PlaygroundChoice>,
    /// What came of it, one line each.
    pub said: mpsc::UnboundedReceiver<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaygroundEntry {
    pub key: char,
    pub label: String,
    /// Concerns the account under the cursor.
    pub about_account: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaygroundChoice {
    /// Its place in `Playground::entries`.
    pub entry: usize,
    pub email: Option<String>,
}
