//! A page put on the screen: in a box with its title and the time left, or bare where a box would
//! cost more than it gives.

use ratatui::layout::{Position, Rect};

use super::page::{Page, Then, WIDTH};
use super::{field, link};
use crate::tui::consent::ConsentDialog;
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, popup_room};
use crate::tui::widget::frame::wipe;
use crate::tui::widget::text::{cut, width};

/// What stands above the page.
pub(super) struct Heading<'a> {
    pub(super) title: &'a str,
    pub(super) right: &'a str,
    /// In place of a border with titles.
    pub(super) short: &'a str,
}

impl Page {
    /// Draws what fits; returns where the cursor belongs while something is typed.
    pub(super) fn draw(
        mut self,
        ink: &mut Ink<'_>,
        heading: &Heading<'_>,
        dialog: &ConsentDialog,
    ) -> Option<Position> {
        let screen = popup_room(ink.buffer.area);
        let border = if self.is_bordered { 2 } else { 1 };
        let most = usize::from(screen.height.saturating_sub(border)).max(1);
        self.fit(most, ink.glyphs().cut);
        let inner = if self.is_bordered {
            // The time left is worth more than the end of an address.
            let room = self.room.saturating_sub(width(heading.right) + 5);
            let title = cut(heading.title, room, ink.glyphs().cut);
            ink.popup(WIDTH, self.height() as u16, &title, heading.right)
        } else {
            bare(ink, screen, heading.short)
        };
        let mut cursor = None;
        for (row, line) in self.lines().enumerate() {
            let row = row as u16;
            ink.line(inner, row, &line.pieces);
            let used: usize = line.pieces.iter().map(|(words, _)| width(words)).sum();
            let rest = behind(inner, used as u16);
            match (line.then, dialog.round()) {
                (Then::Link, Some(round)) => link::draw(ink, rest, row, round),
                (Then::Field, _) => cursor = field::draw(ink, dialog, rest, row),
                _ => {}
            }
        }
        cursor
    }
}

/// Without a border: the whole place, with one line above the page.
fn bare(ink: &mut Ink<'_>, screen: Rect, short: &str) -> Rect {
    let text = ink.style(Role::Text);
    wipe(ink.buffer, screen, text);
    ink.put(screen, 0, short, Role::Strong);
    Rect {
        y: screen.y + 1,
        height: screen.height.saturating_sub(1),
        ..screen
    }
}

fn behind(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    Rect {
        x: area.x + columns,
        width: area.width - columns,
        ..area
    }
}
