//! A page of the dialog as a pile of blocks. Where not all of it fits, whole blocks go, the least
//! needed first; what is left is never cut off in the middle of a thought.

use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece, popup_room};
use crate::tui::widget::text::{head, width, wrap};

pub(super) const WIDTH: u16 = 74;

/// In a window smaller than this a border costs more than it gives.
const BORDERED: (u16, u16) = (30, 8);

/// What is drawn behind the pieces of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Nothing,
    Link,
    Field,
}

pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    pub(super) then: Then,
}

struct Block {
    lines: Vec<Line>,
    /// The higher, the sooner it goes; 0 never does.
    keep: u8,
    /// May lose lines at its end in place of going as a whole.
    shrinks: bool,
}

/// Between two hints.
const GAP: &str = "   ";

/// Blank lines are the first to go.
const BLANK: u8 = u8::MAX;

pub(super) struct Page {
    blocks: Vec<Block>,
    /// Columns for text.
    pub(super) room: usize,
    pub(super) is_bordered: bool,
}

impl Page {
    pub(super) fn new(ink: &Ink<'_>) -> Self {
        let screen = popup_room(ink.buffer.area);
        let is_bordered = screen.width >= BORDERED.0 && screen.height >= BORDERED.1;
        let room = if is_bordered {
            WIDTH.min(screen.width) - 4
        } else {
            screen.width
        };
        Self {
            blocks: Vec::new(),
            room: usize::from(room),
            is_bordered,
        }
    }

    fn push(&mut self, keep: u8, lines: Vec<Line>) {
        self.blocks.push(Block {
            lines,
            keep,
            shrinks: false,
        });
    }

    pub(super) fn blank(&mut self) {
        self.line(BLANK, Vec::new());
    }

    pub(super) fn line(&mut self, keep: u8, pieces: Vec<Piece>) {
        let then = Then::Nothing;
        self.push(keep, vec![Line { pieces, then }]);
    }

    /// A paragraph, with `first` before its first line and the rest below it.
    pub(super) fn para(&mut self, keep: u8, first: (&str, Role), words: &str, role: Role) {
        let indent = width(first.0);
        let room = self.room.saturating_sub(indent).max(1);
        let lines = wrap(words, room).into_iter().enumerate().map(|(i, words)| {
            let before = match i {
                0 => (first.0.to_owned(), first.1),
                _ => (" ".repeat(indent), Role::Text),
            };
            Line {
                pieces: vec![before, (words, role)],
                then: Then::Nothing,
            }
        });
        self.push(keep, lines.collect());
    }

    pub(super) fn said(&mut self, keep: u8, words: &str) {
        self.para(keep, ("", Role::Text), words, Role::Text);
    }

    /// Keys and what they do, as many to a line as fit, and none torn apart.
    pub(super) fn hints(&mut self, keep: u8, indent: &str, hints: &[(&str, String)]) {
        let mut lines: Vec<Line> = Vec::new();
        let mut used = self.room;
        for (key, does) in hints {
            let wide = width(key) + 1 + width(does);
            let mut before = GAP;
            if used + GAP.len() + wide > self.room {
                let then = Then::Nothing;
                lines.push(Line {
                    pieces: Vec::new(),
                    then,
                });
                (used, before) = (0, indent);
            }
            if let Some(line) = lines.last_mut() {
                line.pieces.push((before.to_owned(), Role::Text));
                line.pieces.push(((*key).to_owned(), Role::Key));
                line.pieces.push((format!(" {does}"), Role::Dim));
            }
            used += before.len() + wide;
        }
        self.push(keep, lines);
    }

    /// What stands before continued lines, where there is room for it.
    pub(super) fn indent(&self, columns: usize) -> String {
        " ".repeat(if self.room < 30 { 0 } else { columns })
    }

    /// The last paragraph may be cut short before it goes.
    pub(super) fn shrinks(&mut self) {
        if let Some(block) = self.blocks.last_mut() {
            block.shrinks = true;
        }
    }

    pub(super) fn link(&mut self, keep: u8, before: &str) {
        let pieces = vec![(before.to_owned(), Role::Dim)];
        let then = Then::Link;
        self.push(keep, vec![Line { pieces, then }]);
    }

    pub(super) fn field(&mut self, before: &str) {
        let pieces = vec![(before.to_owned(), Role::Dim)];
        let then = Then::Field;
        self.push(0, vec![Line { pieces, then }]);
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.blocks.iter().flat_map(|block| &block.lines)
    }

    pub(super) fn height(&self) -> usize {
        self.blocks.iter().map(|block| block.lines.len()).sum()
    }

    pub(super) fn fit(&mut self, height: usize, mark: &str) {
        while let Some(excess) = self.height().checked_sub(height).filter(|e| *e > 0) {
            let worst = self.blocks.iter().map(|block| block.keep).max();
            let Some(worst) = worst.filter(|keep| *keep > 0) else {
                return;
            };
            let at = self.blocks.iter().rposition(|block| block.keep == worst);
            let Some(block) = at.and_then(|at| self.blocks.get_mut(at)) else {
                return;
            };
            let left = block.lines.len().saturating_sub(excess);
            if block.shrinks && left > 0 {
                block.lines.truncate(left);
                shorten(block.lines.last_mut(), self.room, mark);
                return;
            }
            self.blocks.retain({
                let mut i = 0;
                move |_| {
                    i += 1;
                    Some(i - 1) != at
                }
            });
        }
        self.trim();
    }

    /// A gap at an end or beside another one separates nothing.
    fn trim(&mut self) {
        let mut after_blank = true;
        self.blocks.retain(|block| {
            let is_blank = block.keep == BLANK;
            let keeps = !(is_blank && after_blank);
            after_blank = is_blank;
            keeps
        });
        if self.blocks.last().is_some_and(|block| block.keep == BLANK) {
            self.blocks.pop();
        }
    }
}

/// Says on its last line that a paragraph went on.
fn shorten(line: Option<&mut Line>, room: usize, mark: &str) {
    let Some(line) = line else { return };
    let before: usize = line.pieces.iter().rev().skip(1).map(|p| width(&p.0)).sum();
    if let Some((words, _)) = line.pieces.last_mut() {
        let start = head(words, room.saturating_sub(before + width(mark)));
        *words = format!("{}{mark}", start.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(blocks: &[(u8, usize)]) -> Page {
        let mut page = Page {
            blocks: Vec::new(),
            room: 20,
            is_bordered: true,
        };
        for (keep, lines) in blocks {
            let words = vec!["word"; *lines * 4].join(" ");
            page.said(*keep, &words);
            assert_eq!(page.blocks.last().unwrap().lines.len(), *lines);
        }
        page
    }

    fn kept(page: &Page) -> Vec<u8> {
        page.blocks.iter().map(|block| block.keep).collect()
    }

    #[test]
    fn what_matters_least_goes_first_and_as_a_whole() {
        let mut page = page(&[(3, 1), (7, 2), (0, 1), (5, 2)]);
        page.fit(4, "~");
        assert_eq!(kept(&page), [3, 0, 5]);
        page.fit(3, "~");
        assert_eq!(kept(&page), [3, 0]);
        page.fit(0, "~");
        assert_eq!(kept(&page), [0], "what matters most stays, seen or not");
    }

    #[test]
    fn a_paragraph_that_may_shrink_says_that_it_went_on() {
        let mut page = page(&[(0, 1), (2, 3)]);
        page.shrinks();
        page.fit(3, "~");
        let last = &page.blocks[1].lines;
        assert_eq!(last.len(), 2);
        assert_eq!(last[1].pieces[1].0, "word word word word~");
    }

    #[test]
    fn gaps_separate_something() {
        let mut page = page(&[(0, 1), (6, 1), (0, 1)]);
        page.blocks.insert(
            1,
            Block {
                lines: vec![Line {
                    pieces: Vec::new(),
                    then: Then::Nothing,
                }],
                keep: BLANK,
                shrinks: false,
            },
        );
        page.blank();
        page.fit(9, "~");
        assert_eq!(kept(&page), [0, BLANK, 6, 0]);
    }
}
