//! Moving about: in the table, in lists and texts, from pane to pane, from hit to hit.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Pane};
use crate::tui::filter::{Filter, Sieve};
use crate::tui::keymap::Action;
use crate::tui::modal::Modal;
use crate::tui::view;
use crate::tui::view::layout::Details;
use crate::tui::widget::scroll::{Scroll, Step};

impl App {
    pub(super) fn go(&mut self, action: Action, now: Timestamp) {
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
    pub(super) fn page(&self) -> usize {
        match self.modals.last() {
            None if self.focus == Pane::Details => view::details::page(self),
            Some(Modal::Details(_)) => view::details::page(self),
            None => usize::from(self.plan().rows.height),
            Some(Modal::Help(help)) => view::help::page(self, help),
            Some(Modal::Log(_)) => view::log::page(self.size),
            Some(Modal::Setup(_)) => view::setup::page(self.size),
            Some(Modal::Consent(_)) => view::consent::sheet_page(self),
            Some(Modal::Works(_)) => view::works::page(self.size),
            Some(_) => usize::from(self.size.1).saturating_sub(3),
        }
        .max(1)
    }

    pub(super) fn step(&mut self, step: Step, page: usize, now: Timestamp) {
        if self.modals.is_empty() && self.focus == Pane::Accounts {
            return self.go_in_table(step);
        }
        match self.modals.last() {
            Some(Modal::Log(_)) => return self.step_in_log(step, now),
            Some(Modal::Help(_)) => return self.step_in_help(step),
            _ => {}
        }
        let clients = self.snapshot.clients.len();
        let details = view::details::length(self, now);
        let events = self.snapshot.events.len();
        let sheet = view::consent::sheet_length(self);
        match self.modals.last_mut() {
            None if self.focus == Pane::Events => self.pane_scroll.slide(step, events, 5),
            None => self.pane_scroll.slide(step, details, page),
            Some(Modal::Details(scroll)) => scroll.slide(step, details, page),
            Some(Modal::Clients(scroll)) => {
                scroll.go(step, clients, view::clients::page(self.size));
            }
            Some(Modal::Menu(menu)) => menu.at = step.from(menu.at, menu.items.len()),
            Some(Modal::Setup(_)) => self.step_in_setup(step, page),
            Some(Modal::Consent(dialog)) => dialog.scroll.slide(step, sheet, page),
            Some(Modal::Works(_)) => self.step_in_works(step, page),
            Some(Modal::Confirm(_) | Modal::Log(_) | Modal::Help(_) | Modal::Palette(_)) => {}
        }
    }

    pub(super) fn go_in_table(&mut self, step: Step) {
        let row = step.from(self.row().unwrap_or(0), self.rows.len());
        self.cursor = self.rows.get(&self.snapshot, row).map(|(a, _)| a.id);
        self.awaited = None;
        self.looking_elsewhere = false;
    }

    /// Puts the cursor on an account, which a filter must not hide then; on one that is still to
    /// come, as soon as it is there.
    pub(super) fn point_at(&mut self, id: AccountId, now: Timestamp) {
        let is_known = self.snapshot.account(id).is_some();
        if is_known && self.rows.row_of(id).is_none() {
            self.clear_filter(now);
        }
        if self.rows.row_of(id).is_some() {
            self.cursor = Some(id);
            self.awaited = None;
        } else {
            self.awaited = Some(id);
        }
        self.looking_elsewhere = false;
    }

    pub(super) fn turn_pane(&mut self, forward: bool) {
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

    pub(super) fn go_to_urgent(&mut self) {
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

    /// With a filter every row is a hit; without one, those that the last search would find.
    pub(super) fn next_hit(&mut self, forward: bool, now: Timestamp) {
        let Some(row) = self.row() else { return };
        let len = self.rows.len();
        // With a filter every row is a hit.
        let searched = if self.filter.is_empty() {
            Filter::parse(&self.searched)
        } else {
            Filter::default()
        };
        let mut sieve = Sieve::new(&searched);
        let mut is_hit = |row: &usize| {
            self.rows
                .get(&self.snapshot, *row)
                .is_some_and(|(account, state)| sieve.admits(account, state, now))
        };
        let others = (1..len).map(|i| {
            if forward {
                (row + i) % len
            } else {
                (row + len - i) % len
            }
        });
        if let Some(hit) = others.into_iter().find(&mut is_hit) {
            self.cursor = self.rows.get(&self.snapshot, hit).map(|(a, _)| a.id);
            self.looking_elsewhere = false;
        }
    }
}
