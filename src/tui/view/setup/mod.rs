//! The set-up: a box in the middle of a large window, the whole of a small one. One file per page.

mod forms;
mod guide;
mod secrets;
pub(super) mod sheet;
mod steps;
mod takeover;
mod trial;

use ratatui::layout::{Position, Rect};

use self::sheet::Sheet;
use super::ink::{Ink, popup_room};
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::modal::Modal;
use crate::tui::setup::{Page, Setup, Stage};

const WIDTH: u16 = 76;

pub use self::secrets::{change as change_of_key, length as secrets_length};

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect, setup: &Setup) -> Option<Position> {
    let room = room(ink.app.size);
    let (title, right) = title(ink, &setup.page);
    let lines = if let Page::Secrets(scroll) = &setup.page {
        let lines = secrets::sheet(ink, room).whole();
        let top = scroll.top.min(lines.len().saturating_sub(height(area)));
        lines.into_iter().skip(top).collect()
    } else {
        let sheet = match &setup.page {
            Page::Steps => steps::sheet(ink, setup, room),
            Page::Guide(scroll) => guide::sheet(ink, *scroll, room, height(area)),
            Page::Path(form) => forms::path(ink, form, room),
            Page::Pair(form) => forms::pair(ink, form, room),
            Page::Trial(trial) => trial::sheet(ink, trial, room),
            Page::Import(at) => takeover::sheet(ink, setup, *at, room),
            Page::Secrets(_) => Sheet::new(room),
        };
        sheet.fit(height(area))
    };
    let inner = if is_boxed(area.width, area.height) {
        ink.popup(WIDTH, lines.len() as u16, title, &right)
    } else {
        bare(ink, area, title)
    };
    sheet::draw(ink, inner, &lines)
}

/// What stands over the page, and what stands beside it.
fn title(ink: &Ink<'_>, page: &Page) -> (&'static str, String) {
    let (title, leads) = match page {
        Page::Steps => ("Set up (3 steps, about 5 minutes)", "to the list"),
        Page::Secrets(_) => ("Where secrets are kept", "back"),
        Page::Guide(_) => ("How to make an OAuth client at Google", "back"),
        Page::Path(_) => ("Read a file", "back"),
        Page::Pair(_) => ("Type client ID and secret", "back"),
        Page::Trial(_) => ("Your Google OAuth client", "back"),
        Page::Import(_) => ("Import from other programs", "back"),
    };
    (title, ink.hint(Action::Back, leads))
}

fn is_boxed(width: u16, height: u16) -> bool {
    width >= 60 && height >= 15
}

/// A title line, where there is room for one, and the rest.
fn bare(ink: &mut Ink<'_>, area: Rect, title: &str) -> Rect {
    let ruled = u16::from(area.height >= 5);
    if ruled == 1 {
        ink.rule(area, 0, title);
    }
    let margin = u16::from(area.width >= 41);
    Rect {
        x: area.x + margin,
        y: area.y + ruled,
        width: area.width.saturating_sub(2 * margin),
        height: area.height - ruled,
    }
}

/// How many lines of a page can be seen in the area above the footer.
fn height(area: Rect) -> usize {
    let taken = if is_boxed(area.width, area.height) {
        2
    } else {
        u16::from(area.height >= 5)
    };
    usize::from(area.height.saturating_sub(taken))
}

/// How many lines a page can be scrolled by.
pub fn page(size: (u16, u16)) -> usize {
    height(popup_room(Rect::new(0, 0, size.0, size.1)))
}

/// How wide its lines are.
fn room((width, height): (u16, u16)) -> usize {
    if is_boxed(width, height.saturating_sub(1)) {
        return usize::from(WIDTH.min(width) - 4);
    }
    usize::from(width.saturating_sub(2 * u16::from(width >= 41)))
}

/// Whether a hint in the footer does something on this page.
pub(super) fn is_useful(app: &App, setup: &Setup, action: Action) -> bool {
    match action {
        Action::Help | Action::Quit | Action::Back => true,
        Action::Open => match &setup.page {
            Page::Trial(trial) => matches!(trial.stage, Stage::Doubt | Stage::Status),
            page => matches!(page, Page::Import(_)),
        },
        Action::GuideOpen => matches!(setup.page, Page::Guide(_)),
        Action::SetupSandbox => app.sandbox.is_none(),
        Action::SetupSignIn => !app.snapshot.clients.is_empty(),
        Action::SetupNext
        | Action::SetupFile
        | Action::SetupType
        | Action::SetupGuide
        | Action::SetupImport
        | Action::SetupSecrets
        | Action::GuideCopy
        | Action::FieldDone
        | Action::FieldNext => true,
        _ => false,
    }
}

/// Whether there is another field to go to.
pub(super) fn has_two_fields(app: &App) -> bool {
    of(app).is_some_and(|setup| matches!(setup.page, Page::Pair(_)))
}

/// Whether there is a command to be copied, rather than an address.
pub(super) fn has_command(app: &App) -> bool {
    of(app).is_some_and(|setup| matches!(setup.page, Page::Secrets(_)))
}

/// Whether the set-up lies on top.
pub(super) fn of(app: &App) -> Option<&Setup> {
    match app.modals.last() {
        Some(Modal::Setup(setup)) => Some(setup),
        _ => None,
    }
}
