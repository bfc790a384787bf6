//! The link: a start of it in the dialog, or all of it over the whole screen. Terminals that can
//! are told that it is one (OSC 8), cell by cell, so that a partial redraw leaves no link open.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;

use crate::tui::app::App;
use crate::tui::consent::{ConsentDialog, Round};
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, popup_room};
use crate::tui::widget::frame::wipe;
use crate::tui::widget::text::{cut, width, wrap};

/// Whether the link may be seen: it says whose sign-in it is.
pub(super) fn is_shown(ink: &Ink<'_>, round: &Round) -> bool {
    !(ink.app.masked && round.names_somebody())
}

/// Said in place of a link that must not be seen.
pub(super) fn hidden(ink: &Ink<'_>) -> String {
    let keymap = &ink.app.keymap;
    format!(
        "Addresses are hidden, and the link holds one. {} copies it, {} writes it to a file.",
        keymap.key(Action::CopyLink),
        keymap.key(Action::WriteLink)
    )
}

/// As much of the link as fits on the line.
pub(super) fn draw(ink: &mut Ink<'_>, place: Rect, row: u16, round: &Round) {
    let url = plain(&round.url);
    if !is_shown(ink, round) {
        // Only where it leads, and no hyperlink: a terminal shows the target of one.
        let start = url.split('?').next().unwrap_or_default();
        let words = format!("{start}?{}", ink.glyphs().masked.repeat(4));
        return ink.put(place, row, &words, Role::Text);
    }
    let shown = cut(&url, usize::from(place.width), ink.glyphs().cut).into_owned();
    ink.put(place, row, &shown, Role::Link);
    if ink.app.links && row < place.height {
        let cells = Rect::new(place.x, place.y + row, width(&shown) as u16, 1);
        hyperlink(ink.buffer, cells, &url);
    }
}

/// The whole link, wrapped at the edge of the screen, nothing beside it: to be selected.
pub(super) fn sheet(ink: &mut Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    let screen = popup_room(ink.buffer.area);
    let text = ink.style(Role::Text);
    wipe(ink.buffer, screen, text);
    let place = body(screen);
    if place.y > screen.y {
        let keymap = &ink.app.keymap;
        let head = match ink.app.toasts.last() {
            Some(toast) => ink.words(&toast.text),
            None => format!(
                "The whole link. {} back, {} copies it; or select it with the mouse",
                keymap.key(Action::Back),
                keymap.key(Action::CopyLink)
            ),
        };
        ink.put(screen, 0, &head, Role::Strong);
    }
    if !is_shown(ink, round) {
        let words = hidden(ink);
        for (row, line) in wrap(&words, usize::from(place.width)).iter().enumerate() {
            ink.put(place, row as u16, line, Role::Text);
        }
        return;
    }
    let url = plain(&round.url);
    let rows = rows(&url, place.width);
    let page = usize::from(place.height);
    let top = dialog.scroll.top.min(rows.len().saturating_sub(page));
    for (row, line) in rows.iter().skip(top).take(page).enumerate() {
        ink.put(place, row as u16, line, Role::Link);
        if ink.app.links {
            let cells = Rect::new(place.x, place.y + row as u16, line.len() as u16, 1);
            hyperlink(ink.buffer, cells, &url);
        }
    }
}

/// Rows of the whole link, and how many are in sight.
pub(super) fn length(app: &App, round: &Round) -> (usize, usize) {
    let screen = Rect::new(0, 0, app.size.0, app.size.1);
    let place = body(popup_room(screen));
    let rows = rows(&plain(&round.url), place.width).len();
    (rows, usize::from(place.height).max(1))
}

fn body(screen: Rect) -> Rect {
    let head = if screen.height >= 5 { 2 } else { 0 };
    Rect {
        y: screen.y + head,
        height: screen.height - head,
        ..screen
    }
}

/// A link is ASCII, so bytes are columns.
fn rows(url: &str, width: u16) -> Vec<&str> {
    let mut rows = Vec::new();
    let mut rest = url;
    while !rest.is_empty() {
        let (row, after) = rest.split_at(usize::from(width.max(1)).min(rest.len()));
        rows.push(row);
        rest = after;
    }
    rows
}

/// What cannot be part of an address could end the sequence it is put into.
fn plain(url: &str) -> String {
    url.chars().filter(char::is_ascii_graphic).collect()
}

/// Makes a hyperlink of what stands in `cells`. Each cell opens and closes its own, and all share
/// an id, so that the terminal sees one link however it is drawn.
fn hyperlink(buffer: &mut Buffer, cells: Rect, url: &str) {
    for at in cells.intersection(buffer.area).positions() {
        let cell = &mut buffer[at];
        let linked = format!(
            "\u{1b}]8;id=gatepost;{url}\u{1b}\\{}\u{1b}]8;;\u{1b}\\",
            cell.symbol()
        );
        cell.set_symbol(&linked)
            .set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn every_cell_of_a_link_opens_and_closes_its_own() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        buffer.set_string(0, 0, "ab", Style::default());
        hyperlink(&mut buffer, Rect::new(0, 0, 2, 1), "https://a/?b");
        for (x, letter) in [(0, "a"), (1, "b")] {
            let cell = &buffer[(x, 0)];
            let symbol =
                format!("\u{1b}]8;id=gatepost;https://a/?b\u{1b}\\{letter}\u{1b}]8;;\u{1b}\\");
            assert_eq!(cell.symbol(), symbol);
            assert_eq!(
                cell.diff_option,
                CellDiffOption::ForcedWidth(NonZeroU16::MIN)
            );
        }
        assert_eq!(buffer[(2, 0)].symbol(), " ");
    }

    #[test]
    fn nothing_in_a_link_can_end_its_sequence() {
        assert_eq!(plain("https://a/\u{1b}\\?\u{7}b=東 c"), "https://a/\\?b=c");
    }

    #[test]
    fn the_whole_link_is_in_the_rows() {
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("abcdef", 3).concat(), "abcdef");
        assert!(rows("", 0).is_empty());
    }
}
