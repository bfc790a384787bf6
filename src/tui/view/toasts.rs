//! Short news in the upper right corner. Everything that matters is in the event log as well.

use ratatui::layout::Rect;

use super::ink::Ink;
use crate::tui::message::Tone;
use crate::tui::theme::Role;
use crate::tui::widget::frame::{Border, boxed, wipe};
use crate::tui::widget::text::wrap_within;

/// The newest ones.
const AT_MOST: usize = 3;

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let width = 52.min(area.width);
    // Below header and attention line, so that a toast never hides who needs help.
    let plan = app.plan();
    let lines = [plan.header, plan.attention].into_iter().flatten().count() as u16;
    let mut y = area.y + lines.min(area.height);
    for toast in app.toasts.iter().rev().take(AT_MOST) {
        let (title, role, glyph) = match toast.tone {
            Tone::Done => ("done", Role::Ok, ink.glyphs().done),
            Tone::Notice => ("notice", Role::Due, "i"),
            Tone::Warning => ("warning", Role::Warn, "!"),
            Tone::Error => ("failed", Role::Bad, ink.glyphs().failed),
        };
        let times = if toast.times > 1 {
            format!(" x{}", toast.times)
        } else {
            String::new()
        };
        let room = usize::from(width.saturating_sub(6));
        let lines = wrap_within(
            &format!("{}{times}", ink.words(&toast.text)),
            room,
            4,
            ink.glyphs().cut,
        );
        let borderless = area.height < 10 || width < 24;
        let height = lines.len() as u16 + if borderless { 0 } else { 2 };
        if y + height > area.bottom() {
            break;
        }
        let place = Rect {
            x: area.right() - width,
            y,
            width,
            height,
        };
        let text = ink.style(Role::Text);
        wipe(ink.buffer, place, text);
        let inner = if borderless {
            place
        } else {
            let border = Border {
                set: ink.glyphs().border,
                style: ink.style(role),
                title: ink.style(Role::Title),
                mark: ink.glyphs().cut,
            };
            let hint = if toast.until.is_none() {
                "Esc closes"
            } else {
                ""
            };
            boxed(ink.buffer, place, border, title, hint)
        };
        for (row, line) in lines.iter().enumerate() {
            let mark = if row == 0 {
                format!(" {glyph} ")
            } else {
                "   ".into()
            };
            ink.line(
                inner,
                row as u16,
                &[(mark, role), (line.clone(), Role::Text)],
            );
        }
        y += height;
    }
}
