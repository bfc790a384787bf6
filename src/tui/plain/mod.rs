//! The same service without a screen: numbered lists, prompts and sentences, for a screen reader, a
//! teletype, or a pipe. No colour, no cursor movement, no raw mode; what it says goes to the one
//! writer it is given. `desk` holds the conversation, this file waits for what comes next.
//!
//! Countdowns are never told, only what changed and stayed so. News is gathered for a moment, so
//! that a line being typed is interrupted as seldom as possible.

mod answers;
mod command;
mod consent;
mod desk;
mod ears;
mod intake;
mod listing;
mod news;
mod words;
mod works;

#[cfg(test)]
mod intake_tests;
#[cfg(test)]
mod tests;

use std::io;

use self::desk::{Desk, Place, Question};
use self::ears::{Ears, Turn};
use super::clipboard::{Cleared, Clipboard, Reach};
use super::effect::{News, Performer};
use super::message::{Effect, Msg, Tone};
use super::surroundings::local_offset;
use super::terminal::Screen;
use super::{Playground, Surroundings, TuiError};
use crate::clock::Clock;
use crate::config;
use crate::service::Gate;
use crate::service::files::Folders;

/// How the conversation is held.
#[derive(Debug)]
pub struct Conversation {
    pub surroundings: Surroundings,
    pub playground: Option<Playground>,
    /// Where files are looked for.
    pub folders: Folders,
    /// By which road text leaves for the clipboard.
    pub clipboard: config::Clipboard,
    /// A person types: there are prompts, and what is typed is echoed by the terminal.
    pub is_typed: bool,
    /// What is written is seen by a terminal, which may have a clipboard.
    pub has_terminal: bool,
}

/// Where sentences go.
pub type Paper<'a> = &'a dyn Fn(&str) -> io::Result<()>;

/// Talks until the person leaves, or the input ends and everything asked for is done.
pub async fn converse(
    gate: Gate,
    clock: Clock,
    conversation: Conversation,
    paper: Paper<'_>,
) -> Result<(), TuiError> {
    let (tricks, play, said) = match conversation.playground {
        Some(Playground {
            entries,
            choose,
            said,
            ..
        }) => (entries, Some(choose), Some(said)),
        None => (Vec::new(), None, None),
    };
    let around = conversation.surroundings;
    let reach = Reach {
        tmux: around.tmux,
        display: around.display,
        ssh: around.ssh,
    };
    let clipboard = Clipboard::new(conversation.clipboard, reach);
    let (performer, news) = Performer::new(gate.clone(), clipboard, Vec::new(), play);
    let performer = performer.looking_in(conversation.folders);
    let now = clock.now();
    let place = Place {
        offset: local_offset(now),
        remote: around.remote,
        login: around.login,
    };
    let mut talk = Talk {
        desk: Desk::new(gate.snapshot(), tricks, place, now),
        clock,
        performer,
        paper,
        is_typed: conversation.is_typed,
        has_terminal: conversation.has_terminal,
        prompt_stands: false,
        ears: Ears::new(news, gate.watch(), said)?,
    };
    let result = talk.hold().await;
    if talk.prompt_stands {
        // Whatever is said next begins a line of its own.
        let _ = paper("\n");
    }
    if talk.performer.leave_clipboard().await == Some(Cleared::AskTerminal) {
        let _ = to_terminal("", talk.has_terminal);
    }
    result
}

struct Talk<'a> {
    desk: Desk,
    clock: Clock,
    performer: Performer,
    paper: Paper<'a>,
    is_typed: bool,
    has_terminal: bool,
    /// The cursor is behind a prompt, and perhaps behind half a line.
    prompt_stands: bool,
    ears: Ears,
}

impl Talk<'_> {
    async fn hold(&mut self) -> Result<(), TuiError> {
        self.speak()?;
        while !self.is_over() {
            let now = self.clock.now();
            let wait = (self.desk.next(now) - now).to_std().unwrap_or_default();
            let listens = self.listens();
            let turn = self.ears.next(listens, wait).await?;
            let effects = self.take(turn)?;
            self.perform(effects);
            self.speak()?;
        }
        Ok(())
    }

    fn take(&mut self, turn: Turn) -> Result<Vec<Effect>, TuiError> {
        let now = self.clock.now();
        Ok(match turn {
            Turn::Line(line) => {
                self.prompt_stands = false;
                // What the line before did is known by now, and not only after the lull.
                let snapshot = self.ears.snapshot();
                self.desk.hear(Msg::Snapshot(snapshot), now);
                self.desk.line(line, now)
            }
            Turn::NobodyTypes => self.desk.nobody_types(),
            Turn::News(news) => self.take_news(news),
            Turn::Snapshot(snapshot) => self.desk.hear(Msg::Snapshot(snapshot), now),
            Turn::Said(line) => self.desk.hear(Msg::Note(Tone::Notice, line), now),
            Turn::Woke => {
                self.desk.place.offset = local_offset(now);
                self.desk.hear(Msg::Tick, now)
            }
            Turn::Interrupt => {
                let effects = self.desk.interrupt(now);
                if self.desk.ended {
                    return Err(TuiError::Signal("SIGINT"));
                }
                effects
            }
        })
    }

    fn is_over(&self) -> bool {
        self.desk.ended || (!self.ears.can_hear_lines() && !self.desk.is_busy())
    }

    /// A script's lines wait for one another; a person's wait only for a link to be made.
    fn listens(&self) -> bool {
        let is_starting = match &self.desk.question {
            Question::Consent(signing) => signing.is_starting(),
            _ => false,
        };
        let waits = !self.is_typed && self.desk.is_busy();
        self.ears.can_hear_lines() && !is_starting && !waits
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let broken = self.performer.reap();
        for effect in effects {
            self.performer.perform(effect);
        }
        if let Some(broken) = broken {
            self.desk.hear(broken, self.clock.now());
        }
    }

    fn take_news(&mut self, news: News) -> Vec<Effect> {
        let now = self.clock.now();
        let msg = match news {
            News::Clipboard { what, put, secret } => {
                let has_terminal = self.has_terminal;
                let to_terminal = |text: &str| to_terminal(text, has_terminal);
                Some(self.performer.copied(what, put, secret, to_terminal))
            }
            News::Cleared(cleared) => {
                if cleared == Cleared::AskTerminal {
                    // A terminal that is gone holds nothing any more.
                    let _ = to_terminal("", self.has_terminal);
                }
                Some(self.performer.cleared(cleared))
            }
            other => self.performer.absorb(other),
        };
        msg.map(|msg| self.desk.hear(msg, now)).unwrap_or_default()
    }

    /// Says what there is to say above a fresh prompt.
    fn speak(&mut self) -> io::Result<()> {
        let said = self.desk.take_said(self.clock.now());
        let mut text = String::new();
        if !said.is_empty() && self.prompt_stands {
            text.push('\n');
        }
        for line in &said {
            text.push_str(line);
            text.push('\n');
        }
        let asks = self.is_typed && self.ears.can_hear_lines() && !self.desk.ended;
        let prompt = self.desk.prompt();
        if asks && !prompt.is_empty() && (!said.is_empty() || !self.prompt_stands) {
            text.push_str(&prompt);
            self.prompt_stands = true;
        }
        if text.is_empty() {
            return Ok(());
        }
        (self.paper)(&text)
    }
}

fn to_terminal(text: &str, has_terminal: bool) -> io::Result<()> {
    if has_terminal {
        return Screen::to_clipboard(text);
    }
    Err(io::Error::other(
        "there is no terminal here to take it; gatepost token prints one",
    ))
}
