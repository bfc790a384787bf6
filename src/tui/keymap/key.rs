//! A key as people think of it, as the table writes it and as the screen shows it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key as people think of it: a capital is its own letter, Shift is not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self {
            code: event.code,
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
        }
    }
}

impl Key {
    /// `j`, `ctrl-d`, `alt-x`, `f5`, `pagedown`; also as the help shows them, `^d` and `PgDn`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mut name, mut ctrl, mut alt) = (text, false, false);
        loop {
            let caret = name.strip_prefix('^').filter(|rest| !rest.is_empty());
            if let Some(rest) = caret.or_else(|| after(name, "ctrl-")) {
                (name, ctrl) = (rest, true);
            } else if let Some(rest) = after(name, "alt-") {
                (name, alt) = (rest, true);
            } else {
                break;
            }
        }
        let mut letters = name.chars();
        let code = match (letters.next()?, letters.next()) {
            // A terminal sends the same for both cases.
            (letter, None) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
            (letter, None) => KeyCode::Char(letter),
            _ => named(&name.to_lowercase())?,
        };
        Some(Self { code, ctrl, alt })
    }

    /// Whether it is a letter or a sign, which a field takes for itself.
    pub(in crate::tui) fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.ctrl && !self.alt
    }

    /// What a terminal sends in its place: these are one key since the days of the teletype.
    pub(super) fn stands_for(self) -> Option<&'static str> {
        match self.code {
            KeyCode::Char('i') if self.ctrl => Some("tab"),
            KeyCode::Char('m') if self.ctrl => Some("enter"),
            KeyCode::Char('h') if self.ctrl => Some("backspace"),
            KeyCode::Char('[') if self.ctrl => Some("esc"),
            _ => None,
        }
    }
}

fn after<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let start = name.get(..prefix.len())?;
    let rest = &name[prefix.len()..];
    (start.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then_some(rest)
}

fn named(name: &str) -> Option<KeyCode> {
    Some(match name {
        "esc" => KeyCode::Esc,
        "enter" => KeyCode::Enter,
        "tab" => KeyCode::Tab,
        "backtab" | "shift-tab" => KeyCode::BackTab,
        "backspace" | "bksp" => KeyCode::Backspace,
        "delete" | "del" => KeyCode::Delete,
        "insert" | "ins" => KeyCode::Insert,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" | "pgup" => KeyCode::PageUp,
        "pagedown" | "pgdn" => KeyCode::PageDown,
        _ => {
            let number = name.strip_prefix('f')?.parse().ok();
            KeyCode::F(number.filter(|n| (1..=12).contains(n))?)
        }
    })
}

/// The spelling of help and footer: `j`, `^d`, `gg`, `PgDn`.
pub(super) fn shown(chord: &[Key]) -> String {
    chord.iter().map(|key| one(*key)).collect()
}

fn one(key: Key) -> String {
    let name = match key.code {
        KeyCode::Esc => "Esc".into(),
        KeyCode::Enter => "Enter".into(),
        KeyCode::Tab => "Tab".into(),
        KeyCode::BackTab => "Shift-Tab".into(),
        KeyCode::Backspace => "Bksp".into(),
        KeyCode::Delete => "Del".into(),
        KeyCode::Insert => "Ins".into(),
        KeyCode::Char(' ') => "Space".into(),
        KeyCode::Char(letter) => letter.to_string(),
        KeyCode::Up => "Up".into(),
        KeyCode::Down => "Down".into(),
        KeyCode::Left => "Left".into(),
        KeyCode::Right => "Right".into(),
        KeyCode::Home => "Home".into(),
        KeyCode::End => "End".into(),
        KeyCode::PageUp => "PgUp".into(),
        KeyCode::PageDown => "PgDn".into(),
        KeyCode::F(number) => format!("F{number}"),
        other => other.to_string(),
    };
    let (alt, ctrl) = (
        if key.alt { "Alt-" } else { "" },
        if key.ctrl { "^" } else { "" },
    );
    format!("{alt}{ctrl}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_the_table_and_as_the_help_spell_them() {
        for (written, seen) in [
            ("j", "j"),
            ("R", "R"),
            ("ctrl-d", "^d"),
            ("Ctrl-R", "^r"),
            ("^d", "^d"),
            ("^", "^"),
            ("alt-x", "Alt-x"),
            ("f5", "F5"),
            ("F12", "F12"),
            ("PgDn", "PgDn"),
            ("shift-tab", "Shift-Tab"),
            ("space", "Space"),
            ("ctrl-space", "^Space"),
        ] {
            let key = Key::parse(written).unwrap();
            assert_eq!(shown(&[key]), seen, "{written}");
        }
        for wrong in ["", "hyper-x", "f13", "f0", "jj", "ctrl-", "alt-"] {
            assert_eq!(Key::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Key::parse("ctrl-i").unwrap().stands_for(), Some("tab"));
    }
}
