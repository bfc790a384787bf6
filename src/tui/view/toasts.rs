//! Short news in a corner. Everything that matters is in the event log as well. Toasts stay off the
//! footer, and off the line under the cursor as long as there is room elsewhere.

use ratatui::layout::{Position, Rect};

use super::ink::{Ink, shown};
use super::log;
use crate::domain::time::Timestamp;
use crate::tui::app::{App, Pane, Toast};
use crate::tui::keymap::Action;
use crate::tui::message::Tone;
use crate::tui::modal::Modal;
use crate::tui::theme::Role;
use crate::tui::widget::frame::{Border, boxed, wipe};
use crate::tui::widget::text::{cut, wrap_within};

const WIDTH: u16 = 52;

/// How many are shown and how long each may be; in a small window the accounts matter more.
fn at_most(height: u16) -> (usize, usize) {
    match height {
        20.. => (3, 4),
        4.. => (1, 2),
        _ => (1, 1),
    }
}

/// One toast in its place.
struct Placed<'a> {
    /// Its place among all.
    index: usize,
    toast: &'a Toast,
    area: Rect,
    lines: Vec<String>,
}

/// The newest ones, and how many more there are. Fewer where more would hide the cursor's line.
fn placed(app: &App, now: Timestamp) -> (Vec<Placed<'_>>, usize) {
    if app.toasts.is_empty() {
        return (Vec::new(), 0);
    }
    let room = room(app);
    let line = line_in_use(app, now);
    let most = at_most(room.height).0.min(app.toasts.len());
    let mut fallback = Vec::new();
    for n in (1..=most).rev() {
        let mut stack = stack(app, room, n);
        let used: u16 = stack.iter().map(|one| one.area.height).sum();
        if used > room.height {
            continue;
        }
        if let Some(down) = free_of(app, line, room, used) {
            for one in &mut stack {
                one.area.y += down;
            }
            let more = app.toasts.len() - stack.len();
            return (stack, more);
        }
        fallback = stack;
    }
    let more = app.toasts.len() - fallback.len();
    (fallback, more)
}

/// The `n` newest, one below the other.
fn stack(app: &App, room: Rect, n: usize) -> Vec<Placed<'_>> {
    let most = at_most(room.height).1;
    let width = WIDTH.min(room.width);
    let mut y = room.y;
    let newest = app.toasts.iter().enumerate().rev().take(n);
    let place = |(index, toast)| {
        let lines = lines(app, toast, room.width, most);
        let height = lines.len() as u16 + 2 * u16::from(has_border(app, room.width));
        let x = room.right() - width;
        let area = Rect::new(x, y, width, height);
        y += height;
        Placed {
            index,
            toast,
            area,
            lines,
        }
    };
    newest.map(place).collect()
}

/// How far down toasts of this height go to leave the line in use in sight; `None` if it cannot be.
fn free_of(app: &App, line: Option<u16>, room: Rect, used: u16) -> Option<u16> {
    let bottom = room.height - used;
    if reads_from_top(app) {
        return Some(bottom);
    }
    match line {
        Some(line) if (room.y..room.y + used).contains(&line) => {
            (line < room.y + bottom).then_some(bottom)
        }
        _ => Some(0),
    }
}

/// Below header and attention line, so that a toast never hides who needs help, above the footer.
fn room(app: &App) -> Rect {
    let plan = app.plan();
    let footer = plan.footer.map_or(0, |f| f.height);
    let top = [plan.header, plan.attention].into_iter().flatten().count() as u16;
    let (width, height) = app.size;
    let top = top.min(height);
    Rect::new(0, top, width, height.saturating_sub(footer).max(top) - top)
}

fn line_in_use(app: &App, now: Timestamp) -> Option<u16> {
    match app.modals.last() {
        None if app.focus == Pane::Accounts => {
            let row = app.row()?.checked_sub(app.top)?;
            let rows = app.plan().rows;
            (row < usize::from(rows.height)).then(|| rows.y + row as u16)
        }
        Some(Modal::Log(log)) => Some(log::chosen_line(app, log, now)),
        Some(Modal::Clients(scroll)) => Some(1 + scroll.at.saturating_sub(scroll.top) as u16),
        _ => None,
    }
}

/// Steps and first sentences stand at the top, and are what somebody new needs most.
fn reads_from_top(app: &App) -> bool {
    match app.modals.last() {
        Some(modal) => matches!(modal, Modal::Setup(_) | Modal::Works(_)),
        None => app.snapshot.accounts.is_empty(),
    }
}

fn has_border(app: &App, width: u16) -> bool {
    app.size.1 >= 14 && width >= 24
}

fn lines(app: &App, toast: &Toast, width: u16, most: usize) -> Vec<String> {
    let mut words = shown(app, &toast.text);
    if toast.times > 1 && !has_border(app, width) {
        words = format!("x{} {words}", toast.times);
    }
    let room = usize::from(WIDTH.min(width).saturating_sub(6));
    let mark = app.look.glyphs.cut;
    if most == 1 {
        // Half a word tells more than none.
        let count = if app.toasts.len() > 1 { 2 } else { 0 };
        return vec![cut(&words, room - count.min(room), mark).into_owned()];
    }
    wrap_within(&words, room, most, mark)
}

pub(super) fn draw(ink: &mut Ink<'_>) {
    let app = ink.app;
    let (placed, more) = placed(app, ink.now);
    let last = placed.len().saturating_sub(1);
    for (at, one) in placed.iter().enumerate() {
        let more = if at == last { more } else { 0 };
        draw_one(ink, one, more);
    }
}

fn draw_one(ink: &mut Ink<'_>, placed: &Placed<'_>, more: usize) {
    let glyphs = ink.glyphs();
    let (title, role, glyph) = match placed.toast.tone {
        Tone::Done => ("done", Role::Ok, glyphs.done),
        Tone::Notice => ("notice", Role::ToastInfo, "i"),
        Tone::Warning => ("warning", Role::ToastWarn, "!"),
        Tone::Error => ("failed", Role::ToastBad, glyphs.failed),
    };
    let text = ink.style(Role::Text);
    wipe(ink.buffer, placed.area, text);
    let inner = if has_border(ink.app, placed.area.width) {
        let border = Border {
            set: glyphs.border,
            style: ink.style(role),
            title: ink.style(Role::Title),
            hint: ink.style(role),
            mark: glyphs.cut,
        };
        let closes = if placed.toast.until.is_none() {
            ink.hint(Action::Back, "closes")
        } else {
            String::new()
        };
        let hint = match (more, closes.as_str()) {
            (0, closes) => closes.to_owned(),
            (more, "") => format!("+{more} more"),
            (more, closes) => format!("+{more} more  {closes}"),
        };
        let title = match placed.toast.times {
            1 => title.to_owned(),
            times => format!("{title} x{times}"),
        };
        boxed(ink.buffer, placed.area, border, &title, &hint)
    } else {
        placed.area
    };
    for (row, line) in placed.lines.iter().enumerate() {
        let mark = if row == 0 { glyph } else { " " };
        let pieces = [(format!(" {mark} "), role), (line.clone(), Role::Text)];
        ink.line(inner, row as u16, &pieces);
    }
    if more > 0 && inner == placed.area {
        let last = placed.lines.len().saturating_sub(1) as u16;
        let dim = ink.style(Role::Dim);
        ink.pen(inner, last).put_right(&format!(" +{more} "), dim);
    }
}

/// Which toast is under the mouse. Under a dialog there is none to be seen.
pub fn toast_at(app: &App, at: Position, now: Timestamp) -> Option<usize> {
    let (placed, _) = placed(app, now);
    let hit = placed.iter().find(|one| one.area.contains(at));
    hit.map(|one| one.index)
}
