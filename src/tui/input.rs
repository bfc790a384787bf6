//! From what the terminal sends to messages. A paste becomes a secret at once: in a consent it is
//! an address with a code in it, and nobody knows yet where it will be used.

use crossterm::event::{Event, KeyEventKind, MouseEventKind};

use super::message::Msg;
use crate::domain::secret::Secret;

pub(super) fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(key)),
        // Mere movement changes nothing, and a draw for each step of it would be a waste.
        Event::Mouse(mouse)
            if !matches!(mouse.kind, MouseEventKind::Moved | MouseEventKind::Drag(_)) =>
        {
            Some(Msg::Mouse(mouse))
        }
        Event::Paste(text) => Some(Msg::Paste(Secret::new(text))),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        Event::FocusGained => Some(Msg::Tick),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_never_seen_in_debug_output() {
        let msg = message(Event::Paste("http://127.0.0.1/?code=4/0Axyz".into()));
        assert!(!format!("{msg:?}").contains("4/0A"));
    }
}
