//! `gatepost man`: the manual page, made from the same words as `--help`. One page for all: every
//! command is a section of it.

use clap::{Arg, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use super::exit::Exit;
use super::output::Output;
use super::report::Failure;
use super::{Cli, EXIT_CODES, Outcome};

pub(super) fn run(out: &Output) -> Outcome {
    let mut page = Vec::new();
    write(&mut page).map_err(|error| Failure::Unexpected(error.to_string()))?;
    let page = String::from_utf8(page).map_err(|e| Failure::Unexpected(e.to_string()))?;
    out.data(&page)?;
    Ok(Exit::Done)
}

fn write(page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut command = Cli::command();
    command.build();
    let man = Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    let mut rest = Roff::new();
    rest.control("SH", ["COMMANDS"]);
    for sub in commands(&command) {
        section(sub, &mut rest);
    }
    rest.control("SH", ["EXIT STATUS"]);
    rest.control("nf", []);
    let codes = EXIT_CODES.lines().skip(1).map(|line| format!("{line}\n"));
    rest.text(codes.map(roman).collect::<Vec<_>>());
    rest.control("fi", []);
    rest.to_writer(page)
}

fn commands(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
}

fn section(command: &Command, roff: &mut Roff) {
    let mut inner = commands(command).peekable();
    if inner.peek().is_some() {
        inner.for_each(|sub| section(sub, roff));
        return;
    }
    let mut command = command.clone();
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    roff.control("SS", [usage]);
    let about = command.get_long_about().or_else(|| command.get_about());
    for paragraph in about
        .map(ToString::to_string)
        .unwrap_or_default()
        .split("\n\n")
    {
        roff.text([roman(paragraph)]);
        roff.control("PP", []);
    }
    let own = |argument: &&Arg| !argument.is_global_set() && argument.get_id() != "help";
    for argument in command.get_arguments().filter(own) {
        describe(argument, roff);
    }
}

fn describe(argument: &Arg, roff: &mut Roff) {
    roff.control("TP", []);
    let long = argument.get_long().map(|long| format!("--{long}"));
    let short = argument.get_short().map(|short| format!("-{short}"));
    let names: Vec<_> = short.into_iter().chain(long).collect();
    let takes_value = argument.get_action().takes_values();
    let mut head = Vec::new();
    if !names.is_empty() {
        head.push(bold(names.join(", ")));
        head.push(roman(if takes_value { " " } else { "" }));
    }
    if takes_value {
        head.push(italic(
            argument.get_value_names().unwrap_or_default().join(" "),
        ));
    }
    roff.text(head);
    let help = argument.get_help().map(ToString::to_string);
    let words: Vec<_> = argument
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    let words = (takes_value && !words.is_empty()).then(|| format!(" ({})", words.join(", ")));
    roff.text([roman(help.unwrap_or_default() + &words.unwrap_or_default())]);
}
