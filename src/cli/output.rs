//! The only place that prints. Data goes to stdout, everything else to stderr; colour is used
//! where it is wanted and can be seen. A reader that went away is not an error.

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use clap::ValueEnum;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::report::Failure;
use crate::domain::health::State;
use crate::domain::secret::Secret;
use crate::domain::wording::{is_terminal_safe, safe, veiled};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

/// What a colour says. Everything can be read without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Good,
    Calm,
    Warning,
    Danger,
    Muted,
    Strong,
    Plain,
}

impl From<State> for Role {
    fn from(state: State) -> Self {
        match state {
            State::Revoked | State::Reauth | State::Blocked => Self::Danger,
            State::Limited | State::Ending | State::Retrying => Self::Warning,
            State::Expired | State::Due => Self::Calm,
            State::SignedOut | State::Paused => Self::Muted,
            State::Ready => Self::Good,
        }
    }
}

impl Role {
    fn escape(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Calm => "36",
            Self::Warning => "33",
            Self::Danger => "31",
            Self::Muted => "2",
            Self::Strong => "1",
            Self::Plain => "",
        }
    }
}

#[derive(Debug)]
pub(super) struct Output {
    out: io::Stdout,
    err: io::Stderr,
    input: io::Stdin,
    paint_out: Paint,
    paint_err: Paint,
    voice: Voice,
    manner: Manner,
    /// A terminal that knows nothing but lines.
    dumb: bool,
}

/// How one talks to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Usual,
    /// In lines, without anything that moves: for a screen reader.
    Plain,
}

impl Manner {
    /// As asked for, or as the environment says.
    pub(super) fn of(asked: bool) -> Self {
        let wanted = std::env::var_os("ACCESSIBLE").is_some_and(|v| !v.is_empty());
        if asked || wanted {
            Self::Plain
        } else {
            Self::Usual
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paint {
    Colours,
    Plain,
}

/// How much is said besides results, warnings and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    Quiet,
    Normal,
    /// With the causes of errors.
    Verbose,
}

impl Output {
    pub(super) fn new(color: Color, voice: Voice, manner: Manner) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        let paint = |is_terminal: bool| {
            let colours = match color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => is_terminal && !dumb && manner == Manner::Usual && !set("NO_COLOR"),
            };
            if colours {
                Paint::Colours
            } else {
                Paint::Plain
            }
        };
        Self {
            paint_out: paint(io::stdout().is_terminal()),
            paint_err: paint(io::stderr().is_terminal()),
            voice,
            manner,
            dumb,
            ..Self::plain()
        }
    }

    /// Without colour, and without asking what kind of place it writes to.
    pub(super) fn plain() -> Self {
        Self {
            out: io::stdout(),
            err: io::stderr(),
            input: io::stdin(),
            paint_out: Paint::Plain,
            paint_err: Paint::Plain,
            voice: Voice::Normal,
            manner: Manner::Usual,
            dumb: false,
        }
    }

    pub(super) fn paint(&self, role: Role, text: &str) -> String {
        if self.paint_out == Paint::Colours && role != Role::Plain {
            format!("\u{1b}[{}m{text}\u{1b}[0m", role.escape())
        } else {
            text.to_owned()
        }
    }

    /// Writes to stdout, all of it or an error.
    pub(super) fn data(&self, text: &str) -> Result<(), Failure> {
        self.text(text).map_err(Failure::from_output)
    }

    /// The same, for who has to know what went wrong.
    pub(super) fn text(&self, text: &str) -> io::Result<()> {
        let mut out = self.out.lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    }

    /// One line on stdout that is meant to be seen by its reader alone.
    pub(super) fn secret(&self, line: &Secret) -> Result<(), Failure> {
        let line = Secret::new(format!("{}\n", line.expose()));
        self.data(line.expose())
    }

    /// Waits, unless the reader goes away meanwhile: who says something new seldom would else not
    /// notice for a long time.
    pub(super) fn linger(&self, time: Duration) -> Result<(), Failure> {
        let mut reader = [PollFd::new(&self.out, PollFlags::empty())];
        let limit = Timespec::try_from(time).ok();
        match poll(&mut reader, limit.as_ref()) {
            Ok(0) | Err(Errno::INTR) => Ok(()),
            Ok(_) => Err(Failure::ReaderGone),
            Err(error) => Err(Failure::Output(error.into())),
        }
    }

    pub(super) fn json(&self, document: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document)
            .map_err(|e| Failure::from_output(io::Error::other(e)))?;
        self.data(&format!("{text}\n"))
    }

    /// A line for a person; `-q` silences it.
    pub(super) fn note(&self, line: &str) {
        if self.voice != Voice::Quiet {
            self.say(&printable(line));
        }
    }

    /// A line that must be seen.
    pub(super) fn warn(&self, line: &str) {
        self.say(&format!(
            "{} {}",
            self.paint_err(Role::Warning, "warning:"),
            printable(line)
        ));
    }

    /// The same behind a mark of the caller's, so that it stays a comment where it is pasted.
    pub(super) fn warn_as(&self, mark: &str, line: &str) {
        let word = self.paint_err(Role::Warning, "warning:");
        self.say(&format!("{mark} {word} {}", printable(line)));
    }

    pub(super) fn error(&self, message: &str, hint: Option<&str>, causes: &[String]) {
        let name = self.paint_err(Role::Danger, "gatepost:");
        self.say(&format!("{name} {}", one_line(message)));
        for cause in causes.iter().filter(|_| self.voice == Voice::Verbose) {
            self.say(&format!("cause: {}", one_line(cause)));
        }
        if let Some(hint) = hint {
            self.say(&format!(
                "{} {}",
                self.paint_err(Role::Calm, "hint:"),
                one_line(hint)
            ));
        }
    }

    /// Text on stderr without a newline: a question, or a progress bar.
    pub(super) fn raw(&self, text: &str) {
        // Nothing is left to tell anyone when stderr is gone.
        let mut err = self.err.lock();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Asks a yes-or-no question. Only `y` or `yes` is a yes.
    pub(super) fn confirm(&self, question: &str) -> bool {
        self.raw(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let read = self.input.lock().read_line(&mut answer).is_ok();
        read && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }

    pub(super) fn can_ask(&self) -> bool {
        self.input.is_terminal() && self.err.is_terminal()
    }

    /// Whether what stands on stdin comes from a person.
    pub(super) fn can_read(&self) -> bool {
        self.input.is_terminal()
    }

    pub(super) fn is_interactive(&self) -> bool {
        self.input.is_terminal() && self.out.is_terminal()
    }

    pub(super) fn has_colour(&self) -> bool {
        self.paint_out == Paint::Colours
    }

    pub(super) fn shows_progress(&self) -> bool {
        let moves = self.manner == Manner::Usual && !self.dumb;
        moves && self.voice != Voice::Quiet && self.err.is_terminal()
    }

    pub(super) fn is_plain(&self) -> bool {
        self.manner == Manner::Plain
    }

    pub(super) fn is_dumb(&self) -> bool {
        self.dumb
    }

    pub(super) fn stdout_is_terminal(&self) -> bool {
        self.out.is_terminal()
    }

    fn say(&self, line: &str) {
        self.raw(&format!("{line}\n"));
    }

    fn paint_err(&self, role: Role, text: &str) -> String {
        if self.paint_err == Paint::Colours {
            format!("\u{1b}[{}m{text}\u{1b}[0m", role.escape())
        } else {
            text.to_owned()
        }
    }
}

/// Arguments are repeated in messages, and they may hold anything.
fn one_line(text: &str) -> String {
    let text = veiled(text);
    if is_terminal_safe(&text) {
        text
    } else {
        safe(&text)
    }
}

/// A file or a program may be called anything; what can be printed as it stands stays whole, in
/// its lines.
pub(super) fn printable(text: &str) -> String {
    let fit = |line| {
        if is_terminal_safe(line) {
            line.to_owned()
        } else {
            safe(line)
        }
    };
    text.split('\n').map(fit).collect::<Vec<_>>().join("\n")
}
