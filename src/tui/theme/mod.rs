//! How the things on the screen look. Views name roles; only theme files name colours. Everything
//! can be read without them.

mod choice;
mod file;
mod palette;
mod role;
mod shelf;

#[cfg(test)]
mod tests;

use ratatui::style::{Color, Modifier, Style};

pub use self::choice::{Choice, Ground, Wishes};
pub use self::palette::Depth;
pub use self::role::Role;
pub use self::shelf::{Opened, Themes};

use self::file::Look;

/// A style for every role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub name: String,
    styles: [Style; Role::ALL.len()],
}

impl Theme {
    /// One of the built-in ones.
    pub fn named(name: &str) -> Option<Self> {
        Themes::default().open(name).map(|opened| opened.theme)
    }

    /// The terminal's own sixteen colours.
    pub fn ansi() -> Self {
        Self::named("ansi").expect("it is built in")
    }

    /// Without colours.
    pub fn mono() -> Self {
        Self::named("mono").expect("it is built in")
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    fn bare(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            styles: [Style::new(); Role::ALL.len()],
        }
    }

    /// A role that a file names looks as the file says, whole: half of an older look under it would
    /// surprise whoever wrote the file.
    fn wear(&mut self, role: Role, look: &Look) {
        self.styles[role as usize] = Style {
            fg: look.fg,
            bg: look.bg,
            add_modifier: look.mods,
            ..Style::new()
        };
    }

    /// Everything stands on the ground, unless the text says otherwise.
    fn stand_on(&mut self, ground: Color) {
        self.styles[Role::Text as usize].bg.get_or_insert(ground);
    }

    fn recolour(&mut self, colour: impl Fn(Color) -> Color) {
        for style in &mut self.styles {
            style.fg = style.fg.map(&colour);
            style.bg = style.bg.map(&colour);
        }
    }
}

/// The weights by the names that a theme file gives them.
const WEIGHTS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];
