//! The list without an account: what is missing, and the keys that lead on.

use ratatui::layout::Rect;

use super::ink::{Ink, Piece};
use super::setup::sheet::{self, KEPT, Sheet};
use crate::tui::keymap::Action;
use crate::tui::theme::Role;

const WIDTH: u16 = 66;

pub(super) fn draw(ink: &mut Ink<'_>, header: Option<Rect>) {
    let screen = ink.buffer.area;
    let top = header.map_or(0, Rect::bottom);
    let footer = u16::from(screen.height >= 2);
    let room = Rect {
        y: top,
        height: screen.height.saturating_sub(top + footer),
        ..screen
    };
    let wide = WIDTH.min(room.width);
    let lines = words(ink, usize::from(wide)).fit(usize::from(room.height));
    let height = lines.len() as u16;
    let place = Rect {
        x: room.x + (room.width - wide) / 2,
        y: room.y + (room.height - height) / 3,
        width: wide,
        height,
    };
    sheet::draw(ink, place, &lines);
}

fn words(ink: &Ink<'_>, room: usize) -> Sheet<'static> {
    let app = ink.app;
    let mut sheet = Sheet::new(room);
    sheet.say(KEPT, &[], "No account yet.", Role::Strong);
    sheet.blank();
    let key = |action| -> [Piece; 1] { [(format!("{:<7}", app.keymap.key(action)), Role::Key)] };
    if app.snapshot.clients.is_empty() {
        let words = "set up: an OAuth client of your own, and the first account";
        sheet.say(1, &key(Action::Open), words, Role::Text);
    } else {
        sheet.say(1, &key(Action::Add), "sign in with Google", Role::Text);
        let words = "set up: another client, import from other programs";
        sheet.say(2, &key(Action::Open), words, Role::Text);
    }
    if app.sandbox.is_none() {
        sheet.blank();
        let words = "Only looking? gatepost --sandbox has made-up accounts, no network, and stores nothing.";
        sheet.say(3, &[], words, Role::Text);
    }
    sheet
}
