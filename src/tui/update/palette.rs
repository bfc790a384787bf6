//! The command palette: keys on its line, and what a line that is run means for the screen.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Action;
use crate::tui::log::LogView;
use crate::tui::message::{Effect, Op, TokenForm};
use crate::tui::modal::{Confirm, Modal};
use crate::tui::palette::verbs::Verb;
use crate::tui::palette::{Order, Palette, Scene, line, offers};
use crate::tui::widget::field::Field;
use crate::tui::widget::scroll::Scroll;

/// Earlier commands that Up brings back.
const REMEMBERED: usize = 100;

impl App {
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            snapshot: &self.snapshot,
            keymap: &self.keymap,
            whom: self.targets(),
        }
    }

    pub(super) fn open_palette(&mut self) {
        self.modals.push(Modal::Palette(Palette::default()));
    }

    /// The palette with nothing of it left in the state, to be changed and put back.
    fn taken(&mut self) -> Option<Palette> {
        match self.modals.pop() {
            Some(Modal::Palette(palette)) => Some(palette),
            other => {
                self.modals.extend(other);
                None
            }
        }
    }

    pub(super) fn run_command(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(mut palette) = self.taken() else {
            return Vec::new();
        };
        let meant = palette.meant(&self.scene());
        let waits = Verb::at_start_of(&meant)
            .is_some_and(|(verb, rest)| verb.is_incomplete_alone() && rest.trim().is_empty());
        let was_half = palette.field.text().trim() != meant.trim();
        if meant.trim().is_empty() {
            palette.complaint = Some("type a command, or choose one with Down".into());
        } else if waits && was_half {
            palette.typed();
            palette.put(&meant);
        } else {
            match line::read(meant.trim(), &self.scene()) {
                Ok(order) => {
                    self.remember(meant.trim());
                    return self.obey(order, now);
                }
                Err(complaint) => {
                    palette.typed();
                    palette.put(&meant);
                    palette.complaint = Some(complaint);
                }
            }
        }
        self.modals.push(Modal::Palette(palette));
        Vec::new()
    }

    fn remember(&mut self, line: &str) {
        self.commands.retain(|known| known != line);
        self.commands.push(line.to_owned());
        let surplus = self.commands.len().saturating_sub(REMEMBERED);
        self.commands.drain(..surplus);
    }

    fn obey(&mut self, order: Order, now: Timestamp) -> Vec<Effect> {
        match order {
            Order::Press(action) => {
                if matches!(action, Action::Filter | Action::Sort | Action::Freeze) {
                    self.show_table();
                }
                return self.act(action, now);
            }
            Order::Do(op, whom) => return self.work(op, whom, now),
            Order::Confirm(op, whom) => self.ask_before(op, whom, now),
            Order::SignIn(whom) => return self.sign_in(whom, now),
            Order::Details(id) => {
                self.show_table();
                self.point_at(id, now);
                self.modals.push(Modal::Details(Scroll::default()));
            }
            Order::Log(account) => self.open_page(Modal::Log(LogView {
                account,
                ..LogView::default()
            })),
            Order::LogOfRemoved(email) => {
                let mut log = LogView::default();
                log.filter.append(&email);
                self.open_page(Modal::Log(log));
            }
            Order::Token(id) => return vec![Effect::CopyToken(id, TokenForm::Bare)],
            Order::Label(id, label) => return vec![Effect::Label(id, label)],
            Order::Table => self.show_table(),
            Order::Publishing(id, to) => return vec![Effect::SetPublishing(id, to)],
            Order::AddClient { path, name } => return vec![Effect::AddClient { path, name }],
            Order::Import(paths) => return self.import(paths, now),
            Order::ImportScan => return self.open_import(),
            Order::RemoveClient(id) => self.ask_to_remove_client(id, now),
        }
        Vec::new()
    }

    fn show_table(&mut self) {
        self.modals.clear();
        self.focus = Pane::Accounts;
    }

    /// The question before something is gone, which no road leads around.
    pub(super) fn ask_before(&mut self, op: Op, targets: Vec<AccountId>, now: Timestamp) {
        self.modals.push(Modal::Confirm(Confirm {
            op,
            targets,
            opened_at: now,
            on_cancel: true,
            number: Field::default(),
        }));
    }

    /// Puts the next offer on the line. The list stays the one for what was typed.
    pub(super) fn complete_command(&mut self, forward: bool) {
        let Some(mut palette) = self.taken() else {
            return;
        };
        let asked = palette.asked().to_owned();
        let offers = offers::offers(&asked, &self.scene());
        let len = offers.len();
        let next = match (palette.at, forward) {
            (None, true) => 0,
            (None, false) => len.saturating_sub(1),
            (Some(at), true) => (at + 1) % len.max(1),
            (Some(at), false) => (at + len.saturating_sub(1)) % len.max(1),
        };
        if let Some(offer) = offers.get(next) {
            palette.put(&offer.line);
            if len == 1 {
                palette.typed();
            } else {
                palette.at = Some(next);
                palette.stem = Some(asked);
            }
        }
        self.modals.push(Modal::Palette(palette));
    }

    pub(super) fn down_the_offers(&mut self) {
        let Some(mut palette) = self.taken() else {
            return;
        };
        match palette.recalled {
            Some(0) => {
                let draft = std::mem::take(&mut palette.draft);
                palette.typed();
                palette.put(&draft);
            }
            Some(n) => recall(&mut palette, &self.commands, n - 1),
            None => {
                let len = offers::offers(palette.asked(), &self.scene()).len();
                let next = palette
                    .at
                    .map_or(usize::from(palette.takes_first()), |at| at + 1);
                palette.at = (len > 0).then(|| next.min(len - 1));
            }
        }
        self.modals.push(Modal::Palette(palette));
    }

    /// Up the list; above its first line are the earlier commands.
    pub(super) fn up_the_offers(&mut self) {
        let Some(mut palette) = self.taken() else {
            return;
        };
        match (palette.at, palette.recalled) {
            (Some(0), None) => palette.at = None,
            (Some(at), None) => palette.at = Some(at - 1),
            (_, None) => {
                palette.field.text().clone_into(&mut palette.draft);
                recall(&mut palette, &self.commands, 0);
            }
            (_, Some(n)) => recall(&mut palette, &self.commands, n + 1),
        }
        self.modals.push(Modal::Palette(palette));
    }
}

/// Puts the `nth` command from the end on the line, if there is one.
fn recall(palette: &mut Palette, commands: &[String], nth: usize) {
    if let Some(command) = commands.iter().rev().nth(nth) {
        palette.typed();
        palette.put(command);
        palette.recalled = Some(nth);
    }
}
