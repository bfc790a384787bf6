//! A bar that shows how much is left of something.

use ratatui::style::Style;

use super::pen::Pen;
use crate::tui::glyphs::Glyphs;

/// `part` of 1, drawn over `room` columns. Something is always drawn while anything is left.
pub fn draw(pen: &mut Pen<'_>, part: f64, room: usize, glyphs: &Glyphs, full: Style, empty: Style) {
    let filled = filled(part, room);
    pen.put(&glyphs.full.repeat(filled), full);
    pen.put(&glyphs.empty.repeat(room - filled), empty);
}

fn filled(part: f64, room: usize) -> usize {
    let part = part.clamp(0.0, 1.0);
    let exact = (part * room as f64).round() as usize;
    if part > 0.0 {
        exact.clamp(1.min(room), room)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bit_is_visible_and_nothing_overflows() {
        assert_eq!(filled(0.0, 10), 0);
        assert_eq!(filled(0.001, 10), 1);
        assert_eq!(filled(0.5, 10), 5);
        assert_eq!(filled(1.0, 10), 10);
        assert_eq!(filled(7.0, 10), 10);
        assert_eq!(filled(f64::NAN, 10), 0);
        assert_eq!(filled(0.5, 0), 0);
    }
}
