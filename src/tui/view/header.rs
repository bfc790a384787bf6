//! The top line: how many accounts there are, what needs a person, what is going on.

use ratatui::layout::Rect;

use super::accounts::sorted_by;
use super::ink::{Ink, Piece};
use super::layout::Frame;
use super::wake;
use crate::domain::health::State;
use crate::domain::wording::count;
use crate::tui::app::App;
use crate::tui::rows::Sort;
use crate::tui::theme::Role;
use crate::tui::widget::text::width;

const RETRYING: &str = " retrying";

pub(super) fn draw(ink: &mut Ink<'_>, area: Rect) {
    let right = right(ink, area.width);
    let is_news = |piece: &&Piece| piece.1 != Role::Dim;
    let news: usize = right.iter().filter(is_news).map(|p| width(&p.0) + 2).sum();
    let total = |left: &[Piece]| left.iter().map(|p| width(&p.0)).sum::<usize>();
    let mut left = left(ink, area.width);
    if total(&left) + news > usize::from(area.width) {
        // Which accounts retry is seen in the list as well; the news is seen nowhere else.
        left.retain(|(words, _)| !words.ends_with(RETRYING));
    }
    let used = total(&left);
    ink.line(area, 0, &left);
    // What does not fit goes piece by piece, the clock last.
    let mut room = usize::from(area.width).saturating_sub(used);
    let mut x = usize::from(area.right()) - margin(area.width);
    for (words, role) in right.into_iter().rev() {
        let wide = width(&words);
        if wide + 2 > room {
            break;
        }
        room -= wide + 2;
        x -= wide;
        let here = Rect {
            x: x as u16,
            width: wide as u16,
            ..area
        };
        ink.put(here, 0, &words, role);
        x = x.saturating_sub(2);
    }
}

/// A column on either side, where there is room for it.
fn margin(width: u16) -> usize {
    usize::from(width >= 56)
}

/// How many there are, and what needs a person or is in trouble. Nothing else is counted.
fn left(ink: &Ink<'_>, room: u16) -> Vec<Piece> {
    let app = ink.app;
    let total = app.snapshot.accounts.len();
    let bare = app.plan().frame == Frame::Bare;
    let title = format!("{}gatepost  ", " ".repeat(margin(room)));
    // In a bare window nothing else says that the list is filtered.
    let accounts = match app.rows.len() {
        shown if bare && shown < total => format!("{shown} of {total}"),
        _ if room >= 56 => count(total, "account"),
        _ => total.to_string(),
    };
    let mut left = vec![(title, Role::Title), (accounts, Role::Text)];
    let needy = app.rows.needing_a_person();
    if needy > 0 {
        let verb = if needy == 1 { "needs" } else { "need" };
        left.push((format!("  {needy} {verb} you"), Role::Strong));
        if room >= 100 {
            left.push((format!(" ({})", needs(app)), Role::Text));
        }
    }
    let retrying = app.rows.count(State::Retrying);
    if retrying > 0 && room >= 41 {
        left.push((format!("  {retrying}{RETRYING}"), Role::Text));
    }
    if bare && !app.marks.is_empty() {
        left.push((format!("  {} marked", app.marks.len()), Role::Mark));
    }
    if bare && app.sort != Sort::default() {
        left.push((format!("  {}", sorted_by(ink)), Role::Dim));
    }
    left
}

/// `1 sign in, 2 ending`
fn needs(app: &App) -> String {
    let total = |states: &[State]| states.iter().map(|s| app.rows.count(*s)).sum::<usize>();
    let sign_in: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| state.needs_consent())
        .collect();
    let groups = [
        (total(&sign_in), "sign in"),
        (total(&[State::Blocked]), "blocked"),
        (total(&[State::Limited]), "limited"),
        (total(&[State::Ending]), "ending"),
    ];
    let some = groups.iter().filter(|(n, _)| *n > 0);
    let words: Vec<_> = some.map(|(n, word)| format!("{n} {word}")).collect();
    words.join(", ")
}

fn right(ink: &Ink<'_>, width: u16) -> Vec<Piece> {
    let app = ink.app;
    let mut right = Vec::new();
    if width >= 110 && !app.snapshot.vault.key.is_empty() {
        right.push((format!("vault: {}", app.snapshot.vault.key), Role::Dim));
    }
    let long = width >= 110;
    let auto = match (app.auto_suspended, app.snapshot.policy.auto) {
        (true, _) => Some(("auto-refresh suspended", "auto off", Role::Strong)),
        (false, false) => Some(("auto-refresh off", "auto off", Role::Strong)),
        (false, true) => (width >= 80).then_some(("auto-refresh on", "auto on", Role::Dim)),
    };
    right.extend(auto.map(|(full, short, role)| {
        let words = if long { full } else { short };
        (words.to_owned(), role)
    }));
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
    // Seconds where something counts them anyway: the clock alone is worth no draw.
    let form = if width >= 56 && app.look.motion && wake::ticks(app, ink.now) {
        "%H:%M:%S"
    } else {
        "%H:%M"
    };
    let clock = ink.now.with_timezone(&app.place.offset).format(form);
    right.push((clock.to_string(), Role::Text));
    right
}
