//! One arm for each action.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Action;
use crate::tui::message::{Effect, Op, Tone};
use crate::tui::modal::{Help, LogView, Menu, Modal};
use crate::tui::view;
use crate::tui::widget::field::Field;
use crate::tui::widget::scroll::{Scroll, Step};

impl App {
    pub fn act(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        match action {
            Action::Back => return self.back(now),
            Action::Leave if !self.modals.is_empty() => return self.back(now),
            Action::Leave => {}
            Action::Redraw => return vec![Effect::Redraw],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Interrupt => return vec![Effect::Quit],
            Action::Quit => return self.quit(now),
            Action::Help => self.open_help(),
            Action::Log => self.open_page(Modal::Log(LogView::default())),
            Action::Clients => self.open_page(Modal::Clients(Scroll::default())),
            Action::Theme => self.next_theme(now),
            Action::Privacy => self.masked = !self.masked,
            Action::Mouse => return self.toggle_mouse(now),
            Action::SuspendAuto => return self.toggle_auto(now),
            Action::Play => self.open_playground(),
            Action::Down
            | Action::Up
            | Action::First
            | Action::Last
            | Action::HalfDown
            | Action::HalfUp
            | Action::PageDown
            | Action::PageUp => self.go(action, now),
            Action::Open => return self.open(now),
            Action::Add => return self.add(),
            Action::Consent => return self.consent_again(now),
            Action::Refresh => return self.work(Op::Refresh, self.targets(), now),
            Action::RefreshAll => return self.work(Op::Refresh, self.everyone(), now),
            Action::Verify => return self.work(Op::Verify, self.targets(), now),
            Action::VerifyAll => return self.work(Op::Verify, self.everyone(), now),
            Action::Copy => self.open_copy_menu(),
            Action::Pause => return self.toggle_pause(now),
            Action::Remove => self.open_remove_menu(),
            Action::Mark => self.mark(),
            Action::MarkAll => self.mark_all(),
            Action::NextPane => self.turn_pane(true),
            Action::PrevPane => self.turn_pane(false),
            Action::Zoom => self.zoom(),
            Action::Urgent => self.go_to_urgent(),
            Action::Filter => self.filtering = true,
            Action::NextHit => self.next_hit(true),
            Action::PrevHit => self.next_hit(false),
            Action::Sort => self.open_sort_menu(),
            Action::SortReverse => {
                self.sort.reversed = !self.sort.reversed;
                self.arrange_as(now, false);
            }
            Action::Freeze => self.freeze(now),
            Action::Keep => self.keep_text(),
            Action::HelpFilter => {
                if let Some(Modal::Help(help)) = self.modals.last_mut() {
                    help.searching = true;
                }
            }
            Action::OtherButton | Action::Press => return self.act_in_confirm(action, now),
            Action::CopyLink
            | Action::OpenAgain
            | Action::ToField
            | Action::Submit
            | Action::ConsentHelp
            | Action::ChoiceDown
            | Action::ChoiceUp => return self.act_in_consent(action),
        }
        Vec::new()
    }

    /// A revocation that Google has not answered yet is worth a second thought, once.
    fn quit(&mut self, now: Timestamp) -> Vec<Effect> {
        let revoking = self.works.iter().any(|w| w.op == Op::Revoke);
        if revoking && !self.warned_of_leaving {
            self.warned_of_leaving = true;
            let key = self.keymap.key(Action::Quit);
            let text =
                format!("a revocation is not confirmed yet; {key} again leaves without its answer");
            self.toast(Tone::Warning, text, now);
            return Vec::new();
        }
        vec![Effect::Quit]
    }

    /// Closes what is on top; the list's own state only when nothing lies over it.
    fn back(&mut self, now: Timestamp) -> Vec<Effect> {
        match self.modals.last_mut() {
            None => self.back_in_table(now),
            Some(Modal::Consent(dialog)) if dialog.explaining => dialog.explaining = false,
            Some(Modal::Consent(_)) => return self.cancel_consent(now),
            Some(Modal::Help(help)) if help.searching || !help.search.is_empty() => {
                help.searching = false;
                help.search.clear();
            }
            Some(_) => {
                self.modals.pop();
            }
        }
        Vec::new()
    }

    fn back_in_table(&mut self, now: Timestamp) {
        if self.filtering {
            self.clear_filter(now);
        } else if self.close_toast() {
            // One layer for each key.
        } else if !self.filter.is_empty() {
            self.clear_filter(now);
        } else if self.zoomed {
            self.zoomed = false;
        } else if self.marks.is_empty() {
            self.focus = Pane::Accounts;
        } else {
            self.marks.clear();
        }
    }

    fn clear_filter(&mut self, now: Timestamp) {
        self.filtering = false;
        self.filter.clear();
        self.arrange_as(now, self.frozen.is_some());
    }

    /// Good news goes by itself and takes no key for it.
    fn close_toast(&mut self) -> bool {
        let closable = self.toasts.iter().rposition(|t| t.tone != Tone::Done);
        closable.map(|at| self.toasts.remove(at)).is_some()
    }

    fn open_help(&mut self) {
        let context = self.context();
        self.modals.push(Modal::Help(Help {
            context,
            search: Field::default(),
            searching: false,
            scroll: Scroll::default(),
        }));
    }

    /// Pages do not pile up: the log over the clients over the log helps nobody.
    fn open_page(&mut self, page: Modal) {
        if matches!(self.modals.last(), Some(Modal::Log(_) | Modal::Clients(_))) {
            self.modals.pop();
        }
        self.modals.push(page);
    }

    fn next_theme(&mut self, now: Timestamp) {
        self.look.theme = self.look.theme.next();
        self.toast(Tone::Done, format!("theme: {}", self.look.theme.name), now);
    }

    fn toggle_mouse(&mut self, now: Timestamp) -> Vec<Effect> {
        self.mouse = !self.mouse;
        let text = if self.mouse {
            "mouse on"
        } else {
            "mouse off: select text as usual"
        };
        self.toast(Tone::Done, text.into(), now);
        vec![Effect::Mouse(self.mouse)]
    }

    fn toggle_auto(&mut self, now: Timestamp) -> Vec<Effect> {
        const OFF: &str = "automatic refresh is suspended for all until gatepost ends";
        const ON: &str = "automatic refresh goes on";
        self.auto_suspended = !self.auto_suspended;
        let (text, untrue) = if self.auto_suspended {
            (OFF, ON)
        } else {
            (ON, OFF)
        };
        self.toasts.retain(|toast| toast.text != untrue);
        self.toast(Tone::Notice, text.into(), now);
        vec![Effect::SuspendAuto(self.auto_suspended)]
    }

    fn everyone(&self) -> Vec<AccountId> {
        self.snapshot.accounts.iter().map(|a| a.id).collect()
    }

    fn toggle_pause(&mut self, now: Timestamp) -> Vec<Effect> {
        let targets = self.targets();
        let paused = |id: &AccountId| self.snapshot.account(*id).is_some_and(|a| a.facts.paused);
        let op = if !targets.is_empty() && targets.iter().all(paused) {
            Op::Resume
        } else {
            Op::Pause
        };
        self.work(op, targets, now)
    }

    fn mark(&mut self) {
        let Some(id) = self.cursor else { return };
        if !self.marks.remove(&id) {
            self.marks.insert(id);
        }
        self.go_in_table(Step::Down(1));
    }

    fn mark_all(&mut self) {
        if self.marks.is_empty() {
            let shown = (0..self.rows.len()).filter_map(|row| self.rows.get(&self.snapshot, row));
            self.marks = shown.map(|(account, _)| account.id).collect();
        } else {
            self.marks.clear();
        }
    }

    fn zoom(&mut self) {
        match self.focus {
            Pane::Accounts => self.zoomed = !self.zoomed,
            Pane::Details => self.modals.push(Modal::Details(Scroll::default())),
            Pane::Events => self.modals.push(Modal::Log(LogView::default())),
        }
    }

    fn freeze(&mut self, now: Timestamp) {
        self.frozen = match self.frozen {
            None => Some(now),
            Some(_) => None,
        };
        if self.frozen.is_none() {
            self.arrange_as(now, false);
        }
    }

    fn keep_text(&mut self) {
        self.filtering = false;
        if let Some(Modal::Help(help)) = self.modals.last_mut() {
            help.searching = false;
        }
    }

    fn open(&mut self, now: Timestamp) -> Vec<Effect> {
        match self.modals.last_mut() {
            Some(Modal::Menu(menu)) => {
                let at = menu.at;
                return self.choose(at, now);
            }
            Some(Modal::Help(help)) => {
                let found = view::help::entries(help, &self.keymap);
                let action = found.get(help.scroll.at).map(|b| b.action);
                self.modals.pop();
                return action.map(|a| self.act(a, now)).unwrap_or_default();
            }
            None if self.focus == Pane::Events => self.modals.push(Modal::Log(LogView::default())),
            None if self.cursor.is_some() => self.modals.push(Modal::Details(Scroll::default())),
            _ => {}
        }
        Vec::new()
    }

    fn open_playground(&mut self) {
        let about = self.current().map(|(a, _)| a.email.clone());
        if let Some(sandbox) = &self.sandbox {
            let menu = Menu::playground(sandbox, about);
            self.modals.push(Modal::Menu(menu));
        }
    }
}
