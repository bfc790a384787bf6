//! The person's own keys. A name that means nothing is an error before the screen starts; keys that
//! get in each other's way are told on it, and those actions keep the keys of the table.

use std::collections::BTreeMap;
use std::fmt;

use super::{Action, Binding, Context, Key, Keymap, chords, key};
use crate::domain::wording::safe;

/// `[keys]`: an action's name, and the keys it shall have.
type Wanted = BTreeMap<String, Vec<String>>;

/// Without these there is no way out, or nobody finds it.
const NEEDED: [Action; 4] = [Action::Help, Action::Quit, Action::Back, Action::Interrupt];

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("there is no action `{action}`")]
    Unknown {
        action: String,
        nearest: Option<&'static str>,
    },
    #[error(
        "keys.{action}: `{key}` is not a key; write a letter, ctrl-x, alt-x, f5 or a name such as enter, space, pagedown"
    )]
    NotAKey { action: &'static str, key: String },
    #[error("keys.{action}: a terminal sends `{other}` for `{key}`; write that, or another key")]
    SameKey {
        action: &'static str,
        key: String,
        other: &'static str,
    },
    #[error("keys.{action} cannot be empty: it is needed to find the way; name a key")]
    Needed { action: &'static str },
}

/// Two actions that want the same key in the same place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    pub key: String,
    pub one: Action,
    pub other: Action,
    /// Who gets the keys of the table again.
    pub fallen_back: Vec<Action>,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fallen_back.iter().map(|a| a.name()).collect();
        let (key, one, other) = (&self.key, self.one.name(), self.other.name());
        let keep = if names.len() == 1 {
            "keeps its usual keys"
        } else {
            "keep their usual keys"
        };
        write!(
            f,
            "{key} cannot be both {one} and {other}: {} {keep}; see [keys] in the configuration",
            names.join(" and ")
        )
    }
}

/// Whether every name is an action and every key a key.
pub fn check(wanted: &Wanted) -> Result<(), KeysError> {
    for (name, keys) in wanted {
        let action = named(name).ok_or_else(|| KeysError::Unknown {
            action: safe(name),
            nearest: nearest(name),
        })?;
        if keys.is_empty() && NEEDED.contains(&action) {
            return Err(KeysError::Needed {
                action: action.name(),
            });
        }
        let chords = chords(keys).map_err(|key| KeysError::NotAKey {
            action: action.name(),
            key: safe(&key),
        })?;
        if let Some((key, other)) = same_key(&chords) {
            return Err(KeysError::SameKey {
                action: action.name(),
                key,
                other,
            });
        }
    }
    Ok(())
}

fn same_key(chords: &[Vec<Key>]) -> Option<(String, &'static str)> {
    let mut keys = chords.iter().flatten();
    keys.find_map(|key| Some((key::shown(&[*key]), key.stands_for()?)))
}

fn named(name: &str) -> Option<Action> {
    Action::ALL.iter().copied().find(|a| a.name() == name)
}

fn nearest(name: &str) -> Option<&'static str> {
    let likeness = |known: &str| strsim::jaro_winkler(known, name);
    let names = Action::ALL.iter().map(|a| a.name());
    names
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|near| likeness(near) > 0.7)
}

impl Keymap {
    /// The same with the person's keys, and what of them could not be had.
    #[must_use]
    pub fn with(self, wanted: &Wanted) -> (Self, Vec<Clash>) {
        let mut mine = self.clone();
        for (name, keys) in wanted {
            let (Some(action), Ok(chords)) = (named(name), chords(keys)) else {
                continue;
            };
            for binding in mine.bindings.iter_mut().filter(|b| b.action == action) {
                binding.keys = chords.iter().map(|chord| key::shown(chord)).collect();
                binding.chords.clone_from(&chords);
                binding.remapped = true;
            }
        }
        let mut clashes = Vec::new();
        // Falling back can get in the way of the next one; each round frees one at least.
        while let Some(mut clash) = mine.first_clash(&self) {
            for (now, usual) in mine.bindings.iter_mut().zip(&self.bindings) {
                let is_meant = now.action == clash.one || now.action == clash.other;
                if is_meant && now.remapped {
                    now.clone_from(usual);
                    clash.fallen_back.push(now.action);
                }
            }
            clashes.push(clash);
        }
        (mine, clashes)
    }

    /// Two actions in reach of one another with one key, other than the table has it itself.
    fn first_clash(&self, usual: &Self) -> Option<Clash> {
        self.bindings.iter().enumerate().find_map(|(i, one)| {
            self.bindings[i + 1..]
                .iter()
                .filter(|other| one.remapped || other.remapped)
                .filter(|other| self.are_together(one, other))
                .find_map(|other| {
                    // Some keys mean something else in a dialog, and are meant to.
                    let meant = usual.pair(one.action, other.action);
                    let meant = meant.map(|(a, b)| shared(a, b)).unwrap_or_default();
                    let mut keys = shared(one, other).into_iter();
                    let key = keys.find(|key| !meant.contains(key))?;
                    Some(Clash {
                        key,
                        one: one.action,
                        other: other.action,
                        fallen_back: Vec::new(),
                    })
                })
        })
    }

    /// Whether there is a place where keys of both are looked up.
    fn are_together(&self, one: &Binding, other: &Binding) -> bool {
        let places = self.bindings.iter().map(|binding| binding.context.tables());
        let mut places = places.filter(|tables| tables.contains(&one.context));
        places.any(|tables| tables.contains(&other.context))
    }

    fn pair(&self, one: Action, other: Action) -> Option<(&Binding, &Binding)> {
        let find = |action| self.bindings.iter().find(|b| b.action == action);
        Some((find(one)?, find(other)?))
    }

    /// A sentence that names keys as the table has them, `press r`, with the person's own.
    pub fn retold(&self, sentence: &str) -> String {
        const PRESS: &str = "press ";
        let mut parts = sentence.split(PRESS);
        let mut told = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            told.push_str(PRESS);
            let end = part
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(part.len());
            let (usual, rest) = part.split_at(end);
            let is_here = |b: &&Binding| Context::Table.tables().contains(&b.context);
            let mut here = self.bindings.iter().filter(is_here);
            let own = here.find(|b| b.remapped && b.usual == usual);
            told.push_str(own.map_or(usual, |b| self.key(b.action)));
            told.push_str(rest);
        }
        told
    }

    /// Whether anything is not as the table has it.
    pub fn is_remapped(&self) -> bool {
        self.bindings.iter().any(|binding| binding.remapped)
    }
}

/// The keys of both, and those that begin a chord of the other.
fn shared(one: &Binding, other: &Binding) -> Vec<String> {
    let pairs = one
        .chords
        .iter()
        .flat_map(|a| other.chords.iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| a.starts_with(b) || b.starts_with(a))
        .map(|(a, b)| key::shown(if a.len() > b.len() { a } else { b }))
        .collect()
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::super::Found;
    use super::*;

    fn wanted(keys: &[(&str, &[&str])]) -> Wanted {
        let own = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect();
        keys.iter()
            .map(|(n, k)| ((*n).to_owned(), own(k)))
            .collect()
    }

    fn with(keys: &[(&str, &[&str])]) -> (Keymap, Vec<Clash>) {
        let keys = wanted(keys);
        check(&keys).unwrap();
        Keymap::built_in().with(&keys)
    }

    /// `K` and `f5` are free everywhere.
    fn press(keymap: &Keymap, letter: char) -> Found {
        let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
        keymap.resolve(Context::Table, None, key.into())
    }

    #[test]
    fn an_action_has_the_keys_it_was_given_and_no_others() {
        let (keymap, clashes) = with(&[("refresh", &["K", "f5"]), ("pause", &[])]);
        assert_eq!(clashes, []);
        assert_eq!(press(&keymap, 'K'), Found::Action(Action::Refresh));
        assert_eq!(press(&keymap, 'r'), Found::Nothing);
        assert_eq!(press(&keymap, 'p'), Found::Nothing);
        assert_eq!(keymap.key(Action::Refresh), "K");
        assert_eq!(keymap.key(Action::Pause), "(no key)");
        assert!(keymap.is_remapped() && !Keymap::built_in().is_remapped());
    }

    #[test]
    fn sentences_name_the_keys_that_work() {
        let (keymap, _) = with(&[("refresh", &["K"]), ("verify", &["r"])]);
        let told = keymap.retold("then press r, or press c; press return");
        assert_eq!(told, "then press K, or press c; press return");
        assert_eq!(Keymap::built_in().retold("press r"), "press r");
    }

    #[test]
    fn two_may_change_places() {
        let (keymap, clashes) = with(&[("refresh", &["v"]), ("verify", &["r"])]);
        assert_eq!(clashes, []);
        assert_eq!(press(&keymap, 'r'), Found::Action(Action::Verify));
    }

    #[test]
    fn a_key_that_is_taken_is_told_and_both_stay_as_they_were() {
        // In the same table, in one behind it, and as the beginning of a chord.
        for (action, key, taken) in [
            ("refresh", "v", "verify"),
            ("mark", "q", "quit"),
            ("quit", "s", "sort"),
            ("pause", "g", "first"),
            ("pause", "j x", "down"),
            ("pause", "ctrl-z", "suspend"),
        ] {
            let (keymap, clashes) = with(&[(action, &[key])]);
            assert_eq!(clashes.len(), 1, "{action} on {key}");
            let told = clashes[0].to_string();
            assert!(told.contains(action) && told.contains(taken), "{told}");
            assert!(told.contains("keeps its usual keys"), "{told}");
            assert!(!keymap.is_remapped(), "{action} on {key}");
        }
        let (keymap, clashes) = with(&[("refresh", &["K"]), ("verify", &["K"])]);
        assert_eq!(clashes[0].fallen_back.len(), 2);
        assert!(!keymap.is_remapped());
    }

    #[test]
    fn falling_back_onto_a_key_that_was_given_away_is_told_too() {
        // `verify` took the key of `refresh`, which then could not leave it.
        let (keymap, clashes) = with(&[("refresh", &["a"]), ("verify", &["r"])]);
        assert_eq!(clashes.len(), 2);
        assert!(!keymap.is_remapped());
    }

    #[test]
    fn what_a_dialog_means_by_a_key_is_no_clash() {
        // `u` copies the link in a sign-in and goes to the urgent account in the table.
        let (_, clashes) = with(&[("urgent", &["o"]), ("clients", &["K"])]);
        assert_eq!(clashes, []);
        let (_, clashes) = with(&[("leave", &["h", "left"])]);
        assert_eq!(clashes, []);
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_says_what_would() {
        let error = |keys: &[(&str, &[&str])]| check(&wanted(keys)).unwrap_err().to_string();
        assert!(matches!(
            check(&wanted(&[("refersh", &["r"])])),
            Err(KeysError::Unknown {
                nearest: Some("refresh"),
                ..
            })
        ));
        assert!(error(&[("refresh", &["hyper-x"])]).contains("`hyper-x` is not a key"));
        assert!(error(&[("refresh", &[" "])]).contains("space"));
        assert!(error(&[("refresh", &["ctrl-i"])]).contains("a terminal sends `tab` for `^i`"));
        for action in ["help", "quit", "back", "interrupt"] {
            assert!(error(&[(action, &[])]).contains("name a key"), "{action}");
        }
    }
}
