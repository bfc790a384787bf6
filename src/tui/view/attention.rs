//! The line under the header: the one account that needs a person most, what it needs, why, and the
//! key. The key stays whole, then who and what; the reason takes the room that is left.

use ratatui::layout::Rect;

use super::ink::Ink;
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::problem::Problem;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Timestamp, distance};
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::text::{width, wrap_within};

/// A shorter piece of a reason tells nobody anything.
const WORTH_TELLING: usize = 16;

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    if let Some((account, state)) = app.rows.most_urgent(&app.snapshot) {
        line(ink, area, account, state);
    }
}

pub(super) fn line(ink: &mut Ink<'_>, area: Rect, account: &AccountView, state: State) {
    let app = ink.app;
    let margin = if area.width >= 56 { " " } else { "" };
    let room = usize::from(area.width).saturating_sub(2 * margin.len());
    let email = ink.address(&account.email);
    let local = email.split_once('@').map_or(&*email, |(local, _)| local);
    let now = app.shown_at(ink.now);
    let [need, short] = need(account, state, now);
    let is_current = app.cursor == Some(account.id);
    let keys = keys(ink, state, is_current);
    // The wording gets shorter before anything goes.
    let head = |name: &str, need: &str| 2 + width(name) + 1 + width(need);
    let choices = [
        (&*email, &need, &keys[0]),
        (&*email, &need, &keys[1]),
        (local, &need, &keys[1]),
        (local, &short, &keys[1]),
        (local, &short, &keys[2]),
    ];
    let fits =
        |(name, need, key): &(&str, &String, &String)| head(name, need) + 2 + width(key) <= room;
    let none = String::new();
    let chosen = choices.into_iter().find(fits);
    let (name, need, key) = chosen.unwrap_or((local, &short, &none));

    let problem = account.problem(&app.snapshot.policy, ink.now);
    let why = problem
        .map(|p| ink.words(&why(p, state)))
        .unwrap_or_default();
    let gap = if key.is_empty() { 0 } else { width(key) + 2 };
    let left = room.saturating_sub(head(name, need) + 2 + gap);
    let why = if left < width(&why).min(WORTH_TELLING) {
        None
    } else {
        wrap_within(&why, left, 1, ink.glyphs().cut).pop()
    };
    let glyph = ink.glyphs().state(state);
    let [mark, strong, text, bold] =
        [Role::of(state), Role::Strong, Role::Text, Role::Key].map(|role| ink.style(role));
    let mut pen = ink.pen(area, 0);
    pen.put(margin, text).put(glyph, mark).put(" ", text);
    pen.put(name, strong).put(" ", text).put(need, text);
    if let Some(why) = why {
        pen.put(": ", text).put(&why, text);
    }
    pen.keep_free(margin.len()).put_right(key, bold);
}

/// What it is that a person has to know first, and the same in fewer letters.
fn need(account: &AccountView, state: State, now: Timestamp) -> [String; 2] {
    let [long, short] = match state {
        State::Blocked => ["is refused by Google", "is refused"],
        State::SignedOut => ["is not signed in", "is signed out"],
        State::Limited => ["lacks permissions", "is limited"],
        State::Ending => match outlook::end(&account.facts).filter(|end| *end > now) {
            Some(end) => {
                let left = distance(end - now);
                return [
                    format!("must sign in within {left}"),
                    format!("ends in {left}"),
                ];
            }
            None => ["should have ended by now", "is past its end"],
        },
        _ => ["needs a new sign-in", "needs a sign-in"],
    };
    [long.into(), short.into()]
}

/// The reason without what was said already.
fn why(problem: Problem, state: State) -> String {
    if let Some(cause) = problem.cause {
        return cause.text;
    }
    match problem.message.split_once(": ") {
        Some((_, rest)) if matches!(state, State::Ending | State::Limited) => rest.to_owned(),
        _ => problem.message,
    }
}

/// The key acts on the account under the cursor, so the way there comes first. From long to short.
fn keys(ink: &Ink<'_>, state: State, is_current: bool) -> [String; 3] {
    let keymap = &ink.app.keymap;
    let (action, does) = match state {
        State::Blocked => (Action::Open, "says what to do"),
        State::SignedOut => (Action::Consent, "signs in"),
        State::Ending => (Action::Consent, "renews the sign-in"),
        _ => (Action::Consent, "signs in again"),
    };
    let key = keymap.key(action);
    if is_current {
        return [
            format!("{key} {does}"),
            format!("press {key}"),
            key.to_owned(),
        ];
    }
    let there = keymap.key(Action::Urgent);
    [
        format!("{there} goes there, {key} {does}"),
        format!("press {there} {key}"),
        format!("{there} {key}"),
    ]
}
