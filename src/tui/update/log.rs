//! The event log's keys: what can be done with a line, where the choice goes, and how it stays in
//! its place while news comes in.

use std::path::Path;
use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::snapshot::Snapshot;
use crate::domain::time::Timestamp;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::log::{Chosen, LogView, Older, Typing, joined, plain};
use crate::tui::message::{Effect, Failure, Tone};
use crate::tui::modal::Modal;
use crate::tui::view;
use crate::tui::widget::field::Field;
use crate::tui::widget::scroll::{Step, window};

impl App {
    fn log(&mut self) -> Option<&mut LogView> {
        match self.modals.last_mut() {
            Some(Modal::Log(log)) => Some(log),
            _ => None,
        }
    }

    /// The events of the log on top, as copies that outlive a change to it.
    fn listed(&self) -> Vec<Arc<Event>> {
        match self.modals.last() {
            Some(Modal::Log(log)) => log.listed(&self.snapshot).into_iter().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn chosen_event(&self) -> Option<Arc<Event>> {
        let Some(Modal::Log(log)) = self.modals.last() else {
            return None;
        };
        let listed = log.listed(&self.snapshot);
        listed.get(log.row(&listed)).map(|e| Arc::clone(e))
    }

    pub(super) fn step_in_log(&mut self, step: Step, now: Timestamp) {
        let Some(Modal::Log(log)) = self.modals.last() else {
            return;
        };
        let listed = log.listed(&self.snapshot);
        let lines = listed.len() + usize::from(log.asks_for_older(&self.snapshot));
        let row = step.from(log.row(&listed), lines);
        self.choose_in_log(row, now);
    }

    pub(super) fn choose_in_log(&mut self, row: usize, now: Timestamp) {
        let listed = self.listed();
        if let Some(log) = self.log() {
            log.choose(row, &listed);
        }
        let Some(Modal::Log(log)) = self.modals.last() else {
            return;
        };
        let rows = view::log::rows(self, log, now);
        // The first line comes with the date above it.
        let line = if row == 0 { 0 } else { rows.line_of(row) };
        let top = window(log.top, line, rows.lines.len(), view::log::page(self.size));
        if let Some(log) = self.log() {
            log.top = top;
        }
    }

    pub(super) fn act_in_log(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        match action {
            Action::LogFilter => {
                if let Some(log) = self.log() {
                    log.typing = Some(Typing::Filter);
                }
            }
            Action::LogWrap => {
                if let Some(log) = self.log() {
                    log.wrap = !log.wrap;
                }
                self.step_in_log(Step::Down(0), now);
            }
            Action::LogAccount => self.toggle_log_account(now),
            Action::LogCopy => {
                let line = self.chosen_event().map(|event| plain(&event));
                let copy = |text| Effect::CopyText { what: "line", text };
                return line.map(copy).into_iter().collect();
            }
            _ => self.ask_where_to_save(now),
        }
        Vec::new()
    }

    fn toggle_log_account(&mut self, now: Timestamp) {
        let of_line = self.chosen_event().and_then(|event| event.account);
        let Some(log) = self.log() else { return };
        let chosen = match (log.account, of_line) {
            (Some(_), _) => None,
            (None, Some(account)) => Some(account),
            (None, None) => {
                let text = "this line is about no account".into();
                return self.toast(Tone::Notice, text, now);
            }
        };
        log.account = chosen;
        self.step_in_log(Step::Down(0), now);
    }

    fn ask_where_to_save(&mut self, now: Timestamp) {
        let local = now.with_timezone(&self.place.offset);
        let name = local.format("events-%Y%m%d-%H%M%S.txt").to_string();
        // The sandbox's own folders go when it ends; what a person saves is to stay.
        let folder = match &self.sandbox {
            Some(_) => Path::new("~"),
            None => &self.saves,
        };
        let path = folder.join(name).display().to_string();
        if let Some(log) = self.log() {
            let mut field = Field::default();
            field.append(&path);
            log.typing = Some(Typing::Path(field));
        }
    }

    /// Enter on the line that is typed: the filter stays, or the file is written.
    pub(super) fn keep_in_log(&mut self) -> Vec<Effect> {
        let lines: Vec<String> = self.listed().iter().map(|event| plain(event)).collect();
        match self.log().and_then(|log| log.typing.take()) {
            Some(Typing::Path(path)) if !path.text().trim().is_empty() => vec![Effect::SaveText {
                path: path.text().trim().to_owned(),
                text: lines.join("\n") + "\n",
            }],
            _ => Vec::new(),
        }
    }

    /// Enter on a line: the last one fetches what is older.
    pub(super) fn open_in_log(&mut self) -> Vec<Effect> {
        match self.log() {
            Some(log) if log.at == Chosen::Older && matches!(log.older, Older::NotAsked) => {
                log.older = Older::Asked;
                vec![Effect::History]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn history_came(&mut self, came: Result<Vec<Event>, Failure>, now: Timestamp) {
        let last = self.snapshot.events.last().cloned();
        let log = self.modals.iter_mut().find_map(|modal| match modal {
            Modal::Log(log) => Some(log),
            _ => None,
        });
        let Some(log) = log else { return };
        match came {
            Ok(stored) => {
                log.older = Older::Here(stored.into_iter().map(Arc::new).collect());
                if let (Chosen::Older, Some(last)) = (&log.at, last) {
                    log.at = Chosen::This(last);
                }
            }
            Err(failure) => {
                log.older = Older::NotAsked;
                let text = format!("older events were not read: {}", failure.line());
                self.toast(Tone::Error, text, now);
            }
        }
    }

    /// Takes in a newer snapshot. The chosen line stays where it is on the screen, and whoever
    /// reads what is newest goes on doing so.
    pub(super) fn renew(&mut self, snapshot: Arc<Snapshot>, now: Timestamp) {
        let before = self.log_line(now);
        for modal in &mut self.modals {
            if let Modal::Log(LogView {
                older: Older::Here(all),
                ..
            }) = modal
            {
                *all = joined(&snapshot.events, all);
            }
        }
        self.snapshot = snapshot;
        if let (Some((line, top)), Some((moved, _))) = (before, self.log_line(now))
            && let Some(Modal::Log(log)) = self.modals.last_mut()
        {
            log.top = (top + moved).saturating_sub(line);
        }
    }

    /// The chosen line and the first one in the window, unless the newest is followed.
    fn log_line(&self, now: Timestamp) -> Option<(usize, usize)> {
        match self.modals.last() {
            Some(Modal::Log(log)) if log.at != Chosen::Newest => {
                let row = log.row(&log.listed(&self.snapshot));
                Some((view::log::rows(self, log, now).line_of(row), log.top))
            }
            _ => None,
        }
    }
}
