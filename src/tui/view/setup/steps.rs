//! The three steps, which of them are done, and the keys that lead on.

use super::sheet::{KEPT, Sheet, middle};
use crate::domain::client::Publishing;
use crate::tui::keymap::Action;
use crate::tui::setup::Setup;
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece};
use crate::tui::widget::text::{cut, width};

/// How wide the keys are, with what stands before them.
const LEAD: usize = 11;
/// So many of the files found are listed.
const LISTED: usize = 3;

pub(super) fn sheet<'a>(ink: &Ink<'_>, setup: &'a Setup, room: usize) -> Sheet<'a> {
    let app = ink.app;
    let has_client = !app.snapshot.clients.is_empty();
    let has_account = !app.snapshot.accounts.is_empty();
    let mut sheet = Sheet::new(room);
    step(ink, &mut sheet, 1, true, "Where secrets are kept");
    secrets(ink, &mut sheet);
    sheet.blank();
    step(ink, &mut sheet, 2, has_client, "Your Google OAuth client");
    if has_client {
        stored(ink, &mut sheet);
    } else {
        found(ink, setup, &mut sheet);
    }
    ways(ink, &mut sheet, has_client);
    sheet.blank();
    step(ink, &mut sheet, 3, has_account, "First account");
    let rank = if has_client { KEPT } else { 4 };
    let words = if has_account {
        ["sign in with another account", "sign in another"]
    } else {
        ["sign in with Google", "sign in"]
    };
    key(ink, &mut sheet, rank, Action::SetupSignIn, words);
    if has_account {
        let words = ["to the list", "to the list"];
        key(ink, &mut sheet, KEPT, Action::SetupNext, words);
    }
    sheet.blank();
    elsewhere(ink, &mut sheet, has_account);
    sheet
}

/// How a client comes in: the way to begin, or to another one.
fn ways(ink: &Ink<'_>, sheet: &mut Sheet<'_>, has_client: bool) {
    let (rank, file) = if has_client {
        (6, ["read another client's file", "read another file"])
    } else {
        (
            1,
            [
                "read the client file downloaded from Google",
                "read the file from Google",
            ],
        )
    };
    key(ink, sheet, rank, Action::SetupFile, file);
    let typed = ["type client ID and secret", "type ID and secret"];
    key(ink, sheet, rank + 2, Action::SetupType, typed);
    let guide = [
        "show me how to make one: 6 steps at Google",
        "how to make one",
    ];
    key(ink, sheet, rank, Action::SetupGuide, guide);
}

fn step(ink: &Ink<'_>, sheet: &mut Sheet<'_>, number: usize, done: bool, title: &str) {
    let app = ink.app;
    let next = if app.snapshot.clients.is_empty() {
        2
    } else {
        3
    };
    let (mark, role) = match () {
        () if done => (ink.glyphs().done, Role::Ok),
        () if number == next => (ink.glyphs().cursor, Role::Strong),
        () => (" ", Role::Text),
    };
    let lead = [
        (format!("{number} "), Role::Text),
        (format!("{mark} "), role),
    ];
    let (rank, role) = if number == next {
        (KEPT, Role::Strong)
    } else {
        (3, Role::Text)
    };
    let title = cut(title, sheet.room().saturating_sub(4), ink.glyphs().cut);
    sheet.say(rank, &lead, &title, role);
}

fn secrets(ink: &Ink<'_>, sheet: &mut Sheet<'_>) {
    let app = ink.app;
    let vault = &app.snapshot.vault;
    let place = ink.words(&vault.path.display().to_string());
    let lock = match &vault.key_file {
        Some(_) => "locked with a key file that only you can read".to_owned(),
        None => format!("locked with your {}", vault.key),
    };
    let empty = app.snapshot.clients.is_empty() && app.snapshot.accounts.is_empty();
    let made = if empty {
        " Made at the first start; nothing is in it yet."
    } else {
        ""
    };
    // In full on the page about it.
    let why = match vault.passed_over {
        Some(_) => ", as no keyring answered",
        None => "",
    };
    let words = format!("Encrypted in {place}, {lock}{why}.{made}");
    sheet.say(7, &indent(), &words, Role::Text);
    key(
        ink,
        sheet,
        8,
        Action::SetupSecrets,
        [
            "what that protects, and how to change it",
            "what that protects",
        ],
    );
}

fn found(ink: &Ink<'_>, setup: &Setup, sheet: &mut Sheet<'_>) {
    let clients = setup.found.as_ref().map_or(&[][..], |f| &f.clients);
    if setup.found.is_some() && clients.is_empty() {
        let words = "No client file is in your Downloads folder yet.";
        sheet.say(9, &indent(), words, Role::Dim);
    }
    let from = setup.at.saturating_sub(LISTED - 1);
    for (i, client) in clients.iter().enumerate().skip(from).take(LISTED) {
        let chosen = i == setup.at;
        let name = if chosen {
            ink.app.keymap.key(Action::SetupNext)
        } else {
            ""
        };
        let lead = lead(name);
        let when = client.written_at.map(|at| format!(" ({})", ink.moment(at)));
        let when = when.unwrap_or_default();
        // A narrow window has room for the name alone.
        let when = if sheet.room() < 60 {
            String::new()
        } else {
            when
        };
        let verb = if chosen { "use " } else { "    " };
        let room = sheet.room().saturating_sub(LEAD + verb.len() + when.len());
        let file = middle(&ink.words(&client.shown), room, ink.glyphs().cut);
        let [indent, name] = lead;
        let lead = [indent, name, (verb.to_owned(), Role::Text)];
        let words = format!("{file}{when}");
        if chosen && clients.len() == 1 {
            sheet.say(KEPT, &lead, &words, Role::Text);
        } else {
            sheet.entry(7, chosen, &lead, &words);
        }
    }
    let more = clients.len().saturating_sub(LISTED);
    if more > 0 {
        let words = format!("and {more} more: Down and Up choose");
        sheet.say(8, &lead(""), &words, Role::Dim);
    }
}

fn stored(ink: &Ink<'_>, sheet: &mut Sheet<'_>) {
    for client in ink.app.snapshot.clients.iter().take(LISTED) {
        let status = match client.publishing {
            Publishing::Unknown => "",
            Publishing::Testing => ", in Testing",
            Publishing::Production => ", in production",
            Publishing::Internal => ", internal",
        };
        let room = sheet.room().saturating_sub(4);
        let words = format!("{}{status}: {}", client.name, client.client_id);
        let words = middle(&ink.words(&words), room, ink.glyphs().cut);
        sheet.say(7, &indent(), &words, Role::Text);
    }
}

/// The other ways to begin.
fn elsewhere(ink: &Ink<'_>, sheet: &mut Sheet<'_>, has_account: bool) {
    if ink.app.sandbox.is_none() && !has_account {
        let words = [
            "only looking? Made-up accounts, no network, nothing stored",
            "try made-up accounts",
        ];
        key(ink, sheet, 3, Action::SetupSandbox, words);
    }
    let words = ["accounts elsewhere already? Import them", "import accounts"];
    key(ink, sheet, 5, Action::SetupImport, words);
}

/// One line wherever possible: the long words, else the short ones, else what fits of them.
fn key(ink: &Ink<'_>, sheet: &mut Sheet<'_>, rank: u8, action: Action, [long, short]: [&str; 2]) {
    let lead = lead(ink.app.keymap.key(action));
    let room = sheet.room().saturating_sub(LEAD);
    let words = if width(long) <= room { long } else { short };
    let words = cut(words, room, ink.glyphs().cut);
    sheet.say(rank, &lead, &words, Role::Text);
}

fn lead(key: &str) -> [Piece; 2] {
    [
        ("    ".to_owned(), Role::Text),
        (format!("{key:<7}"), Role::Key),
    ]
}

fn indent() -> [Piece; 1] {
    [("    ".to_owned(), Role::Text)]
}
