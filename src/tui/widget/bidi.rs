//! Right-to-left text on a grid. Terminals that reorder it (VTE, Konsole, mintty, Apple's) know of
//! no columns: in `שלום   58:07` the countdown would be drawn to the left of the name, since digits
//! have no direction of their own. The usual remedies, marks without width, are dropped or counted
//! differently by many terminals. A blank Braille pattern is an ordinary letter, one column wide on
//! all of them, invisible, and left-to-right: in place of the blanks on both sides of such text it
//! holds every column where it is. Whoever selects text gets it in place of those two blanks.

use ratatui::buffer::Buffer;

use super::text;

const ANCHOR: &str = "\u{2800}";

/// Ties the columns of every line with right-to-left text down.
pub fn hold_columns(buffer: &mut Buffer) {
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = buffer.area.left()..buffer.area.right();
        if line.any(|x| is_such(buffer[(x, y)].symbol())) {
            hold_line(buffer, y);
        }
    }
}

fn is_such(symbol: &str) -> bool {
    symbol.chars().next().is_some_and(is_right_to_left)
}

fn hold_line(buffer: &mut Buffer, y: u16) {
    let mut blank = None;
    let mut in_text = false;
    let mut next = buffer.area.left();
    while next < buffer.area.right() {
        let x = next;
        let symbol = buffer[(x, y)].symbol();
        // The cell behind a wide letter looks blank and is not.
        next += (text::width(symbol) as u16).max(1);
        if symbol == " " {
            blank = Some(x);
            continue;
        }
        let is_such = is_such(symbol);
        // Between two words of such text the blank is part of it.
        let begins = is_such && !in_text;
        let ends = in_text && !is_such && blank == x.checked_sub(1);
        if (begins || ends)
            && let Some(blank) = blank
        {
            buffer[(blank, y)].set_symbol(ANCHOR);
        }
        in_text = is_such || (in_text && !ends);
        if begins {
            blank = None;
        }
    }
}

/// Hebrew, Arabic and their neighbours.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::tui::widget::text::width;

    fn held(line: &str) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 1));
        buffer.set_string(0, 0, line, Style::default());
        hold_columns(&mut buffer);
        let symbols = buffer.content().iter().map(ratatui::buffer::Cell::symbol);
        symbols.collect::<String>().trim_end().replace(ANCHOR, "|")
    }

    #[test]
    fn such_text_stands_between_two_anchors() {
        assert_eq!(
            held("* שלום@דוגמה.com   58:07 long"),
            "*|שלום@דוגמה.com  |58:07 long"
        );
        assert_eq!(held("ab שלום עולם  12"), "ab|שלום עולם |12");
        assert_eq!(held("שלום 12"), "שלום|12");
        assert_eq!(held("a שלום b سلام c"), "a|שלום|b|سلام|c");
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let line = "ana@x.com  東京 58:07";
        assert!(!held(line).contains('|'));
        assert_eq!(held("a 東 שלום"), "a 東 |שלום");
        assert_eq!(width(ANCHOR), 1);
    }
}
