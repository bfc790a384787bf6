//! The mouse: a click chooses, a second one opens, a heading sorts, the right button offers what
//! can be done, the wheel looks around. Whatever is drawn as a button can be pressed.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::domain::account::AccountId;
use crate::domain::time::{Span, Timestamp};
use crate::tui::app::{App, Pane, TYPED_AHEAD};
use crate::tui::keymap::Action;
use crate::tui::message::Effect;
use crate::tui::modal::{Choice, Item, Menu, Modal};
use crate::tui::rows::Sort;
use crate::tui::view::layout::{Frame, Plan};
use crate::tui::view::{self, Hit};
use crate::tui::widget::scroll::{Scroll, Step};

const DOUBLE_CLICK: Span = Span::milliseconds(400);
const WHEEL: usize = 3;

impl App {
    pub(super) fn point(&mut self, mouse: MouseEvent, now: Timestamp) -> Vec<Effect> {
        let at = Position::new(mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::ScrollDown => self.wheel(at, Step::Down(WHEEL), now),
            MouseEventKind::ScrollUp => self.wheel(at, Step::Up(WHEEL), now),
            MouseEventKind::Down(MouseButton::Left) => {
                self.touched_at = Some(now);
                return self.click(at, now);
            }
            MouseEventKind::Down(MouseButton::Right) => {
                self.touched_at = Some(now);
                self.open_row_menu(at);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Over the table the wheel moves the window and leaves the cursor on its account.
    fn wheel(&mut self, at: Position, step: Step, now: Timestamp) {
        if self.modals.is_empty() {
            self.focus_pane(at);
        }
        match self.modals.last() {
            None if self.focus == Pane::Accounts => {
                let page = usize::from(self.plan().rows.height);
                let stops = self.rows.len().saturating_sub(page) + 1;
                self.top = step.from(self.top, stops);
                self.looking_elsewhere = true;
            }
            Some(Modal::Palette(_)) => self.wheel_in_palette(step),
            _ => {
                let page = self.page();
                self.step(step, page, now);
            }
        }
    }

    fn wheel_in_palette(&mut self, step: Step) {
        for _ in 0..WHEEL {
            match (step, self.modals.last()) {
                (Step::Down(_), _) => self.down_the_offers(),
                // Above the list are the earlier commands, which a wheel does not mean.
                (_, Some(Modal::Palette(palette))) if palette.at.is_some() => self.up_the_offers(),
                _ => {}
            }
        }
    }

    /// What was pointed at gets the keys.
    fn focus_pane(&mut self, at: Position) -> Plan {
        let plan = self.plan();
        let focus = if plan.events.is_some_and(|area| area.contains(at)) {
            Pane::Events
        } else if plan.details.is_some_and(|(_, area)| area.contains(at)) {
            Pane::Details
        } else if plan.table.contains(at) {
            Pane::Accounts
        } else {
            return plan;
        };
        if self.focus != focus {
            self.focus = focus;
            self.pane_scroll = Scroll::default();
        }
        plan
    }

    fn click(&mut self, at: Position, now: Timestamp) -> Vec<Effect> {
        // A click can be too early as well: the second half of a double click on the menu.
        if let Some(Modal::Confirm(confirm)) = self.modals.last()
            && (now - confirm.opened_at).abs() < TYPED_AHEAD
        {
            return Vec::new();
        }
        let is_typing = self.filtering
            || matches!(self.modals.last(), Some(Modal::Log(log)) if log.typing.is_some());
        let footer = self.plan().footer.filter(|f| f.contains(at) && !is_typing);
        if let Some(action) = footer.and_then(|area| view::footer::action_at(self, area, at.x)) {
            return self.act(action, now);
        }
        match self.modals.last() {
            Some(Modal::Menu(_) | Modal::Help(_) | Modal::Palette(_) | Modal::Confirm(_)) => {
                self.click_in_popup(at, now)
            }
            Some(Modal::Consent(_)) => Vec::new(),
            _ => self.click_on_screen(at, now),
        }
    }

    fn click_on_screen(&mut self, at: Position, now: Timestamp) -> Vec<Effect> {
        if let Some(toast) = view::toasts::toast_at(self, at, now) {
            self.toasts.remove(toast);
            return Vec::new();
        }
        match self.modals.last_mut() {
            Some(Modal::Log(_)) => self.click_in_log(at, now),
            Some(Modal::Clients(scroll)) => {
                let scroll = *scroll;
                let row = view::clients::row_at(self, scroll, at);
                if let (Some(row), Some(Modal::Clients(scroll))) = (row, self.modals.last_mut()) {
                    scroll.at = row;
                }
                Vec::new()
            }
            Some(_) => Vec::new(),
            None => {
                let plan = self.focus_pane(at);
                if plan.table.contains(at) {
                    return self.click_in_table(plan.rows, plan.frame, at, now);
                }
                Vec::new()
            }
        }
    }

    fn click_in_log(&mut self, at: Position, now: Timestamp) -> Vec<Effect> {
        let Some(Modal::Log(log)) = self.modals.last() else {
            return Vec::new();
        };
        match view::log::row_at(self, log, at, now) {
            Some(row) => {
                self.choose_in_log(row, now);
                self.open_in_log()
            }
            None => Vec::new(),
        }
    }

    /// In what lies over the screen; beside it a click closes what asks for no decision.
    fn click_in_popup(&mut self, at: Position, now: Timestamp) -> Vec<Effect> {
        let hit = match self.modals.last() {
            Some(Modal::Menu(menu)) => view::menu::item_at(self, menu, at),
            Some(Modal::Help(help)) => view::help::entry_at(self, help, at),
            Some(Modal::Palette(_)) => view::palette::offer_at(self, at),
            Some(Modal::Confirm(confirm)) => {
                let button = view::confirm::button_at(self, confirm, at);
                return button.map_or_else(Vec::new, |acts| self.press_button(acts, now));
            }
            _ => return Vec::new(),
        };
        let row = match hit {
            Hit::Entry(row) => row,
            Hit::Nothing => return Vec::new(),
            Hit::Beside => {
                self.modals.pop();
                return Vec::new();
            }
        };
        match self.modals.last_mut() {
            Some(Modal::Help(help)) if help.scroll.at != row => {
                help.scroll.at = row;
                Vec::new()
            }
            Some(Modal::Help(_)) => self.run_from_help(now),
            Some(Modal::Palette(palette)) => {
                palette.at = Some(row);
                self.run_command(now)
            }
            _ => self.choose(row, now),
        }
    }

    fn press_button(&mut self, acts: bool, now: Timestamp) -> Vec<Effect> {
        if let Some(Modal::Confirm(confirm)) = self.modals.last_mut() {
            confirm.on_cancel = !acts;
        }
        self.act_in_confirm(Action::Press, now)
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
        let Some(id) = self.account_at(rows, at) else {
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

    fn account_at(&self, rows: Rect, at: Position) -> Option<AccountId> {
        if !rows.contains(at) {
            return None;
        }
        let row = self.top + usize::from(at.y - rows.y);
        self.rows.get(&self.snapshot, row).map(|(a, _)| a.id)
    }

    /// What can be done with the row under the mouse. A row that is not marked is meant alone, as
    /// every file manager has it.
    fn open_row_menu(&mut self, at: Position) {
        if !self.modals.is_empty() {
            return;
        }
        let Some(id) = self.account_at(self.plan().rows, at) else {
            return;
        };
        if !self.marks.contains(&id) {
            self.marks.clear();
        }
        self.focus = Pane::Accounts;
        self.cursor = Some(id);
        self.looking_elsewhere = false;
        let menu = self.row_menu();
        self.modals.push(Modal::Menu(menu));
    }

    fn row_menu(&self) -> Menu {
        let actions = [
            (Action::Open, "details"),
            (Action::Consent, "sign in again"),
            (Action::Refresh, "refresh"),
            (Action::Verify, "verify with Google"),
            (Action::Copy, "copy…"),
            (Action::Pause, "pause or resume auto refresh"),
            (Action::Remove, "remove…"),
        ];
        let item = |(action, label): (Action, &str)| {
            let mut letters = self.keymap.key(action).chars();
            // `Enter` is no letter; the cursor stands on details, so that it means the same.
            let key = letters.next().filter(|_| letters.next().is_none());
            Item {
                key,
                label: label.to_owned(),
                choice: Choice::Act(action),
            }
        };
        Menu {
            title: self.named(&self.targets()),
            items: actions.into_iter().map(item).collect(),
            at: 0,
            about: Vec::new(),
        }
    }
}
