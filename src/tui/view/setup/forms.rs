//! What is typed: a path, or a client ID and its secret, which is never seen.

use super::sheet::Sheet;
use crate::tui::keymap::Action;
use crate::tui::message::Failure;
use crate::tui::setup::{PairForm, PathForm, Wanted};
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece};

pub(super) fn path<'a>(ink: &Ink<'_>, form: &'a PathForm, room: usize) -> Sheet<'a> {
    let mut sheet = Sheet::new(room);
    let words = match form.of {
        Wanted::Client => {
            "The JSON file of an OAuth client, as downloaded from Google. Type its path, or paste it."
        }
        Wanted::Grant => {
            "google-auth's token.json, or gcloud's application_default_credentials.json. Type its path, or paste it."
        }
    };
    sheet.say(4, &[], words, Role::Text);
    sheet.blank();
    let shown = form.field.text().to_owned();
    sheet.field(&label("Path: "), &form.field, shown, true);
    sheet.blank();
    if form.offers.is_empty() {
        let key = ink.app.keymap.key(Action::FieldNext);
        let words = format!("{key} completes names; ~ is your home folder.");
        sheet.say(3, &[], &words, Role::Dim);
    } else {
        let words = ink.words(&form.offers.join("   "));
        sheet.say(2, &[], &words, Role::Dim);
    }
    sheet
}

pub(super) fn pair<'a>(ink: &Ink<'_>, form: &'a PairForm, room: usize) -> Sheet<'a> {
    let mut sheet = Sheet::new(room);
    sheet.say(
        4,
        &[],
        "Both stand in Google Auth Platform > Clients. A secret is shown only when it is made.",
        Role::Text,
    );
    sheet.blank();
    // A narrow window needs its room for what is typed.
    let [name, key] = if room < 30 {
        ["ID:", "Secret:"]
    } else {
        ["Client ID:    ", "Client secret:"]
    };
    let lead = |on: bool, name: &str| {
        let mark = if on { ink.glyphs().cursor } else { " " };
        [(format!("{mark} {name} "), Role::Text)]
    };
    let id = form.id.text().to_owned();
    sheet.field(&lead(!form.on_secret, name), &form.id, id, !form.on_secret);
    let secret = ink
        .glyphs()
        .masked
        .repeat(form.secret.text().chars().count());
    sheet.field(
        &lead(form.on_secret, key),
        &form.secret,
        secret,
        form.on_secret,
    );
    sheet.blank();
    if let Some(words) = form.trouble {
        let lead = [("! ".to_owned(), Role::Warn)];
        sheet.say(1, &lead, words, Role::Text);
    }
    let key = ink.app.keymap.key(Action::FieldNext);
    let words = format!("{key} goes to the other field. The secret is not shown.");
    sheet.say(3, &[], &words, Role::Dim);
    sheet
}

/// What could not be done, and what helps.
pub(super) fn trouble(ink: &Ink<'_>, sheet: &mut Sheet<'_>, failure: &Failure) {
    let lead = [(format!("{} ", ink.glyphs().failed), Role::Bad)];
    sheet.say(1, &lead, &ink.words(&failure.message), Role::Text);
    if let Some(hint) = &failure.hint {
        let lead = [("  ".to_owned(), Role::Text)];
        sheet.say(2, &lead, &ink.words(hint), Role::Text);
    }
}

fn label(words: &str) -> [Piece; 1] {
    [(words.to_owned(), Role::Text)]
}
