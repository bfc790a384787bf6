//! Where secrets are kept: what locks them, the kinds of key, what each protects from, and the
//! command that changes it.

use super::sheet::{KEPT, Sheet};
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;

/// How many lines the page has.
pub fn length(app: &App) -> usize {
    let mut sheet = Sheet::new(super::room(app.size));
    write(&mut sheet, app, &|words| words.to_owned());
    sheet.whole().len()
}

pub(super) fn sheet<'a>(ink: &Ink<'_>, room: usize) -> Sheet<'a> {
    let mut sheet = Sheet::new(room);
    write(&mut sheet, ink.app, &|words| ink.words(words));
    sheet
}

/// A kind of key: its name in the vault's view, its word for `rekey`, and how far it goes.
struct Kind {
    name: &'static str,
    word: &'static str,
    about: &'static str,
}

const KINDS: [Kind; 4] = [
    Kind {
        name: "keyring entry",
        word: "keyring",
        about: "The desktop's keyring holds the key. Safe from whoever copies your files; not from programs that run as you while the keyring is open.",
    },
    Kind {
        name: "key file",
        word: "file",
        about: "A file that only your user may read. Safe from whoever copies the vault alone; not from a copy of your whole home folder, nor from programs that run as you.",
    },
    Kind {
        name: "passphrase",
        word: "passphrase",
        about: "You type it at each start. Safe from whoever copies your files. Forgotten, everything is lost.",
    },
    Kind {
        name: "key command",
        word: "command",
        about: "A program of yours prints the key, such as a password manager (vault.key_command in config.toml). As safe as that program.",
    },
];

/// What gives the vault another kind of key.
pub fn change(app: &App) -> String {
    let word = if app.snapshot.vault.key == "passphrase" {
        "keyring"
    } else {
        "passphrase"
    };
    format!("gatepost vault rekey --key {word}")
}

fn write(sheet: &mut Sheet<'_>, app: &App, seen: &dyn Fn(&str) -> String) {
    let vault = &app.snapshot.vault;
    let mut say = |words: &str| {
        if words.is_empty() {
            return sheet.blank();
        }
        let indent = words.len() - words.trim_start().len();
        let lead = [(" ".repeat(indent), Role::Text)];
        let role = if indent > 0 { Role::Strong } else { Role::Text };
        sheet.say(KEPT, &lead, &seen(words.trim_start()), role);
    };
    say("Client secrets, refresh tokens and access tokens are encrypted one by one in the vault:");
    say(&format!("  {}", vault.path.display()));
    match &vault.key_file {
        Some(file) => {
            say("It is locked with a key file, which only your user may read:");
            say(&format!("  {}", file.display()));
        }
        None => say(&format!("It is locked with your {}.", vault.key)),
    }
    say("");
    say("For another kind of key, run this in a shell:");
    say(&format!("  {}", change(app)));
    let key = app.keymap.key(Action::GuideCopy);
    let down = app.keymap.key(Action::Down);
    say(&format!(
        "{key} copies it. {down} scrolls to what else there is."
    ));
    if vault.passed_over.is_some() {
        say("");
    }
    if let Some(why) = &vault.passed_over {
        say(&format!(
            "The keyring, which would have been first choice, was passed over: {why}."
        ));
    }
    say("");
    say("The kinds that --key takes:");
    for kind in &KINDS {
        say("");
        let mine = if kind.name == vault.key {
            ", the one you have"
        } else {
            ""
        };
        say(&format!("  {}{mine}", kind.word));
        say(kind.about);
    }
}
