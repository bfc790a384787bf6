//! The mouse: a click chooses, a second one opens, a heading sorts, the wheel looks around.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::domain::time::{Span, Timestamp};
use crate::tui::app::{App, Pane};
use crate::tui::keymap::Action;
use crate::tui::message::Effect;
use crate::tui::modal::Modal;
use crate::tui::rows::Sort;
use crate::tui::view;
use crate::tui::view::layout::Frame;
use crate::tui::widget::scroll::Step;

const DOUBLE_CLICK: Span = Span::milliseconds(400);
const WHEEL: usize = 3;

impl App {
    pub(super) fn point(&mut self, mouse: MouseEvent, now: Timestamp) -> Vec<Effect> {
        let at = Position::new(mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::ScrollDown => self.wheel(Step::Down(WHEEL), now),
            MouseEventKind::ScrollUp => self.wheel(Step::Up(WHEEL), now),
            MouseEventKind::Down(MouseButton::Left) => {
                self.touched_at = Some(now);
                return self.click(at, now);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Over the table the wheel moves the window and leaves the cursor on its account.
    fn wheel(&mut self, step: Step, now: Timestamp) {
        if self.modals.is_empty() && self.focus == Pane::Accounts {
            let page = usize::from(self.plan().rows.height);
            let stops = self.rows.len().saturating_sub(page) + 1;
            self.top = step.from(self.top, stops);
            self.looking_elsewhere = true;
        } else {
            let page = self.page();
            self.step(step, page, now);
        }
    }

    fn click(&mut self, at: Position, now: Timestamp) -> Vec<Effect> {
        let plan = self.plan();
        let footer = plan.footer.filter(|f| f.contains(at));
        if let Some(action) = footer.and_then(|area| view::footer::action_at(self, area, at.x)) {
            return self.act(action, now);
        }
        if let Some(Modal::Menu(menu)) = self.modals.last() {
            let hit = view::menu::item_at(menu, self.size, at);
            return hit.map(|i| self.choose(i, now)).unwrap_or_default();
        }
        if !self.modals.is_empty() {
            return Vec::new();
        }
        if plan.events.is_some_and(|area| area.contains(at)) {
            self.focus = Pane::Events;
        } else if plan.details.is_some_and(|(_, area)| area.contains(at)) {
            self.focus = Pane::Details;
        } else if plan.table.contains(at) {
            self.focus = Pane::Accounts;
            return self.click_in_table(plan.rows, plan.frame, at, now);
        }
        Vec::new()
    }

    fn click_in_table(
        &mut self,
        rows: Rect,
        frame: Frame,
        at: Position,
        now: Timestamp,
    ) -> Vec<Effect> {
        if frame == Frame::Boxed && at.y + 1 == rows.y {
            if let Some(column) = view::accounts::column_at(self, rows, at.x) {
                let again = self.sort.column == column;
                self.sort = Sort {
                    column,
                    reversed: again && !self.sort.reversed,
                };
                self.arrange_as(now, false);
            }
            return Vec::new();
        }
        if !rows.contains(at) {
            return Vec::new();
        }
        let row = self.top + usize::from(at.y - rows.y);
        let Some(id) = self.rows.get(&self.snapshot, row).map(|(a, _)| a.id) else {
            return Vec::new();
        };
        let twice = self
            .last_click
            .is_some_and(|(when, whom)| whom == id && (now - when).abs() < DOUBLE_CLICK);
        self.cursor = Some(id);
        self.looking_elsewhere = false;
        self.last_click = (!twice).then_some((now, id));
        if twice {
            self.act(Action::Open, now)
        } else {
            Vec::new()
        }
    }
}
