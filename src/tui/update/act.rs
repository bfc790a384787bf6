//! One arm for each action.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Action;
use crate::tui::log::LogView;
use crate::tui::message::{Effect, Op, Tone};
use crate::tui::modal::{Help, Menu, Modal, WorksView};
use crate::tui::widget::field::Field;
use crate::tui::widget::scroll::{Scroll, Step};

impl App {
    #[expect(
        clippy::too_many_lines,
        reason = "a table: one arm for each action, and none can be forgotten"
    )]
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
            Action::Theme => self.open_theme_menu(),
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
            Action::Add if self.snapshot.clients.is_empty() => return self.open_setup(),
            Action::Add => return self.add(now),
            Action::Consent => return self.consent_again(now),
            Action::Refresh => return self.work(Op::Refresh, self.targets(), now),
            Action::RefreshAll => return self.work_for_all(Op::Refresh, now),
            Action::Verify => return self.work(Op::Verify, self.targets(), now),
            Action::VerifyAll => return self.work_for_all(Op::Verify, now),
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
            Action::NextHit => self.next_hit(true, now),
            Action::PrevHit => self.next_hit(false, now),
            Action::Sort => self.open_sort_menu(),
            Action::SortReverse => {
                self.sort.reversed = !self.sort.reversed;
                self.arrange_as(now, false);
            }
            Action::SortReset
            | Action::SortAccount
            | Action::SortLabel
            | Action::SortAccess
            | Action::SortSignIn
            | Action::SortSeen
            | Action::SortClient => self.sort_as(action, now),
            Action::Freeze => self.freeze(now),
            Action::Keep => return self.keep_text(),
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
            | Action::ChoiceUp
            | Action::WholeLink
            | Action::QrCode
            | Action::WriteLink
            | Action::OtherRoad
            | Action::CopyTunnel
            | Action::NewLink
            | Action::SkipOne
            | Action::AskAgain => return self.act_in_consent(action, now),
            Action::Setup => return self.open_setup(),
            Action::SetupNext
            | Action::SetupFile
            | Action::SetupType
            | Action::SetupGuide
            | Action::SetupSignIn
            | Action::SetupImport
            | Action::SetupSandbox
            | Action::SetupSecrets
            | Action::SetupDown
            | Action::SetupUp
            | Action::GuideOpen
            | Action::GuideCopy
            | Action::FieldDone
            | Action::FieldNext => return self.act_in_setup(action, now),
            Action::TestClient => return self.test_client(now),
            Action::Works => self.open_page(Modal::Works(WorksView::default())),
            Action::TryAgain => return self.try_again(now),
            Action::Command => self.open_palette(),
            Action::CommandRun => return self.run_command(now),
            Action::CommandComplete => self.complete_command(true),
            Action::CommandBefore => self.complete_command(false),
            Action::CommandDown => self.down_the_offers(),
            Action::CommandUp => self.up_the_offers(),
            Action::HelpScreen => self.help_of_next_screen(),
            Action::LogFilter
            | Action::LogAccount
            | Action::LogWrap
            | Action::LogCopy
            | Action::LogSave => return self.act_in_log(action, now),
            Action::ClientStatus | Action::ClientCopy | Action::ClientRemove => {
                return self.act_in_clients(action, now);
            }
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
        let is_page = match self.modals.last() {
            Some(Modal::Log(log)) => log.typing.is_none(),
            Some(Modal::Details(_) | Modal::Clients(_)) => true,
            _ => false,
        };
        // A failure lies over the page, and says that Esc closes it.
        if is_page && self.close_failure() {
            return Vec::new();
        }
        match self.modals.last_mut() {
            None => return self.back_in_table(now),
            Some(Modal::Consent(_)) => return self.back_in_consent(now),
            Some(Modal::Setup(_)) => return self.back_in_setup(),
            Some(Modal::Log(log)) if log.is_narrowed() => log.widen(),
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

    /// One layer for each key.
    fn back_in_table(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.filtering {
            self.clear_filter(now);
        } else if self.close_toast() {
        } else if let Some(stop) = self.stop_work() {
            return vec![stop];
        } else if !self.filter.is_empty() {
            self.clear_filter(now);
        } else if self.zoomed {
            self.zoomed = false;
        } else if self.marks.is_empty() {
            self.focus = Pane::Accounts;
        } else {
            self.marks.clear();
        }
        Vec::new()
    }

    fn close_failure(&mut self) -> bool {
        let failure = self.toasts.iter().rposition(|t| t.until.is_none());
        failure.map(|at| self.toasts.remove(at)).is_some()
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
            home: context,
            search: Field::default(),
            searching: false,
            scroll: Scroll::default(),
        }));
    }

    /// Pages do not pile up: the log over the clients over the log helps nobody.
    pub(super) fn open_page(&mut self, page: Modal) {
        if matches!(
            self.modals.last(),
            Some(Modal::Log(_) | Modal::Clients(_) | Modal::Works(_))
        ) {
            self.modals.pop();
        }
        self.modals.push(page);
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

    fn keep_text(&mut self) -> Vec<Effect> {
        match self.modals.last_mut() {
            Some(Modal::Help(help)) => help.searching = false,
            Some(Modal::Log(_)) => return self.keep_in_log(),
            _ => self.filtering = false,
        }
        Vec::new()
    }

    fn open(&mut self, now: Timestamp) -> Vec<Effect> {
        match self.modals.last_mut() {
            Some(Modal::Menu(menu)) => {
                let at = menu.at;
                return self.choose(at, now);
            }
            Some(Modal::Help(_)) => return self.run_from_help(now),
            Some(Modal::Log(_)) => return self.open_in_log(),
            Some(Modal::Setup(_)) => return self.open_in_setup(now),
            None if self.snapshot.accounts.is_empty() => return self.open_setup(),
            Some(Modal::Works(_)) => self.go_to_missed(now),
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
