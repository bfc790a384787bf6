//! What the screen knows: the latest snapshot, where the cursor is, what lies over the table. It
//! is plain state; `update` changes it and `view` draws it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::FixedOffset;

use super::PlaygroundEntry;
use super::consent::{ConsentDialog, Phase};
use super::dates::local;
use super::glyphs::Glyphs;
use super::keymap::{Context, Key, Keymap};
use super::message::{Serial, Tone};
use super::modal::Modal;
use super::rows::{Rows, Sort, Wish};
use super::theme::{Theme, Themes};
use super::widget::field::Field;
use super::widget::scroll::Scroll;
use super::work::Work;
use crate::domain::account::AccountId;
use crate::domain::health::State;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::{Span, Timestamp};

/// Nobody sits still long enough to be surprised by a list that moves after this.
pub const HANDS_ON_KEYS: Span = Span::seconds(2);
/// Keys typed before a person can have read the dialog are not meant for it.
pub const TYPED_AHEAD: Span = Span::milliseconds(400);

#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, turned by a key of its own"
)]
pub struct App {
    pub snapshot: Arc<Snapshot>,
    pub rows: Rows,
    pub cursor: Option<AccountId>,
    /// Whom the cursor goes to as soon as the list has it: a sign-in may end before its account is shown.
    pub awaited: Option<AccountId>,
    /// The first row in the window.
    pub top: usize,
    /// The wheel moved the window away from the cursor.
    pub looking_elsewhere: bool,
    pub marks: BTreeSet<AccountId>,
    pub sort: Sort,
    pub filter: Field,
    pub filtering: bool,
    /// What was searched last, for `n` and `N`.
    pub searched: String,
    pub modals: Vec<Modal>,
    pub toasts: Vec<Toast>,
    /// What is under way, oldest first.
    pub works: Vec<Work>,
    /// What is over, newest first.
    pub past_works: Vec<Work>,
    pub focus: Pane,
    pub zoomed: bool,
    pub pane_scroll: Scroll,
    pub size: (u16, u16),
    pub masked: bool,
    /// Since when the list stands still.
    pub frozen: Option<Timestamp>,
    pub auto_suspended: bool,
    pub mouse: bool,
    pub look: Look,
    /// What the look can be changed to.
    pub themes: Arc<Themes>,
    pub preview: Option<Preview>,
    pub keymap: Arc<Keymap>,
    /// The first key of a chord.
    pub chord: Option<Key>,
    pub touched_at: Option<Timestamp>,
    pub last_click: Option<(Timestamp, AccountId)>,
    pub sandbox: Option<Sandbox>,
    pub place: Place,
    pub next_serial: Serial,
    /// The terminal may be given links to open (OSC 8).
    pub links: bool,
    /// Leaving was asked for while something was under way.
    pub warned_of_leaving: bool,
    /// What was run from the palette, oldest first.
    pub commands: Vec<String>,
    /// The folder that saved logs are offered for.
    pub saves: PathBuf,
}

/// How things are drawn.
#[derive(Debug, Clone)]
pub struct Look {
    pub theme: Theme,
    pub glyphs: &'static Glyphs,
    pub motion: bool,
}

/// A theme is looked at and not chosen yet.
#[derive(Debug)]
pub struct Preview {
    pub shown: String,
    /// What comes back if it is not chosen.
    pub before: Theme,
}

/// Where the program runs, as far as texts depend on it.
#[derive(Debug, Clone)]
pub struct Place {
    pub offset: FixedOffset,
    /// A shell on another machine: its browser is not the person's.
    pub remote: bool,
    /// `ana@box`, for the ssh line.
    pub login: Option<String>,
}

/// What can be made to happen in the sandbox.
#[derive(Debug, Clone)]
pub struct Sandbox {
    pub title: String,
    pub entries: Vec<PlaygroundEntry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    #[default]
    Accounts,
    Details,
    Events,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub tone: Tone,
    pub text: String,
    /// How often in a row.
    pub times: usize,
    /// `None` stays until Esc.
    pub until: Option<Timestamp>,
    /// Whose failure it tells of, and when: once they work again it is no news any more.
    pub about: Vec<AccountId>,
    pub at: Timestamp,
}

impl App {
    pub fn new(snapshot: Arc<Snapshot>, look: Look, place: Place, now: Timestamp) -> Self {
        let mut app = Self {
            snapshot,
            rows: Rows::default(),
            cursor: None,
            awaited: None,
            top: 0,
            looking_elsewhere: false,
            marks: BTreeSet::new(),
            sort: Sort::default(),
            filter: Field::default(),
            filtering: false,
            searched: String::new(),
            modals: Vec::new(),
            toasts: Vec::new(),
            works: Vec::new(),
            past_works: Vec::new(),
            focus: Pane::Accounts,
            zoomed: false,
            pane_scroll: Scroll::default(),
            size: (80, 24),
            masked: false,
            frozen: None,
            auto_suspended: false,
            mouse: true,
            look,
            themes: Arc::new(Themes::default()),
            preview: None,
            keymap: Arc::new(Keymap::built_in()),
            chord: None,
            touched_at: None,
            last_click: None,
            sandbox: None,
            place,
            next_serial: 1,
            links: false,
            warned_of_leaving: false,
            commands: Vec::new(),
            saves: PathBuf::new(),
        };
        app.arrange(now);
        app
    }

    /// Where a key is pressed now.
    pub fn context(&self) -> Context {
        match self.modals.last() {
            None if self.filtering => Context::Field,
            None => Context::Table,
            Some(Modal::Details(_)) => Context::Details,
            Some(Modal::Log(log)) if log.typing.is_some() => Context::Field,
            Some(Modal::Log(_)) => Context::Log,
            Some(Modal::Clients(_)) => Context::Clients,
            Some(Modal::Setup(setup)) => setup.context(),
            Some(Modal::Works(_)) => Context::Works,
            Some(Modal::Help(help)) if help.searching => Context::Field,
            Some(Modal::Help(_)) => Context::Help,
            Some(Modal::Menu(_)) => Context::Menu,
            Some(Modal::Confirm(_)) => Context::Confirm,
            Some(Modal::Consent(dialog)) => match dialog.phase {
                _ if dialog.sheet.is_some() => Context::ConsentSheet,
                Phase::Starting | Phase::Open(_) => Context::Consent,
                _ => Context::ConsentEnd,
            },
            Some(Modal::Palette(_)) => Context::Palette,
        }
    }

    /// Makes the list anew and keeps the cursor on its account.
    pub fn arrange(&mut self, now: Timestamp) {
        let hold = self.frozen.is_some() || self.is_touched(now);
        self.arrange_as(now, hold);
    }

    /// The same, moving everyone to their place at once: the person asked for it.
    pub fn arrange_as(&mut self, now: Timestamp, hold: bool) {
        let wish = Wish {
            sort: self.sort,
            filter: self.filter.text(),
            hold,
        };
        let before = self.row();
        self.rows.renew(&self.snapshot, now, wish);
        if !self.marks.is_empty() {
            let known: BTreeSet<_> = self.snapshot.accounts.iter().map(|a| a.id).collect();
            self.marks.retain(|id| known.contains(id));
        }
        if let Some(id) = self.awaited.filter(|id| self.rows.row_of(*id).is_some()) {
            self.awaited = None;
            self.cursor = Some(id);
        }
        let gone = self.cursor.is_none_or(|id| self.rows.row_of(id).is_none());
        if gone {
            // Its account is not shown any more: whoever took its place is the next best thing.
            let row = before.unwrap_or(0).min(self.rows.len().saturating_sub(1));
            self.cursor = self.rows.get(&self.snapshot, row).map(|(a, _)| a.id);
        }
    }

    pub fn is_touched(&self, now: Timestamp) -> bool {
        self.touched_at
            .is_some_and(|at| (now - at).abs() < HANDS_ON_KEYS)
    }

    /// The cursor's row.
    pub fn row(&self) -> Option<usize> {
        self.rows.row_of(self.cursor?)
    }

    pub fn current(&self) -> Option<(&AccountView, State)> {
        self.rows.get(&self.snapshot, self.row()?)
    }

    /// Whom an action is for: the marked ones, else the one under the cursor.
    pub fn targets(&self) -> Vec<AccountId> {
        if self.marks.is_empty() {
            self.cursor.into_iter().collect()
        } else {
            let marked = |id: &AccountId| self.marks.contains(id);
            self.snapshot
                .accounts
                .iter()
                .map(|a| a.id)
                .filter(marked)
                .collect()
        }
    }

    pub fn email(&self, id: AccountId) -> String {
        self.snapshot
            .account(id)
            .map_or_else(|| "a removed account".into(), |a| a.email.clone())
    }

    pub fn serial(&mut self) -> Serial {
        self.next_serial += 1;
        self.next_serial
    }

    pub fn consent(&mut self) -> Option<&mut ConsentDialog> {
        self.modals.iter_mut().find_map(|modal| match modal {
            Modal::Consent(dialog) => Some(dialog.as_mut()),
            _ => None,
        })
    }

    /// The time that the list shows.
    pub fn shown_at(&self, now: Timestamp) -> Timestamp {
        self.frozen.unwrap_or(now)
    }

    pub fn toast(&mut self, tone: Tone, text: String, now: Timestamp) {
        self.toast_about(Vec::new(), tone, text, now);
    }

    /// News of a failure that goes by itself when these accounts work again.
    pub fn toast_about(&mut self, about: Vec<AccountId>, tone: Tone, text: String, now: Timestamp) {
        let text = local(text, self.place.offset, now);
        let stays = match tone {
            Tone::Done => Some(4),
            Tone::Notice => Some(10),
            Tone::Warning => Some(20),
            Tone::Error => None,
        };
        let until = stays.map(|s| now + Span::seconds(s));
        if let Some(same) = self
            .toasts
            .iter_mut()
            .find(|t| t.text == text && t.tone == tone)
        {
            same.times += 1;
            same.until = until;
            same.at = now;
            return;
        }
        let toast = Toast {
            tone,
            text,
            times: 1,
            until,
            about,
            at: now,
        };
        self.toasts.push(toast);
        // Errors nobody closed must not pile up for ever; the log has them all.
        if self.toasts.len() > 20 {
            self.toasts.remove(0);
        }
    }

    /// A failure whose accounts all refreshed since is over, and with it the news of it.
    pub fn drop_healed_toasts(&mut self) {
        let snapshot = &self.snapshot;
        let heals = |id: &AccountId, since: Timestamp| {
            snapshot
                .account(*id)
                .is_none_or(|a| a.facts.last_refresh_at.is_some_and(|at| at > since))
        };
        self.toasts
            .retain(|t| t.about.is_empty() || !t.about.iter().all(|id| heals(id, t.at)));
    }
}
