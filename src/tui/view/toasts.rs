//! Short news in the upper right corner. Everything that matters is in the event log as well.

use ratatui::layout::Rect;

use super::ink::Ink;
use crate::tui::app::Toast;
use crate::tui::message::Tone;
use crate::tui::theme::Role;
use crate::tui::widget::frame::{Border, boxed, wipe};
use crate::tui::widget::text::wrap_within;

/// The newest ones; in a small window the accounts matter more.
fn at_most(height: u16) -> (usize, usize) {
    if height >= 20 { (3, 4) } else { (1, 2) }
}

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    // Below header and attention line, so that a toast never hides who needs help.
    let plan = app.plan();
    let lines = [plan.header, plan.attention].into_iter().flatten().count() as u16;
    let mut rest = area;
    rest.y += lines.min(area.height);
    rest.height = area.bottom() - rest.y;
    let (toasts, most) = at_most(area.height);
    for toast in app.toasts.iter().rev().take(toasts) {
        let used = one(ink, rest, toast, most);
        if used == 0 {
            break;
        }
        rest.y += used;
        rest.height -= used;
    }
}

/// Draws a toast at the top right of `area` and says how many lines it took; none if it has no room.
fn one(ink: &mut Ink<'_>, area: Rect, toast: &Toast, most: usize) -> u16 {
    let glyphs = ink.glyphs();
    let (title, role, glyph) = match toast.tone {
        Tone::Done => ("done", Role::Ok, glyphs.done),
        Tone::Notice => ("notice", Role::Due, "i"),
        Tone::Warning => ("warning", Role::Warn, "!"),
        Tone::Error => ("failed", Role::Bad, glyphs.failed),
    };
    let mut words = ink.words(&toast.text);
    if toast.times > 1 {
        words = format!("{words} x{}", toast.times);
    }
    let width = 52.min(area.width);
    let lines = wrap_within(
        &words,
        usize::from(width.saturating_sub(6)),
        most,
        glyphs.cut,
    );
    let has_border = ink.app.size.1 >= 10 && width >= 24;
    let height = lines.len() as u16 + if has_border { 2 } else { 0 };
    if height > area.height {
        return 0;
    }
    let place = Rect {
        x: area.right() - width,
        width,
        height,
        ..area
    };
    let text = ink.style(Role::Text);
    wipe(ink.buffer, place, text);
    let inner = if has_border {
        let border = Border {
            set: glyphs.border,
            style: ink.style(role),
            title: ink.style(Role::Title),
            mark: glyphs.cut,
        };
        let hint = if toast.until.is_none() {
            "Esc closes"
        } else {
            ""
        };
        boxed(ink.buffer, place, border, title, hint)
    } else {
        place
    };
    for (row, line) in lines.iter().enumerate() {
        let mark = if row == 0 { glyph } else { " " };
        let pieces = [(format!(" {mark} "), role), (line.clone(), Role::Text)];
        ink.line(inner, row as u16, &pieces);
    }
    height
}
