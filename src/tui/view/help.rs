//! The help: the key map read backwards, for the screen on which it was asked or for another one.
//! Two columns where there is room; what a key does is wrapped, never cut.

use ratatui::layout::{Position, Rect};

use super::Hit;
use super::ink::{Ink, popup_room};
use crate::tui::app::App;
use crate::tui::keymap::{Action, Binding, Context};
use crate::tui::modal::Help;
use crate::tui::theme::Role;
use crate::tui::widget::frame::centred;
use crate::tui::widget::scroll::window;
use crate::tui::widget::text::{width, wrap};

/// In the order in which they are shown.
const GROUPS: [&str; 8] = [
    "Set up", "Tokens", "Move", "Find", "Change", "Sign in", "Command", "App",
];

/// Whose keys Tab goes through.
pub const SCREENS: [(Context, &str); 9] = [
    (Context::Table, "accounts"),
    (Context::Details, "details"),
    (Context::Log, "event log"),
    (Context::Clients, "OAuth clients"),
    (Context::Palette, "command line"),
    (Context::Menu, "menus"),
    (Context::Confirm, "confirmations"),
    (Context::Consent, "sign-in"),
    (Context::Help, "this help"),
];

/// Keys, and what they do beside them.
const KEYS: usize = 13;
const TWO_COLUMNS: u16 = 76;

pub fn name_of(context: Context) -> &'static str {
    let named = SCREENS.iter().find(|(known, _)| *known == context);
    named.map_or("keys", |(_, name)| name)
}

/// What is listed: everything that the screen understands, or what was searched.
pub fn entries<'a>(app: &'a App, help: &Help) -> Vec<&'a Binding> {
    let wanted = help.search.text().to_lowercase();
    let fits = |b: &&Binding| {
        let keys = b.keys.join(" ");
        wanted.is_empty() || b.does.to_lowercase().contains(&wanted) || keys.contains(&wanted)
    };
    let mut found: Vec<_> = app
        .keymap
        .bindings(help.context)
        .filter(|b| b.action != Action::Play || app.sandbox.is_some())
        .filter(fits)
        .collect();
    let place = |b: &&Binding| (GROUPS.iter().position(|g| *g == b.group), b.context);
    found.sort_by_key(place);
    found
}

/// One line of a column.
#[derive(Debug)]
enum Line<'a> {
    Group(&'a str),
    Blank,
    /// The entry's place in the list, its keys, and a part of what it does.
    Entry(usize, String, String),
}

struct Plan<'a> {
    columns: Vec<Vec<Line<'a>>>,
    area: Rect,
    inner: Rect,
    column_width: u16,
}

impl Plan<'_> {
    fn longest(&self) -> usize {
        self.columns.iter().map(Vec::len).max().unwrap_or(0)
    }

    fn line_of(&self, entry: usize) -> usize {
        let is_it = |line: &Line<'_>| matches!(line, Line::Entry(at, ..) if *at == entry);
        let lines = self.columns.iter().filter_map(|c| c.iter().position(is_it));
        lines.max().unwrap_or(0)
    }
}

fn plan<'a>(app: &'a App, help: &Help) -> Plan<'a> {
    let screen = popup_room(Rect::new(0, 0, app.size.0, app.size.1));
    let two = screen.width >= TWO_COLUMNS;
    let wide = screen.width.min(if two { 110 } else { 72 });
    let bordered = screen.height >= 4 && wide >= 12;
    let room = if bordered { wide - 4 } else { wide };
    let column_width = if two { room / 2 } else { room };
    let found = entries(app, help);
    let blocks = blocks(&found, usize::from(column_width.saturating_sub(1)));
    let columns = if two {
        split(blocks)
    } else {
        vec![joined(blocks)]
    };
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0) as u16;
    let area = centred(screen, wide, longest.max(2) + 2);
    let inner = if bordered {
        Rect::new(area.x + 2, area.y + 1, room, area.height.saturating_sub(2))
    } else {
        area
    };
    Plan {
        columns,
        area,
        inner,
        column_width,
    }
}

/// Each group's lines.
fn blocks<'a>(found: &[&'a Binding], room: usize) -> Vec<Vec<Line<'a>>> {
    let mut blocks: Vec<Vec<Line<'a>>> = Vec::new();
    let mut group = "";
    let keys_room = keys_room(room);
    for (at, binding) in found.iter().enumerate() {
        if binding.group != group {
            group = &binding.group;
            blocks.push(vec![Line::Group(group)]);
        }
        let Some(block) = blocks.last_mut() else {
            continue;
        };
        let does = wrap(&binding.does, room.saturating_sub(keys_room + 2).max(1));
        let mut keys = fitting_keys(&marked(binding), keys_room);
        if width(&keys) > keys_room {
            block.push(Line::Entry(at, std::mem::take(&mut keys), String::new()));
        }
        for words in does {
            block.push(Line::Entry(at, std::mem::take(&mut keys), words));
        }
    }
    blocks
}

/// Where lines are short a single key has to do, and a long one stands alone.
fn keys_room(line: usize) -> usize {
    if line >= 30 { KEYS } else { 2 }
}

/// A binding's keys; those that the person chose have a mark in front.
fn marked(binding: &Binding) -> Vec<String> {
    if !binding.remapped {
        return binding.keys.clone();
    }
    let first = binding.keys.first().map_or("no key", String::as_str);
    let rest = binding.keys.iter().skip(1).cloned();
    std::iter::once(format!("! {first}")).chain(rest).collect()
}

/// As many of an action's keys as there is room for; the first one always, whole.
fn fitting_keys(keys: &[String], room: usize) -> String {
    let mut all = String::new();
    for key in keys {
        if all.is_empty() {
            key.clone_into(&mut all);
        } else if width(&all) + 1 + width(key) <= room {
            all = format!("{all} {key}");
        }
    }
    all
}

fn joined(blocks: Vec<Vec<Line<'_>>>) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push(Line::Blank);
        }
        lines.extend(block);
    }
    lines
}

/// Two columns of whole groups, as even as can be.
fn split(mut blocks: Vec<Vec<Line<'_>>>) -> Vec<Vec<Line<'_>>> {
    let lengths: Vec<usize> = blocks.iter().map(|b| b.len() + 1).collect();
    let longer = |at: usize| -> usize {
        let left: usize = lengths[..at].iter().sum();
        let right: usize = lengths[at..].iter().sum();
        left.max(right)
    };
    let at = (0..=blocks.len()).rev().min_by_key(|at| longer(*at));
    let right = blocks.split_off(at.unwrap_or(0));
    vec![joined(blocks), joined(right)]
}

/// How many entries a page has, roughly: one for each line.
pub fn page(app: &App, help: &Help) -> usize {
    usize::from(plan(app, help).inner.height.max(1))
}

/// The line of an entry, how many lines there are, and how many are in sight.
pub fn place_of(app: &App, help: &Help, entry: usize) -> (usize, usize, usize) {
    let plan = plan(app, help);
    // With the first entry comes the heading above it.
    let line = if entry == 0 { 0 } else { plan.line_of(entry) };
    let page = usize::from(plan.inner.height.max(1));
    (line, plan.longest(), page)
}

/// Which entry is under the mouse.
pub fn entry_at(app: &App, help: &Help, at: Position) -> Hit {
    let plan = plan(app, help);
    if !plan.area.contains(at) {
        return Hit::Beside;
    }
    if !plan.inner.contains(at) {
        return Hit::Nothing;
    }
    let column = usize::from((at.x - plan.inner.x) / plan.column_width.max(1));
    let line = top(&plan, help) + usize::from(at.y - plan.inner.y);
    let line = plan.columns.get(column).and_then(|c| c.get(line));
    match line {
        Some(Line::Entry(entry, ..)) => Hit::Entry(*entry),
        _ => Hit::Nothing,
    }
}

fn top(plan: &Plan<'_>, help: &Help) -> usize {
    let line = match help.scroll.at {
        0 => 0,
        at => plan.line_of(at),
    };
    let page = usize::from(plan.inner.height.max(1));
    window(help.scroll.top, line, plan.longest(), page)
}

pub(super) fn draw(ink: &mut Ink<'_>, help: &Help) {
    let app = ink.app;
    let plan = plan(app, help);
    let title = format!("Keys: {}", name_of(help.context));
    let right = if help.searching || !help.search.is_empty() {
        format!("search: {}", help.search.text())
    } else {
        let yours = if app.keymap.is_remapped() {
            "! is yours  "
        } else {
            ""
        };
        let [search, others] =
            [Action::HelpFilter, Action::HelpScreen].map(|action| app.keymap.key(action));
        format!("{yours}{search} search  {others} other screens")
    };
    let lines = plan.area.height.saturating_sub(2);
    let inner = ink.popup(plan.area.width, lines, &title, &right);
    let top = top(&plan, help);
    if plan.longest() == 0 {
        return ink.put(inner, 0, "No key has to do with that.", Role::Dim);
    }
    for (at, column) in plan.columns.iter().enumerate() {
        let place = Rect {
            x: inner.x + at as u16 * plan.column_width,
            width: plan.column_width.saturating_sub(1),
            ..inner
        };
        let seen = column.iter().skip(top).take(usize::from(inner.height));
        for (row, line) in seen.enumerate() {
            entry(ink, place, row as u16, line, help.scroll.at);
        }
    }
}

fn entry(ink: &mut Ink<'_>, place: Rect, row: u16, line: &Line<'_>, chosen: usize) {
    let [strong, key, text] = [Role::Strong, Role::Key, Role::Text].map(|role| ink.style(role));
    let cursor = ink.glyphs().cursor;
    match line {
        Line::Blank => {}
        Line::Group(name) => {
            ink.pen(place, row).put(&name.to_uppercase(), strong);
        }
        Line::Entry(at, keys, does) => {
            let is_chosen = *at == chosen;
            let mark = if is_chosen && !keys.is_empty() {
                cursor
            } else {
                " "
            };
            let room = keys_room(usize::from(place.width));
            let mut pen = ink.pen(place, row);
            pen.put(mark, text);
            if does.is_empty() {
                pen.put(keys, key);
            } else {
                pen.cell(keys, room, key).skip(1).put(does, text);
            }
            if is_chosen {
                let here = Rect {
                    y: place.y + row,
                    height: 1,
                    ..place
                };
                ink.fill(here, Role::Cursor);
            }
        }
    }
}
