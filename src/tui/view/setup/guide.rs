//! How to make a client: six steps, the chosen one at length, all of them where there is room.

use super::sheet::{KEPT, Sheet};
use crate::tui::keymap::Action;
use crate::tui::setup::guide::STEPS;
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;
use crate::tui::widget::scroll::Scroll;

pub(super) fn sheet<'a>(ink: &Ink<'_>, scroll: Scroll, room: usize, height: usize) -> Sheet<'a> {
    let whole = build(ink, scroll, room, true);
    if build(ink, scroll, room, true).whole().len() <= height {
        return whole;
    }
    build(ink, scroll, room, false)
}

fn build<'a>(ink: &Ink<'_>, scroll: Scroll, room: usize, all: bool) -> Sheet<'a> {
    let mut sheet = Sheet::new(room);
    for (i, step) in STEPS.iter().enumerate() {
        let chosen = i == scroll.at;
        let mark = if chosen { ink.glyphs().cursor } else { " " };
        let lead = [(format!("{mark} {} ", i + 1), Role::Text)];
        // Those next to the chosen one stay longest.
        let far = 2 + i.abs_diff(scroll.at) as u8;
        sheet.entry(far, chosen, &lead, step.title);
        if chosen || all {
            let below = [("    ".to_owned(), Role::Text)];
            let rank = if chosen { 1 } else { 9 };
            sheet.say(rank, &below, step.about, Role::Text);
            let rank = if chosen { KEPT } else { 9 };
            sheet.say(rank, &below, step.url, Role::Key);
        }
    }
    let down = ink.app.keymap.key(Action::Down);
    let words = if scroll.at + 1 < STEPS.len() {
        format!("{down}, or the arrow down: the next step.")
    } else {
        let back = ink.app.keymap.key(Action::Back);
        format!("With the file downloaded, {back} leads back.")
    };
    sheet.say(8, &[], &words, Role::Dim);
    sheet
}
