//! The line under the header: the one account that needs a person most, why, and the key.

use ratatui::layout::Rect;

use super::ink::Ink;
use crate::domain::health::State;
use crate::domain::snapshot::AccountView;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::text::width;

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    if let Some((account, state)) = app.rows.most_urgent(&app.snapshot) {
        line(ink, area, account, state);
    }
}

/// Who, why, and at the right edge the key, which stays whole; the reason gives way.
pub(super) fn line(ink: &mut Ink<'_>, area: Rect, account: &AccountView, state: State) {
    let app = ink.app;
    let glyph = ink.glyphs().state(state);
    let email = ink.address(&account.email);
    let name = match email.split_once('@') {
        Some((local, _)) if area.width < 56 => local,
        _ => &email,
    };
    let problem = account.problem(&app.snapshot.policy, ink.now);
    let why = problem.map(|p| ink.words(&p.message)).unwrap_or_default();
    let key = key(ink, state, app.cursor == Some(account.id), area.width >= 80);
    let [mark, strong, text, bold] =
        [Role::of(state), Role::Strong, Role::Text, Role::Key].map(|role| ink.style(role));
    let margin = if area.width >= 56 { " " } else { "" };
    let keep = width(&key) + 2 * margin.len() + 1;
    let mut pen = ink.pen(area, 0);
    let room = pen.room();
    let with_key = room > keep + 20;
    if with_key {
        pen.keep_free(keep);
    }
    pen.put(margin, text).put(glyph, mark).put(" ", text);
    pen.put(name, strong).put(": ", text).put(&why, text);
    if with_key {
        let start = room - width(&key) - margin.len();
        ink.pen(area, 0).skip(start).put(&key, bold);
    }
}

/// The key acts on the account under the cursor, so the way there comes first.
fn key(ink: &Ink<'_>, state: State, is_current: bool, long: bool) -> String {
    let keymap = &ink.app.keymap;
    let (action, does) = match state {
        State::Blocked => (Action::Open, "says what to do"),
        State::Revoked | State::Reauth | State::SignedOut => (Action::Consent, "signs in again"),
        _ => (Action::Consent, "renews the sign-in"),
    };
    let key = keymap.key(action);
    match (is_current, long) {
        (true, true) => format!("{key} {does}"),
        (true, false) => format!("press {key}"),
        (false, true) => format!("{} goes there, {key} {does}", keymap.key(Action::Urgent)),
        (false, false) => format!("press {} {key}", keymap.key(Action::Urgent)),
    }
}
