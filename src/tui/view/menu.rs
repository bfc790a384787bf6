//! A menu over the screen: one entry a line, each with its own key, and below what to know before
//! choosing.

use ratatui::layout::{Position, Rect};

use super::Hit;
use super::ink::{Ink, popup_room, shown};
use crate::tui::app::App;
use crate::tui::modal::Menu;
use crate::tui::theme::Role;
use crate::tui::widget::frame::centred;
use crate::tui::widget::scroll::window;
use crate::tui::widget::text::{width, wrap};

/// Longer explanations wrap.
const WIDEST: usize = 72;
const READABLE: usize = 48;

struct Plan {
    area: Rect,
    /// Where the entries are.
    items: Rect,
    top: usize,
    about: Vec<String>,
    /// Blank lines above that.
    gap: usize,
}

fn plan(app: &App, menu: &Menu) -> Plan {
    let room = popup_room(Rect::new(0, 0, app.size.0, app.size.1));
    let labels = menu.items.iter().map(|i| width(&i.label) + 9);
    let about: Vec<String> = menu.about.iter().map(|t| shown(app, t)).collect();
    let abouts = about.iter().map(|t| width(t).min(READABLE) + 4);
    let wide = labels.chain(abouts).chain([width(&menu.title) + 8]).max();
    let wide = (wide.unwrap_or(0).clamp(30, WIDEST) as u16).min(room.width);
    let text = usize::from(wide.saturating_sub(4));
    let mut about: Vec<String> = about.iter().flat_map(|t| wrap(t, text)).collect();
    // The entries come first; what is to be known about them takes what is left.
    let free = usize::from(room.height.saturating_sub(2)).saturating_sub(menu.items.len());
    about.truncate(free);
    // A blank line between them is worth less than a sentence.
    let gap = usize::from(!about.is_empty() && about.len() < free);
    let lines = (menu.items.len() + gap + about.len()) as u16;
    let area = centred(room, wide, lines.max(2) + 2);
    let inner = if area.height < 4 || area.width < 12 {
        area
    } else {
        Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
    };
    let page = inner.height.min(menu.items.len() as u16);
    Plan {
        area,
        items: Rect {
            height: page,
            ..inner
        },
        top: window(0, menu.at, menu.items.len(), usize::from(page)),
        about,
        gap,
    }
}

pub(super) fn draw(ink: &mut Ink<'_>, menu: &Menu) {
    let plan = plan(ink.app, menu);
    let title = ink.words(&menu.title);
    let lines = plan.area.height.saturating_sub(2);
    let inner = ink.popup(plan.area.width, lines, &title, "");
    let (key, text) = (ink.style(Role::Key), ink.style(Role::Text));
    let glyphs = ink.glyphs();
    let seen = menu.items.iter().enumerate().skip(plan.top);
    for (row, item) in seen.take(usize::from(plan.items.height)) {
        let line = (row - plan.top) as u16;
        let label = ink.words(&item.label);
        let mut pen = ink.pen(plan.items, line);
        pen.put(if row == menu.at { glyphs.cursor } else { " " }, text);
        pen.put(" ", text)
            .cell(&item.key.map(String::from).unwrap_or_default(), 3, key)
            .put(&label, text);
        if row == menu.at {
            let here = Rect {
                y: plan.items.y + line,
                height: 1,
                ..plan.items
            };
            ink.fill(here, Role::Cursor);
        }
    }
    for (i, words) in plan.about.iter().enumerate() {
        let row = menu.items.len() + plan.gap + i;
        ink.put(inner, row as u16, words, Role::Dim);
    }
}

/// Which entry is under the mouse.
pub fn item_at(app: &App, menu: &Menu, at: Position) -> Hit {
    let plan = plan(app, menu);
    if !plan.area.contains(at) {
        return Hit::Beside;
    }
    let hit = plan.items.contains(at);
    Hit::of(hit.then(|| plan.top + usize::from(at.y - plan.items.y)))
}
