//! A client on its way in: what it is, what Google says to it, and what the person is asked.

use super::forms::trouble;
use super::sheet::{KEPT, Sheet, middle};
use crate::domain::client::ClientKind;
use crate::domain::client_check::ClientCheck;
use crate::tui::setup::{Stage, Trial};
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;
use crate::tui::widget::text::width;

pub(super) fn sheet<'a>(ink: &Ink<'_>, trial: &'a Trial, room: usize) -> Sheet<'a> {
    let mut sheet = Sheet::new(room);
    about(ink, trial, &mut sheet);
    sheet.blank();
    verdict(ink, trial, &mut sheet);
    if let Some(failure) = &trial.trouble {
        trouble(ink, &mut sheet, failure);
    }
    sheet.blank();
    match trial.stage {
        Stage::Testing => {}
        Stage::Storing => busy(ink, &mut sheet, "Storing it…"),
        Stage::Doubt => answers(ink, trial, &mut sheet),
        Stage::Status => {
            sheet.say(1, &[], "Is the app published?", Role::Strong);
            let words = "Google tells nobody; see Google Auth Platform > Audience.";
            sheet.say(3, &[], words, Role::Text);
            answers(ink, trial, &mut sheet);
        }
    }
    sheet
}

fn about(ink: &Ink<'_>, trial: &Trial, sheet: &mut Sheet<'_>) {
    let room = sheet.room().saturating_sub(9);
    let mut fact = |rank, name: &str, words: &str| {
        let words = middle(&ink.words(words), room, ink.glyphs().cut);
        sheet.say(
            rank,
            &[(format!("{name:<9}"), Role::Dim)],
            &words,
            Role::Text,
        );
    };
    if let Some(path) = &trial.path {
        fact(5, "FILE", path);
    }
    let Some(card) = &trial.client else { return };
    fact(4, "CLIENT", &card.client_id);
    let kind = match card.kind {
        ClientKind::Installed => "Desktop app",
        ClientKind::Web => "Web application, with an address on this machine",
    };
    let project = card.project.as_ref().map(|p| format!(", project {p}"));
    fact(6, "KIND", &format!("{kind}{}", project.unwrap_or_default()));
}

fn verdict(ink: &Ink<'_>, trial: &Trial, sheet: &mut Sheet<'_>) {
    let Some(check) = &trial.check else {
        if trial.stage == Stage::Testing {
            let words = match trial.client {
                Some(_) => "Asking Google whether it knows this ID and its secret…",
                None => "Reading the file…",
            };
            busy(ink, sheet, words);
        }
        return;
    };
    let (mark, role) = match check {
        ClientCheck::Good => (ink.glyphs().done, Role::Ok),
        ClientCheck::NoAnswer { .. } => ("?", Role::Warn),
        _ => (ink.glyphs().failed, Role::Bad),
    };
    let lead = [(format!("{mark} "), role)];
    sheet.say(1, &lead, &ink.words(&check.words()), Role::Strong);
    if let Some(remedy) = check.remedy() {
        let lead = [("  ".to_owned(), Role::Text)];
        sheet.say(3, &lead, remedy, Role::Text);
    }
}

fn busy(ink: &Ink<'_>, sheet: &mut Sheet<'_>, words: &str) {
    let lead = [(format!("{} ", ink.glyphs().busy), Role::Busy)];
    sheet.say(KEPT, &lead, words, Role::Text);
}

fn answers(ink: &Ink<'_>, trial: &Trial, sheet: &mut Sheet<'_>) {
    let answers = trial.answers();
    let wide = answers.iter().map(|a| width(a.words)).max().unwrap_or(0);
    for (i, answer) in answers.iter().enumerate() {
        let chosen = i == trial.at;
        let mark = if chosen { ink.glyphs().cursor } else { " " };
        let lead = [(format!("{mark} {:<wide$}  ", answer.words), Role::Text)];
        // A narrow window has room for the words alone.
        if sheet.room() < wide + 4 + width(answer.about) {
            sheet.entry(1, chosen, &[(format!("{mark} "), Role::Text)], answer.words);
        } else {
            sheet.entry(1, chosen, &lead, answer.about);
        }
    }
}
