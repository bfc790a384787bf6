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
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (ctrl, name) = match text.strip_prefix("ctrl-") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let code = match name {
            "esc" => KeyCode::Esc,
            "enter" => KeyCode::Enter,
            "tab" => KeyCode::Tab,
            "backtab" => KeyCode::BackTab,
            "backspace" => KeyCode::Backspace,
            "space" => KeyCode::Char(' '),
            "up" => KeyCode::Up,
            "down" => KeyCode::Down,
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "pageup" => KeyCode::PageUp,
            "pagedown" => KeyCode::PageDown,
            "f1" => KeyCode::F(1),
            one => {
                let mut letters = one.chars();
                let letter = letters.next()?;
                letters.next().is_none().then_some(KeyCode::Char(letter))?
            }
        };
        Some(Self {
            code,
            ctrl,
            alt: false,
        })
    }
}

/// The spelling of help and footer: `j`, `^d`, `gg`, `PgDn`.
pub(super) fn shown(key: &str) -> String {
    key.split(' ')
        .map(|part| match part {
            "esc" => "Esc".to_owned(),
            "enter" => "Enter".to_owned(),
            "tab" => "Tab".to_owned(),
            "backtab" => "Shift-Tab".to_owned(),
            "backspace" => "Bksp".to_owned(),
            "space" => "Space".to_owned(),
            "up" => "Up".to_owned(),
            "down" => "Down".to_owned(),
            "left" => "Left".to_owned(),
            "right" => "Right".to_owned(),
            "home" => "Home".to_owned(),
            "end" => "End".to_owned(),
            "pageup" => "PgUp".to_owned(),
            "pagedown" => "PgDn".to_owned(),
            "f1" => "F1".to_owned(),
            other => match other.strip_prefix("ctrl-") {
                Some(letter) => format!("^{letter}"),
                None => other.to_owned(),
            },
        })
        .collect()
}
