//! One command's page: what clap knows of it, and its topic.

use clap::{Arg, ArgAction, Command};

use super::super::EXIT_CODES;
use super::commands;
use super::roff::{Roff, bold, italic};
use super::topics::{self, Topic};

/// `gatepost-client-add`.
pub(super) fn title(path: &[&str]) -> String {
    [&["gatepost"], path].concat().join("-")
}

pub(super) fn of(root: &Command, command: &Command, path: &[&str]) -> String {
    let title = title(path);
    let mut page = Roff::new(&title);
    page.heading("NAME");
    let about = command.get_about().map(ToString::to_string);
    let about = about.unwrap_or_default().replace('`', "");
    let name = title.replace('-', "\\-");
    page.line(&format!("{name} \\- {}", about.replace('\'', "\\(aq")));
    synopsis(command, &mut page);
    page.heading("DESCRIPTION");
    let long = command.get_long_about().or_else(|| command.get_about());
    page.text(&long.map(ToString::to_string).unwrap_or_default());
    let topic = topics::of(path);
    for (heading, text) in topic.iter().flat_map(|topic| topic.sections) {
        page.subheading(heading);
        page.text(text);
    }
    below(command, path, &mut page);
    arguments(root, command, path.is_empty(), &mut page);
    if let Some(more) = command.get_after_long_help().filter(|_| !path.is_empty()) {
        page.heading("NOTES");
        page.verbatim(&more.to_string());
    }
    exit_status(path, &mut page);
    if let Some(topic) = topic {
        surroundings(topic, &mut page);
        examples(topic, &mut page);
        see_also(topic, path, &mut page);
    }
    page.into_text()
}

fn synopsis(command: &Command, page: &mut Roff) {
    page.heading("SYNOPSIS");
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    for line in usage.lines() {
        page.text(&format!("`{}`", line.trim()));
    }
}

fn below(command: &Command, path: &[&str], page: &mut Roff) {
    if commands(command).next().is_none() {
        return;
    }
    page.heading("COMMANDS");
    for sub in commands(command) {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let name = sub.get_name();
        let words = [&["gatepost"], path, &[name]].concat().join(" ");
        page.item(&bold(&words), &format!("{about}."));
    }
}

fn arguments(root: &Command, command: &Command, is_root: bool, page: &mut Roff) {
    let is_common = |argument: &&Arg| matches!(argument.get_id().as_str(), "help" | "version");
    let global = |argument: &&Arg| {
        root.get_arguments()
            .any(|of| of.get_id() == argument.get_id())
    };
    let own: Vec<_> = command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set() && !is_common(argument))
        .filter(|argument| is_root || !global(argument))
        .collect();
    let (positional, options): (Vec<_>, Vec<_>) = own.into_iter().partition(|a| a.is_positional());
    for (heading, list) in [("ARGUMENTS", positional), ("OPTIONS", options)] {
        if !list.is_empty() {
            page.heading(heading);
            for argument in list {
                describe(argument, page);
            }
        }
    }
    if !is_root {
        page.heading("GLOBAL OPTIONS");
        page.text(
            "`--sandbox`, `--config`, `--color`, `--plain`, `-v`, `-q` and `--help` work with \
             every command and are described in `gatepost(1)`.",
        );
    }
}

fn describe(argument: &Arg, page: &mut Roff) {
    let takes_value = argument.get_action().takes_values();
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let names: Vec<_> = short.into_iter().chain(long).map(|n| bold(&n)).collect();
    let mut head = names.join(", ");
    if takes_value {
        let values = argument.get_value_names().unwrap_or_default().join(" ");
        head.push_str(if head.is_empty() { "" } else { " " });
        head.push_str(&italic(&values));
    }
    if is_repeated(argument) {
        head.push_str("...");
    }
    let help = argument.get_long_help().or_else(|| argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let default = argument.get_default_values().first();
    let default = default.filter(|_| takes_value).and_then(|v| v.to_str());
    let default = default.map_or(String::new(), |value| format!(" [default: {value}]"));
    page.item(&head, &format!("{help}{default}"));
    let values = argument.get_possible_values();
    let values = values.iter().filter(|value| !value.is_hide_set());
    for value in values.filter(|_| takes_value) {
        let help = value.get_help().map(ToString::to_string);
        page.line(".RS");
        page.item(&bold(value.get_name()), &help.unwrap_or_default());
        page.line(".RE");
    }
}

fn is_repeated(argument: &Arg) -> bool {
    let most = argument
        .get_num_args()
        .map_or(1, |range| range.max_values());
    matches!(argument.get_action(), ArgAction::Append) || argument.is_positional() && most > 1
}

fn exit_status(path: &[&str], page: &mut Roff) {
    page.heading("EXIT STATUS");
    if path == ["exec"] {
        page.text("That of the program, once it was started. Before that:");
    }
    page.verbatim(&codes());
}

/// As `--help` has them, one to a line.
fn codes() -> String {
    let table = EXIT_CODES.lines().skip(1).take_while(|l| !l.is_empty());
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for line in table {
        let line = line.trim();
        match line.split_once("   ") {
            Some((first, second)) => {
                left.push(first.trim().to_owned());
                right.push(second.trim().to_owned());
            }
            None => right.push(line.to_owned()),
        }
    }
    [left, right].concat().join("\n")
}

fn surroundings(topic: &Topic, page: &mut Roff) {
    for (heading, list) in [("ENVIRONMENT", topic.environment), ("FILES", topic.files)] {
        if list.is_empty() {
            continue;
        }
        page.heading(heading);
        for part in list.iter().copied().flatten() {
            page.item(&bold(part.0), part.1);
        }
    }
}

fn examples(topic: &Topic, page: &mut Roff) {
    page.heading("EXAMPLES");
    for (index, (what, lines)) in topic.examples.iter().enumerate() {
        if index == 0 {
            page.text(what);
        } else {
            page.another(what);
        }
        page.verbatim(lines);
    }
}

fn see_also(topic: &Topic, path: &[&str], page: &mut Roff) {
    page.heading("SEE ALSO");
    let root = (!path.is_empty()).then_some(&"gatepost");
    let names: Vec<_> = root.into_iter().chain(topic.see_also).collect();
    for (index, name) in names.iter().enumerate() {
        let comma = if index + 1 < names.len() { " ," } else { "" };
        page.line(&format!(".BR {} (1){comma}", name.replace('-', "\\-")));
    }
}
