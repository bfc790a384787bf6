//! Columns that line up in a terminal, by display width rather than by bytes. Knows cells and
//! their colours, not what stands in them, except for the glyph of a state.

use unicode_width::UnicodeWidthStr;

use super::output::{Output, Role};
use crate::domain::health::State;

#[derive(Debug, Clone)]
pub(super) struct Cell {
    text: String,
    role: Role,
}

impl Cell {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::with(Role::Plain, text)
    }

    pub(super) fn with(role: Role, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            role,
        }
    }

    /// The state's glyph and word: neither needs the colour to be understood.
    pub(super) fn state(state: State, ascii: bool) -> Self {
        Self::with(
            state.into(),
            format!("{} {}", glyph(state, ascii), state.as_str()),
        )
    }
}

/// One row per line, two spaces between columns, nothing after the last one.
pub(super) fn render(out: &Output, head: &[&str], rows: &[Vec<Cell>]) -> String {
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].text.width())
                .chain([head[column].width()])
                .max()
                .unwrap_or_default()
        })
        .collect();
    let head = head
        .iter()
        .map(|title| Cell::with(Role::Muted, *title))
        .collect::<Vec<_>>();
    std::iter::once(&head)
        .chain(rows)
        .map(|row| line(out, row, &widths))
        .collect()
}

fn line(out: &Output, row: &[Cell], widths: &[usize]) -> String {
    let last = row.iter().rposition(|cell| !cell.text.is_empty());
    let mut line = String::new();
    for (column, cell) in row.iter().enumerate() {
        if last.is_none_or(|last| column > last) {
            break;
        }
        line += &out.paint(cell.role, &cell.text);
        if Some(column) != last {
            let gap = widths[column].saturating_sub(cell.text.width()) + 2;
            line += &" ".repeat(gap);
        }
    }
    line.push('\n');
    line
}

/// One column wide everywhere; the ASCII ones for terminals that know no better.
pub(super) fn glyph(state: State, ascii: bool) -> char {
    match (state, ascii) {
        (State::Revoked | State::Reauth, false) => '✗',
        (State::Revoked | State::Reauth, true) => 'x',
        (State::Blocked, _) => '#',
        (State::SignedOut, _) => '?',
        (State::Limited | State::Ending, _) => '!',
        (State::Retrying, false) => '↻',
        (State::Retrying, true) => '>',
        (State::Paused, _) => '=',
        (State::Expired, _) => '-',
        (State::Due, false) => '◔',
        (State::Due, true) => '~',
        (State::Ready, false) => '✓',
        (State::Ready, true) => '+',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_do_not_shift_the_columns() {
        let out = Output::plain();
        let row = |a: &str, b: &str| vec![Cell::plain(a), Cell::plain(b)];
        let text = render(
            &out,
            &["NAME", "LABEL"],
            &[row("東京", "x"), row("ana", "")],
        );
        assert_eq!(text, "NAME  LABEL\n東京  x\nana\n");
    }

    #[test]
    fn every_glyph_is_one_column_wide() {
        use unicode_width::UnicodeWidthChar;
        for state in State::ALL {
            for ascii in [false, true] {
                let glyph = glyph(state, ascii);
                assert_eq!(glyph.width(), Some(1), "{glyph}");
                assert!(!ascii || glyph.is_ascii());
            }
        }
    }
}
