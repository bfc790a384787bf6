//! An open consent: what to do in the browser, wherever it is. The instructions differ by road;
//! the listener and the field wait on each of them, and the first good answer wins.

use super::page::Page;
use super::{field, steps};
use crate::domain::time::Span;
use crate::service::consent::Opened;
use crate::tui::consent::{ConsentDialog, Road, Round};
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::update::tunnel;
use crate::tui::view::ink::Ink;

/// Whoever waits longer than this may be looking at an error page.
const LONG: Span = Span::seconds(45);

/// Only the field, and what is wrong with what was put into it, are worth more.
const LINK: u8 = 2;

const CHOOSE: &str = "In the browser: choose the account, then allow every box.";
const UNVERIFIED: &str = "If Google says the app is not verified: Advanced, then continue.";

pub(super) fn fill(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    if !round.is_waiting() {
        steps::list(page, ink, dialog, round);
        page.blank();
        return page.para(7, ("", Role::Dim), CALM, Role::Dim);
    }
    match dialog.road {
        Road::Here => here(page, ink, dialog, round),
        Road::Paste => paste(page, ink, dialog, round),
        Road::Tunnel => through_ssh(page, ink, dialog, round),
    }
}

const CALM: &str = "Other accounts go on being refreshed while this window is open.";

fn here(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    steps::list(page, ink, dialog, round);
    page.blank();
    page.said(5, CHOOSE);
    page.said(8, UNVERIFIED);
    patience(page, ink, dialog);
    page.blank();
    page.link(LINK, "Link     ");
    keys(page, ink, "         ");
    place(page, ink, dialog);
    page.blank();
    let other = ink.app.keymap.key(Action::OtherRoad);
    page.said(
        7,
        &format!("Browser on another machine? {other} shows the ways."),
    );
    page.blank();
    page.field(field::LABEL);
    field::note(page, ink, dialog, round);
    page.blank();
    page.para(9, ("", Role::Dim), CALM, Role::Dim);
}

fn paste(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    why_elsewhere(page, ink, round);
    page.blank();
    let number = |n: &str| format!("{n}  ");
    page.para(
        4,
        (&number("1"), Role::Dim),
        "On the machine with your browser, open this link:",
        Role::Text,
    );
    let indent = page.indent(3);
    page.link(LINK, &indent);
    keys(page, ink, &indent);
    place(page, ink, dialog);
    page.blank();
    page.para(
        5,
        (&number("2"), Role::Dim),
        "Choose the account, allow every box. The last page fails to load: that is expected.",
        Role::Text,
    );
    page.para(
        5,
        (&number("3"), Role::Dim),
        "Copy that page's address and paste it here.",
        Role::Text,
    );
    patience(page, ink, dialog);
    page.blank();
    page.field(field::LABEL);
    field::note(page, ink, dialog, round);
    page.blank();
    steps::current(page, ink, dialog, round);
    let other = ink.app.keymap.key(Action::OtherRoad);
    page.para(
        7,
        (&format!("{other}  "), Role::Key),
        "through an SSH tunnel instead",
        Role::Text,
    );
}

fn through_ssh(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    let number = |n: &str| format!("{n}  ");
    page.para(
        4,
        (&number("1"), Role::Dim),
        "On the machine with your browser, in a terminal:",
        Role::Text,
    );
    let line = tunnel(round.port, ink.app.place.login.as_deref());
    page.para(3, ("   ", Role::Text), &ink.words(&line), Role::Strong);
    let copies = format!(
        "   {} copies this line",
        ink.app.keymap.key(Action::CopyTunnel)
    );
    page.line(6, vec![(copies, Role::Dim)]);
    page.blank();
    page.para(
        4,
        (&number("2"), Role::Dim),
        "Leave it open, and open this link there:",
        Role::Text,
    );
    let indent = page.indent(3);
    page.link(LINK, &indent);
    keys(page, ink, &indent);
    place(page, ink, dialog);
    page.blank();
    page.para(
        5,
        (&number("3"), Role::Dim),
        "Choose the account, allow every box. The answer comes back here by itself.",
        Role::Text,
    );
    patience(page, ink, dialog);
    page.blank();
    page.field(field::LABEL);
    field::note(page, ink, dialog, round);
    page.blank();
    steps::current(page, ink, dialog, round);
    let other = ink.app.keymap.key(Action::OtherRoad);
    page.para(
        7,
        (&format!("{other}  "), Role::Key),
        "the browser is on this machine after all",
        Role::Text,
    );
}

fn why_elsewhere(page: &mut Page, ink: &Ink<'_>, round: &Round) {
    let words = match &round.browser {
        Some(Opened::Not(why)) => format!("No browser was started: {}.", ink.words(why)),
        Some(Opened::By(program)) => format!(
            "{} was asked to open the link; if you see no browser, this is the way:",
            ink.words(program)
        ),
        None => "This looks like a shell on another machine.".into(),
    };
    page.said(6, &words);
}

/// What can be done with the link.
fn keys(page: &mut Page, ink: &Ink<'_>, indent: &str) {
    let hints = [
        (Action::CopyLink, "copy"),
        (Action::QrCode, "QR code"),
        (Action::WriteLink, "to a file"),
        (Action::WholeLink, "whole"),
        (Action::OpenAgain, super::open_hint(ink.app)),
    ]
    .map(|(action, does)| (ink.app.keymap.key(action), does.to_owned()));
    page.hints(6, indent, &hints);
}

/// Where the link was written, for as long as it lies there.
fn place(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog) {
    if let Some(file) = &dialog.file {
        page.para(5, ("   in ", Role::Dim), &ink.words(file), Role::Text);
    }
}

fn patience(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog) {
    let waited = dialog.steps.began(2).map(|began| ink.now - began);
    if waited.is_some_and(|waited| waited > LONG) {
        let help = ink.app.keymap.key(Action::ConsentHelp);
        let words = format!("An error page in the browser? {help} says what it means.");
        page.para(4, ("! ", Role::Warn), &words, Role::Text);
    }
}
