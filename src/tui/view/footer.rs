//! The last line: the keys that matter here, computed from the key map, or the text being typed.

use ratatui::layout::{Position, Rect};

use super::ink::Ink;
use crate::tui::app::App;
use crate::tui::keymap::{Action, Context};
use crate::tui::modal::{Modal, Phase};
use crate::tui::theme::Role;
use crate::tui::widget::hints::{self, Hint};
use crate::tui::widget::text::width;

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) -> Option<Position> {
    let app = ink.app;
    if app.filtering && app.modals.is_empty() {
        return Some(typing(ink, area));
    }
    let (key, text) = (ink.style(Role::Key), ink.style(Role::Text));
    for (x, _, hint) in placed(app, area) {
        let here = Rect {
            x,
            width: area.right() - x,
            ..area
        };
        ink.pen(here, 0)
            .put(&hint.key, key)
            .put(" ", text)
            .put(&hint.does, text);
    }
    None
}

fn typing(ink: &mut Ink<'_>, area: Rect) -> Position {
    let app = ink.app;
    let (key, text, dim) = (
        ink.style(Role::Key),
        ink.style(Role::Text),
        ink.style(Role::Dim),
    );
    let help = " Enter keep  Esc clear ";
    let mut pen = ink.pen(area, 0);
    let with_help = pen.room() > width(help) + 20;
    if with_help {
        pen.keep_free(width(help));
    }
    pen.put(" /", key);
    let origin = Position::new(area.x + 2, area.y);
    let cursor = app.filter.draw(&mut pen, origin, app.filter.text(), text);
    if with_help {
        ink.pen(area, 0)
            .skip(40.min(usize::from(area.width) - width(help)))
            .put_right(help, dim);
    }
    cursor
}

/// Each hint with its place and what a click on it does.
fn placed(app: &App, area: Rect) -> Vec<(u16, Action, Hint)> {
    let all = hints(app);
    let only: Vec<Hint> = all.iter().map(|(_, hint)| hint.clone()).collect();
    let margin = u16::from(area.width >= 56);
    let room = usize::from(area.width.saturating_sub(2 * margin));
    let mut x = area.x + margin;
    let mut placed = Vec::new();
    for hint in hints::that_fit(&only, room) {
        let Some((action, _)) = all.iter().find(|(_, h)| h == hint) else {
            continue;
        };
        let wide = (width(&hint.key) + 1 + width(&hint.does)) as u16;
        // The way out stands at the right edge, where the eye finds it.
        let at = if *action == Action::Quit {
            area.right().saturating_sub(wide + margin)
        } else {
            x
        };
        placed.push((at.max(x), *action, hint.clone()));
        x += wide + 2;
    }
    placed
}

fn hints(app: &App) -> Vec<(Action, Hint)> {
    let context = app.context();
    let mut all: Vec<_> = app
        .keymap
        .bindings(context)
        .filter(|b| is_useful(app, context, b.action))
        .filter_map(|b| {
            let does = match (b.action, context) {
                (Action::Open, Context::Menu) => "choose".to_owned(),
                _ => b.hint.clone()?,
            };
            let hint = Hint {
                key: b.keys.first()?.clone(),
                does,
                rank: b.rank,
            };
            Some((b.action, hint))
        })
        .collect();
    all.sort_by_key(|(action, hint)| match action {
        Action::Quit => u8::MAX,
        _ => hint.rank,
    });
    all
}

/// A hint that does nothing here is worse than none.
fn is_useful(app: &App, context: Context, action: Action) -> bool {
    let somewhere = context != Context::Table;
    if let Some(Modal::Consent(dialog)) = app.modals.last() {
        let is_open = matches!(dialog.phase, Phase::Open(_)) && !dialog.explaining;
        match action {
            Action::CopyLink | Action::OpenAgain | Action::ToField => return is_open,
            Action::Submit => {
                let starting = matches!(dialog.phase, Phase::Starting);
                return if is_open {
                    dialog.typing
                } else {
                    !starting && !dialog.explaining
                };
            }
            _ => {}
        }
    }
    match action {
        Action::Back => somewhere,
        Action::Open => {
            matches!(context, Context::Table | Context::Menu) && !app.snapshot.accounts.is_empty()
        }
        Action::Play => app.sandbox.is_some(),
        Action::Log => !matches!(app.modals.last(), Some(Modal::Log(_))),
        Action::Clients => !matches!(app.modals.last(), Some(Modal::Clients(_))),
        Action::Consent
        | Action::Refresh
        | Action::RefreshAll
        | Action::Verify
        | Action::Copy
        | Action::Remove
        | Action::Pause
        | Action::Filter
        | Action::Sort => !app.snapshot.accounts.is_empty(),
        _ => true,
    }
}

/// What a click on the footer means.
pub fn action_at(app: &App, area: Rect, x: u16) -> Option<Action> {
    placed(app, area)
        .into_iter()
        .find(|(from, _, hint)| {
            let wide = (width(&hint.key) + 1 + width(&hint.does)) as u16;
            (*from..from + wide).contains(&x)
        })
        .map(|(_, action, _)| action)
}
