//! The consent dialog: the link, each step as it happens, the time left, and the field for the
//! redirect address, all at once, because nobody knows beforehand which of them will be needed.

mod end;
mod field;
mod help;
mod link;
mod page;
mod pages;
mod paper;
mod qr;
mod roads;
mod steps;

use ratatui::layout::Position;

use self::page::Page;
use self::paper::Heading;
use super::ink::Ink;
use crate::domain::time::Timestamp;
use crate::service::consent::Opened;
use crate::tui::app::App;
use crate::tui::consent::{ConsentDialog, Phase, Road, Sheet};
use crate::tui::keymap::Action;
use crate::tui::message::Tone;
use crate::tui::modal::Modal;
use crate::tui::theme::Role;

pub(super) fn draw(ink: &mut Ink<'_>, dialog: &ConsentDialog) -> Option<Position> {
    let title = title(ink, dialog);
    match (dialog.sheet, dialog.round()) {
        (Some(Sheet::Help), _) => {
            help::draw(ink, dialog);
            return None;
        }
        (Some(Sheet::Qr), Some(round)) => {
            qr::draw(ink, round);
            return None;
        }
        (Some(Sheet::Link), Some(round)) => {
            link::sheet(ink, dialog, round);
            return None;
        }
        _ => {}
    }
    let mut page = Page::new(ink);
    let mut right = String::new();
    let esc = ink.app.keymap.key(Action::Back);
    let enter = ink.app.keymap.key(Action::Submit);
    let mut short = match &dialog.phase {
        Phase::Done(_) | Phase::Other { .. } => format!("{enter} goes on  {esc} close  {title}"),
        _ => format!("{enter} again  {esc} close  {title}"),
    };
    match &dialog.phase {
        Phase::Starting => {
            page.said(0, "Making the link…");
            short = format!("{esc} cancel  {title}");
        }
        Phase::Open(round) => {
            right = format!("{} left", ink.countdown(round.deadline - ink.now));
            let help = ink.app.keymap.key(Action::ConsentHelp);
            let time = ink.countdown(round.deadline - ink.now);
            short = format!("{time}  {esc} cancel  {help}  {title}");
            roads::fill(&mut page, ink, dialog, round);
        }
        _ => end::fill(&mut page, ink, dialog),
    }
    latest_toast(&mut page, ink);
    let heading = Heading {
        title: &title,
        right: &right,
        short: &short,
    };
    page.draw(ink, &heading, dialog)
}

/// The dialog lies where toasts would be, so the newest one is shown in it.
fn latest_toast(page: &mut Page, ink: &Ink<'_>) {
    let Some(toast) = ink.app.toasts.last() else {
        return;
    };
    let (mark, role) = match toast.tone {
        Tone::Done => (ink.glyphs().done, Role::Ok),
        Tone::Notice => ("i", Role::Due),
        Tone::Warning => ("!", Role::Warn),
        Tone::Error => (ink.glyphs().failed, Role::Bad),
    };
    page.blank();
    let words = ink.words(&toast.text);
    page.para(3, (&format!("{mark} "), role), &words, Role::Strong);
    page.shrinks();
}

fn title(ink: &Ink<'_>, dialog: &ConsentDialog) -> String {
    let whose = match &dialog.email {
        Some(email) => ink.address(email),
        None => dialog.whose(),
    };
    let queue = &dialog.queue;
    if queue.total > 1 {
        format!("Sign in {} of {}: {whose}", queue.at, queue.total)
    } else {
        format!("Sign in: {whose}")
    }
}

/// Whether a key that could be hinted at does anything now.
pub(super) fn is_useful(dialog: &ConsentDialog, action: Action) -> bool {
    if dialog.sheet.is_some() {
        return match action {
            Action::ConsentHelp | Action::Back => true,
            Action::CopyLink => dialog.sheet == Some(Sheet::Link),
            _ => false,
        };
    }
    let is_waiting = dialog.is_waiting();
    match action {
        Action::CopyLink
        | Action::OpenAgain
        | Action::WholeLink
        | Action::QrCode
        | Action::WriteLink
        | Action::OtherRoad
        | Action::ToField => is_waiting && !dialog.typing,
        Action::NewLink => dialog.round().is_some() && !dialog.typing,
        Action::CopyTunnel => is_waiting && !dialog.typing && dialog.road == Road::Tunnel,
        Action::SkipOne => !dialog.queue.rest.is_empty() && !dialog.typing,
        Action::Submit => dialog.is_over() || (is_waiting && dialog.typing),
        Action::AskAgain => matches!(dialog.phase, Phase::Done(_)),
        _ => true,
    }
}

/// What Esc comes to while a consent is open.
pub(super) fn back_hint(app: &App) -> &'static str {
    match app.modals.last() {
        Some(Modal::Consent(dialog)) if dialog.typing || !dialog.field.is_empty() => "clear",
        _ => "cancel",
    }
}

/// What the key that opens a browser comes to: it is no "again" where none was opened.
pub(super) fn open_hint(app: &App) -> &'static str {
    let browser = match app.modals.last() {
        Some(Modal::Consent(dialog)) => dialog.round().and_then(|round| round.browser.as_ref()),
        _ => None,
    };
    match browser {
        Some(Opened::By(_)) => "open again",
        Some(Opened::Not(_)) | None => "open here",
    }
}

/// How many lines the sheet over the dialog has.
pub fn sheet_length(app: &App) -> usize {
    sheet_extent(app).0
}

/// How many of them are in sight.
pub fn sheet_page(app: &App) -> usize {
    sheet_extent(app).1
}

fn sheet_extent(app: &App) -> (usize, usize) {
    let Some(Modal::Consent(dialog)) = app.modals.last() else {
        return (0, 1);
    };
    match (dialog.sheet, dialog.round()) {
        (Some(Sheet::Help), _) => help::length(app, dialog),
        (Some(Sheet::Link), Some(round)) => link::length(app, round),
        _ => (0, 1),
    }
}

/// Whether the dialog shows a time that runs.
pub(super) fn ticks(dialog: &ConsentDialog, now: Timestamp) -> bool {
    matches!(&dialog.phase, Phase::Open(round) if round.deadline > now)
}
