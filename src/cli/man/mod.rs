//! `gatepost man`: the manual, one page for each command, from the same words as `--help` and from
//! what `topics` adds to them.

mod folder;
mod page;
mod roff;
mod topics;

use std::path::PathBuf;

use clap::{Command, CommandFactory};

use super::exit::Exit;
use super::output::Output;
use super::report::Failure;
use super::{Cli, Outcome};

/// Print a manual page, or write them all
///
/// Alone it is the page of gatepost itself; with the words of a command, the page of that command.
/// To read one: gatepost man token | man -l -
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The words of a command, as `token` or `client add`
    command: Vec<String>,
    /// Write every page into this folder; a file that is no page of gatepost's is never replaced
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &Output) -> Outcome {
    let root = built();
    if let Some(dir) = &args.dir {
        let pages = every(&root);
        folder::write(dir, &pages)?;
        let count = pages.len();
        out.note(&format!("{count} pages are in `{}`", dir.display()));
        return Ok(Exit::Done);
    }
    let mut path = Vec::new();
    let mut command = &root;
    for word in &args.command {
        let below = commands(command).find(|sub| sub.get_name() == word);
        command = below.ok_or_else(|| unknown(command, word))?;
        path.push(command.get_name());
    }
    out.data(&page::of(&root, command, &path))?;
    Ok(Exit::Done)
}

fn built() -> Command {
    let mut root = Cli::command();
    root.build();
    root
}

/// Each page with the name of its file.
fn every(root: &Command) -> Vec<(String, String)> {
    fn below<'a>(
        root: &Command,
        command: &'a Command,
        path: &[&'a str],
        pages: &mut Vec<(String, String)>,
    ) {
        let name = page::title(path);
        pages.push((format!("{name}.1"), page::of(root, command, path)));
        for sub in commands(command) {
            below(root, sub, &[path, &[sub.get_name()]].concat(), pages);
        }
    }
    let mut pages = Vec::new();
    below(root, root, &[], &mut pages);
    pages
}

fn commands(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
}

fn unknown(command: &Command, word: &str) -> Failure {
    let names: Vec<_> = commands(command).map(Command::get_name).collect();
    let of = command.get_bin_name().unwrap_or("gatepost");
    Failure::Usage {
        what: format!("`{of}` has no command `{word}`"),
        hint: (!names.is_empty()).then(|| format!("there are: {}", names.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_topic_and_every_topic_a_command() {
        let mut wanted: Vec<_> = every(&built()).into_iter().map(|(file, _)| file).collect();
        let mut there: Vec<_> = topics::all()
            .map(|topic| format!("{}.1", page::title(&topic.path())))
            .collect();
        wanted.sort();
        there.sort();
        assert_eq!(wanted, there);
    }

    #[test]
    fn every_example_is_taken_by_the_parser() {
        let mut tried = 0;
        for (_, line) in topics::all().flat_map(|topic| topic.examples) {
            for call in line.split("gatepost ").skip(1) {
                let end = call.find([')', '|', '>', '\n']).unwrap_or(call.len());
                let words = shlex::split(&format!("gatepost {}", &call[..end])).expect(line);
                let parsed = Cli::command().try_get_matches_from(words);
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                tried += 1;
            }
        }
        assert!(tried > 30, "{tried}");
    }

    #[test]
    fn what_is_seen_also_is_there() {
        let pages: Vec<_> = every(&built()).into_iter().map(|(file, _)| file).collect();
        for name in topics::all().flat_map(|topic| topic.see_also) {
            assert!(pages.contains(&format!("{name}.1")), "{name}");
        }
    }
}
