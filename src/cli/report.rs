//! From an error to what a person reads (`gatepost: message`, `hint: command`) and what a shell
//! sees (an exit code). Nothing else in the program words or ranks a failure.

use std::error::Error;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::CommandFactory;

use super::exit::{Exit, Urgency};
use super::output::Output;
use crate::config::ConfigError;
use crate::domain::wording::why;
use crate::service::consent::ConsentError;
use crate::service::error::GateError;

#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{what}")]
    Usage { what: String, hint: Option<String> },
    #[error("cannot write `{}`: {}", path.display(), why(.source))]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("cannot run `{}`: {}", program.to_string_lossy(), why(.source))]
    CannotRun {
        program: OsString,
        source: io::Error,
    },
    #[error("cannot write the output: {}", why(.0))]
    Output(io::Error),
    /// Whoever read our output has seen enough.
    #[error("the reader went away")]
    ReaderGone,
    #[error("{0}")]
    Unexpected(String),
    #[error("interrupted")]
    Interrupted,
    /// The person said no.
    #[error("nothing was changed")]
    Declined,
}

impl From<ConsentError> for Failure {
    fn from(error: ConsentError) -> Self {
        Self::Gate(match error {
            ConsentError::OtherAccount { expected, got, .. } => {
                GateError::WrongAccount { expected, got }
            }
            ConsentError::Gate(error) => error,
        })
    }
}

impl Failure {
    pub(super) fn usage(what: impl Into<String>) -> Self {
        Self::Usage {
            what: what.into(),
            hint: None,
        }
    }

    pub(super) fn from_output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::Output(error)
        }
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Gate(error) => error.kind().into(),
            Self::Config(_) | Self::Usage { .. } => Exit::Usage,
            Self::Unwritable { .. } | Self::Output(_) | Self::Unexpected(_) => Exit::Unexpected,
            // As a shell has it.
            Self::CannotRun { source, .. } => Exit::Program(match source.kind() {
                io::ErrorKind::NotFound => 127,
                _ => 126,
            }),
            Self::ReaderGone => Exit::Done,
            Self::Interrupted | Self::Declined => Exit::Interrupted,
        }
    }

    pub(super) fn urgency(&self) -> Urgency {
        match self {
            Self::Gate(GateError::Refused { state, .. }) => Urgency::of_state(*state),
            other => Urgency::of_exit(other.exit()),
        }
    }

    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Gate(error) => error.hint(),
            Self::Usage { hint, .. } => hint.clone(),
            _ => None,
        }
    }

    fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut cause = self.source();
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        causes
    }
}

/// Says what went wrong, if anyone can still hear it, and which code to leave with.
pub(super) fn failure(out: &Output, failure: &Failure) -> Exit {
    if !matches!(failure, Failure::ReaderGone) {
        out.error(
            &failure.to_string(),
            failure.hint().as_deref(),
            &failure.causes(),
        );
    }
    failure.exit()
}

/// clap explains at length. Here: one line of what is wrong, then the usage.
pub(super) fn usage(out: &Output, error: &clap::Error, asked: &[OsString]) -> Exit {
    use clap::error::ErrorKind;
    let text = error.render().to_string();
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match out.data(&text) {
            Ok(()) => Exit::Done,
            Err(gone) => self::failure(out, &gone),
        };
    }
    // A group of commands by itself, as `gatepost client`: the way on is the list of its commands.
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        out.raw(&text);
        return Exit::Usage;
    }
    let paragraphs: Vec<&str> = text.split("\n\n").collect();
    let what = joined(paragraphs.first().copied().unwrap_or_default());
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    let tip = paragraphs
        .iter()
        .find_map(|p| p.trim_start().strip_prefix("tip: "))
        .map(joined);
    out.error(what, tip.as_deref(), &[]);
    let usage = paragraphs.iter().find(|p| p.starts_with("Usage:"));
    let usage = usage.map_or_else(|| usage_of(asked), |usage| (*usage).to_owned());
    out.raw(&format!("{}\n", usage.trim_end()));
    Exit::Usage
}

/// How the command that was meant is used, for those errors to which clap does not add it.
fn usage_of(asked: &[OsString]) -> String {
    let mut meant = super::Cli::command();
    meant.build();
    for word in asked.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(sub) = meant.find_subcommand(word) {
            meant = sub.clone();
        }
    }
    meant.render_usage().to_string()
}

fn joined(paragraph: &str) -> String {
    let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
    lines.join(" ")
}
