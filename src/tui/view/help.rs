//! The help: the key map read backwards, for the screen on which it was asked.

use ratatui::layout::Rect;

use super::ink::{Ink, popup_room};
use crate::tui::app::App;
use crate::tui::keymap::{Action, Binding, Keymap};
use crate::tui::modal::Help;
use crate::tui::theme::Role;
use crate::tui::widget::scroll::window;

/// In the order in which they are shown.
const GROUPS: [&str; 6] = ["Tokens", "Move", "Find", "Change", "Sign in", "App"];

/// What is listed: everything that the screen below understands, or what was searched.
pub fn entries<'k>(help: &Help, keymap: &'k Keymap) -> Vec<&'k Binding> {
    let wanted = help.search.text().to_lowercase();
    let mut found: Vec<_> = keymap
        .bindings(help.context)
        .filter(|b| {
            let keys = b.keys.join(" ");
            wanted.is_empty() || b.does.to_lowercase().contains(&wanted) || keys.contains(&wanted)
        })
        .collect();
    let place = |b: &&Binding| (GROUPS.iter().position(|g| *g == b.group), b.context);
    found.sort_by_key(place);
    found
}

fn columns(width: u16) -> usize {
    if width >= 100 { 2 } else { 1 }
}

/// How many entries are in sight.
pub fn page(app: &App) -> usize {
    let lines = usize::from(
        popup_room(Rect::new(0, 0, 1, app.size.1))
            .height
            .saturating_sub(2)
            .max(1),
    );
    lines * columns(app.size.0)
}

pub(super) fn draw(ink: &mut Ink<'_>, help: &Help) {
    let app = ink.app;
    let found: Vec<_> = entries(help, &app.keymap)
        .into_iter()
        .filter(|b| b.action != Action::Play || app.sandbox.is_some())
        .collect();
    let screen = ink.buffer.area;
    let wide = if screen.width >= 100 {
        screen.width.min(110)
    } else {
        screen.width.min(72)
    };
    let per_column = found.len().div_ceil(columns(wide));
    let lines = per_column as u16;
    let search = if help.searching {
        format!("search: {}", help.search.text())
    } else {
        "/ search  Enter runs".into()
    };
    let inner = ink.popup(wide, lines, "Keys", &search);
    let rows = usize::from(inner.height.max(1));
    let top = window(
        help.scroll.top,
        help.scroll.at,
        found.len(),
        rows * columns(wide),
    );
    let column_width = inner.width / columns(wide) as u16;
    for (i, binding) in found
        .iter()
        .enumerate()
        .skip(top)
        .take(rows * columns(wide))
    {
        let (column, row) = ((i - top) / rows, (i - top) % rows);
        let place = Rect {
            x: inner.x + column as u16 * column_width,
            width: column_width.saturating_sub(1),
            ..inner
        };
        let new_group = i == 0 || found[i - 1].group != binding.group || row == 0;
        let group = if new_group {
            binding.group.as_str()
        } else {
            ""
        };
        entry(ink, place, row as u16, binding, group);
        if i == help.scroll.at {
            ink.fill(
                Rect {
                    y: inner.y + row as u16,
                    height: 1,
                    ..place
                },
                Role::Cursor,
            );
        }
    }
}

fn entry(ink: &mut Ink<'_>, place: Rect, row: u16, binding: &Binding, group: &str) {
    let [dim, key, text] = [Role::Dim, Role::Key, Role::Text].map(|role| ink.style(role));
    let mut pen = ink.pen(place, row);
    if place.width >= 34 {
        pen.cell(group, 8, dim);
    }
    pen.cell(&binding.keys.join(" "), 13, key)
        .skip(1)
        .put(&binding.does, text);
}
