//! The top line: how many accounts there are, what needs a person, what is going on.

use ratatui::layout::Rect;

use super::ink::Ink;
use super::layout::Frame;
use crate::domain::health::State;
use crate::domain::wording::count;
use crate::tui::app::Work;
use crate::tui::theme::Role;
use crate::tui::widget::gauge;
use crate::tui::widget::text::width;

/// Work on fewer accounts is seen in their rows.
const WORTH_A_GAUGE: usize = 10;

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let app = ink.app;
    let total = app.snapshot.accounts.len();
    let wide = area.width >= 56;
    let title = if wide { " gatepost  " } else { "gatepost " };
    let mut left = vec![(title.to_owned(), Role::Title)];
    left.push((
        if wide {
            count(total, "account")
        } else {
            total.to_string()
        },
        Role::Text,
    ));
    let needy = app.rows.needing_a_person();
    if needy > 0 {
        let verb = if needy == 1 { "needs" } else { "need" };
        left.push((format!("  {needy} {verb} you"), Role::Strong));
    }
    let retrying = app.rows.count(State::Retrying);
    if retrying > 0 && area.width >= 41 {
        left.push((format!("  {retrying} retrying"), Role::Text));
    }
    if !app.marks.is_empty() && app.plan().frame == Frame::Bare {
        left.push((format!("  {} marked", app.marks.len()), Role::Mark));
    }
    let right = right(ink, area.width);
    let used: usize = left.iter().map(|(words, _)| width(words)).sum();
    let work = app.works.iter().find(|w| w.total > WORTH_A_GAUGE);
    ink.line(area, 0, &left);
    if let Some(work) = work {
        progress(ink, area, used + 2, work);
        return;
    }
    // What does not fit goes piece by piece, the clock last.
    let mut room = usize::from(area.width).saturating_sub(used + 2);
    let mut x = area.right();
    for (words, role) in right.into_iter().rev() {
        let wide = width(&words);
        if wide + 1 > room {
            break;
        }
        room = room.saturating_sub(wide + 2);
        x -= wide as u16;
        ink.put(
            Rect {
                x,
                width: wide as u16,
                ..area
            },
            0,
            &words,
            role,
        );
        x = x.saturating_sub(2);
    }
}

fn right(ink: &Ink<'_>, width: u16) -> Vec<(String, Role)> {
    let app = ink.app;
    let mut right = Vec::new();
    if width >= 100 {
        right.push((app.snapshot.vault.key.to_owned(), Role::Dim));
    }
    let auto = match (app.auto_suspended, app.snapshot.policy.auto) {
        (true, _) => Some(("auto suspended", Role::Strong)),
        (false, false) => Some(("auto off", Role::Strong)),
        (false, true) => (width >= 80).then_some(("auto on", Role::Dim)),
    };
    right.extend(auto.map(|(words, role)| (words.to_owned(), role)));
    if let Some(skew) = app.snapshot.skew.filter(|s| s.num_seconds().abs() > 60) {
        let way = if skew.num_seconds() > 0 {
            "slow"
        } else {
            "fast"
        };
        let words = format!("clock {} {way}", crate::domain::time::rough(skew));
        right.push((words, Role::Strong));
    }
    if app.sandbox.is_some() {
        right.push(("SANDBOX".into(), Role::Strong));
    }
    if app.masked {
        right.push(("HIDDEN".into(), Role::Strong));
    }
    if app.frozen.is_some() {
        right.push(("FROZEN".into(), Role::Strong));
    }
    let clock = ink.now.with_timezone(&app.place.offset).format("%H:%M ");
    right.push((clock.to_string(), Role::Text));
    right.retain(|(words, _)| !words.is_empty());
    right
}

fn progress(ink: &mut Ink<'_>, area: Rect, from: usize, work: &Work) {
    let glyphs = ink.glyphs();
    let [text, full, empty, bad] =
        [Role::Text, Role::GaugeFull, Role::GaugeEmpty, Role::BadWord].map(|role| ink.style(role));
    let mut pen = ink.pen(area, 0);
    pen.skip(from);
    pen.put(
        &format!("{} {} of {} ", work.op.doing(), work.done, work.total),
        text,
    );
    let room = pen.room().saturating_sub(14).min(20);
    gauge::draw(
        &mut pen,
        work.done as f64 / work.total as f64,
        room,
        glyphs,
        full,
        empty,
    );
    if !work.failed.is_empty() {
        pen.put(&format!(" {} failed", work.failed.len()), bad);
    }
}
