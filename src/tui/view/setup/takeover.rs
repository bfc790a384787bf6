//! Sign-ins of other programs: those found, the path to be typed, and what became of each.

use super::forms::trouble;
use super::sheet::{KEPT, Sheet, middle};
use crate::tui::setup::{Setup, Taken, Takeover, said};
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;

pub(super) fn sheet<'a>(ink: &Ink<'_>, setup: &'a Setup, at: usize, room: usize) -> Sheet<'a> {
    let mut sheet = Sheet::new(room);
    let words = "Files are only read, never changed. Each sign-in is proved by one refresh.";
    sheet.say(5, &[], words, Role::Text);
    sheet.blank();
    let cut = ink.glyphs().cut;
    for (i, grant) in setup.grants().iter().enumerate() {
        let whose = grant
            .account
            .as_ref()
            .map(|a| format!(" of {}", ink.address(a)));
        let several = (grant.accounts > 1).then(|| format!(", {} accounts", grant.accounts));
        let about = [Some(grant.format.to_owned()), whose, several];
        let about: String = about.into_iter().flatten().collect();
        let file = middle(&ink.words(&grant.shown), room.saturating_sub(2), cut);
        entry(ink, &mut sheet, 2, i == at, &file);
        let below = [("    ".to_owned(), Role::Text)];
        sheet.say(4, &below, &about, Role::Dim);
    }
    if setup.found.is_some() && setup.grants().is_empty() {
        let words = "No sign-ins of other programs were found in their usual places.";
        sheet.say(4, &[], words, Role::Dim);
    }
    let last = at >= setup.grants().len();
    entry(ink, &mut sheet, KEPT, last, "Type a path…");
    sheet.blank();
    for takeover in setup.taken.iter().rev() {
        outcome(ink, &mut sheet, takeover);
    }
    sheet
}

fn entry(ink: &Ink<'_>, sheet: &mut Sheet<'_>, rank: u8, chosen: bool, words: &str) {
    let mark = if chosen { ink.glyphs().cursor } else { " " };
    sheet.entry(rank, chosen, &[(format!("{mark} "), Role::Text)], words);
}

fn outcome(ink: &Ink<'_>, sheet: &mut Sheet<'_>, takeover: &Takeover) {
    let glyphs = ink.glyphs();
    let shown = ink.words(&takeover.shown);
    match &takeover.taken {
        Taken::Asking => {
            let lead = [(format!("{} ", glyphs.busy), Role::Busy)];
            sheet.say(1, &lead, &format!("{shown}: asking Google…"), Role::Text);
        }
        Taken::Done(imported) => {
            let lead = [(format!("{} ", glyphs.done), Role::Ok)];
            sheet.say(1, &lead, &ink.words(&said(imported)), Role::Text);
        }
        // Its message names the file.
        Taken::Failed(failure) => trouble(ink, sheet, failure),
    }
}
