//! `gatepost` alone: puts the terminal UI on the service, with the sandbox's playground beside it
//! where there is a sandbox. What is on the screen is none of its business.

use super::Outcome;
use super::context::Context;
use super::exit::Exit;
use super::machine::host;
use super::report::Failure;
use crate::service::Role;
use crate::tui::{self, Options, Playground, Surroundings, TuiError};

pub(super) fn run(context: &Context, playground: Option<Playground>) -> Outcome {
    if !context.out.is_interactive() {
        return Err(Failure::Usage {
            what: "the screen needs a terminal".into(),
            hint: Some("`gatepost list` prints, `gatepost --help` tells the rest".into()),
        });
    }
    let environment = |name: &str| std::env::var(name).ok();
    let options = Options {
        ui: context.config().ui.clone(),
        color: context.out.has_colour(),
        masked: false,
        surroundings: Surroundings::of(&environment, host().as_deref()),
        playground,
    };
    context.block_on(async {
        let gate = context.gate(Role::Resident).await?;
        let left = tui::run(gate.clone(), context.clock(), options).await;
        gate.close().await;
        match left {
            Ok(()) => Ok(Exit::Done),
            Err(TuiError::Signal(_) | TuiError::Gone) => Err(Failure::Interrupted),
            Err(error) => Err(Failure::Unexpected(error.to_string())),
        }
    })
}
