//! The page of works: what is under way and what was done lately, each with its bar and, below it,
//! who failed; the chosen one in full at the bottom, with its reason and what helps.

use ratatui::layout::Rect;

use super::ink::{Ink, Piece};
use crate::domain::account::AccountId;
use crate::domain::time::rough;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::Tone;
use crate::tui::modal::{Modal, WorkLine, WorksView};
use crate::tui::theme::Role;
use crate::tui::widget::gauge;
use crate::tui::widget::scroll::window;
use crate::tui::widget::text::{cut_address, width, wrap, wrap_within};
use crate::tui::work::{Missed, Work};

/// Lines for the chosen one, with the rule above it.
const IN_FULL: u16 = 5;
const BAR: usize = 20;

/// A tiny window has no line to spare for one.
fn has_border(size: (u16, u16)) -> bool {
    size.1 >= 6
}

fn parts(size: (u16, u16)) -> (u16, u16) {
    let border = if has_border(size) { 2 } else { 0 };
    let inner = size.1.saturating_sub(1 + border);
    let full = if inner >= 12 { IN_FULL } else { 0 };
    (inner - full, full)
}

/// How many lines are in sight.
pub fn page(size: (u16, u16)) -> usize {
    usize::from(parts(size).0.max(1))
}

impl App {
    /// What is under way comes first, and newer before older.
    fn all_works(&self) -> impl Iterator<Item = &Work> {
        self.works.iter().rev().chain(&self.past_works)
    }

    /// Every line of the page.
    pub fn work_lines(&self) -> Vec<WorkLine> {
        let lines = |work: &Work| {
            let serial = work.serial;
            (0..=work.failed.len()).map(move |n| (serial, n))
        };
        self.all_works().flat_map(lines).collect()
    }

    fn work_at(&self, (serial, n): WorkLine) -> Option<(&Work, Option<&Missed>)> {
        let work = self.all_works().find(|w| w.serial == serial)?;
        Some((work, n.checked_sub(1).and_then(|n| work.failed.get(n))))
    }

    /// The line under the cursor of the page, if the page is on top.
    pub fn chosen_work(&self) -> Option<(&Work, Option<&Missed>)> {
        let Some(Modal::Works(works)) = self.modals.last() else {
            return None;
        };
        let lines = self.work_lines();
        self.work_at(*lines.get(works.line(&lines))?)
    }
}

impl WorksView {
    /// The chosen line's place; news pushes it down, and it stays chosen.
    pub fn line(&self, lines: &[WorkLine]) -> usize {
        let at = self.at.and_then(|at| lines.iter().position(|l| *l == at));
        at.unwrap_or(0)
    }
}

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect, works: &WorksView) {
    let app = ink.app;
    let inner = if has_border(app.size) {
        let back = ink.hint(Action::Back, "back");
        ink.pane(area, true, "Work", &back)
    } else {
        area
    };
    let lines = app.work_lines();
    if lines.is_empty() {
        let nothing = "Nothing was asked of Google by hand in this session.";
        let room = usize::from(inner.width).saturating_sub(2);
        for (row, line) in wrap(nothing, room).iter().enumerate() {
            ink.put(inner, row as u16, &format!(" {line}"), Role::Text);
        }
        return;
    }
    let (list, full) = parts(app.size);
    let chosen = works.line(&lines);
    let top = window(works.top, chosen, lines.len(), usize::from(list));
    for (n, line) in lines.iter().enumerate().skip(top).take(usize::from(list)) {
        let row = (n - top) as u16;
        let cursor = if n == chosen {
            ink.glyphs().cursor
        } else {
            " "
        };
        ink.put(inner, row, cursor, Role::Text);
        let behind = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(1),
            ..inner
        };
        match app.work_at(*line) {
            Some((_, Some(missed))) => failure(ink, behind, row, missed),
            Some((work, None)) => heading(ink, behind, row, work),
            None => {}
        }
        if n == chosen {
            let y = inner.y + row;
            ink.fill(
                Rect {
                    y,
                    height: 1,
                    ..inner
                },
                Role::Cursor,
            );
        }
    }
    if let Some((work, missed)) = app.work_at(lines[chosen]).filter(|_| full > 0) {
        in_full(ink, inner, list, work, missed);
    }
}

fn heading(ink: &mut Ink<'_>, area: Rect, row: u16, work: &Work) {
    let glyphs = ink.glyphs();
    let (tone, _) = work.outcome();
    let (glyph, role) = match tone {
        _ if !work.is_over() => (glyphs.busy, Role::Busy),
        Tone::Done => (glyphs.done, Role::Ok),
        Tone::Error => (glyphs.failed, Role::Bad),
        Tone::Warning | Tone::Notice => ("!", Role::Warn),
    };
    let (verb, behind) = heading_words(ink, work);
    let [mark, strong, dim, full, empty] = [
        role,
        Role::Strong,
        Role::Dim,
        Role::GaugeFull,
        Role::GaugeEmpty,
    ]
    .map(|role| ink.style(role));
    let mut pen = ink.pen(area, row);
    pen.put(glyph, mark).put(" ", dim).put(&verb, strong);
    let room = pen.room().saturating_sub(width(&behind) + 2).min(BAR);
    if !work.is_over() && room >= 3 {
        pen.put(" ", dim);
        gauge::draw(&mut pen, work.part(), room, glyphs, full, empty);
    }
    pen.put(&behind, dim);
}

/// `refreshing 120 of 500`, and what stands behind the bar.
fn heading_words(ink: &Ink<'_>, work: &Work) -> (String, String) {
    let failed = match work.failed.len() {
        0 => String::new(),
        n => format!(", {n} failed"),
    };
    if work.is_over() {
        let (well, total) = (work.went_well(), work.total);
        let rest = match work.not_asked() {
            0 => String::new(),
            n => format!(", {n} {}", work.op.left_out()),
        };
        let at = work.ended_at.map(|at| ink.time(at)).unwrap_or_default();
        let verb = format!("{well} of {total} {}", work.op.done());
        return (
            verb,
            format!("{failed}{rest}  {at}, took {}", rough(work.took(ink.now))),
        );
    }
    let left = match work.time_left(ink.now) {
        _ if work.stopping => ", stopping".to_owned(),
        Some(left) => format!(", about {} left", rough(left)),
        None => String::new(),
    };
    let verb = format!("{} {} of {}", work.op.doing(), work.done, work.total);
    (verb, format!("{failed}{left}"))
}

fn failure(ink: &mut Ink<'_>, area: Rect, row: u16, missed: &Missed) {
    let room = match area.width {
        90.. => 30,
        50.. => 24,
        _ => 14,
    };
    let name = cut_address(&ink.address(&missed.name), room, ink.glyphs().cut).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&name)) + 2);
    let line: [Piece; 3] = [
        (format!("  {} ", ink.glyphs().failed), Role::Bad),
        (name + &gap, Role::Text),
        (ink.words(&reason(missed)), Role::Dim),
    ];
    ink.line(area, row, &line);
}

/// What went wrong, without the name that stands beside it.
fn reason(missed: &Missed) -> String {
    let words = &missed.failure.message;
    let bare = words.strip_prefix(&format!("{}: ", missed.name));
    let bare = bare.unwrap_or(words);
    without_file(bare, &missed.name).unwrap_or_else(|| bare.to_owned())
}

/// Of ``cannot read `/home/ana/a.json`: why`` the file is told, perhaps as `~/a.json`.
fn without_file(words: &str, told: &str) -> Option<String> {
    let (before, rest) = words.split_once('`')?;
    let (file, why) = rest.split_once("`: ")?;
    let last = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let is_told = last(file) == last(told);
    match before.trim_end() {
        "" => Some(why.to_owned()),
        verb => Some(format!("{verb}: {why}")),
    }
    .filter(|_| is_told)
}

fn in_full(ink: &mut Ink<'_>, inner: Rect, from: u16, work: &Work, missed: Option<&Missed>) {
    let inside = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    ink.rule(inside, from, "");
    let (title, sentences) = match missed {
        Some(missed) => {
            let title = ink.address(&missed.name);
            let hint = missed.failure.hint.clone();
            (title, [Some(reason(missed)), hint])
        }
        None if work.is_over() => {
            let done = work.op.done();
            let title = match work.went_well() {
                0 => format!("not {done}"),
                well if well < work.total => format!("{done}, not all"),
                _ => done.to_owned(),
            };
            (title, [Some(work.outcome().1), None])
        }
        None => (work.op.doing().to_owned(), [None, None]),
    };
    ink.put(inside, from + 1, &title, Role::Strong);
    let mut row = from + 2;
    for (words, role) in sentences.into_iter().zip([Role::Text, Role::Key]) {
        let words = words.map(|w| ink.words(&w)).unwrap_or_default();
        let room = usize::from(inside.width);
        for line in wrap_within(&words, room, 2, ink.glyphs().cut) {
            if row < inside.height {
                ink.put(inside, row, &line, role);
            }
            row += 1;
        }
    }
}

/// Whom `Enter` goes to.
pub fn leads_to(app: &App) -> Option<AccountId> {
    app.chosen_work()?.1?.account
}
