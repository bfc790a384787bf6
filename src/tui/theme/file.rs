//! One theme file, read with patience: what cannot be understood becomes a sentence with its line
//! and the way out, and the rest is used. Knows no other file and reads none from the disk.

use std::ops::Range;

use ratatui::style::{Color, Modifier};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::WEIGHTS;
use super::role::Role;
use crate::domain::wording::safe;

/// What a file says, and what it says that makes no sense.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) extends: Option<String>,
    pub(super) ground: Option<Color>,
    pub(super) looks: Vec<(Role, Look)>,
    /// Each `line 3: what is wrong; what to write`.
    pub(super) complaints: Vec<String>,
}

/// How a role looks.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) fg: Option<Color>,
    pub(super) bg: Option<Color>,
    pub(super) mods: Modifier,
}

const COLOURS: &str = "write \"#rrggbb\", a name such as \"cyan\", or a number from 0 to 255";

pub(super) fn read(text: &str) -> Sheet {
    let mut reader = Reader {
        text,
        sheet: Sheet::default(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let what = error.message().lines().next().unwrap_or("not TOML");
        let span = error.span().unwrap_or_default();
        reader.complain(span, &format!("{}; the rest is used", safe(what)));
    }
    reader.top(table.get_ref());
    reader.sheet
}

struct Reader<'t> {
    text: &'t str,
    sheet: Sheet,
}

impl Reader<'_> {
    fn complain(&mut self, at: Range<usize>, what: &str) {
        let before = self.text.get(..at.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        self.sheet.complaints.push(format!("line {line}: {what}"));
    }

    fn top(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("extends", DeValue::String(name)) => {
                    self.sheet.extends = Some(name.to_string());
                }
                ("extends", _) => {
                    self.complain(
                        value.span(),
                        "`extends` names a theme: write extends = \"dark\"",
                    );
                }
                ("ground", _) => self.sheet.ground = self.colour("ground", value),
                ("roles", DeValue::Table(roles)) => self.roles(roles),
                (other, _) => {
                    let what = match nearest_role(other) {
                        Some(role) => format!("`{role}` belongs under [roles]"),
                        None => format!(
                            "`{}` means nothing here; a theme has extends, ground and [roles]",
                            safe(other)
                        ),
                    };
                    self.complain(key.span(), &what);
                }
            }
        }
    }

    fn roles(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            // The dots of the documentation need quotes in TOML, and dashes do not.
            let Some(role) = Role::named(&name.replace('.', "-")) else {
                let hint = nearest_role(name).map_or_else(
                    || "`ansi` has them all".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.complain(
                    key.span(),
                    &format!("there is no role `{}`; {hint}", safe(name)),
                );
                continue;
            };
            let look = self.look(role, value);
            self.sheet.looks.push((role, look));
        }
    }

    /// `{ fg = "…", bg = "…", mods = ["bold"] }`, or a colour alone.
    fn look(&mut self, role: Role, value: &Spanned<DeValue<'_>>) -> Look {
        let mut look = Look::default();
        let DeValue::Table(table) = value.get_ref() else {
            look.fg = self.colour(role.name(), value);
            return look;
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "fg" => look.fg = self.colour(role.name(), value),
                "bg" => look.bg = self.colour(role.name(), value),
                "mods" => look.mods = self.mods(value),
                other => {
                    let what = format!(
                        "`{}` means nothing; a role has fg, bg and mods",
                        safe(other)
                    );
                    self.complain(key.span(), &what);
                }
            }
        }
        look
    }

    fn colour(&mut self, what: &str, value: &Spanned<DeValue<'_>>) -> Option<Color> {
        let written = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            _ => String::new(),
        };
        let colour = written.parse().ok();
        if colour.is_none() {
            let what = format!("{what}: `{}` is not a colour; {COLOURS}", safe(&written));
            self.complain(value.span(), &what);
        }
        colour
    }

    fn mods(&mut self, value: &Spanned<DeValue<'_>>) -> Modifier {
        let names: Vec<&str> = WEIGHTS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        let mut mods = Modifier::empty();
        let DeValue::Array(list) = value.get_ref() else {
            let what = format!("mods is a list such as [\"bold\"]; there are {names}");
            self.complain(value.span(), &what);
            return mods;
        };
        for entry in list {
            let name = entry.get_ref().as_str().unwrap_or_default();
            match WEIGHTS.iter().find(|(known, _)| *known == name) {
                Some((_, weight)) => mods |= *weight,
                None => {
                    let what = format!("`{}` is no weight; there are {names}", safe(name));
                    self.complain(entry.span(), &what);
                }
            }
        }
        mods
    }
}

fn nearest_role(name: &str) -> Option<&'static str> {
    let likeness = |known: &str| strsim::jaro_winkler(known, &name.replace(['.', '_'], "-"));
    let names = Role::ALL.iter().map(|role| role.name());
    names
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|near| likeness(near) > 0.8)
}
