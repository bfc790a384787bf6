//! The link as a QR code over the whole screen, dark on light in every theme.

use ratatui::layout::Rect;

use super::link;
use crate::tui::consent::Round;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;
use crate::tui::widget::frame::{centred, wipe};
use crate::tui::widget::qr::Qr;
use crate::tui::widget::text::wrap;

pub(super) fn draw(ink: &mut Ink<'_>, round: &Round) {
    let screen = ink.buffer.area;
    let text = ink.style(Role::Text);
    wipe(ink.buffer, screen, text);
    if !link::is_shown(ink, round) {
        let words = link::hidden(ink);
        return explain(ink, &words);
    }
    let Some(code) = Qr::of(&round.url) else {
        return explain(ink, "The link is too long for a QR code.");
    };
    let is_plain = ink.glyphs().plain;
    let (width, height) = code.size(is_plain);
    if width > screen.width || height > screen.height {
        let words = format!(
            "The QR code needs a window of {width} x {height}; this one is {} x {}. Enlarge it, or make its letters smaller; or {} copies the link, {} writes it to a file.",
            screen.width,
            screen.height,
            ink.app.keymap.key(Action::CopyLink),
            ink.app.keymap.key(Action::WriteLink)
        );
        return explain(ink, &words);
    }
    let place = centred(screen, width, height);
    ink.fill(place, Role::Qr);
    for (row, line) in code.lines(is_plain).iter().enumerate() {
        ink.put(place, row as u16, line, Role::Qr);
    }
}

fn explain(ink: &mut Ink<'_>, words: &str) {
    let screen = ink.buffer.area;
    let back = format!("{} back", ink.app.keymap.key(Action::Back));
    let mut lines = wrap(words, usize::from(screen.width.min(66)));
    if usize::from(screen.height) > lines.len() + 1 {
        lines.push(String::new());
        lines.push(back);
    }
    let place: Rect = centred(screen, 66, lines.len() as u16);
    for (row, line) in lines.iter().enumerate() {
        ink.put(place, row as u16, line, Role::Text);
    }
}
