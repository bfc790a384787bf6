//! One arm for each action.

use crate::domain::account::AccountId;
use crate::domain::event::Event;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Help, LogView, Menu, Modal, Pane};
use crate::tui::keymap::Action;
use crate::tui::message::{Effect, Op, Tone};
use crate::tui::view;
use crate::tui::view::layout::Details;
use crate::tui::widget::scroll::{Scroll, Step, window};

impl App {
    pub fn act(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        match action {
            Action::Back => return self.back(now),
            Action::Leave if !self.modals.is_empty() => return self.back(now),
            Action::Leave => {}
            Action::Redraw => return vec![Effect::Redraw],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Interrupt | Action::Quit => return vec![Effect::Quit],
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

    /// Closes what is on top; the list's own state only when nothing lies over it.
    fn back(&mut self, now: Timestamp) -> Vec<Effect> {
        match self.modals.last_mut() {
            Some(Modal::Consent(dialog)) if dialog.explaining => dialog.explaining = false,
            Some(Modal::Consent(_)) => return self.cancel_consent(now),
            Some(Modal::Help(help)) if help.searching || !help.search.is_empty() => {
                help.searching = false;
                help.search.clear();
            }
            Some(_) => {
                self.modals.pop();
            }
            None if self.filtering || !self.filter.is_empty() => {
                self.filtering = false;
                self.filter.clear();
                self.arrange_as(now, self.frozen.is_some());
            }
            None if !self.toasts.is_empty() => {
                self.toasts.pop();
            }
            None if self.zoomed => self.zoomed = false,
            None if !self.marks.is_empty() => self.marks.clear(),
            None => self.focus = Pane::Accounts,
        }
        Vec::new()
    }

    fn open_help(&mut self) {
        let context = self.context();
        self.modals.push(Modal::Help(Help {
            context,
            search: Default::default(),
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
        self.auto_suspended = !self.auto_suspended;
        let text = if self.auto_suspended {
            "automatic refresh is suspended for all until gatepost ends"
        } else {
            "automatic refresh goes on"
        };
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

    fn turn_pane(&mut self, forward: bool) {
        let plan = self.plan();
        let mut panes = vec![Pane::Accounts];
        panes.extend(
            matches!(plan.details, Some((Details::Side | Details::Strip, _)))
                .then_some(Pane::Details),
        );
        panes.extend(plan.events.is_some().then_some(Pane::Events));
        let at = panes.iter().position(|p| *p == self.focus).unwrap_or(0);
        let step = if forward { 1 } else { panes.len() - 1 };
        self.focus = panes[(at + step) % panes.len()];
        self.pane_scroll = Scroll::default();
    }

    fn zoom(&mut self) {
        match self.focus {
            Pane::Accounts => self.zoomed = !self.zoomed,
            Pane::Details => self.modals.push(Modal::Details(Scroll::default())),
            Pane::Events => self.modals.push(Modal::Log(LogView::default())),
        }
    }

    fn go_to_urgent(&mut self) {
        let needy = self.rows.in_need(&self.snapshot);
        let shown: Vec<_> = needy
            .into_iter()
            .filter(|id| self.rows.row_of(*id).is_some())
            .collect();
        let at = shown.iter().position(|id| Some(*id) == self.cursor);
        let next = at.map_or(0, |at| (at + 1) % shown.len());
        if let Some(id) = shown.get(next) {
            self.cursor = Some(*id);
            self.looking_elsewhere = false;
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

    /// With a filter every row is a hit; without one, those that the last search would find.
    fn next_hit(&mut self, forward: bool) {
        let Some(row) = self.row() else { return };
        let len = self.rows.len();
        let wanted = if self.filter.is_empty() {
            self.searched.to_lowercase()
        } else {
            String::new()
        };
        let is_hit = |row: &usize| {
            self.rows
                .get(&self.snapshot, *row)
                .is_some_and(|(account, state)| {
                    let hay = format!(
                        "{} {} {}",
                        account.email,
                        account.label.as_deref().unwrap_or(""),
                        state.as_str()
                    );
                    hay.to_lowercase().contains(&wanted)
                })
        };
        let others = (1..len).map(|i| {
            if forward {
                (row + i) % len
            } else {
                (row + len - i) % len
            }
        });
        if let Some(hit) = others.into_iter().find(is_hit) {
            self.cursor = self.rows.get(&self.snapshot, hit).map(|(a, _)| a.id);
            self.looking_elsewhere = false;
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
            Some(_) => {}
            None if self.focus == Pane::Events => self.modals.push(Modal::Log(LogView::default())),
            None if self.cursor.is_some() => self.modals.push(Modal::Details(Scroll::default())),
            None => {}
        }
        Vec::new()
    }

    fn go(&mut self, action: Action, now: Timestamp) {
        let page = self.page();
        let step = match action {
            Action::Down => Step::Down(1),
            Action::Up => Step::Up(1),
            Action::First => Step::First,
            Action::Last => Step::Last,
            Action::HalfDown => Step::Down((page / 2).max(1)),
            Action::HalfUp => Step::Up((page / 2).max(1)),
            Action::PageDown => Step::Down(page),
            _ => Step::Up(page),
        };
        self.step(step, page, now);
    }

    /// How many lines of the list on top are in sight.
    fn page(&self) -> usize {
        match self.modals.last() {
            None => usize::from(self.plan().rows.height),
            Some(Modal::Help(_)) => view::help::page(self),
            Some(Modal::Log(_)) => view::log::page(self.size),
            Some(_) => usize::from(self.size.1).saturating_sub(3),
        }
        .max(1)
    }

    pub(super) fn step(&mut self, step: Step, page: usize, now: Timestamp) {
        let clients = self.snapshot.clients.len();
        let details = view::details::length(self, now);
        let events = self.snapshot.events.len();
        match self.modals.last_mut() {
            None if self.focus == Pane::Accounts => self.go_in_table(step),
            None if self.focus == Pane::Events => self.pane_scroll.slide(step, events, 5),
            None => self.pane_scroll.slide(step, details, page),
            Some(Modal::Details(scroll)) => scroll.slide(step, details, page),
            Some(Modal::Clients(scroll)) => {
                scroll.go(step, clients, view::clients::page(self.size))
            }
            Some(Modal::Help(help)) => {
                let len = view::help::entries(help, &self.keymap).len();
                help.scroll.go(step, len, page);
            }
            Some(Modal::Menu(menu)) => menu.at = step.from(menu.at, menu.items.len()),
            Some(Modal::Log(log)) => {
                let events = &self.snapshot.events;
                let at = log.row(events);
                let row = step.from(at, events.len());
                log.at = (row > 0).then(|| events.get(row).cloned()).flatten();
                log.top = window(log.top, row, events.len(), page);
            }
            Some(Modal::Confirm(_) | Modal::Consent(_)) => {}
        }
    }

    pub(super) fn go_in_table(&mut self, step: Step) {
        let row = step.from(self.row().unwrap_or(0), self.rows.len());
        self.cursor = self.rows.get(&self.snapshot, row).map(|(a, _)| a.id);
        self.looking_elsewhere = false;
    }

    fn open_playground(&mut self) {
        let about = self.current().map(|(a, _)| a.email.clone());
        if let Some(sandbox) = &self.sandbox {
            let menu = Menu::playground(sandbox, about);
            self.modals.push(Modal::Menu(menu));
        }
    }
}

impl LogView {
    /// The chosen event's place; news pushes it down, and it stays chosen.
    pub fn row(&self, events: &[std::sync::Arc<Event>]) -> usize {
        let Some(at) = &self.at else { return 0 };
        events
            .iter()
            .position(|e| std::sync::Arc::ptr_eq(e, at))
            .or_else(|| events.iter().position(|e| e == at))
            .unwrap_or(0)
    }
}
