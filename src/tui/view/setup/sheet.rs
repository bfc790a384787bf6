//! A page of text for any window: paragraphs with a rank, of which a small window drops the least
//! needed ones whole, rather than cutting through the middle of things. Knows nothing of set-ups.

use ratatui::layout::{Position, Rect};

use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece};
use crate::tui::widget::field::Field;
use crate::tui::widget::text::{head, tail, width, wrap};

/// Stays whatever happens; what has a higher rank goes earlier.
pub(in crate::tui::view) const KEPT: u8 = 0;
/// Blank lines go first.
const BLANK: u8 = u8::MAX;

pub(in crate::tui::view) struct Line<'a> {
    pieces: Vec<Piece>,
    chosen: bool,
    /// What is typed behind the pieces, as it may be seen, and whether it is typed now.
    field: Option<(&'a Field, String, bool)>,
}

struct Paragraph<'a> {
    rank: u8,
    lines: Vec<Line<'a>>,
}

pub(in crate::tui::view) struct Sheet<'a> {
    room: usize,
    paragraphs: Vec<Paragraph<'a>>,
}

impl<'a> Sheet<'a> {
    pub(in crate::tui::view) fn new(room: usize) -> Self {
        Self {
            room,
            paragraphs: Vec::new(),
        }
    }

    pub(in crate::tui::view) fn room(&self) -> usize {
        self.room
    }

    pub(in crate::tui::view) fn blank(&mut self) {
        self.push(BLANK, vec![Line::of(Vec::new())]);
    }

    /// Words behind a lead, wrapped; what follows stands below the words.
    pub(in crate::tui::view) fn say(&mut self, rank: u8, lead: &[Piece], words: &str, role: Role) {
        let lines = self.hung(lead, words, role);
        self.push(rank, lines);
    }

    /// The same as an entry of a list.
    pub(in crate::tui::view) fn entry(
        &mut self,
        rank: u8,
        chosen: bool,
        lead: &[Piece],
        words: &str,
    ) {
        let mut lines = self.hung(lead, words, Role::Text);
        for line in &mut lines {
            line.chosen = chosen;
        }
        self.push(if chosen { KEPT } else { rank }, lines);
    }

    pub(in crate::tui::view) fn field(
        &mut self,
        lead: &[Piece],
        field: &'a Field,
        shown: String,
        active: bool,
    ) {
        let mut line = Line::of(lead.to_vec());
        line.field = Some((field, shown, active));
        self.push(KEPT, vec![line]);
    }

    fn hung(&self, lead: &[Piece], words: &str, role: Role) -> Vec<Line<'a>> {
        let indent: usize = lead.iter().map(|(words, _)| width(words)).sum();
        let wrapped = wrap(words, self.room.saturating_sub(indent).max(1));
        let mut lines: Vec<_> = wrapped
            .into_iter()
            .map(|words| Line::of(vec![(" ".repeat(indent), Role::Text), (words, role)]))
            .collect();
        match lines.first_mut() {
            Some(first) => first.pieces.splice(..1, lead.to_vec()).for_each(drop),
            None => lines.push(Line::of(lead.to_vec())),
        }
        lines
    }

    fn push(&mut self, rank: u8, lines: Vec<Line<'a>>) {
        self.paragraphs.push(Paragraph { rank, lines });
    }

    fn length(&self) -> usize {
        self.paragraphs.iter().map(|p| p.lines.len()).sum()
    }

    /// Every line, for texts that are scrolled.
    pub(in crate::tui::view) fn whole(self) -> Vec<Line<'a>> {
        self.paragraphs.into_iter().flat_map(|p| p.lines).collect()
    }

    /// What fits into `height` lines. Of equals the lower ones go first.
    pub(in crate::tui::view) fn fit(mut self, height: usize) -> Vec<Line<'a>> {
        while self.length() > height {
            let worst = self.paragraphs.iter().map(|p| p.rank).max();
            let Some(worst) = worst.filter(|rank| *rank > KEPT) else {
                break;
            };
            let last = self.paragraphs.iter().rposition(|p| p.rank == worst);
            self.paragraphs.remove(last.unwrap_or(0));
        }
        let mut lines = self.whole();
        lines.truncate(height);
        lines
    }
}

impl Line<'_> {
    fn of(pieces: Vec<Piece>) -> Self {
        Self {
            pieces,
            chosen: false,
            field: None,
        }
    }
}

/// Draws the lines and says where text is typed.
pub(in crate::tui::view) fn draw(
    ink: &mut Ink<'_>,
    area: Rect,
    lines: &[Line<'_>],
) -> Option<Position> {
    let mut cursor = None;
    for (row, line) in (0..area.height).zip(lines) {
        ink.line(area, row, &line.pieces);
        if let Some((field, shown, active)) = &line.field {
            let lead: usize = line.pieces.iter().map(|(words, _)| width(words)).sum();
            let origin = Position::new(area.x.saturating_add(lead as u16), area.y + row);
            let style = ink.style(Role::Input);
            let mut pen = ink.pen(area, row);
            pen.skip(lead);
            let at = field.draw(&mut pen, origin, shown, style);
            cursor = active.then_some(at).or(cursor);
        }
        if line.chosen {
            let here = Rect {
                y: area.y + row,
                height: 1,
                ..area
            };
            ink.fill(here, Role::Cursor);
        }
    }
    cursor
}

/// At most `room` columns of a long name, with both its ends.
pub(super) fn middle(text: &str, room: usize, mark: &str) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let left = room.saturating_sub(width(mark));
    let behind = left / 2;
    format!("{}{mark}{}", head(text, left - behind), tail(text, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(lines: &[Line<'_>]) -> Vec<String> {
        let joined = |line: &Line<'_>| {
            line.pieces
                .iter()
                .map(|(words, _)| words.as_str())
                .collect()
        };
        lines.iter().map(joined).collect()
    }

    #[test]
    fn a_small_window_drops_whole_paragraphs_least_needed_first() {
        let sheet = || {
            let mut sheet = Sheet::new(10);
            sheet.say(KEPT, &[], "title", Role::Text);
            sheet.blank();
            sheet.say(5, &[("k ".into(), Role::Key)], "a long story", Role::Text);
            sheet.say(1, &[], "needed", Role::Text);
            sheet
        };
        let whole = ["title", "", "k a long", "  story", "needed"];
        assert_eq!(words(&sheet().fit(5)), whole);
        assert_eq!(
            words(&sheet().fit(4)),
            ["title", "k a long", "  story", "needed"]
        );
        assert_eq!(words(&sheet().fit(3)), ["title", "needed"]);
        assert_eq!(words(&sheet().fit(1)), ["title"]);
        assert!(sheet().fit(0).is_empty());
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(middle("client_secret_1.json", 11, "…"), "clien….json");
        assert_eq!(middle("short", 11, "…"), "short");
        assert_eq!(middle("anything", 0, "…"), "…");
    }
}
