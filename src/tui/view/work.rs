//! The line above the footer while something long is under way: a bar, how far, what failed, how
//! long still, and how to stop it.

use ratatui::layout::Rect;

use super::ink::Ink;
use crate::domain::time::{Timestamp, rough};
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::gauge;
use crate::tui::widget::text::width;
use crate::tui::work::Work;

const LONGEST_BAR: usize = 40;
const SHORTEST_BAR: usize = 3;

impl App {
    /// The work whose line is shown: of several the one with the most left to do.
    pub fn long_work(&self) -> Option<&Work> {
        let long = self.works.iter().filter(|w| w.is_long);
        long.max_by_key(|w| w.not_asked())
    }
}

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let (app, now) = (ink.app, ink.now);
    let Some(work) = app.long_work() else { return };
    let [text, dim, key, bad, full, empty] = [
        Role::Text,
        Role::Dim,
        Role::Key,
        Role::BadWord,
        Role::GaugeFull,
        Role::GaugeEmpty,
    ]
    .map(|role| ink.style(role));
    let (wide, glyphs) = (area.width >= 56, ink.glyphs());
    let margin = if wide { " " } else { "" };
    let way_out = way_out(app, work, area.width);
    let keys: usize = way_out.iter().map(|(k, does)| width(k) + width(does)).sum();
    ink.put(area, 0, &" ".repeat(usize::from(area.width)), Role::Text);

    let mut pen = ink.pen(area, 0);
    pen.keep_free(keys + margin.len());
    pen.put(margin, text)
        .put(&count(work, area.width), text)
        .put(" ", text);
    let after = after(app, now, work, pen.room());
    let used: usize = after.iter().map(|(words, _)| width(words)).sum();
    let bar = pen.room().saturating_sub(used + 1).min(LONGEST_BAR);
    if bar >= SHORTEST_BAR {
        gauge::draw(&mut pen, work.part(), bar, glyphs, full, empty);
    }
    for (words, is_bad) in after {
        pen.put(&words, if is_bad { bad } else { dim });
    }
    let from = usize::from(area.width).saturating_sub(keys + margin.len());
    let mut pen = ink.pen(area, 0);
    pen.skip(from);
    for (name, does) in way_out {
        pen.put(&name, key).put(&does, text);
    }
}

fn count(work: &Work, width: u16) -> String {
    let (op, done, total) = (work.op.doing(), work.done, work.total);
    match width {
        41.. => format!("{op} {done} of {total}"),
        30.. => format!("{op} {done}/{total}"),
        _ => format!("{done}/{total}"),
    }
}

/// What stands behind the bar, most important first, as far as a bar still fits before it.
fn after(app: &App, now: Timestamp, work: &Work, room: usize) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    if !work.failed.is_empty() {
        all.push((format!(" {} failed", work.failed.len()), true));
    }
    if let Some(left) = work.time_left(now) {
        all.push((format!(" about {} left", rough(left)), false));
    }
    match app.works.len() {
        0 | 1 => {}
        n => all.push((format!(" and {} more", n - 1), false)),
    }
    let mut room = room.saturating_sub(SHORTEST_BAR + 2);
    all.retain(|(words, _)| {
        let fits = width(words) <= room;
        room -= if fits { width(words) } else { 0 };
        fits
    });
    all
}

/// Keys and what they do.
fn way_out(app: &App, work: &Work, width: u16) -> Vec<(String, String)> {
    let back = app.keymap.key(Action::Back).to_owned();
    let stop = match (work.stopping, width) {
        (true, _) => (String::new(), "stopping".to_owned()),
        (false, 30..) => (back, " stops".to_owned()),
        (false, _) => (back, " ends".to_owned()),
    };
    if width >= 80 {
        let all = app.keymap.key(Action::Works).to_owned();
        vec![(all, " shows all  ".to_owned()), stop]
    } else {
        vec![stop]
    }
}
