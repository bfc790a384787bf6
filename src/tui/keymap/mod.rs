//! From a key in a context to an action. The table is data (`assets/keymap.toml`); help and footer
//! are read from it backwards, so they cannot disagree with what the keys do.

mod action;
mod key;
mod remap;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use self::action::{Action, Context};
pub use self::key::Key;
pub use self::remap::{Clash, KeysError, check};

/// One row of the table.
#[derive(Debug, Clone)]
pub struct Binding {
    pub action: Action,
    pub context: Context,
    pub does: String,
    pub group: String,
    pub hint: Option<String>,
    pub rank: u8,
    /// As a person reads them: `j`, `^d`, `gg`, `PgDn`.
    pub keys: Vec<String>,
    /// The person chose other keys than the table.
    pub remapped: bool,
    /// The first key of the table.
    usual: String,
    chords: Vec<Vec<Key>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    keys: Vec<String>,
    does: String,
    group: String,
    hint: Option<String>,
    #[serde(default)]
    rank: u8,
}

/// What a key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Action(Action),
    /// The first of two; the second decides.
    Started,
    Nothing,
}

#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Debug, thiserror::Error)]
pub enum KeymapError {
    #[error("the key map is not valid: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("`{0}` is not a key")]
    BadKey(String),
    #[error("`{key}` is bound twice in the same place, to `{first}` and to `{second}`")]
    Twice {
        key: String,
        first: &'static str,
        second: &'static str,
    },
}

impl Keymap {
    pub fn built_in() -> Self {
        Self::parse(include_str!("../../../assets/keymap.toml"))
            .expect("the built-in key map is tested")
    }

    pub fn parse(text: &str) -> Result<Self, KeymapError> {
        let rows: BTreeMap<Context, BTreeMap<Action, Row>> = toml::from_str(text)?;
        // Maps are sorted by name; the order of the file is the order of help and footer.
        let place = |action: Action| text.find(&format!("\n{} ", action.name()));
        let mut bindings = Vec::new();
        for (context, table) in &rows {
            let mut table: Vec<_> = table.iter().collect();
            table.sort_by_key(|(action, _)| place(**action));
            for (action, row) in table {
                bindings.push(Binding::new(*context, *action, row)?);
            }
        }
        let keymap = Self { bindings };
        keymap.refuse_duplicates()?;
        Ok(keymap)
    }

    fn refuse_duplicates(&self) -> Result<(), KeymapError> {
        for (i, one) in self.bindings.iter().enumerate() {
            for other in self.bindings[i + 1..]
                .iter()
                .filter(|o| o.context == one.context)
            {
                let clash = one.chords.iter().position(|c| {
                    other
                        .chords
                        .iter()
                        .any(|o| o.starts_with(c) || c.starts_with(o))
                });
                if let Some(at) = clash {
                    return Err(KeymapError::Twice {
                        key: one.keys[at].clone(),
                        first: one.action.name(),
                        second: other.action.name(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Resolves `key`, pressed after `before` if that began a chord.
    pub fn resolve(&self, context: Context, before: Option<Key>, key: Key) -> Found {
        let chord: Vec<Key> = before.into_iter().chain([key]).collect();
        for table in context.tables() {
            for binding in self.bindings.iter().filter(|b| b.context == *table) {
                if binding.chords.contains(&chord) {
                    return Found::Action(binding.action);
                }
                if binding
                    .chords
                    .iter()
                    .any(|c| c.len() > chord.len() && c.starts_with(&chord))
                {
                    return Found::Started;
                }
            }
        }
        // A chord that leads nowhere does not swallow its second key.
        match before {
            Some(_) => self.resolve(context, None, key),
            None => Found::Nothing,
        }
    }

    /// Everything that can be done in `context`, as long as its keys are not taken by a nearer table.
    pub fn bindings(&self, context: Context) -> impl Iterator<Item = &Binding> {
        let place = move |b: &Binding| context.tables().iter().position(|t| *t == b.context);
        let nearer = move |b: &Binding, chord: &Vec<Key>| {
            let mut others = self.bindings.iter();
            others
                .any(|o| place(o).is_some_and(|at| Some(at) < place(b)) && o.chords.contains(chord))
        };
        context
            .tables()
            .iter()
            .flat_map(|table| self.bindings.iter().filter(move |b| b.context == *table))
            .filter(move |b| !b.chords.iter().all(|chord| nearer(b, chord)))
    }

    /// The first key of an action, for texts that name it.
    pub fn key(&self, action: Action) -> &str {
        self.bindings
            .iter()
            .find(|b| b.action == action)
            .and_then(|b| b.keys.first())
            .map_or("(no key)", String::as_str)
    }
}

impl Binding {
    fn new(context: Context, action: Action, row: &Row) -> Result<Self, KeymapError> {
        let chords = chords(&row.keys).map_err(KeymapError::BadKey)?;
        Ok(Self {
            action,
            context,
            does: row.does.clone(),
            group: row.group.clone(),
            hint: row.hint.clone(),
            rank: row.rank,
            keys: chords.iter().map(|chord| key::shown(chord)).collect(),
            remapped: false,
            usual: row.keys.first().cloned().unwrap_or_default(),
            chords,
        })
    }
}

/// Each `g g` as keys, or the one that is none.
fn chords(written: &[String]) -> Result<Vec<Vec<Key>>, String> {
    let mut chords = Vec::new();
    for text in written {
        let keys: Option<Vec<Key>> = text.split(' ').map(Key::parse).collect();
        let chord = keys.ok_or_else(|| text.clone())?;
        if !chords.contains(&chord) {
            chords.push(chord);
        }
    }
    Ok(chords)
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Key {
        KeyEvent::new(code, modifiers).into()
    }

    fn letter(c: char) -> Key {
        key(KeyCode::Char(c), KeyModifiers::NONE)
    }

    #[test]
    fn every_action_is_bound_once_and_described() {
        let keymap = Keymap::built_in();
        for action in Action::ALL {
            let rows: Vec<_> = keymap
                .bindings
                .iter()
                .filter(|b| b.action == *action)
                .collect();
            assert_eq!(rows.len(), 1, "{} has {} rows", action.name(), rows.len());
            assert!(
                !rows[0].does.is_empty() && !rows[0].keys.is_empty() && !rows[0].group.is_empty()
            );
        }
        assert_eq!(keymap.bindings.len(), Action::ALL.len());
    }

    #[test]
    fn one_key_cannot_mean_two_things_in_one_place() {
        let twice = "[app]\nhelp = { keys = [\"?\"], does = \"a\", group = \"g\" }\nquit = { keys = [\"q\", \"?\"], does = \"b\", group = \"g\" }\n";
        assert!(matches!(
            Keymap::parse(twice),
            Err(KeymapError::Twice { .. })
        ));
        let chord = "[list]\nfirst = { keys = [\"g g\"], does = \"a\", group = \"g\" }\nlast = { keys = [\"g\"], does = \"b\", group = \"g\" }\n";
        assert!(matches!(
            Keymap::parse(chord),
            Err(KeymapError::Twice { .. })
        ));
        assert!(matches!(
            Keymap::parse("[app]\nhelp = { keys = [\"hyper-x\"], does = \"a\", group = \"g\" }\n"),
            Err(KeymapError::BadKey(_))
        ));
    }

    #[test]
    fn a_nearer_table_shadows_no_key_of_a_farther_one_by_accident() {
        // These two are meant: a question mark in the consent dialog explains Google's pages, and
        // `h l` move between the two buttons of a confirmation.
        for context in [
            Context::Table,
            Context::Details,
            Context::Log,
            Context::Clients,
            Context::Palette,
            Context::Help,
            Context::Menu,
            Context::Guide,
            Context::Clients,
        ] {
            let keymap = Keymap::built_in();
            let all: Vec<_> = keymap.bindings(context).collect();
            for (i, one) in all.iter().enumerate() {
                for other in &all[i + 1..] {
                    for chord in &one.chords {
                        assert!(
                            !other.chords.contains(chord),
                            "{} hides {}",
                            one.action.name(),
                            other.action.name()
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn what_a_nearer_table_hides_is_not_offered() {
        let keymap = Keymap::built_in();
        let offered: Vec<_> = keymap.bindings(Context::Setup).map(|b| b.action).collect();
        assert!(offered.contains(&Action::SetupSandbox) && offered.contains(&Action::Help));
        assert!(!offered.contains(&Action::Log), "`e` is the sandbox here");
        let log = |context| keymap.bindings(context).any(|b| b.action == Action::Log);
        assert!(log(Context::Table));
    }

    #[test]
    fn keys_resolve_by_context_and_chords_need_both_halves() {
        let keymap = Keymap::built_in();
        let resolve = |context, key| keymap.resolve(context, None, key);
        assert_eq!(
            resolve(Context::Table, letter('j')),
            Found::Action(Action::Down)
        );
        assert_eq!(
            resolve(Context::Consent, letter('j')),
            Found::Action(Action::ChoiceDown)
        );
        assert_eq!(resolve(Context::Menu, letter('X')), Found::Nothing);
        assert_eq!(resolve(Context::Table, letter('g')), Found::Started);
        assert_eq!(
            keymap.resolve(Context::Table, Some(letter('g')), letter('g')),
            Found::Action(Action::First)
        );
        assert_eq!(
            keymap.resolve(Context::Table, Some(letter('g')), letter('j')),
            Found::Action(Action::Down)
        );
    }

    #[test]
    fn a_capital_comes_with_shift_and_means_the_same() {
        let keymap = Keymap::built_in();
        let shifted = key(KeyCode::Char('R'), KeyModifiers::SHIFT);
        assert_eq!(
            keymap.resolve(Context::Table, None, shifted),
            Found::Action(Action::RefreshAll)
        );
        let ctrl = key(KeyCode::Char('d'), KeyModifiers::CONTROL);
        assert_eq!(
            keymap.resolve(Context::Table, None, ctrl),
            Found::Action(Action::HalfDown)
        );
        assert_eq!(
            keymap.resolve(
                Context::Table,
                None,
                key(KeyCode::Char('j'), KeyModifiers::ALT)
            ),
            Found::Nothing
        );
    }

    #[test]
    fn nothing_destroys_with_one_key_and_escape_never_quits() {
        let keymap = Keymap::built_in();
        let esc = key(KeyCode::Esc, KeyModifiers::NONE);
        for context in [
            Context::Table,
            Context::Details,
            Context::Menu,
            Context::Consent,
            Context::Field,
        ] {
            assert_eq!(
                keymap.resolve(context, None, esc),
                Found::Action(Action::Back)
            );
        }
        assert_eq!(
            keymap.resolve(Context::Table, None, letter('x')),
            Found::Nothing
        );
        assert_eq!(
            keymap.resolve(Context::Table, None, letter(':')),
            Found::Action(Action::Command)
        );
    }
}
