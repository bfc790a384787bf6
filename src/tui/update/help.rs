//! The help: other screens' keys, and running what is chosen.

use crate::domain::time::Timestamp;
use crate::tui::app::App;
use crate::tui::message::{Effect, Tone};
use crate::tui::modal::Modal;
use crate::tui::view;
use crate::tui::widget::scroll::{Scroll, Step, window};

impl App {
    pub(super) fn help_of_next_screen(&mut self) {
        if let Some(Modal::Help(help)) = self.modals.last_mut() {
            let screens = view::help::SCREENS;
            let at = screens.iter().position(|(c, _)| *c == help.context);
            let next = at.map_or(0, |at| (at + 1) % screens.len());
            help.context = screens[next].0;
            help.scroll = Scroll::default();
        }
    }

    pub(super) fn run_from_help(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(Modal::Help(help)) = self.modals.last() else {
            return Vec::new();
        };
        let found = view::help::entries(self, help);
        let Some(action) = found.get(help.scroll.at).map(|b| b.action) else {
            return Vec::new();
        };
        if help.context != help.home {
            let place = view::help::name_of(help.context);
            let text = format!("that key works elsewhere: {place}");
            self.toast(Tone::Notice, text, now);
            return Vec::new();
        }
        self.modals.pop();
        self.act(action, now)
    }

    pub(super) fn step_in_help(&mut self, step: Step) {
        let Some(Modal::Help(help)) = self.modals.last() else {
            return;
        };
        let len = view::help::entries(self, help).len();
        let at = step.from(help.scroll.at, len);
        let (line, lines, page) = view::help::place_of(self, help, at);
        let top = window(help.scroll.top, line, lines, page);
        if let Some(Modal::Help(help)) = self.modals.last_mut() {
            help.scroll = Scroll { at, top };
        }
    }
}
