//! What is said of a copy. Only who answered may be said to have it.

use crate::domain::time::Timestamp;
use crate::tui::app::App;
use crate::tui::message::{Copied, Failure, Tone};

impl App {
    pub(super) fn copied(
        &mut self,
        what: &'static str,
        result: Result<Copied, Failure>,
        now: Timestamp,
    ) {
        let (tone, text) = match result {
            Ok(Copied::Tmux) => (Tone::Done, format!("{what} copied (tmux)")),
            Ok(Copied::Native) => (Tone::Done, format!("{what} copied")),
            Ok(Copied::Sent) => (
                Tone::Done,
                format!("{what} sent to your terminal (OSC 52, unconfirmed)"),
            ),
            Err(failure) => {
                let why = failure.with_hint();
                (Tone::Error, format!("{what} not copied: {why}"))
            }
        };
        self.toast(tone, text, now);
    }
}
