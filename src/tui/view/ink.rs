//! What every pane draws with: the buffer, the state, the time, and text made fit to be seen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use crate::tui::app::App;
use crate::tui::dates::local;
use crate::tui::glyphs::Glyphs;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::frame::{Border, boxed, centred, wipe};
use crate::tui::widget::pen::Pen;

/// A piece of a line.
pub(super) type Piece = (String, Role);

pub(super) struct Ink<'a> {
    pub(super) app: &'a App,
    /// Whole seconds.
    pub(super) now: Timestamp,
    pub(super) buffer: &'a mut Buffer,
}

impl<'a> Ink<'a> {
    pub(super) fn new(app: &'a App, now: Timestamp, buffer: &'a mut Buffer) -> Self {
        Self { app, now, buffer }
    }

    pub(super) fn style(&self, role: Role) -> Style {
        self.app.look.theme.style(role)
    }

    pub(super) fn glyphs(&self) -> &'static Glyphs {
        self.app.look.glyphs
    }

    pub(super) fn pen(&mut self, area: Rect, row: u16) -> Pen<'_> {
        let mark = self.glyphs().cut;
        Pen::new(self.buffer, area, row, mark)
    }

    pub(super) fn put(&mut self, area: Rect, row: u16, words: &str, role: Role) {
        let style = self.style(role);
        self.pen(area, row).put(words, style);
    }

    pub(super) fn line(&mut self, area: Rect, row: u16, pieces: &[Piece]) {
        let styles: Vec<Style> = pieces.iter().map(|(_, role)| self.style(*role)).collect();
        let mut pen = self.pen(area, row);
        for ((words, _), style) in pieces.iter().zip(styles) {
            pen.put(words, style);
        }
    }

    pub(super) fn fill(&mut self, area: Rect, role: Role) {
        let style = self.style(role);
        self.buffer
            .set_style(area.intersection(self.buffer.area), style);
    }

    /// `Esc back`: a key as it is bound, and what it does here.
    pub(super) fn hint(&self, action: Action, does: &str) -> String {
        format!("{} {does}", self.app.keymap.key(action))
    }

    /// A horizontal line with a title in it.
    pub(super) fn rule(&mut self, area: Rect, row: u16, title: &str) {
        let (dash, border, dim) = (
            self.glyphs().dash,
            self.style(Role::Border),
            self.style(Role::Dim),
        );
        let mut pen = self.pen(area, row);
        if !title.is_empty() {
            pen.put(dash, border).put(&format!(" {title} "), dim);
        }
        let rest = dash.repeat(pen.room());
        pen.put(&rest, border);
    }

    /// A pane; returns its inside.
    pub(super) fn pane(&mut self, area: Rect, focused: bool, left: &str, right: &str) -> Rect {
        let border = self.border(focused);
        boxed(self.buffer, area, border, left, right)
    }

    /// A popup in the middle of the screen; returns its inside, a column in from the border.
    pub(super) fn popup(&mut self, width: u16, lines: u16, left: &str, right: &str) -> Rect {
        let area = centred(popup_room(self.buffer.area), width, lines.max(2) + 2);
        let (border, text) = (self.border(true), self.style(Role::Text));
        wipe(self.buffer, area, text);
        // Too small a screen has no room for a border around the text.
        if area.height < 4 || area.width < 12 {
            return area;
        }
        let inner = boxed(self.buffer, area, border, left, right);
        Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        }
    }

    fn border(&self, focused: bool) -> Border {
        let glyphs = self.glyphs();
        let style = self.style(if focused { Role::Focus } else { Role::Border });
        // A line may be faint; the words in it have to be read.
        let readable = self.style(Role::Dim).fg.filter(|_| !focused).or(style.fg);
        Border {
            set: if focused { glyphs.focus } else { glyphs.border },
            style,
            hint: Style {
                fg: readable,
                ..style
            },
            title: self.style(Role::Title),
            mark: glyphs.cut,
        }
    }

    /// An address as it may be seen.
    pub(super) fn address(&self, email: &str) -> String {
        if self.app.masked {
            mask(email, self.glyphs().masked)
        } else {
            safe(email)
        }
    }

    /// Foreign text, in which there may be addresses.
    pub(super) fn words(&self, text: &str) -> String {
        let text = shown(self.app, text);
        local(text, self.app.place.offset, self.now)
    }

    /// Text in a field: masked letter for letter, so that the cursor stays where it is.
    pub(super) fn typed(&self, line: &str) -> String {
        if !self.app.masked {
            return line.to_owned();
        }
        let dot = self.glyphs().masked;
        let letter = |(at, c): (usize, char)| match (at, c) {
            (0, _) | (_, '@') => c.to_string(),
            _ => dot.to_owned(),
        };
        let word = |word: &str| -> String {
            if word.contains('@') {
                word.chars().enumerate().map(letter).collect()
            } else {
                word.to_owned()
            }
        };
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        at.with_timezone(&self.app.place.offset)
            .format("%H:%M:%S")
            .to_string()
    }

    /// With the day when it is not today's.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let local = at.with_timezone(&self.app.place.offset);
        let today = self.now.with_timezone(&self.app.place.offset).date_naive();
        let form = if local.date_naive() == today {
            "%H:%M:%S"
        } else {
            "%a %-d %b %Y %H:%M"
        };
        local.format(form).to_string()
    }
}

/// Popups leave the footer alone, which says what the keys do in them.
pub(super) fn popup_room(screen: Rect) -> Rect {
    Rect {
        height: screen.height - u16::from(screen.height >= 8),
        ..screen
    }
}

/// Foreign text as it may be seen now.
pub(super) fn shown(app: &App, text: &str) -> String {
    let text = safe(text);
    if !app.masked || !text.contains('@') {
        return text;
    }
    let masked = text.split(' ').map(|word| {
        if word.contains('@') {
            mask(word, app.look.glyphs.masked)
        } else {
            word.to_owned()
        }
    });
    masked.collect::<Vec<_>>().join(" ")
}

/// The first letter and nothing else that could tell who it is; punctuation around it stays.
fn mask(word: &str, dot: &str) -> String {
    let Some(start) = word.find(|c: char| c.is_alphanumeric()) else {
        return format!("{}@{}", dot.repeat(4), dot.repeat(4));
    };
    let first: String = word[start..].chars().take(1).collect();
    let end: String = word
        .chars()
        .rev()
        .take_while(|c| !c.is_alphanumeric())
        .collect();
    let end: String = end.chars().rev().collect();
    format!(
        "{}{first}{}@{}{end}",
        &word[..start],
        dot.repeat(4),
        dot.repeat(4)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_keeps_its_first_letter_only() {
        assert_eq!(mask("ana.work@example.com", "*"), "a****@****");
        assert_eq!(mask("(`ana@x.com`)", "*"), "(`a****@****`)");
        assert_eq!(mask("@", "*"), "****@****");
    }
}
