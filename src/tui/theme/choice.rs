//! Which theme it shall be. Whoever says it most directly is heard first; a wish for no colours
//! stands above them all; and where nobody says anything the terminal is asked.

/// Who wishes what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// `--theme`.
    pub option: Option<&'a str>,
    /// `ui.theme`.
    pub config: &'a str,
    /// `GATEPOST_THEME`.
    pub environment: Option<&'a str>,
    /// Colours are wanted: neither `NO_COLOR` nor `--color never`.
    pub colour: bool,
    /// A terminal that misreads colours as blink and bold.
    pub poor_terminal: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Named(String),
    Mono,
    /// The terminal knows best.
    Ask,
}

/// What the terminal says of its background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    Dark,
    Light,
    /// It was not asked, or did not say.
    Unknown,
}

impl Wishes<'_> {
    pub fn choice(&self) -> Choice {
        if !self.colour {
            return Choice::Mono;
        }
        let spoken = [self.option, Some(self.config), self.environment];
        let mut spoken = spoken.into_iter().flatten().filter(|name| !name.is_empty());
        // `--theme auto` overrules a name in the configuration; elsewhere `auto` is no wish.
        let named = match self.option {
            Some("auto") => None,
            _ => spoken.find(|name| *name != "auto"),
        };
        match named {
            Some(name) => Choice::Named(name.to_owned()),
            None if self.poor_terminal => Choice::Mono,
            None => Choice::Ask,
        }
    }
}

impl Ground {
    /// The theme for it.
    pub fn theme(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Unknown => "ansi",
        }
    }
}
