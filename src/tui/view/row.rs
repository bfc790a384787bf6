//! One account as one row: mark and word, who it is, the two clocks, and when Google was last seen.

use ratatui::layout::Rect;

use super::ink::Ink;
use super::layout::Columns;
use crate::domain::health::State;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Timestamp, rough};
use crate::domain::wording;
use crate::tui::glyphs::SPINNER;
use crate::tui::theme::Role;
use crate::tui::widget::gauge;
use crate::tui::widget::pen::Pen;
use crate::tui::widget::text::{cut_address, width};

pub(super) fn draw(
    ink: &mut Ink<'_>,
    area: Rect,
    columns: &Columns,
    account: &AccountView,
    state: State,
) {
    let is_cursor = ink.app.cursor == Some(account.id);
    let who = who(ink, area, columns, account, state);
    let clocks = clocks(ink, account, state);
    let mut pen = ink.pen(area, 0);
    who.write(&mut pen, columns);
    clocks.write(&mut pen, columns);
    if is_cursor {
        ink.fill(area, Role::Cursor);
    }
}

type Cell = (String, ratatui::style::Style);

/// The left part of a row.
struct Who {
    prefix: [Cell; 4],
    word: Cell,
    email: Cell,
    label: Cell,
}

impl Who {
    fn write(&self, pen: &mut Pen<'_>, c: &Columns) {
        for (words, style) in &self.prefix {
            pen.put(words, *style);
        }
        let word = |pen: &mut Pen<'_>| {
            if c.word > 0 {
                pen.cell(&self.word.0, c.word, self.word.1).skip(1);
            }
        };
        if !c.word_behind {
            word(pen);
        }
        pen.cell(&self.email.0, c.account, self.email.1).skip(1);
        if c.label > 0 {
            pen.cell(&self.label.0, c.label, self.label.1).skip(1);
        }
        if c.word_behind {
            word(pen);
        }
    }
}

fn who(ink: &Ink<'_>, area: Rect, c: &Columns, account: &AccountView, state: State) -> Who {
    let app = ink.app;
    let glyphs = ink.glyphs();
    let cell = |words: &str, role| (words.to_owned(), ink.style(role));
    let (glyph, word) = match account.busy {
        Some(busy) => (
            cell(spinner(ink), Role::Busy),
            cell(busy.as_str(), Role::Text),
        ),
        None => (
            cell(glyphs.state(state), Role::of(state)),
            cell(state.as_str(), Role::of_word(state)),
        ),
    };
    let is_cursor = app.cursor == Some(account.id);
    let is_marked = app.marks.contains(&account.id);
    let email = ink.address(&account.email);
    // In narrow windows the domain goes: the name is what tells accounts apart.
    let short = match email.split_once('@') {
        Some((local, _)) if area.width < 41 && width(&email) > c.account => local,
        _ => &email,
    };
    let label = account.label.as_deref().map(wording::safe);
    Who {
        prefix: [
            cell(if is_cursor { glyphs.cursor } else { " " }, Role::Text),
            if is_marked {
                cell(glyphs.marked, Role::Mark)
            } else {
                cell(" ", Role::Text)
            },
            glyph,
            cell(" ", Role::Text),
        ],
        word,
        email: cell(&cut_address(short, c.account, glyphs.cut), Role::Text),
        label: cell(&label.unwrap_or_default(), Role::Dim),
    }
}

/// The right part of a row.
struct Clocks {
    access: Cell,
    /// How much of the token's life is left, and the gauge's two colours.
    life: f64,
    gauge: [ratatui::style::Style; 2],
    glyphs: &'static crate::tui::glyphs::Glyphs,
    /// In place of an empty gauge.
    next_try: Cell,
    sign_in: Cell,
    seen: Cell,
    client: Cell,
}

impl Clocks {
    fn write(&self, pen: &mut Pen<'_>, c: &Columns) {
        pen.cell_right(&self.access.0, c.access, self.access.1)
            .skip(1);
        if c.gauge > 0 {
            if self.life > 0.0 {
                let [full, empty] = self.gauge;
                gauge::draw(pen, self.life, c.gauge, self.glyphs, full, empty);
            } else {
                pen.cell(&self.next_try.0, c.gauge, self.next_try.1);
            }
            pen.skip(1);
        }
        if c.sign_in > 0 {
            pen.cell(&self.sign_in.0, c.sign_in, self.sign_in.1).skip(1);
        }
        if c.seen > 0 {
            pen.cell_right(&self.seen.0, c.seen, self.seen.1).skip(1);
        }
        if c.client > 0 {
            pen.cell(&self.client.0, c.client, self.client.1);
        }
    }
}

fn clocks(ink: &Ink<'_>, account: &AccountView, state: State) -> Clocks {
    let now = ink.app.shown_at(ink.now);
    let cell = |words: String, role| (words, ink.style(role));
    let facts = &account.facts;
    let full = if state == State::Due {
        Role::GaugeLow
    } else {
        Role::GaugeFull
    };
    let next_try = facts.backoff.filter(|b| b.next_try_at > now);
    let next_try = next_try.map(|b| format!("in {}", rough(b.next_try_at - now)));
    let seen = facts.last_refresh_at.map(|at| rough(now - at).to_string());
    let client = account.client.as_deref().map(wording::safe);
    Clocks {
        access: cell(
            wording::access(facts.access.map(|a| a.left(now))),
            Role::Text,
        ),
        life: life(account, now),
        gauge: [ink.style(full), ink.style(Role::GaugeEmpty)],
        glyphs: ink.glyphs(),
        next_try: cell(next_try.unwrap_or_default(), Role::Dim),
        sign_in: cell(wording::sign_in(&account.facts, now), Role::Text),
        seen: cell(seen.unwrap_or_else(|| "-".into()), Role::Dim),
        client: cell(client.unwrap_or_default(), Role::Dim),
    }
}

/// How much of the token's life is left.
pub(super) fn life(account: &AccountView, now: Timestamp) -> f64 {
    let Some(access) = account.facts.access else {
        return 0.0;
    };
    let whole = (access.expires_at - access.obtained_at).num_seconds();
    if whole <= 0 {
        return 0.0;
    }
    access.left(now).num_seconds().max(0) as f64 / whole as f64
}

pub(super) fn spinner(ink: &Ink<'_>) -> &'static str {
    if ink.app.look.motion {
        SPINNER[ink.now.timestamp().rem_euclid(4) as usize]
    } else {
        ink.glyphs().busy
    }
}
