//! Floor 3: the commands. One file per verb: its arguments, whose doc comments are the `--help`
//! text, and one function. They await the same service as the screen does.
//!
//! What is not a verb: `output` prints, `report` words errors, `exit` numbers them, `json` and
//! `table` shape data, and `context` is the composition root, the only one here that knows the
//! vault and Google.

mod context;
mod exit;
mod fast;
mod hook;
mod json;
mod lookout;
mod machine;
mod memory;
mod notification;
mod output;
mod passphrase;
mod paths;
mod report;
mod settings;
mod signals;
mod table;
mod template;
mod trace;

mod consenting;
mod doomed;
mod progress;
mod several;

mod playground;
mod sample;
mod tryout;

mod add;
mod client;
mod completions;
mod doctor;
mod exec;
mod export;
mod import;
mod label;
mod list;
mod log;
mod man;
mod pause;
mod reauth;
mod refresh;
mod remove;
mod revoke;
mod sandbox;
mod screen;
mod setup;
mod status;
mod token;
mod vault;
mod verify;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgAction, Args, Parser, Subcommand};

use context::Context;
use exit::Exit;
use output::{Color, Manner, Output, Voice};
use report::Failure;
use tryout::{Broken, Signals, Tryout};

use crate::tui::Left;

/// Keeps the OAuth 2.0 tokens of several Gmail accounts alive and tells when one needs you.
///
/// Without a command it opens the terminal UI. An ACCOUNT is an address, a label, or the
/// beginning of an address.
#[derive(Debug, Parser)]
#[command(name = "gatepost", version, max_term_width = 100)]
#[command(after_long_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done               4  consent needed, denied, or given by another account
  1  unexpected         5  temporary: try again later
  2  usage, settings    6  the vault cannot be opened or written
  3  no such account    7  blocked by the client, an administrator or the request
  130  interrupted

To try it without Google: gatepost --sandbox";

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// Try everything offline: a stand-in for Google, sample accounts, a throw-away vault
    #[arg(long, global = true)]
    sandbox: bool,
    /// Read this configuration file instead of the usual one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to use colour: auto, always or never
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    color: Color,
    /// How the screen looks: auto, dark, light, ansi, mono, cb-dark, cb-light or one of your own
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Log more to gatepost.log and show the causes of errors; repeat for more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// No screen: numbered lists, prompts and sentences, for screen readers (or set `ACCESSIBLE=1`)
    #[arg(long, global = true)]
    plain: bool,
    /// Say nothing but results, warnings and errors
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(subcommand)]
    Client(client::Command),
    Add(add::Args),
    Reauth(reauth::Args),
    List(list::Args),
    Status(status::Args),
    Token(token::Args),
    Exec(exec::Args),
    Refresh(refresh::Args),
    Verify(verify::Args),
    Revoke(revoke::Args),
    Remove(remove::Args),
    Label(label::Args),
    /// Switch automatic refresh of an account off; it still answers `token` and `refresh`
    Pause(pause::Args),
    /// Switch automatic refresh of an account on again
    Resume(pause::Args),
    Import(import::Args),
    Export(export::Args),
    Setup(setup::Args),
    Log(log::Args),
    Doctor(doctor::Args),
    #[command(subcommand)]
    Vault(vault::Command),
    Sandbox(sandbox::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// `--json`, for the commands that print data.
#[derive(Debug, Clone, Copy, Args)]
struct Json {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

type Outcome = Result<Exit, Failure>;

pub use memory::keep_memory_private;

/// The whole program, from arguments to exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.collect();
    let early = completions::answer(&arguments)
        .or_else(|| fast::token(&arguments))
        .or_else(|| hook::run(&arguments))
        .or_else(|| notification::run(&arguments));
    if let Some(exit) = early {
        return exit.into();
    }
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let out = Output::new(Color::Auto, Voice::Normal, Manner::of(false));
            return report::usage(&out, &error, &arguments).into();
        }
    };
    let global = &cli.global;
    let voice = match (global.quiet, global.verbose) {
        (true, _) => Voice::Quiet,
        (false, 0) => Voice::Normal,
        (false, _) => Voice::Verbose,
    };
    let out = Arc::new(Output::new(global.color, voice, Manner::of(global.plain)));
    let outcome = match cli.command {
        Some(_) if global.theme.is_some() => Err(Failure::Usage {
            what: "`--theme` is for the screen, which a command does not open".into(),
            hint: Some("leave it away; `--color` is for the commands".into()),
        }),
        // These three know nothing of accounts, and work where nothing is configured.
        Some(Command::Completions(args)) => completions::run(&args, &out),
        Some(Command::Man(args)) => man::run(&args, &out),
        Some(Command::Sandbox(args)) => sandbox::run(&args, &out),
        command => with_context(global, &out, command),
    };
    outcome
        .unwrap_or_else(|failure| report::failure(&out, &failure))
        .into()
}

fn with_context(global: &Global, out: &Arc<Output>, command: Option<Command>) -> Outcome {
    if !global.sandbox {
        // The doctor is for when things are broken, the configuration among them.
        if let Some(Command::Doctor(args)) = command {
            let (context, complaint) = Context::for_doctor(global, Arc::clone(out))?;
            return doctor::run(&args, &context, complaint.as_ref());
        }
        let context = Context::new(global, Arc::clone(out), None)?;
        return match command {
            Some(command) => command.run(&context),
            None => match screen::run(&context, None)? {
                Left::Quit => Ok(Exit::Done),
                // The real vault is closed; what follows cannot touch it.
                Left::ForSandbox => {
                    drop(context);
                    in_sandbox(global, out, None)
                }
            },
        };
    }
    in_sandbox(global, out, command)
}

fn in_sandbox(global: &Global, out: &Arc<Output>, command: Option<Command>) -> Outcome {
    let broken = match &command {
        Some(Command::Doctor(_)) => Broken::IsReported,
        _ => Broken::StopsUs,
    };
    let tryout = Tryout::start(global.config.as_deref(), broken)?;
    let context = Context::new(global, Arc::clone(out), Some(&tryout))?;
    match command {
        Some(Command::Doctor(args)) => {
            let complaint = tryout.complaint();
            tryout.attend(Signals::EndIt, move || {
                doctor::run(&args, &context, complaint.as_ref())
            })
        }
        // They are the child's.
        Some(Command::Exec(args)) => {
            tryout.attend(Signals::LeaveThem, move || exec::run(&args, &context))
        }
        Some(command) => tryout.attend(Signals::EndIt, move || command.run(&context)),
        None => {
            let playground = tryout.playground();
            tryout.attend(Signals::LeaveThem, move || {
                screen::run(&context, Some(playground)).map(|_| Exit::Done)
            })
        }
    }
}

/// A panic is one line, without its message, which might quote a secret.
pub fn announce_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.unwrap_or_else(|| "unknown place".into());
        Output::plain().error(
            &format!("internal error at {place}; what is stored is unharmed"),
            Some("please report this line"),
            &[],
        );
    }));
}

impl Command {
    fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Client(command) => command.run(context),
            Self::Add(args) => add::run(&args, context),
            Self::Reauth(args) => reauth::run(&args, context),
            Self::List(args) => list::run(&args, context),
            Self::Status(args) => status::run(&args, context),
            Self::Token(args) => token::run(&args, context),
            Self::Exec(args) => exec::run(&args, context),
            Self::Refresh(args) => refresh::run(&args, context),
            Self::Verify(args) => verify::run(&args, context),
            Self::Revoke(args) => revoke::run(&args, context),
            Self::Remove(args) => remove::run(&args, context),
            Self::Label(args) => label::run(&args, context),
            Self::Pause(args) => pause::run(&args, pause::Wanted::Paused, context),
            Self::Resume(args) => pause::run(&args, pause::Wanted::Automatic, context),
            Self::Import(args) => import::run(&args, context),
            Self::Export(args) => export::run(&args, context),
            Self::Setup(args) => setup::run(&args, context),
            Self::Log(args) => log::run(&args, context),
            Self::Doctor(args) => doctor::run(&args, context, None),
            Self::Vault(command) => command.run(context),
            Self::Sandbox(args) => sandbox::run(&args, &context.out),
            Self::Completions(args) => completions::run(&args, &context.out),
            Self::Man(args) => man::run(&args, &context.out),
        }
    }
}

/// A duration argument: `90s`, `5m`, `2h`, `7d`.
fn span(text: &str) -> Result<crate::domain::time::Span, String> {
    crate::domain::time::parse_span(text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_has_its_help() {
        fn check(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "`{name}` says nothing");
            for argument in command.get_arguments() {
                let id = argument.get_id();
                assert!(
                    argument.get_help().is_some(),
                    "`{name}`: `{id}` says nothing"
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
