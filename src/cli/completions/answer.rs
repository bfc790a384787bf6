//! What a shell's question is answered with. Whatever goes wrong, a shell hears nothing: a person
//! is in the middle of a line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::env::Shells;

use super::super::Cli;
use super::super::exit::Exit;
use super::super::output::Output;
use super::known::Known;
use super::{ASKED, bash};

/// `None` where no shell asks.
pub(in crate::cli) fn answer(arguments: &[OsString]) -> Option<Exit> {
    let shell = std::env::var(ASKED).ok().filter(|name| !name.is_empty())?;
    let words = arguments.iter().skip_while(|word| *word != "--").skip(1);
    let said = complete(&shell, words.cloned().collect());
    if let Some(text) = said {
        // Nobody is there to be told that it could not be printed.
        let _ = Output::plain().data(&text);
    }
    Some(Exit::Done)
}

fn complete(shell: &str, words: Vec<OsString>) -> Option<String> {
    let current_dir: Option<PathBuf> = std::env::current_dir().ok();
    if shell == "bash" {
        return bash::complete(current_dir.as_deref());
    }
    let mut command = Known::of(&words).teach(Cli::command());
    let mut said = Vec::new();
    Shells::builtins()
        .completer(shell)
        .filter(|_| !words.is_empty())?
        .write_complete(&mut command, words, current_dir.as_deref(), &mut said)
        .ok()?;
    String::from_utf8(said).ok()
}
