//! What a thing on the screen is, and how that looks. Views name roles; only theme files name
//! colours. Everything can be read without them.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::domain::health::State;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Text,
    Dim,
    Strong,
    Border,
    Focus,
    Title,
    Cursor,
    Mark,
    Key,
    Ok,
    Due,
    Busy,
    Warn,
    Bad,
    Off,
    GaugeFull,
    GaugeLow,
    GaugeEmpty,
    WarnWord,
    BadWord,
    Danger,
    Input,
}

impl Role {
    /// The mark in front of a state's word.
    pub fn of(state: State) -> Self {
        match state {
            State::Revoked | State::Reauth | State::Blocked => Self::Bad,
            State::Limited | State::Ending | State::Retrying => Self::Warn,
            State::SignedOut | State::Paused => Self::Off,
            State::Expired | State::Due => Self::Due,
            State::Ready => Self::Ok,
        }
    }

    /// The word itself: weight only, so that a bad palette cannot hide it.
    pub fn of_word(state: State) -> Self {
        match Self::of(state) {
            Self::Bad => Self::BadWord,
            Self::Warn => Self::WarnWord,
            _ => Self::Text,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub name: &'static str,
    styles: BTreeMap<Role, Style>,
}

const FILES: [(&str, &str); 4] = [
    ("ansi", include_str!("../../assets/themes/ansi.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
];

#[derive(Deserialize)]
struct File {
    roles: BTreeMap<Role, Look>,
}

#[derive(Deserialize)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    mods: Vec<Mod>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Mod {
    Bold,
    Dim,
    Underlined,
    Reversed,
}

impl Look {
    fn style(&self) -> Style {
        let color = |name: &Option<String>| name.as_deref().and_then(|n| n.parse::<Color>().ok());
        let mut style = Style {
            fg: color(&self.fg),
            bg: color(&self.bg),
            ..Style::default()
        };
        for mods in &self.mods {
            style = style.add_modifier(match mods {
                Mod::Bold => Modifier::BOLD,
                Mod::Dim => Modifier::DIM,
                Mod::Underlined => Modifier::UNDERLINED,
                Mod::Reversed => Modifier::REVERSED,
            });
        }
        style
    }
}

impl Theme {
    /// `auto` leaves the choice to the terminal's own palette.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name == "auto" { "ansi" } else { name };
        let (name, text) = FILES.into_iter().find(|(known, _)| *known == name)?;
        let file: File = toml::from_str(text).expect("the built-in themes are tested");
        let styles = file.roles.iter().map(|(role, look)| (*role, look.style()));
        Some(Self {
            name,
            styles: styles.collect(),
        })
    }

    pub fn ansi() -> Self {
        Self::named("ansi").expect("it is built in")
    }

    pub fn mono() -> Self {
        Self::named("mono").expect("it is built in")
    }

    /// The one after this, round and round.
    #[must_use]
    pub fn next(&self) -> Self {
        let at = FILES.iter().position(|(name, _)| *name == self.name);
        let next = at.map_or(0, |at| (at + 1) % FILES.len());
        Self::named(FILES[next].0).expect("it is built in")
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Role; 22] = [
        Role::Text,
        Role::Dim,
        Role::Strong,
        Role::Border,
        Role::Focus,
        Role::Title,
        Role::Cursor,
        Role::Mark,
        Role::Key,
        Role::Ok,
        Role::Due,
        Role::Busy,
        Role::Warn,
        Role::Bad,
        Role::Off,
        Role::GaugeFull,
        Role::GaugeLow,
        Role::GaugeEmpty,
        Role::WarnWord,
        Role::BadWord,
        Role::Danger,
        Role::Input,
    ];

    #[test]
    fn every_theme_has_every_role() {
        for (name, _) in FILES {
            let theme = Theme::named(name).unwrap();
            for role in ALL {
                assert!(theme.styles.contains_key(&role), "{name} lacks {role:?}");
            }
            let file: File = toml::from_str(FILES.iter().find(|f| f.0 == name).unwrap().1).unwrap();
            for color in file.roles.values().flat_map(|l| l.fg.iter().chain(&l.bg)) {
                assert!(
                    color.parse::<Color>().is_ok(),
                    "{name} has no colour {color}"
                );
            }
        }
    }

    #[test]
    fn mono_has_no_colour_and_still_tells_the_cursor() {
        let mono = Theme::mono();
        for role in ALL {
            let style = mono.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
        assert!(
            mono.style(Role::Cursor)
                .add_modifier
                .contains(Modifier::REVERSED)
        );
    }

    #[test]
    fn words_have_no_colour_of_their_own() {
        for (name, _) in FILES {
            let theme = Theme::named(name).unwrap();
            for state in State::ALL {
                if Role::of_word(state) != Role::Text {
                    assert_eq!(theme.style(Role::of_word(state)).fg, None);
                }
            }
        }
    }

    #[test]
    fn themes_go_round() {
        let first = Theme::ansi();
        let mut theme = first.next();
        for _ in 1..FILES.len() {
            assert_ne!(theme, first);
            theme = theme.next();
        }
        assert_eq!(theme, first);
        assert!(Theme::named("nope").is_none());
    }
}
