//! Is the terminal dark or light? It is asked once, before the screen is taken, and waited for only
//! briefly. An answer that comes later would look like keys; it is taken out of them.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use rustix::termios::{QueueSelector, tcflush};
use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};

use super::theme::Ground;

/// A terminal on this machine answers within a few milliseconds, one across an ocean within this
/// for most. Those known to have no answer are not asked.
const PATIENCE: Duration = Duration::from_millis(100);

/// Asks, and waits for the answer; the terminal's mode is as before when this returns.
pub(super) async fn ask() -> Ground {
    // It blocks, which the service's thread must not.
    let asked = tokio::task::spawn_blocking(|| {
        let mut options = QueryOptions::default();
        options.timeout = PATIENCE;
        theme_mode(options).inspect_err(|_| {
            // A key pressed too early is taken for the answer, and leaves the rest of that behind.
            let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
        })
    });
    match asked.await {
        Ok(Ok(ThemeMode::Dark)) => Ground::Dark,
        Ok(Ok(ThemeMode::Light)) => Ground::Light,
        Ok(Err(_)) | Err(_) => Ground::Unknown,
    }
}

/// Drops what is left of an answer: `ESC ] 1 1 ; rgb:1616/1818/1d1d BEL` arrives as Alt-], letters
/// and Ctrl-G, and among the letters are keys that do something.
#[derive(Debug, Default)]
pub(super) struct LateAnswer {
    /// No answer came in time.
    is_owed: bool,
    /// How many letters of one are through.
    inside: Option<usize>,
}

impl LateAnswer {
    pub(super) fn owed(is_owed: bool) -> Self {
        Self {
            is_owed,
            inside: None,
        }
    }

    /// Whether this is a piece of an answer, and no key that anybody pressed.
    pub(super) fn takes(&mut self, event: &Event) -> bool {
        let Event::Key(key) = event else { return false };
        if !self.is_owed {
            return false;
        }
        if is(*key, ']', KeyModifiers::ALT) {
            self.inside = Some(0);
            return true;
        }
        let Some(through) = self.inside.take() else {
            return false;
        };
        let ends = is(*key, 'g', KeyModifiers::CONTROL) || is(*key, '\\', KeyModifiers::ALT);
        let KeyCode::Char(letter) = key.code else {
            return false;
        };
        let fits = match through {
            0 => letter == '1',
            1 => matches!(letter, '0' | '1'),
            2 => letter == ';',
            _ => letter.is_ascii_hexdigit() || matches!(letter, 'r' | 'g' | ':' | '/'),
        };
        let is_plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
        if fits && is_plain {
            self.inside = Some(through + 1);
        }
        ends || (fits && is_plain)
    }
}

fn is(key: KeyEvent, letter: char, modifiers: KeyModifiers) -> bool {
    key.code == KeyCode::Char(letter) && key.modifiers == modifiers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(letter: char, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(letter), modifiers))
    }

    /// What is left of these keys; `^` before a letter is Ctrl, `!` is Alt.
    fn left(late: &mut LateAnswer, keys: &str) -> String {
        let mut left = String::new();
        let mut modifiers = KeyModifiers::NONE;
        for letter in keys.chars() {
            match letter {
                '^' => modifiers = KeyModifiers::CONTROL,
                '!' => modifiers = KeyModifiers::ALT,
                _ => {
                    if !late.takes(&typed(letter, modifiers)) {
                        left.push(letter);
                    }
                    modifiers = KeyModifiers::NONE;
                }
            }
        }
        left
    }

    #[test]
    fn a_late_answer_is_dropped_and_every_key_around_it_arrives() {
        let mut late = LateAnswer::owed(true);
        let both = "j!]10;rgb:e6e6/e6e6/e6e6^g!]11;rgb:1616/1818/1d1d!\\kr";
        assert_eq!(left(&mut late, both), "jkr");
        assert_eq!(left(&mut late, "!]jr1"), "jr1", "somebody pressed Alt-]");
        assert_eq!(left(&mut late, "!]11;rgb:00X1"), "X1", "it broke off");
        let mut answered = LateAnswer::owed(false);
        assert_eq!(left(&mut answered, "!]11"), "]11");
    }
}
