//! The field for the redirect address, and what is said under it: what is wrong with what was
//! pasted, or how far what is typed has come.

use ratatui::layout::{Position, Rect};

use super::page::Page;
use crate::service::consent::{Part, Stage, Typed};
use crate::tui::consent::{ConsentDialog, Round};
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece};

pub(super) const LABEL: &str = "Address  ";

/// What is wrong gives way to nothing but the field itself.
const KEEP: u8 = 1;

pub(super) fn draw(
    ink: &mut Ink<'_>,
    dialog: &ConsentDialog,
    place: Rect,
    row: u16,
) -> Option<Position> {
    if place.width == 0 || row >= place.height {
        return None;
    }
    let role = match &dialog.typed {
        Some(typed) if is_wrong(typed) => Role::InputError,
        _ => Role::Input,
    };
    let style = ink.style(role);
    let shown = hidden(dialog.field.text(), ink.glyphs().masked);
    let mut pen = ink.pen(place, row);
    let origin = Position::new(place.x, place.y + row);
    let at = dialog.field.draw(&mut pen, origin, &shown, style);
    dialog.typing.then_some(at)
}

/// What stands under the field. Why a paste was refused is told whole: it says what to paste
/// instead.
pub(super) fn note(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    let indent = &page.indent(LABEL.len());
    let keymap = &ink.app.keymap;
    if let Some(typed) = dialog.typed.as_ref().filter(|_| !dialog.field.is_empty()) {
        return match &typed.wrong {
            Some(why) => refusal(page, ink, indent, &why.to_string()),
            None => parts(page, ink, indent, typed),
        };
    }
    if let Stage::BadPaste { why, .. } = &round.stage
        && dialog.field.is_empty()
    {
        return refusal(page, ink, indent, why);
    }
    let words = if dialog.typing {
        format!("{} uses it", keymap.key(Action::Submit))
    } else {
        format!("paste it, or {} to type", keymap.key(Action::ToField))
    };
    page.para(4, (indent, Role::Dim), &words, Role::Dim);
}

fn refusal(page: &mut Page, ink: &Ink<'_>, indent: &str, why: &str) {
    let before = format!("{indent}{} ", ink.glyphs().failed);
    page.para(
        KEEP,
        (&before, Role::Bad),
        &ink.words(why),
        Role::InputError,
    );
    page.shrinks();
}

/// Each part with its mark; never what is in it.
fn parts(page: &mut Page, ink: &Ink<'_>, indent: &str, typed: &Typed) {
    let glyphs = ink.glyphs();
    let mark = |part: Part| match part {
        Part::Right => (glyphs.done, Role::Ok),
        Part::Wrong => (glyphs.failed, Role::Bad),
        Part::Missing => ("-", Role::Dim),
    };
    let state = match typed.state {
        Part::Right => "right state",
        Part::Wrong => "state of another sign-in",
        Part::Missing => "no state yet",
    };
    let code = match typed.code {
        _ if typed.denied => "a refusal",
        Part::Right => "has a code",
        Part::Wrong => "not a code",
        Part::Missing => "no code yet",
    };
    let mut line: Vec<Piece> = vec![(indent.to_owned(), Role::Text)];
    for (part, words) in [(typed.state, state), (typed.code, code)] {
        let (mark, role) = mark(part);
        line.push((format!("{mark} "), role));
        line.push((format!("{words}   "), Role::Text));
    }
    page.line(KEEP, line);
}

fn is_wrong(typed: &Typed) -> bool {
    typed.wrong.is_some() || typed.state == Part::Wrong || typed.code == Part::Wrong
}

/// A code is worth a grant to whoever reads it off the screen first; four letters tell it apart.
/// The state needs no eyes at all: it is compared elsewhere.
fn hidden(text: &str, dot: &str) -> String {
    if !text.contains('=') && text.starts_with("4/") {
        return covered(text, 4, dot);
    }
    let mut shown = String::new();
    for (i, part) in text.split('&').enumerate() {
        if i > 0 {
            shown.push('&');
        }
        let name_at = part.find('?').map_or(0, |at| at + 1);
        let (before, pair) = part.split_at(name_at);
        shown.push_str(before);
        let open = match pair.split_once('=') {
            Some(("code", _)) => "code=".len() + 4,
            Some(("state", _)) => "state=".len(),
            _ => usize::MAX,
        };
        shown.push_str(&covered(pair, open, dot));
    }
    shown
}

/// As many letters as before, so that the cursor stays where it is.
fn covered(value: &str, open: usize, dot: &str) -> String {
    let letter = |(i, c): (usize, char)| {
        if i < open {
            c.to_string()
        } else {
            dot.to_owned()
        }
    };
    value.chars().enumerate().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widget::text::width;

    #[test]
    fn a_typed_code_is_hidden_after_four_letters_and_the_state_whole() {
        let text = "http://127.0.0.1:1/?code=4/0AbcDef&state=xyz&scope=email";
        assert_eq!(
            hidden(text, "*"),
            "http://127.0.0.1:1/?code=4/0A*****&state=***&scope=email"
        );
        assert_eq!(
            hidden("state=xyz&code=4/0Abc", "*"),
            "state=***&code=4/0A**"
        );
        assert_eq!(hidden("4/0AbcDef", "*"), "4/0A*****");
        assert_eq!(hidden("http://127.0.0.1", "*"), "http://127.0.0.1");
        assert_eq!(width(&hidden(text, "•")), width(text));
    }
}
