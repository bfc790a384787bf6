//! The command palette: the line, one line about it, and what could stand on it.

use ratatui::layout::{Position, Rect};

use super::Hit;
use super::ink::{Ink, popup_room};
use crate::domain::wording::count;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::modal::Modal;
use crate::tui::palette::verbs::{Means, Slot, Verb};
use crate::tui::palette::{Offer, Palette, offers};
use crate::tui::theme::Role;
use crate::tui::widget::frame::{Border, boxed, wipe};
use crate::tui::widget::scroll::window;
use crate::tui::widget::text::{width, wrap_within};

const WIDTH: u16 = 84;
const OFFERS: u16 = 12;

struct Plan {
    area: Rect,
    line: Rect,
    about: Rect,
    list: Rect,
}

/// At the top, where the eye is; below it the table stays in sight.
fn plan(app: &App, palette: &Palette, offers: usize) -> Plan {
    let room = popup_room(Rect::new(0, 0, app.size.0, app.size.1));
    let wide = room.width.min(WIDTH);
    let bordered = room.height >= 6 && wide >= 12;
    let frame = u16::from(bordered) * 2;
    // Two lines for what is wrong: it has to be readable whole, or nearly.
    let about = match room.height {
        8.. if wide < 64 => 2,
        6.. => 1,
        2.. => u16::from(palette.complaint.is_some()),
        _ => 0,
    };
    let y = match room.height {
        24.. => 2,
        12.. => 1,
        _ => 0,
    };
    let most = room.height - y;
    let listed = OFFERS.min(offers.max(1) as u16);
    let height = (1 + about + listed + frame).min(most);
    let area = Rect::new((room.width - wide) / 2, y, wide, height);
    let inner = if bordered {
        Rect::new(area.x + 2, area.y + 1, wide - 4, height - 2)
    } else {
        area
    };
    let row = |from: u16, height: u16| Rect {
        y: inner.y + from.min(inner.height),
        height: height.min(inner.height.saturating_sub(from)),
        ..inner
    };
    Plan {
        area,
        line: row(0, 1),
        about: row(1, about),
        list: row(1 + about, inner.height),
    }
}

/// The chosen offer: what Enter takes.
fn chosen(palette: &Palette) -> Option<usize> {
    palette.at.or(palette.takes_first().then_some(0))
}

pub(super) fn draw(ink: &mut Ink<'_>, palette: &Palette) -> Position {
    let app = ink.app;
    let offers = offers::offers(palette.asked(), &app.scene());
    let plan = plan(app, palette, offers.len());
    let text = ink.style(Role::Text);
    wipe(ink.buffer, plan.area, text);
    if plan.line.y > plan.area.y {
        let glyphs = ink.glyphs();
        let closes = ink.hint(Action::Back, "closes");
        let border = Border {
            set: glyphs.focus,
            style: ink.style(Role::Focus),
            title: ink.style(Role::Title),
            hint: ink.style(Role::Dim),
            mark: glyphs.cut,
        };
        boxed(ink.buffer, plan.area, border, "Command", &closes);
    }
    about(ink, plan.about, palette, &offers);
    list(ink, plan.list, palette, &offers);
    line(ink, plan.line, palette)
}

fn line(ink: &mut Ink<'_>, area: Rect, palette: &Palette) -> Position {
    let (key, input) = (ink.style(Role::Key), ink.style(Role::Text));
    let shown = ink.typed(palette.field.text());
    let mut pen = ink.pen(area, 0);
    pen.put(": ", key);
    let origin = Position::new(area.x + 2, area.y);
    palette.field.draw(&mut pen, origin, &shown, input)
}

/// What is wrong, or what the verb takes and for whom it is.
fn about(ink: &mut Ink<'_>, area: Rect, palette: &Palette, offers: &[Offer]) {
    let (mark, words, role) = match &palette.complaint {
        Some(complaint) => (ink.glyphs().failed, ink.words(complaint), Role::BadWord),
        None => (" ", hint(ink, palette, offers), Role::Dim),
    };
    let room = usize::from(area.width.saturating_sub(2));
    let lines = wrap_within(&words, room, usize::from(area.height), ink.glyphs().cut);
    for (row, words) in lines.into_iter().enumerate() {
        let mark = if row == 0 { mark } else { " " };
        let pieces = [(format!("{mark} "), Role::Bad), (words, role)];
        ink.line(area, row as u16, &pieces);
    }
}

fn hint(ink: &Ink<'_>, palette: &Palette, offers: &[Offer]) -> String {
    let offered = chosen(palette).and_then(|at| offers.get(at));
    let line = offered.map_or(palette.field.text(), |offer| &offer.line);
    let Some((verb, _)) = Verb::at_start_of(line) else {
        return match (palette.field.is_empty(), offers.is_empty()) {
            (true, _) => {
                let completes = ink.hint(Action::CommandComplete, "completes");
                format!("The words of the command line; {completes}.")
            }
            (false, true) => "Nothing fits.".into(),
            (false, false) => String::new(),
        };
    };
    let whom = match (verb.slot(0), verb.means) {
        (_, Means::Label) => String::new(),
        (_, Means::Log) => ": alone, for all".to_owned(),
        (Slot::Account, _) => format!(": alone, for {}", whom(ink)),
        _ => String::new(),
    };
    match verb.takes {
        "" => String::new(),
        _ => format!("{}{whom}", verb.usage()),
    }
}

/// Who is meant where nobody is named.
fn whom(ink: &Ink<'_>) -> String {
    match ink.app.targets().as_slice() {
        [] => "nobody yet".into(),
        [one] => ink.address(&ink.app.email(*one)),
        many => format!("the {} marked", count(many.len(), "account")),
    }
}

fn list(ink: &mut Ink<'_>, area: Rect, palette: &Palette, offers: &[Offer]) {
    let chosen = chosen(palette);
    let page = usize::from(area.height);
    let top = window(0, chosen.unwrap_or(0), offers.len(), page);
    let longest = offers.iter().map(|o| width(&o.name)).max().unwrap_or(0);
    for (at, offer) in offers.iter().enumerate().skip(top).take(page) {
        let row = (at - top) as u16;
        let is_chosen = chosen == Some(at);
        one(ink, area, row, offer, (is_chosen, longest));
        if is_chosen {
            let here = Rect {
                y: area.y + row,
                height: 1,
                ..area
            };
            ink.fill(here, Role::Cursor);
        }
    }
}

fn one(
    ink: &mut Ink<'_>,
    area: Rect,
    row: u16,
    offer: &Offer,
    (is_chosen, longest): (bool, usize),
) {
    let [text, dim, key] = [Role::Text, Role::Dim, Role::Key].map(|role| ink.style(role));
    let glyphs = ink.glyphs();
    let room = usize::from(area.width).saturating_sub(2);
    // A verb is listed with what it takes where that leaves room for what it does.
    let names = match room {
        60.. => longest.min(34),
        34.. => longest.min(18),
        _ => room,
    };
    let mut name = ink.words(&offer.name);
    if width(&name) > names {
        // What a verb takes is told above the list; its name is not cut for it.
        let alone = Verb::at_start_of(&offer.line).filter(|(_, rest)| rest.trim().is_empty());
        name = alone.map_or(name, |(verb, _)| verb.name.to_owned());
    }
    let mut pen = ink.pen(area, row);
    pen.put(if is_chosen { glyphs.cursor } else { " " }, text)
        .put(" ", text)
        .cell(&name, names, text);
    if room > names + 4 {
        let does = ink.words(&offer.does);
        ink.pen(area, row).put_right(&offer.key, key);
        ink.pen(area, row)
            .keep_free(width(&offer.key) + 2)
            .skip(names + 4)
            .put(&does, dim);
    }
}

/// Which offer is under the mouse.
pub fn offer_at(app: &App, at: Position) -> Hit {
    let Some(Modal::Palette(palette)) = app.modals.last() else {
        return Hit::Beside;
    };
    let len = offers::offers(palette.asked(), &app.scene()).len();
    let plan = plan(app, palette, len);
    if !plan.area.contains(at) {
        return Hit::Beside;
    }
    if !plan.list.contains(at) {
        return Hit::Nothing;
    }
    let page = usize::from(plan.list.height);
    let top = window(0, chosen(palette).unwrap_or(0), len, page);
    let row = top + usize::from(at.y - plan.list.y);
    Hit::of((row < len).then_some(row))
}
