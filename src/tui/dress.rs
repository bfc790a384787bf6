//! The theme at the start: chosen by whoever was heard first, put on, and what could not be had of
//! it said.

use std::sync::Arc;

use super::Options;
use super::app::App;
use super::ground::{self, LateAnswer};
use super::message::Tone;
use super::theme::{Choice, Ground, Themes, Wishes};
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;

/// The theme's name. The terminal is asked only where nobody else has a say.
pub(super) async fn choose(options: &Options) -> (String, LateAnswer) {
    let wishes = Wishes {
        option: options.theme.as_deref(),
        config: &options.ui.theme,
        environment: options.surroundings.theme.as_deref(),
        colour: options.color,
        poor_terminal: options.surroundings.poor,
    };
    match wishes.choice() {
        Choice::Named(name) => (name, LateAnswer::default()),
        Choice::Mono => ("mono".to_owned(), LateAnswer::default()),
        Choice::Ask => {
            let ground = ground::ask().await;
            let late = LateAnswer::owed(ground == Ground::Unknown);
            (ground.theme().to_owned(), late)
        }
    }
}

pub(super) fn put_on(app: &mut App, options: &Options, name: &str, now: Timestamp) {
    let themes = if options.color {
        options.themes.clone()
    } else {
        Themes::colourless()
    };
    let mut complaints = themes.complaints.clone();
    match themes.open(name) {
        Some(opened) => {
            app.look.theme = opened.theme;
            complaints.extend(opened.complaints);
        }
        None => complaints.push(missing(&themes, name)),
    }
    for complaint in complaints {
        app.toast(Tone::Warning, complaint, now);
    }
    app.themes = Arc::new(themes);
}

fn missing(themes: &Themes, name: &str) -> String {
    let near = themes.nearest(name).unwrap_or("auto");
    format!(
        "there is no theme `{}`, so this is the terminal's own palette; did you mean `{near}`?",
        safe(name)
    )
}
