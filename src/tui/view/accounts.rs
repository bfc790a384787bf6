//! The table. Only the rows in the window are built.

use ratatui::layout::Rect;

use super::columns::{Columns, PREFIX};
use super::ink::Ink;
use super::layout::{Frame, Plan};
use super::row;
use crate::domain::wording;
use crate::tui::app::{App, Pane};
use crate::tui::filter::{Sieve, masked};
use crate::tui::keymap::Action;
use crate::tui::rows::{Column, Sort};
use crate::tui::theme::Role;
use crate::tui::widget::text::{cut, width, wrap};

pub(super) fn draw(ink: &mut Ink<'_>, plan: &Plan) {
    let app = ink.app;
    let columns = columns(app, plan.rows);
    match plan.frame {
        Frame::Boxed => {
            let focused = app.focus == Pane::Accounts;
            let title = title(app);
            let room = usize::from(plan.table.width).saturating_sub(width(&title) + 9);
            let right = order(ink, room);
            let inner = ink.pane(plan.table, focused, &title, &right);
            headings(ink, inner, &columns);
            bottom(ink, plan);
        }
        Frame::Ruled => {
            let marked = match app.marks.len() {
                0 => String::new(),
                marked => format!("  {marked} marked"),
            };
            let room = usize::from(plan.table.width).saturating_sub(width(&marked) + 4);
            let order = match complaint(ink).filter(|_| !app.filtering) {
                Some(complaint) => cut(&complaint, room, ink.glyphs().cut).into_owned(),
                None => order(ink, room),
            };
            ink.rule(plan.table, 0, &(order + &marked));
        }
        Frame::Bare => {}
    }
    if app.rows.is_empty() {
        return no_hit(ink, plan.rows);
    }
    let mut sieve = Sieve::new(app.rows.filter());
    for line in 0..plan.rows.height {
        let row = app.top + usize::from(line);
        let Some((account, state)) = app.rows.get(&app.snapshot, row) else {
            break;
        };
        let area = Rect {
            y: plan.rows.y + line,
            height: 1,
            ..plan.rows
        };
        row::draw(ink, area, &columns, &mut sieve, account, state);
    }
}

pub(super) fn columns(app: &App, rows: Rect) -> Columns {
    // In a box the last column keeps a space from the border.
    let margin = usize::from(rows.width >= 54);
    let room = usize::from(rows.width) - margin;
    Columns::that_fit(room, &app.rows.widest)
}

fn title(app: &App) -> String {
    let (shown, all) = (app.rows.len(), app.snapshot.accounts.len());
    if shown == all {
        format!("Accounts ({all})")
    } else {
        format!("Accounts ({shown} of {all})")
    }
}

/// By what the list is filtered and sorted. The filter is cut before the order is.
fn order(ink: &Ink<'_>, room: usize) -> String {
    let sort = sorted_by(ink);
    if ink.app.filter.is_empty() {
        return sort;
    }
    let filter = filter_text(ink);
    let left = room.saturating_sub(width("filter:   ") + width(&sort));
    if left < width(&filter).min(6) {
        return sort;
    }
    format!("filter: {}  {sort}", cut(&filter, left, ink.glyphs().cut))
}

pub(super) fn sorted_by(ink: &Ink<'_>) -> String {
    let sort = ink.app.sort;
    format!("by {} {}", sort.column.as_str(), arrow(ink, sort))
}

fn arrow(ink: &Ink<'_>, sort: Sort) -> &'static str {
    if sort.reversed {
        ink.glyphs().up
    } else {
        ink.glyphs().down
    }
}

/// The filter as it may be seen: what is typed may be half an address.
pub(super) fn filter_text(ink: &Ink<'_>) -> String {
    wording::safe(&typed_filter(ink))
}

/// The same, letter for letter as it is typed.
pub(super) fn typed_filter(ink: &Ink<'_>) -> String {
    let text = ink.app.filter.text();
    match ink.glyphs().masked.chars().next() {
        Some(dot) if ink.app.masked => masked(text, dot),
        _ => text.to_owned(),
    }
}

/// What of the filter means nothing, and what would. Whoever types sees the term itself.
pub(super) fn complaint(ink: &Ink<'_>) -> Option<String> {
    // The one that is being typed comes last.
    let complaint = ink.app.rows.filter().complaints.last()?;
    let term = wording::safe(&complaint.term);
    if ink.app.filtering {
        return Some(complaint.means.clone());
    }
    Some(format!("{term}: {}", complaint.means))
}

/// In the lower border: what is marked, and which part of a long list is seen.
fn bottom(ink: &mut Ink<'_>, plan: &Plan) {
    let app = ink.app;
    let Some(row) = plan.table.height.checked_sub(1) else {
        return;
    };
    let line = Rect {
        x: plan.table.x + 2,
        width: plan.table.width.saturating_sub(4),
        ..plan.table
    };
    if !app.marks.is_empty() {
        let words = format!(" {} marked ({}) ", app.marks.len(), ink.glyphs().marked);
        ink.put(line, row, &words, Role::Mark);
    }
    if let Some(complaint) = complaint(ink).filter(|_| !app.filtering) {
        ink.put(line, row, &format!(" {complaint} "), Role::InputError);
        return;
    }
    let page = usize::from(plan.rows.height);
    if app.rows.len() > page {
        let last = (app.top + page).min(app.rows.len());
        let words = format!(" {}-{last} of {} ", app.top + 1, app.rows.len());
        let style = ink.style(Role::Dim);
        ink.pen(line, row).skip(20).put_right(&words, style);
    }
}

fn headings(ink: &mut Ink<'_>, inner: Rect, c: &Columns) {
    let (dim, strong) = (ink.style(Role::Dim), ink.style(Role::Strong));
    let sort = ink.app.sort;
    let arrow = arrow(ink, sort);
    for place in places(c) {
        let is_sorted = place.column == Some(sort.column);
        let name = match place.column {
            _ if !is_sorted => place.name.to_owned(),
            _ => format!("{}{arrow}", place.name),
        };
        let style = if is_sorted { strong } else { dim };
        let mut pen = ink.pen(inner, 0);
        pen.skip(place.x);
        if place.to_the_right {
            pen.cell_right(&name, place.room, style);
        } else {
            pen.cell(&name, place.room, style);
        }
    }
}

/// Where a column stands, counted from the left edge of the rows.
struct Place {
    /// None cannot be sorted by.
    column: Option<Column>,
    name: &'static str,
    x: usize,
    room: usize,
    to_the_right: bool,
}

fn places(c: &Columns) -> Vec<Place> {
    let word = (Some(Column::Urgency), "STATE", c.word);
    let behind = usize::from(c.word_behind);
    let mut all = Vec::new();
    let mut x = PREFIX;
    for (column, name, room) in [
        (word.0, word.1, word.2 * (1 - behind)),
        (Some(Column::Account), "ACCOUNT", c.account),
        (Some(Column::Label), "LABEL", c.label),
        (word.0, word.1, word.2 * behind),
        (Some(Column::Access), "ACCESS", c.access),
        (None, "", c.gauge),
        (Some(Column::SignIn), "SIGN-IN", c.sign_in),
        (Some(Column::Seen), "SEEN", c.seen),
        (None, "SCOPES", c.scopes),
        (Some(Column::Client), "CLIENT", c.client),
    ] {
        if room == 0 {
            continue;
        }
        all.push(Place {
            column,
            name,
            x,
            room,
            to_the_right: matches!(column, Some(Column::Access | Column::Seen)),
        });
        // The gauge belongs to the countdown in front of it.
        let is_before_gauge = column == Some(Column::Access) && c.gauge > 0;
        x += room + if is_before_gauge { 1 } else { c.gap };
    }
    all
}

/// Which column's heading is at `x`.
pub fn column_at(app: &App, rows: Rect, x: u16) -> Option<Column> {
    let x = usize::from(x.checked_sub(rows.x)?);
    let places = places(&columns(app, rows));
    places
        .into_iter()
        .find(|place| (place.x..place.x + place.room).contains(&x))
        .and_then(|place| place.column)
}

/// What was looked at, and what else could be.
fn no_hit(ink: &mut Ink<'_>, rows: Rect) {
    let text = format!("No account matches \"{}\".", filter_text(ink));
    let advice = [
        (text, Role::Text),
        (
            format!("{}.", ink.hint(Action::Back, "clears the filter")),
            Role::Text,
        ),
        (String::new(), Role::Dim),
        (
            "Words are looked for in address, label and client.".into(),
            Role::Dim,
        ),
        (
            "Or try  state:sign  ending<3d  scope:mail  !paused".into(),
            Role::Dim,
        ),
    ];
    let room = usize::from(rows.width).saturating_sub(2);
    let lines = advice.iter().flat_map(|(words, role)| {
        let lines = if words.is_empty() {
            vec![String::new()]
        } else {
            wrap(words, room)
        };
        lines.into_iter().map(|line| (line, *role))
    });
    for (i, (line, role)) in lines.enumerate() {
        ink.put(rows, i as u16, &format!(" {line}"), role);
    }
}
