//! What a consent came to, where there is more to say than a line: something missing, somebody
//! else, a no, a failure, nobody. Each page says what was stored and which key goes on.

use super::page::Page;
use super::{pages, steps};
use crate::domain::scope::short;
use crate::domain::wording::date;
use crate::service::ask::Consented;
use crate::tui::consent::{ConsentDialog, Phase};
use crate::tui::keymap::Action;
use crate::tui::message::Failure;
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;

pub(super) fn fill(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog) {
    match &dialog.phase {
        Phase::Done(done) => incomplete(page, ink, dialog, done),
        Phase::Other { expected, got, at } => other(page, ink, expected, got, *at),
        Phase::Denied(why) => denied(page, ink, why),
        Phase::TimedOut => {
            page.said(
                1,
                "Nobody finished the sign-in in time; nothing was stored.",
            );
            page.blank();
            let help = ink.app.keymap.key(Action::ConsentHelp);
            let words = format!("Did the browser show an error page? {help} says what it means.");
            page.said(5, &words);
        }
        Phase::Failed(failure) => failed(page, ink, failure),
        Phase::Starting | Phase::Open(_) => {}
    }
    page.blank();
    ways_on(page, ink, dialog);
}

fn incomplete(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, done: &Consented) {
    let verb = if done.renewed {
        "signed in again"
    } else {
        "added"
    };
    let end = match done.grant_expires_at {
        Some(at) => format!("this sign-in lasts until {}", date(at)),
        None => "Google named no end".into(),
    };
    let words = format!("{} {verb}; {end}.", ink.address(&done.email));
    page.para(
        3,
        (mark(ink.glyphs().done).as_str(), Role::Ok),
        &words,
        Role::Text,
    );
    page.blank();
    if !done.missing.is_empty() {
        let words = "Left unticked in the browser, so without it:";
        page.para(1, ("! ", Role::Warn), words, Role::Strong);
        page.shrinks();
        for scope in done.missing.iter() {
            let line = format!("{}: {}", short(scope), lost_with(scope));
            page.para(2, ("  - ", Role::Text), &ink.words(&line), Role::Text);
            page.shrinks();
        }
    }
    if done.without_refresh_token {
        let account = ink.app.snapshot.account(done.account);
        let words = if account.is_some_and(|account| account.facts.can_refresh()) {
            "Google sent no refresh token; the one from before goes on being used."
        } else {
            "Google sent no refresh token: this sign-in ends with its access token, within the hour."
        };
        page.para(1, ("! ", Role::Warn), words, Role::Strong);
        page.shrinks();
    }
    page.blank();
    steps::done(page, ink, &dialog.steps, 9);
}

/// What no longer works without a scope, as a person would put it.
fn lost_with(scope: &str) -> &'static str {
    let name = scope.trim_end_matches('/').rsplit('/').next();
    match name.unwrap_or_default() {
        "mail.google.com" => "mail programs (IMAP, POP, SMTP) will be refused",
        "gmail.readonly" => "reading mail through the Gmail API will be refused",
        "gmail.modify" => "reading and changing mail through the Gmail API will be refused",
        "gmail.send" | "gmail.compose" => "sending through the Gmail API will be refused",
        "gmail.metadata" => "message headers through the Gmail API will be refused",
        "gmail.labels" => "labels through the Gmail API will be refused",
        _ => "what needs it will be refused",
    }
}

fn other(page: &mut Page, ink: &Ink<'_>, expected: &str, got: &str, at: usize) {
    let is_known = ink.app.snapshot.accounts.iter().any(|a| a.email == got);
    let (expected, got) = (ink.address(expected), ink.address(got));
    page.said(2, &format!("You asked for {expected},"));
    page.para(
        1,
        ("", Role::Text),
        &format!("but the browser signed in {got}. Nothing is stored yet."),
        Role::Strong,
    );
    page.shrinks();
    page.blank();
    let keep = if is_known {
        format!("Renew {got} with it")
    } else {
        format!("Keep {got} as a new account")
    };
    let choices = [
        "Cancel, store nothing".to_owned(),
        keep,
        format!("Try again, as {expected}"),
    ];
    for (i, words) in choices.into_iter().enumerate() {
        let chosen = i == at;
        let mark = if chosen { ink.glyphs().cursor } else { " " };
        let role = if chosen { Role::Cursor } else { Role::Text };
        page.line(
            if chosen { 0 } else { 3 },
            vec![(format!("{mark} {words} "), role)],
        );
    }
}

fn denied(page: &mut Page, ink: &Ink<'_>, why: &str) {
    match pages::remedy(why) {
        Some(remedy) => {
            let words = format!(
                "Google did not let this sign-in through ({}).",
                ink.words(why)
            );
            page.said(1, &words);
            page.shrinks();
            page.said(2, remedy);
        }
        None => {
            let words = format!(
                "Somebody pressed Cancel on Google's page ({}).",
                ink.words(why)
            );
            page.said(1, &words);
            page.shrinks();
        }
    }
    page.said(
        3,
        "Nothing was stored; what was there before goes on as it did.",
    );
}

fn failed(page: &mut Page, ink: &Ink<'_>, failure: &Failure) {
    page.said(1, &ink.words(&failure.message));
    page.shrinks();
    if let Some(hint) = &failure.hint {
        page.blank();
        page.said(2, &ink.words(hint));
        page.shrinks();
    }
}

/// The keys that lead out of here; the footer may not be seen.
fn ways_on(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog) {
    let next = dialog
        .queue
        .rest
        .front()
        .map(|id| ink.address(&ink.app.email(*id)));
    let keymap = &ink.app.keymap;
    let (enter, esc) = (keymap.key(Action::Submit), keymap.key(Action::Back));
    let mut keys: Vec<(&str, String)> = Vec::new();
    match (&dialog.phase, &next) {
        (Phase::Done(_), next) => {
            keys.push((
                keymap.key(Action::AskAgain),
                "asks again: tick every box".into(),
            ));
            let on = next
                .as_ref()
                .map_or("goes on".into(), |next| format!("goes on with {next}"));
            keys.push((enter, on));
        }
        (Phase::Other { .. }, _) => keys.push((enter, "does it".into())),
        (_, next) => {
            keys.push((enter, "starts again with a new link".into()));
            if let Some(next) = next {
                keys.push((keymap.key(Action::SkipOne), format!("skips to {next}")));
            }
        }
    }
    if !matches!(dialog.phase, Phase::Done(_)) || next.is_some() {
        keys.push((
            esc,
            if next.is_some() {
                "cancels all".into()
            } else {
                "closes".into()
            },
        ));
    }
    page.hints(4, "", &keys);
}

fn mark(glyph: &str) -> String {
    format!("{glyph} ")
}
