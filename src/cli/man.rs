//! `gatepost man`: the manual page, made from the same words as `--help`.

use clap::CommandFactory;
use clap_mangen::Man;

use super::exit::Exit;
use super::output::Output;
use super::report::Failure;
use super::{Cli, Outcome};

pub(super) fn run(out: &Output) -> Outcome {
    let mut page = Vec::new();
    pages(&mut page).map_err(|e| Failure::Unexpected(e.to_string()))?;
    let page = String::from_utf8(page).map_err(|e| Failure::Unexpected(e.to_string()))?;
    out.data(&page)?;
    Ok(Exit::Done)
}

/// One page for all: the program's own, then a section for each command.
fn pages(page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut command = Cli::command();
    command.build();
    Man::new(command.clone()).render(page)?;
    for sub in command.get_subcommands() {
        if sub.get_name() != "help" {
            section(sub, &format!("gatepost {}", sub.get_name()), page)?;
        }
    }
    Ok(())
}

fn section(command: &clap::Command, name: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    use std::io::Write;
    let man = Man::new(command.clone());
    writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
        section(sub, &format!("{name} {}", sub.get_name()), page)?;
    }
    Ok(())
}
