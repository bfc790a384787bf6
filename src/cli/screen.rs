//! `gatepost` alone: puts a front end on the service, with the sandbox's playground beside it where
//! there is a sandbox. Which one is decided here: the screen, sentences for who wants no screen, or
//! the table once where there is no terminal. What they show is none of its business.

use std::time::Duration;

use std::path::PathBuf;

use super::context::Context;
use super::list;
use super::machine::{host, is_container};
use super::report::Failure;
use super::signals;
use crate::config::theme_files;
use crate::service::{Gate, Role};
use crate::tui::plain::{self, Conversation};
use crate::tui::theme::Themes;
use crate::tui::{self, Left, Options, Playground, Surroundings, TuiError};

/// Whoever wants to leave waits no longer than this for what is stuck.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whoever leaves for the sandbox is sent there by the caller.
pub(super) fn run(context: &Context, playground: Option<Playground>) -> Result<Left, Failure> {
    let out = &context.out;
    let surroundings = surroundings();
    let themes = Themes::new(theme_files(context.themes()), surroundings.depth);
    let theme = context.theme().map(str::to_owned);
    // A name that is wrong is wrong where nothing is painted, too.
    if let Some(unknown) = theme.as_deref().filter(|name| !themes.offers(name)) {
        return Err(no_such_theme(unknown, &themes));
    }
    let usual = &context.config().ui.theme;
    let paints_nothing = out.is_plain() || !out.is_interactive() || out.is_dumb();
    if paints_nothing && theme.is_none() && !themes.offers(usual) {
        out.warn(&format!("`ui.theme`: {}", no_such_theme(usual, &themes)));
    }
    if out.is_plain() {
        return talk(context, playground);
    }
    if !out.is_interactive() || out.is_dumb() {
        let why = "the screen needs a terminal, so this is the list; `gatepost --plain` needs none";
        out.note(why);
        return list::table(context).map(|_| Left::Quit);
    }
    let options = Options {
        ui: context.config().ui.clone(),
        theme,
        themes,
        color: out.has_colour(),
        masked: false,
        surroundings,
        link_folders: link_folders(context),
        playground,
        folders: context.folders(),
        saves: context.state_folder(),
    };
    on_the_service(context, async |gate| {
        tui::run(gate, context.clock(), options).await
    })
}

/// Where a link may be written, first choice first.
fn link_folders(context: &Context) -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty());
    let state = context.settings().places.log.parent();
    runtime
        .map(PathBuf::from)
        .into_iter()
        .chain(state.map(Into::into))
        .collect()
}

fn talk(context: &Context, playground: Option<Playground>) -> Result<Left, Failure> {
    let conversation = Conversation {
        surroundings: surroundings(),
        playground,
        folders: context.folders(),
        clipboard: context.config().ui.clipboard,
        is_typed: context.out.can_read(),
        has_terminal: context.out.stdout_is_terminal() && !context.out.is_dumb(),
    };
    on_the_service(context, async |gate| {
        let paper = |text: &str| context.out.text(text);
        plain::converse(gate, context.clock(), conversation, &paper).await?;
        Ok(Left::Quit)
    })
}

fn surroundings() -> Surroundings {
    let environment = |name: &str| std::env::var(name).ok();
    let mut surroundings = Surroundings::of(&environment, host().as_deref());
    surroundings.remote |= is_container();
    surroundings
}

fn on_the_service(
    context: &Context,
    front_end: impl AsyncFnOnce(Gate) -> Result<Left, TuiError>,
) -> Result<Left, Failure> {
    context.block_on(async {
        let gate = context.gate(Role::Resident).await?;
        signals::are_heard();
        let left = front_end(gate.clone()).await;
        // What is in the air is stored first, unless the storing itself is what hangs.
        let _ = tokio::time::timeout(PATIENCE, gate.close()).await;
        match left {
            Ok(left) => Ok(left),
            Err(TuiError::Signal(_) | TuiError::Gone) => Err(Failure::Interrupted),
            Err(TuiError::Terminal(error)) => Err(Failure::from_output(error)),
            Err(error) => Err(Failure::Unexpected(error.to_string())),
        }
    })
}

fn no_such_theme(name: &str, themes: &Themes) -> Failure {
    let known: Vec<_> = themes.entries().map(|(name, _)| name).collect();
    let near = themes.nearest(name);
    Failure::Usage {
        what: match near {
            Some(near) => format!("there is no theme `{name}`; did you mean `{near}`?"),
            None => format!("there is no theme `{name}`"),
        },
        hint: Some(format!("there are auto, {}", known.join(", "))),
    }
}
