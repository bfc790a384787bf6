//! A line of text that a person edits, with the keys that shells have for it.

use std::fmt;

use crossterm::event::{Event, KeyEvent};
use ratatui::layout::Position;
use ratatui::style::Style;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::pen::Pen;
use super::text;

/// Nobody types more into any field of ours; a paste beyond it is a mistake.
const LONGEST: usize = 4_096;

#[derive(Clone, Default)]
pub struct Field(Input);

/// What is typed may be an address with a code in it.
impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({} letters)", self.0.value().chars().count())
    }
}

impl Field {
    pub fn text(&self) -> &str {
        self.0.value()
    }

    pub fn is_empty(&self) -> bool {
        self.0.value().is_empty()
    }

    /// Empties the field and gives what was in it.
    pub fn take(&mut self) -> String {
        self.0.value_and_reset()
    }

    pub fn clear(&mut self) {
        self.0.reset();
    }

    /// Whether the key meant anything here.
    pub fn edit(&mut self, key: KeyEvent) -> bool {
        if text::width(self.0.value()) >= LONGEST
            && matches!(key.code, crossterm::event::KeyCode::Char(_))
        {
            return false;
        }
        self.0.handle_event(&Event::Key(key)).is_some()
    }

    /// Adds at the end: a paste, already made safe and on one line.
    pub fn append(&mut self, words: &str) {
        let room = LONGEST.saturating_sub(self.0.value().chars().count());
        let grown: String = self
            .0
            .value()
            .chars()
            .chain(words.chars().take(room))
            .collect();
        self.0 = Input::new(grown);
    }

    /// Draws what fits, always with the end of the text in front of the cursor, and says where
    /// the cursor belongs. `shown` is the text as it may be seen.
    pub fn draw(&self, pen: &mut Pen<'_>, origin: Position, shown: &str, style: Style) -> Position {
        let room = pen.room().saturating_sub(1);
        let before = shown.chars().take(self.0.cursor()).collect::<String>();
        let visible = text::tail(&before, room);
        let wide = text::width(visible);
        pen.put(visible, style);
        let rest: String = shown.chars().skip(self.0.cursor()).collect();
        pen.put(text::head(&rest, (room + 1).saturating_sub(wide)), style);
        Position::new(origin.x.saturating_add(wide as u16), origin.y)
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> Field {
        let mut field = Field::default();
        for (code, modifiers) in keys {
            field.edit(KeyEvent::new(*code, *modifiers));
        }
        field
    }

    #[test]
    fn it_edits_like_a_shell() {
        use KeyCode::Char;
        let none = KeyModifiers::NONE;
        let field = typed(&[
            (Char('a'), none),
            (Char('b'), none),
            (KeyCode::Home, none),
            (Char('É'), KeyModifiers::SHIFT),
            (KeyCode::Delete, none),
        ]);
        assert_eq!(field.text(), "Éb");
        assert!(typed(&[(Char('x'), none), (Char('u'), KeyModifiers::CONTROL)]).is_empty());
    }

    #[test]
    fn debug_does_not_repeat_what_was_typed() {
        let mut field = Field::default();
        field.append("code=4/0A");
        assert_eq!(format!("{field:?}"), "Field(9 letters)");
    }

    #[test]
    fn a_paste_has_a_limit() {
        let mut field = Field::default();
        field.append(&"x".repeat(100_000));
        assert_eq!(field.text().len(), LONGEST);
        assert_eq!(field.take().len(), LONGEST);
        assert!(field.is_empty());
    }
}
