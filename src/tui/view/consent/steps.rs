//! The five steps of a consent, with a mark, what came of each, and how long it took.

use super::page::Page;
use crate::domain::time::{Span, countdown};
use crate::service::consent::Opened;
use crate::tui::consent::{ConsentDialog, Round, Steps};
use crate::tui::glyphs::SPINNER;
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece};
use crate::tui::widget::text::{cut, width};

/// The step under way stays longest; those behind it and before it go earlier.
const NOW: u8 = 3;
const OTHER: u8 = 6;
/// That the link is made can be seen: it stands there.
const TRIVIAL: u8 = 8;

/// All of them, the one under way marked.
pub(super) fn list(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    let at = round.step();
    let browser = matches!(round.browser, Some(Opened::By(_)));
    for (i, words) in words(ink, round, page.room).into_iter().enumerate() {
        let (mark, role) = match i {
            1 if at > 1 && !browser => ("!", Role::Warn),
            _ if i < at => (ink.glyphs().done, Role::Ok),
            _ if i == at => (busy(ink), Role::Busy),
            _ => (" ", Role::Dim),
        };
        let weight = if i > at { Role::Dim } else { Role::Text };
        let begin = vec![
            (format!("{} ", i + 1), Role::Dim),
            (format!("{mark} "), role),
        ];
        let took = time(ink, &dialog.steps, i, at);
        let keep = match i {
            _ if i == at => NOW,
            0 => TRIVIAL,
            _ => OTHER,
        };
        page.line(
            keep,
            spread(begin, (words, weight), took, page.room, ink.glyphs().cut),
        );
    }
}

/// One line for the step under way.
pub(super) fn current(page: &mut Page, ink: &Ink<'_>, dialog: &ConsentDialog, round: &Round) {
    let at = round.step();
    let words = words(ink, round, page.room)[at].clone();
    let begin = vec![(format!("{}  ", busy(ink)), Role::Busy)];
    let took = time(ink, &dialog.steps, at, at);
    let line = spread(
        begin,
        (words, Role::Text),
        took,
        page.room,
        ink.glyphs().cut,
    );
    page.line(NOW, line);
}

/// What is behind a consent that ended well.
pub(super) fn done(page: &mut Page, ink: &Ink<'_>, steps: &Steps, keep: u8) {
    let names = [
        "Link made",
        "Browser asked",
        "Answer received",
        "Code traded for tokens",
        "Account and grant checked",
    ];
    for (i, name) in names.into_iter().enumerate() {
        let begin = vec![
            (format!("{} ", i + 1), Role::Dim),
            (format!("{} ", ink.glyphs().done), Role::Ok),
        ];
        let took = time(ink, steps, i, Steps::COUNT);
        let words = (name.to_owned(), Role::Text);
        page.line(
            keep,
            spread(begin, words, took, page.room, ink.glyphs().cut),
        );
    }
}

/// Said shortly where there is little room.
fn words(ink: &Ink<'_>, round: &Round, room: usize) -> [String; Steps::COUNT] {
    let is_tight = room < 60;
    let browser = match &round.browser {
        Some(Opened::By(program)) => format!("Browser opened ({})", ink.words(program)),
        Some(Opened::Not(why)) => format!("No browser: {}", ink.words(why)),
        None => "Opening the browser".into(),
    };
    let port = round.port;
    let answer = if !round.is_waiting() {
        "The answer came back".into()
    } else if is_tight {
        format!("Waiting at 127.0.0.1:{port}")
    } else {
        format!("Waiting for Google to come back to 127.0.0.1:{port}")
    };
    let check = if is_tight {
        "Check account and grant"
    } else {
        "Ask Google whose account it is, and whether the grant works"
    };
    [
        "Link made".into(),
        browser,
        answer,
        "Trade the code for tokens".into(),
        check.into(),
    ]
}

pub(super) fn busy(ink: &Ink<'_>) -> &'static str {
    if ink.app.look.motion {
        SPINNER[ink.now.timestamp().rem_euclid(4) as usize]
    } else {
        ink.glyphs().busy
    }
}

/// How long the step took, or has taken so far.
fn time(ink: &Ink<'_>, steps: &Steps, step: usize, at: usize) -> String {
    if step == at {
        let so_far = steps.began(step).map(|began| ink.now - began);
        return so_far.map_or_else(String::new, |span| countdown(span.max(Span::zero())));
    }
    steps.took(step).map(length).unwrap_or_default()
}

fn length(span: Span) -> String {
    let ms = span.num_milliseconds().max(0);
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms / 100 % 10),
        _ => countdown(span),
    }
}

/// The words at the left, the time at the right edge; the words give way.
fn spread(
    mut begin: Vec<Piece>,
    (words, role): (String, Role),
    time: String,
    room: usize,
    mark: &str,
) -> Vec<Piece> {
    let used: usize = begin.iter().map(|(words, _)| width(words)).sum();
    let left = room.saturating_sub(used);
    let after = if time.is_empty() { 0 } else { width(&time) + 1 };
    let words = cut(&words, left.saturating_sub(after), mark).into_owned();
    let gap = left.saturating_sub(width(&words) + width(&time));
    begin.push((words, role));
    begin.push((" ".repeat(gap), Role::Text));
    begin.push((time, Role::Dim));
    begin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_the_unit_that_fits() {
        let told = |ms| length(Span::milliseconds(ms));
        assert_eq!(told(-5), "0 ms");
        assert_eq!(told(180), "180 ms");
        assert_eq!(told(2_340), "2.3 s");
        assert_eq!(told(72_000), "1:12");
    }

    #[test]
    fn the_time_stands_at_the_edge_and_the_words_give_way() {
        let line = |words: &str, room| -> String {
            let pieces = spread(
                vec![("1 ".into(), Role::Dim)],
                (words.into(), Role::Text),
                "9 ms".into(),
                room,
                "~",
            );
            pieces.into_iter().map(|(words, _)| words).collect()
        };
        assert_eq!(line("Link made", 20), "1 Link made     9 ms");
        assert_eq!(line("Waiting for Google", 20), "1 Waiting for ~ 9 ms");
    }
}
