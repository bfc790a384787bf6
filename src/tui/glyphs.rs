//! The marks on the screen, in two sets: one for terminals that speak UTF-8 and one for those that
//! do not. Every mark is one column wide, and none is an emoji or from a patched font.

use ratatui::symbols::border;

use crate::domain::health::State;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Whether nothing but ASCII may be drawn.
    pub plain: bool,
    pub cursor: &'static str,
    pub marked: &'static str,
    pub full: &'static str,
    pub empty: &'static str,
    /// Stands for what was cut off.
    pub cut: &'static str,
    pub done: &'static str,
    pub failed: &'static str,
    pub busy: &'static str,
    pub masked: &'static str,
    pub dash: &'static str,
    pub down: &'static str,
    pub up: &'static str,
    pub border: border::Set<'static>,
    pub focus: border::Set<'static>,
    states: [&'static str; State::ALL.len()],
}

/// Four still pictures of a turning line, one a second: slow enough for a slow link.
pub const SPINNER: [&str; 4] = ["|", "/", "-", "\\"];

pub const UNICODE: Glyphs = Glyphs {
    plain: false,
    cursor: "▸",
    marked: "*",
    full: "█",
    empty: "░",
    cut: "…",
    done: "✓",
    failed: "✗",
    busy: "*",
    masked: "•",
    dash: "─",
    down: "▾",
    up: "▴",
    border: border::PLAIN,
    focus: border::THICK,
    states: ["✗", "✗", "#", "?", "!", "!", "↻", "=", "-", "◔", "✓"],
};

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

const ASCII_FOCUS: border::Set<'static> = border::Set {
    horizontal_top: "=",
    horizontal_bottom: "=",
    ..ASCII_BORDER
};

pub const ASCII: Glyphs = Glyphs {
    plain: true,
    cursor: ">",
    marked: "*",
    full: "#",
    empty: "-",
    cut: "~",
    done: "+",
    failed: "x",
    busy: "*",
    masked: "*",
    dash: "-",
    down: "v",
    up: "^",
    border: ASCII_BORDER,
    focus: ASCII_FOCUS,
    states: ["x", "x", "#", "?", "!", "!", "%", "=", "-", "~", "+"],
};

impl Glyphs {
    pub fn state(&self, state: State) -> &'static str {
        self.states[state as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widget::text::width;

    #[test]
    fn every_mark_is_one_column_and_ascii_means_ascii() {
        for set in [UNICODE, ASCII] {
            let singles = [
                set.cursor, set.marked, set.full, set.empty, set.cut, set.done, set.failed,
                set.busy, set.masked, set.dash, set.down, set.up,
            ];
            for glyph in singles.into_iter().chain(set.states) {
                assert_eq!(width(glyph), 1, "{glyph}");
            }
        }
        assert!(ASCII.states.iter().all(|g| g.is_ascii()));
        assert!(ASCII.border.top_left.is_ascii() && ASCII.focus.horizontal_top.is_ascii());
    }

    #[test]
    fn the_table_of_marks_is_in_the_order_of_the_states() {
        assert_eq!(UNICODE.state(State::Revoked), "✗");
        assert_eq!(UNICODE.state(State::Ready), "✓");
        assert_eq!(UNICODE.state(State::Paused), "=");
        assert_eq!(State::ALL.map(|s| s as usize), std::array::from_fn(|i| i));
    }
}
