//! A menu over the table: one entry a line, each with its own key.

use ratatui::layout::{Position, Rect};

use super::ink::{Ink, popup_room};
use crate::tui::modal::Menu;
use crate::tui::theme::Role;
use crate::tui::widget::frame::centred;
use crate::tui::widget::scroll::window;
use crate::tui::widget::text::width;

fn size(menu: &Menu) -> (u16, u16) {
    let labels = menu.items.iter().map(|i| width(&i.label) + 8);
    let texts = menu
        .about
        .iter()
        .map(|t| width(t) + 4)
        .chain([width(&menu.title) + 8]);
    let wide = labels.chain(texts).max().unwrap_or(0).clamp(30, 72);
    let about = if menu.about.is_empty() {
        0
    } else {
        menu.about.len() + 1
    };
    (wide as u16, (menu.items.len() + about) as u16)
}

pub(super) fn draw(ink: &mut Ink<'_>, menu: &Menu) {
    let (wide, lines) = size(menu);
    let title = ink.words(&menu.title);
    let inner = ink.popup(wide, lines, &title, "");
    let page = usize::from(inner.height).min(menu.items.len());
    let top = window(0, menu.at, menu.items.len(), page);
    let (key, text) = (ink.style(Role::Key), ink.style(Role::Text));
    let glyphs = ink.glyphs();
    for (row, item) in menu.items.iter().enumerate().skip(top).take(page) {
        let line = (row - top) as u16;
        let label = ink.words(&item.label);
        let mut pen = ink.pen(inner, line);
        pen.put(if row == menu.at { glyphs.cursor } else { " " }, text);
        pen.put(" ", text)
            .cell(&item.key.map(String::from).unwrap_or_default(), 3, key)
            .put(&label, text);
        if row == menu.at {
            ink.fill(
                Rect {
                    y: inner.y + line,
                    height: 1,
                    ..inner
                },
                Role::Cursor,
            );
        }
    }
    for (i, words) in menu.about.iter().enumerate() {
        let row = menu.items.len() + 1 + i;
        let words = ink.words(words);
        ink.put(inner, row as u16, &words, Role::Dim);
    }
}

/// Which entry is under the mouse, in a menu that is seen whole.
pub fn item_at(menu: &Menu, screen: (u16, u16), at: Position) -> Option<usize> {
    let (wide, lines) = size(menu);
    let screen = popup_room(Rect::new(0, 0, screen.0, screen.1));
    let area = centred(screen, wide, lines.max(2) + 2);
    if area.height < lines + 2 || !area.contains(at) {
        return None;
    }
    let row = usize::from(at.y.checked_sub(area.y + 1)?);
    (row < menu.items.len()).then_some(row)
}
