//! A screen of its own over the whole window but the footer: its border, or none where every line
//! counts.

use ratatui::layout::Rect;

use super::ink::Ink;

/// Below this a border would take what is to be read.
const BORDERED: u16 = 6;

/// What is inside a page on a screen of this size; the same as [`frame`] returns.
pub(super) fn inner((width, height): (u16, u16)) -> Rect {
    let area = Rect::new(0, 0, width, height - u16::from(height >= 2));
    if area.height < BORDERED || area.width < 3 {
        return area;
    }
    Rect::new(1, 1, width - 2, area.height - 2)
}

pub(super) fn frame(ink: &mut Ink<'_>, area: Rect, left: &str, right: &str) -> Rect {
    if area.height < BORDERED || area.width < 3 {
        return area;
    }
    ink.pane(area, true, left, right)
}
