//! The last line: the keys that matter here, computed from the key map, or the text being typed.

use ratatui::layout::{Position, Rect};

use super::accounts;
use super::consent;
use super::ink::Ink;
use super::setup;
use super::works;
use crate::tui::app::App;
use crate::tui::keymap::{Action, Context};
use crate::tui::log::Chosen;
use crate::tui::modal::Modal;
use crate::tui::theme::Role;
use crate::tui::widget::hints::{self, Hint};
use crate::tui::widget::text::{cut, width};

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

/// The filter as it is typed, and what of it means nothing yet; else what the keys do.
fn typing(ink: &mut Ink<'_>, area: Rect) -> Position {
    let app = ink.app;
    let [key, text, dim, bad] =
        [Role::Key, Role::Text, Role::Dim, Role::InputError].map(|role| ink.style(role));
    let shown = accounts::typed_filter(ink);
    let complaint = accounts::complaint(ink);
    let style = if complaint.is_some() { bad } else { dim };
    let help = complaint.unwrap_or_else(|| {
        let keep = ink.hint(Action::Keep, "keep");
        format!("{keep}  {}", ink.hint(Action::Back, "clear"))
    });
    // What is typed comes first, and keeps at least a third.
    let typed = width(&shown).max(usize::from(area.width) / 3) + 4;
    let room = usize::from(area.width).saturating_sub(typed + 1);
    let help = cut(&help, room, ink.glyphs().cut).into_owned();
    let mut pen = ink.pen(area, 0);
    if width(&help) >= 12 {
        pen.keep_free(width(&help) + 2);
    }
    pen.put(" /", key);
    let origin = Position::new(area.x + 2, area.y);
    let cursor = app.filter.draw(&mut pen, origin, &shown, text);
    if width(&help) >= 12 {
        let start = usize::from(area.width) - width(&help) - 1;
        ink.pen(area, 0).skip(start).put(&help, style);
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
                (Action::Back, Context::Table) => "show all".to_owned(),
                (Action::Open, Context::Menu) => "choose".to_owned(),
                (Action::FieldNext, _) if setup::has_two_fields(app) => "other field".to_owned(),
                (Action::GuideCopy, _) if setup::has_command(app) => "copy command".to_owned(),
                (Action::OpenAgain, _) => consent::open_hint(app).to_owned(),
                (Action::Back, Context::Consent) => consent::back_hint(app).to_owned(),
                (Action::Back, Context::ConsentEnd) => "close".to_owned(),
                (Action::Open, Context::Works) => "go to it".to_owned(),
                (Action::Open, Context::Help) => "runs".to_owned(),
                (Action::Open, Context::Log) => "older".to_owned(),
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
        // In the smallest windows nothing else tells that a filter is kept.
        Action::Back if context == Context::Table => 0,
        _ => hint.rank,
    });
    all
}

/// A hint that does nothing here is worse than none.
fn is_useful(app: &App, context: Context, action: Action) -> bool {
    let somewhere = context != Context::Table;
    if let Some(setup) = setup::of(app) {
        return setup::is_useful(app, setup, action);
    }
    if let Some(Modal::Consent(dialog)) = app.modals.last() {
        return consent::is_useful(dialog, action);
    }
    match action {
        Action::Back => somewhere || !app.filter.is_empty(),
        Action::Open if context == Context::Works => works::leads_to(app).is_some(),
        Action::Open => match (context, app.modals.last()) {
            (Context::Table, _) => !app.snapshot.accounts.is_empty(),
            (Context::Log, Some(Modal::Log(log))) => log.at == Chosen::Older,
            (Context::Help, Some(Modal::Help(help))) => help.context == help.home,
            (context, _) => context == Context::Menu,
        },
        Action::Play => app.sandbox.is_some(),
        Action::ClientStatus | Action::ClientCopy | Action::ClientRemove => {
            !app.snapshot.clients.is_empty()
        }
        Action::Works => {
            let on_it = matches!(app.modals.last(), Some(Modal::Works(_)));
            let none = app.works.is_empty() && app.past_works.is_empty();
            !on_it && !none
        }
        Action::TryAgain => app
            .chosen_work()
            .is_some_and(|(work, _)| !work.failed.is_empty()),
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
