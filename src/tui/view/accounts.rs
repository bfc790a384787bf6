//! The table. Only the rows in the window are built.

use ratatui::layout::Rect;

use super::ink::Ink;
use super::layout::{Columns, Frame, PREFIX, Plan};
use super::row;
use crate::domain::wording;
use crate::tui::app::{App, Pane};
use crate::tui::rows::Column;
use crate::tui::theme::Role;
use crate::tui::widget::text::wrap;

pub(super) fn draw(ink: &mut Ink<'_>, plan: &Plan) {
    let app = ink.app;
    let columns = columns(app, plan.rows);
    match plan.frame {
        Frame::Boxed => {
            let focused = app.focus == Pane::Accounts;
            let right = top_right(ink);
            let inner = ink.pane(plan.table, focused, &title(app), &right);
            headings(ink, inner, &columns);
            bottom(ink, plan);
        }
        Frame::Ruled => {
            let mut order = top_right(ink);
            if !app.marks.is_empty() {
                order = format!("{order}  {} marked", app.marks.len());
            }
            ink.rule(plan.table, 0, &order);
        }
        Frame::Bare => {}
    }
    if app.rows.is_empty() {
        return no_hit(ink, plan.rows);
    }
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
        row::draw(ink, area, &columns, account, state);
    }
}

pub(super) fn columns(app: &App, rows: Rect) -> Columns {
    // In a box the last column keeps a space from the border.
    let margin = usize::from(rows.width >= 54);
    let width = usize::from(rows.width) - margin;
    Columns::that_fit(width, app.rows.widest, app.rows.labelled)
}

fn title(app: &App) -> String {
    let (shown, all) = (app.rows.len(), app.snapshot.accounts.len());
    if shown == all {
        format!("Accounts ({all})")
    } else {
        format!("Accounts ({shown} of {all})")
    }
}

fn top_right(ink: &Ink<'_>) -> String {
    let app = ink.app;
    let arrow = if app.sort.reversed {
        ink.glyphs().up
    } else {
        ink.glyphs().down
    };
    let sort = format!("by {} {arrow}", app.sort.column.as_str());
    if app.filter.is_empty() {
        sort
    } else {
        format!("filter: {}  {sort}", wording::safe(app.filter.text()))
    }
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
    let page = usize::from(plan.rows.height);
    if app.rows.len() > page {
        let last = (app.top + page).min(app.rows.len());
        let words = format!(" {}-{last} of {} ", app.top + 1, app.rows.len());
        let style = ink.style(Role::Dim);
        ink.pen(line, row).skip(20).put_right(&words, style);
    }
}

fn headings(ink: &mut Ink<'_>, inner: Rect, c: &Columns) {
    let style = ink.style(Role::Dim);
    for (column, x, room) in places(c) {
        let name = match column {
            Column::Urgency => "STATE",
            Column::Account => "ACCOUNT",
            Column::Label => "LABEL",
            Column::Access => "ACCESS",
            Column::SignIn => "SIGN-IN",
            Column::Seen => "SEEN",
            Column::Client => "CLIENT",
        };
        let mut pen = ink.pen(inner, 0);
        pen.skip(x);
        match column {
            Column::Seen => pen.cell_right(name, room, style),
            _ => pen.cell(name, room, style),
        };
    }
}

/// Where each column stands, counted from the left edge of the rows.
fn places(c: &Columns) -> Vec<(Column, usize, usize)> {
    let mut x = PREFIX;
    let mut all = Vec::new();
    let mut add = |column, room: usize| {
        if room > 0 {
            all.push((column, x, room));
            x += room + 1;
        }
    };
    if !c.word_behind {
        add(Column::Urgency, c.word);
    }
    add(Column::Account, c.account);
    add(Column::Label, c.label);
    if c.word_behind {
        add(Column::Urgency, c.word);
    }
    add(
        Column::Access,
        c.access + if c.gauge > 0 { c.gauge + 1 } else { 0 },
    );
    add(Column::SignIn, c.sign_in);
    add(Column::Seen, c.seen);
    add(Column::Client, c.client);
    all
}

/// Which column's heading is at `x`.
pub fn column_at(app: &App, rows: Rect, x: u16) -> Option<Column> {
    let x = usize::from(x.checked_sub(rows.x)?);
    let places = places(&columns(app, rows));
    places
        .into_iter()
        .find(|(_, from, room)| (*from..from + room).contains(&x))
        .map(|(column, ..)| column)
}

fn no_hit(ink: &mut Ink<'_>, rows: Rect) {
    let text = format!(
        " No account matches \"{}\".",
        wording::safe(ink.app.filter.text())
    );
    ink.put(rows, 0, &text, Role::Text);
    let advice = "Looked at: address, label, client and state. Esc clears the filter.";
    let room = usize::from(rows.width).saturating_sub(2);
    for (i, line) in wrap(advice, room).iter().enumerate() {
        ink.put(rows, 1 + i as u16, &format!(" {line}"), Role::Dim);
    }
}
