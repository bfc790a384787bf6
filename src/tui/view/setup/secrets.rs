//! Where secrets are kept: what the key protects, what it does not, and how to have another one.

use super::sheet::{KEPT, Sheet};
use crate::tui::app::App;
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

fn write(sheet: &mut Sheet<'_>, app: &App, seen: &dyn Fn(&str) -> String) {
    let vault = &app.snapshot.vault;
    let is_new = app.snapshot.clients.is_empty() && app.snapshot.accounts.is_empty();
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
    say("");
    match &vault.key_file {
        Some(file) => {
            say("The vault is locked with a key file. Only your user may read it (0600):");
            say(&format!("  {}", file.display()));
            say("");
            say("It protects a vault file that is copied or stolen alone.");
            say(
                "It does not protect against programs that run as you, nor against a copy of your whole home folder: that has both files.",
            );
            say("");
            say(
                "To have the key come from a program of yours, such as a password manager, write into config.toml:",
            );
            say("  [vault]");
            say("  key = \"command\"");
            say("  key_command = [\"pass\", \"show\", \"gatepost\"]");
            say("The command prints base64 of 32 random bytes.");
            say("");
            say("The kind of key is decided when the vault is made.");
            if is_new {
                say(
                    "This vault was made at the first start, and nothing is in it yet: quit, delete the two files above, and the next start makes a new one.",
                );
            }
        }
        None => {
            say(&format!(
                "The vault is locked with your {}: see vault.key_command in config.toml.",
                vault.key
            ));
            say("");
            say(
                "It protects as well as that command does. Programs that run as you can call it too.",
            );
            say("");
            say("Another command will do, as long as it prints the same key.");
        }
    }
}
