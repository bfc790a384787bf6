//! `gatepost completions`: what a shell needs to complete our arguments.

use clap::CommandFactory;
use clap_complete::Shell;

use super::exit::Exit;
use super::output::Output;
use super::report::Failure;
use super::{Cli, Outcome};

/// Print the completions for a shell
///
/// For bash: gatepost completions bash > ~/.local/share/bash-completion/completions/gatepost
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args, out: &Output) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "gatepost", &mut script);
    let script = String::from_utf8(script).map_err(|e| Failure::Unexpected(e.to_string()))?;
    out.data(&script)?;
    Ok(Exit::Done)
}
