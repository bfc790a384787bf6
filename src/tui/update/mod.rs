//! What a message does to the state, and which effects it asks for. Nothing here waits, reads a
//! clock or touches the terminal.

mod act;
mod arrange;
mod choose;
mod clients;
mod consent;
mod copying;
mod help;
mod keys;
mod log;
mod looks;
mod mouse;
mod palette;
mod walk;
mod work;

pub use self::consent::tunnel;

use super::app::App;
use super::message::{Effect, Msg};
use super::modal::Modal;
use super::view::layout::{self, Need, Plan};
use super::widget::scroll::window;
use crate::domain::time::Timestamp;

impl App {
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match msg {
            Msg::Key(key) => {
                self.touched_at = Some(now);
                effects = self.press(key, now);
            }
            Msg::Mouse(mouse) => effects = self.point(mouse, now),
            Msg::Paste(secret) => effects = self.paste(secret, now),
            Msg::Resize(width, height) => self.size = (width, height),
            Msg::Tick => {}
            Msg::Snapshot(snapshot) => {
                self.renew(snapshot, now);
                self.drop_healed_toasts();
                self.arrange(now);
                self.drop_stale_targets();
            }
            Msg::Did {
                work,
                account,
                result,
            } => self.did(work, account, result, now),
            Msg::WorkOver(work) => self.end_work(work, now),
            Msg::ConsentOpen { .. }
            | Msg::ConsentStage { .. }
            | Msg::ConsentEnded { .. }
            | Msg::ConsentChecked { .. }
            | Msg::ConsentCancelled(_)
            | Msg::LinkWritten { .. }
            | Msg::Kept(_) => effects = self.consent_news(msg, now),
            Msg::Copied { what, result } => self.copied(what, result, now),
            Msg::Note(tone, text) => self.toast(tone, text, now),
            Msg::Setup(news) => self.setup_news(news, now),
            Msg::History(result) => self.history_came(result, now),
        }
        self.preview_theme();
        self.pass_time(now);
        effects
    }

    /// What follows from nothing but the time, and from where things are now.
    fn pass_time(&mut self, now: Timestamp) {
        self.toasts
            .retain(|t| t.until.is_none_or(|until| until > now));
        let released = self.rows.held && self.frozen.is_none() && !self.is_touched(now);
        if self.rows.is_stale(now) || released {
            self.arrange(now);
        }
        self.age_works(now);
        self.follow_cursor();
    }

    /// Confirmations and details of accounts that are gone make no sense any more.
    fn drop_stale_targets(&mut self) {
        let snapshot = &self.snapshot;
        let known = |id| snapshot.account(id).is_some();
        self.modals.retain(|modal| match modal {
            Modal::Confirm(confirm) => confirm.targets.iter().all(|id| known(*id)),
            _ => true,
        });
        if snapshot.accounts.is_empty() {
            self.modals
                .retain(|modal| !matches!(modal, Modal::Details(_)));
        }
    }

    pub fn plan(&self) -> Plan {
        let attention = self.rows.needing_a_person() > 0;
        layout::plan(
            self.size,
            Need {
                attention,
                zoomed: self.zoomed,
                work: self.long_work().is_some(),
            },
        )
    }

    fn follow_cursor(&mut self) {
        let page = usize::from(self.plan().rows.height);
        let last_top = self.rows.len().saturating_sub(page);
        self.top = match self.row() {
            Some(row) if !self.looking_elsewhere => window(self.top, row, self.rows.len(), page),
            _ => self.top.min(last_top),
        };
    }
}
