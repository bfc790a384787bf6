//! Moving about: in the table, in lists and texts, from pane to pane, from hit to hit.

use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Action;
use crate::tui::modal::{LogView, Modal};
use crate::tui::view;
use crate::tui::view::layout::Details;
use crate::tui::widget::scroll::{Scroll, Step, window};

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
            None => usize::from(self.plan().rows.height),
            Some(Modal::Help(_)) => view::help::page(self),
            Some(Modal::Log(_)) => view::log::page(self.size),
            Some(_) => usize::from(self.size.1).saturating_sub(3),
        }
        .max(1)
    }

    pub(super) fn step(&mut self, step: Step, page: usize, now: Timestamp) {
        if self.modals.is_empty() && self.focus == Pane::Accounts {
            return self.go_in_table(step);
        }
        let clients = self.snapshot.clients.len();
        let details = view::details::length(self, now);
        let events = self.snapshot.events.len();
        match self.modals.last_mut() {
            None if self.focus == Pane::Events => self.pane_scroll.slide(step, events, 5),
            None => self.pane_scroll.slide(step, details, page),
            Some(Modal::Details(scroll)) => scroll.slide(step, details, page),
            Some(Modal::Clients(scroll)) => {
                scroll.go(step, clients, view::clients::page(self.size));
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
    pub(super) fn next_hit(&mut self, forward: bool) {
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
}

impl LogView {
    /// The chosen event's place; news pushes it down, and it stays chosen.
    pub fn row(&self, events: &[Arc<Event>]) -> usize {
        let Some(at) = &self.at else { return 0 };
        events
            .iter()
            .position(|e| Arc::ptr_eq(e, at))
            .or_else(|| events.iter().position(|e| e == at))
            .unwrap_or(0)
    }
}
