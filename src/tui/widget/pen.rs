//! Writing into one line of the screen, left to right, never beyond its end. Every row, header
//! and hint goes through here, so nothing can draw outside its rectangle.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::text;

#[derive(Debug)]
pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    x: u16,
    y: u16,
    end: u16,
    mark: &'static str,
}

impl<'a> Pen<'a> {
    /// Writes in the `row`-th line of `area`; in none at all when there is no such line.
    pub fn new(buffer: &'a mut Buffer, area: Rect, row: u16, mark: &'static str) -> Self {
        let area = area.intersection(buffer.area);
        let end = if row < area.height {
            area.right()
        } else {
            area.x
        };
        Self {
            buffer,
            x: area.x,
            y: area.y.saturating_add(row),
            end,
            mark,
        }
    }

    pub fn room(&self) -> usize {
        usize::from(self.end.saturating_sub(self.x))
    }

    /// Writes as much as fits, and marks what does not.
    pub fn put(&mut self, words: &str, style: Style) -> &mut Self {
        if self.room() > 0 {
            let words = text::cut(words, self.room(), self.mark);
            let (x, _) = self
                .buffer
                .set_stringn(self.x, self.y, &words, self.room(), style);
            self.x = x;
        }
        self
    }

    /// A cell of a fixed width, filled up with spaces.
    pub fn cell(&mut self, words: &str, room: usize, style: Style) -> &mut Self {
        let start = usize::from(self.x);
        let words = text::cut(words, room.min(self.room()), self.mark);
        self.put(&words, style);
        self.go_to(start + room)
    }

    /// The same, with some of its letters in another style. `letters` are offsets into the words;
    /// a letter and its accents are one.
    pub fn cell_with(
        &mut self,
        words: &str,
        room: usize,
        style: Style,
        letters: &[usize],
        found: Style,
    ) -> &mut Self {
        let (x, y) = (self.x, self.y);
        self.cell(words, room, style);
        if letters.is_empty() {
            return self;
        }
        let shown = text::cut(words, room.min(usize::from(self.end - x)), self.mark);
        let mut at = x;
        for (from, letter) in shown.grapheme_indices(true) {
            let wide = text::width(letter) as u16;
            let to = from + letter.len();
            // What was cut off has left its mark here instead.
            let is_own = words.get(from..to) == Some(letter);
            if is_own && letters.iter().any(|l| (from..to).contains(l)) {
                let area = Rect::new(at, y, wide, 1).intersection(self.buffer.area);
                self.buffer.set_style(area, found);
            }
            at = at.saturating_add(wide);
        }
        self
    }

    /// The same, with the words at its right edge.
    pub fn cell_right(&mut self, words: &str, room: usize, style: Style) -> &mut Self {
        let start = usize::from(self.x);
        let words = text::cut(words, room.min(self.room()), self.mark);
        self.go_to(start + room.saturating_sub(text::width(&words)));
        self.put(&words, style).go_to(start + room)
    }

    pub fn skip(&mut self, columns: usize) -> &mut Self {
        self.go_to(usize::from(self.x) + columns)
    }

    /// Writes at the right edge, if that leaves a gap to what is there already.
    pub fn put_right(&mut self, words: &str, style: Style) -> &mut Self {
        let wide = text::width(words);
        if wide < self.room() {
            self.x = self.end - wide as u16;
            self.put(words, style);
        }
        self
    }

    /// Gives up the last columns, for something that will stand there.
    pub fn keep_free(&mut self, columns: usize) -> &mut Self {
        self.end = self.end.saturating_sub(columns as u16).max(self.x);
        self
    }

    fn go_to(&mut self, column: usize) -> &mut Self {
        self.x = column.min(usize::from(self.end)) as u16;
        self
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Modifier;

    use super::*;

    fn line(draw: impl FnOnce(&mut Pen<'_>)) -> String {
        let area = Rect::new(0, 0, 12, 1);
        let mut buffer = Buffer::empty(area);
        draw(&mut Pen::new(&mut buffer, area, 0, "…"));
        buffer
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect()
    }

    #[test]
    fn columns_stand_where_they_should_whatever_is_in_them() {
        let plain = Style::default();
        let ascii = line(|pen| {
            pen.cell("ab", 5, plain).put("|", plain);
        });
        assert_eq!(ascii, "ab   |      ");
        let long = line(|pen| {
            pen.cell("abcdefgh", 5, plain).cell_right("9", 4, plain);
        });
        assert_eq!(long, "abcd…   9   ");
    }

    #[test]
    fn found_letters_stand_out_where_they_are() {
        let area = Rect::new(0, 0, 8, 1);
        let mut buffer = Buffer::empty(area);
        let bold = Style::new().bold();
        let words = "東a\u{301}b cdefgh";
        let at = |letter: char| words.find(letter).unwrap();
        Pen::new(&mut buffer, area, 0, "…").cell_with(
            words,
            7,
            Style::default(),
            &[at('\u{301}'), at('c'), at('h')],
            bold,
        );
        let is_bold = |x: u16| buffer[(x, 0)].modifier.contains(Modifier::BOLD);
        let found: Vec<u16> = (0..8).filter(|x| is_bold(*x)).collect();
        assert_eq!(found, [2, 5], "the cut-off h is not where its mark is");
    }

    #[test]
    fn nothing_is_written_past_the_edge_or_below_the_area() {
        let plain = Style::default();
        assert_eq!(
            line(|pen| {
                pen.put("0123456789abcdef", plain);
            }),
            "0123456789a…"
        );
        let area = Rect::new(0, 0, 4, 1);
        let mut buffer = Buffer::empty(area);
        Pen::new(&mut buffer, area, 3, "…").put("lost", plain);
        assert_eq!(buffer, Buffer::empty(area));
    }

    #[test]
    fn the_right_edge_is_used_only_when_there_is_a_gap() {
        let plain = Style::default();
        assert_eq!(
            line(|pen| {
                pen.put("left", plain).put_right("right", plain);
            }),
            "left   right"
        );
        assert_eq!(
            line(|pen| {
                pen.put("leftleft", plain).put_right("right", plain);
            }),
            "leftleft    "
        );
    }
}
