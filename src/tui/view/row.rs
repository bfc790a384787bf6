//! One account as one row: mark and word, who it is, the two clocks, when Google was last seen, and
//! what the grant is good for.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::columns::Columns;
use super::ink::Ink;
use crate::domain::health::State;
use crate::domain::snapshot::AccountView;
use crate::domain::time::Timestamp;
use crate::domain::wording;
use crate::tui::filter::Sieve;
use crate::tui::glyphs::SPINNER;
use crate::tui::rows::reach;
use crate::tui::theme::Role;
use crate::tui::widget::gauge;
use crate::tui::widget::pen::Pen;
use crate::tui::widget::text::{cut_address, width};

pub(super) fn draw(
    ink: &mut Ink<'_>,
    area: Rect,
    columns: &Columns,
    sieve: &mut Sieve<'_>,
    account: &AccountView,
    state: State,
) {
    let is_cursor = ink.app.cursor == Some(account.id);
    let who = who(ink, area, columns, account, state);
    // A masked address has none of the letters that were found.
    let mut letters = if ink.app.masked {
        Vec::new()
    } else {
        sieve.letters(&who.email.0)
    };
    let kept = who.email.0.bytes().zip(who.shown.bytes());
    let kept = kept.take_while(|(whole, shown)| whole == shown).count();
    letters.retain(|at| *at < kept);
    let clocks = clocks(ink, account, state);
    let found = ink.style(Role::Match);
    let mut pen = ink.pen(area, 0);
    who.write(&mut pen, columns, &letters, found);
    clocks.write(&mut pen, columns);
    if is_cursor {
        ink.fill(area, Role::Cursor);
    }
}

type Cell = (String, Style);

/// The left part of a row.
struct Who {
    prefix: [Cell; 4],
    word: Cell,
    email: Cell,
    /// The address as there is room for it.
    shown: String,
    label: Cell,
}

impl Who {
    fn write(&self, pen: &mut Pen<'_>, c: &Columns, letters: &[usize], found: Style) {
        for (words, style) in &self.prefix {
            pen.put(words, *style);
        }
        let word = |pen: &mut Pen<'_>| {
            if c.word > 0 {
                pen.cell(&self.word.0, c.word, self.word.1).skip(c.gap);
            }
        };
        if !c.word_behind {
            word(pen);
        }
        pen.cell_with(&self.shown, c.account, self.email.1, letters, found);
        pen.skip(c.gap);
        if c.label > 0 {
            pen.cell(&self.label.0, c.label, self.label.1).skip(c.gap);
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
    let shown = cut_address(short, c.account, glyphs.cut).into_owned();
    let label = account.label.as_deref().map(|label| ink.words(label));
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
        shown,
        email: cell(&email, if app.masked { Role::Masked } else { Role::Text }),
        label: cell(&label.unwrap_or_default(), Role::Dim),
    }
}

/// The right part of a row.
struct Clocks {
    access: Cell,
    /// How much of the token's life is left, and the gauge's two colours.
    life: f64,
    gauge: [Style; 2],
    glyphs: &'static crate::tui::glyphs::Glyphs,
    /// In place of an empty gauge.
    next_try: Cell,
    sign_in: Cell,
    seen: Cell,
    scopes: Cell,
    client: Cell,
}

impl Clocks {
    fn write(&self, pen: &mut Pen<'_>, c: &Columns) {
        pen.cell_right(&self.access.0, c.access, self.access.1);
        if c.gauge > 0 {
            pen.skip(1);
            if self.life > 0.0 {
                let [full, empty] = self.gauge;
                gauge::draw(pen, self.life, c.gauge, self.glyphs, full, empty);
            } else {
                pen.cell(&self.next_try.0, c.gauge, self.next_try.1);
            }
        }
        if c.sign_in > 0 {
            pen.skip(c.gap)
                .cell(&self.sign_in.0, c.sign_in, self.sign_in.1);
        }
        if c.seen > 0 {
            pen.skip(c.gap)
                .cell_right(&self.seen.0, c.seen, self.seen.1);
        }
        for ((words, style), room) in [(&self.scopes, c.scopes), (&self.client, c.client)] {
            if room > 0 {
                pen.skip(c.gap).cell(words, room, *style);
            }
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
    let next_try = facts.held_back_until(now);
    let next_try = next_try.map(|at| format!("in {}", ink.age(at - now)));
    let seen = facts.last_refresh_at.map(|at| ink.age(now - at));
    let client = account.client.as_deref().map(|client| ink.words(client));
    let reach: Vec<_> = reach(account).collect();
    let scopes = match (&facts.grant, reach.is_empty()) {
        (Some(_), true) => "sign-in only".to_owned(),
        _ => ink.words(&reach.join(" ")),
    };
    Clocks {
        access: cell(ink.access(facts.access.map(|a| a.left(now))), Role::Text),
        life: life(account, now),
        gauge: [ink.style(full), ink.style(Role::GaugeEmpty)],
        glyphs: ink.glyphs(),
        next_try: cell(next_try.unwrap_or_default(), Role::Dim),
        sign_in: cell(wording::sign_in(&account.facts, now), Role::Text),
        seen: cell(seen.unwrap_or_else(|| "-".into()), Role::Dim),
        scopes: cell(scopes, Role::Dim),
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
