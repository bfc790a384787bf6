//! `gatepost completions`: the script that a shell loads. It knows no word of ours: at each TAB
//! it asks this program, so that accounts, clients and programs are completed as they are now.

mod answer;
mod bash;
mod known;

use clap_complete::Shell;
use clap_complete::env::{EnvCompleter, Shells};

use super::Outcome;
use super::exit::Exit;
use super::output::Output;
use super::report::Failure;

pub(super) use answer::answer;

/// In it the script names the shell that asks.
const ASKED: &str = "GATEPOST_COMPLETE";

/// zsh runs a file of its folder of functions at the first TAB, and wants the answer at once.
const FROM_A_FOLDER: &str = r#"
if [[ "$funcstack[1]" == _gatepost ]]; then
    _clap_dynamic_completer_gatepost "$@"
fi
"#;

/// Print the completions for a shell
///
/// Load them at the start of the shell, so that they fit the gatepost that is installed:
///
/// bash: eval "$(gatepost completions bash)" · zsh, after compinit: the same with zsh ·
/// fish: gatepost completions fish | source · elvish: eval (gatepost completions elvish | slurp) ·
/// PowerShell: gatepost completions powershell | Out-String | Invoke-Expression
///
/// Your addresses, labels and clients are completed too. They are read without the vault's key.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args, out: &Output) -> Outcome {
    let script = match args.shell {
        Shell::Bash => Some(bash::SCRIPT.to_owned()),
        Shell::Zsh => of_engine("zsh").map(|script| script + FROM_A_FOLDER),
        other => of_engine(&other.to_string()),
    };
    let missing = || Failure::usage(format!("there are no completions for {}", args.shell));
    out.data(&script.ok_or_else(missing)?)?;
    Ok(Exit::Done)
}

fn of_engine(shell: &str) -> Option<String> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let shell: &dyn EnvCompleter = shells.completer(shell)?;
    shell
        .write_registration(ASKED, "gatepost", "gatepost", "gatepost", &mut script)
        .ok()?;
    String::from_utf8(script).ok()
}
