//! Boxes: a border with a title on either side, and the popup that lies over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Borders, Clear, Widget};

use super::text;

/// How a box is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Border {
    pub set: border::Set<'static>,
    pub style: Style,
    pub title: Style,
    /// Of the words at the right.
    pub hint: Style,
    pub mark: &'static str,
}

/// Draws the border and returns what is inside it. The right title gives way to the left one.
pub fn boxed(buffer: &mut Buffer, area: Rect, border: Border, left: &str, right: &str) -> Rect {
    let area = area.intersection(buffer.area);
    let block = Block::new()
        .borders(Borders::ALL)
        .border_set(border.set)
        .border_style(border.style);
    let inner = block.inner(area);
    block.render(area, buffer);
    if area.width < 8 || area.height == 0 {
        return inner;
    }
    let room = usize::from(area.width) - 4;
    let left = text::cut(left, room - 2, border.mark);
    let left_wide = text::width(&left) + 2;
    if !left.is_empty() {
        buffer.set_stringn(area.x + 2, area.y, format!(" {left} "), room, border.title);
    }
    let right_wide = text::width(right) + 2;
    if !right.is_empty() && left_wide + right_wide < room {
        let x = area.right() - 2 - right_wide as u16;
        buffer.set_stringn(x, area.y, format!(" {right} "), room, border.hint);
    }
    inner
}

/// A rectangle of at most this size in the middle of `area`.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// Empties `area`, so that what lies under a popup does not show through.
pub fn wipe(buffer: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buffer.area);
    Clear.render(area, buffer);
    // A wide character cut in half by the popup's left edge would shift the whole line.
    if area.x > buffer.area.x {
        for y in area.top()..area.bottom() {
            let cell = &mut buffer[(area.x - 1, y)];
            if text::width(cell.symbol()) > 1 {
                cell.set_symbol(" ");
            }
        }
    }
    buffer.set_style(area, style);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_popup_does_not_halve_a_wide_letter() {
        let area = Rect::new(0, 0, 6, 1);
        let mut buffer = Buffer::empty(area);
        buffer.set_string(0, 0, "a東京b", Style::default());
        wipe(&mut buffer, Rect::new(2, 0, 3, 1), Style::default());
        assert_eq!(buffer[(1, 0)].symbol(), " ");
        assert_eq!(buffer[(5, 0)].symbol(), "b");
    }

    #[test]
    fn a_popup_fits_its_screen() {
        let screen = Rect::new(0, 0, 20, 3);
        assert_eq!(centred(screen, 60, 20), screen);
        assert_eq!(centred(screen, 10, 1), Rect::new(5, 1, 10, 1));
    }
}
