//! All themes that can be chosen: the built-in ones and the person's own. A theme is put together
//! when it is wanted; what is wrong with its file is told then.

use super::Theme;
use super::file::{self, Sheet};
use super::palette::{self, Depth};
use crate::config::ThemeFile;
use crate::domain::wording::safe;

/// In the order of the menu; the first is the base of all others.
const BUILT_IN: [(&str, &str, &str); 6] = [
    (
        "ansi",
        "the terminal's own colours",
        include_str!("../../../assets/themes/ansi.toml"),
    ),
    (
        "dark",
        "for dark backgrounds",
        include_str!("../../../assets/themes/dark.toml"),
    ),
    (
        "light",
        "for light backgrounds",
        include_str!("../../../assets/themes/light.toml"),
    ),
    (
        "cb-dark",
        "dark, for colour-blind eyes",
        include_str!("../../../assets/themes/cb-dark.toml"),
    ),
    (
        "cb-light",
        "light, for colour-blind eyes",
        include_str!("../../../assets/themes/cb-light.toml"),
    ),
    (
        "mono",
        "no colours",
        include_str!("../../../assets/themes/mono.toml"),
    ),
];

/// Longer rows of themes built on each other are a circle.
const DEEPEST: usize = 8;

#[derive(Debug, Clone)]
pub struct Themes {
    shelf: Vec<Entry>,
    depth: Depth,
    /// What is wrong with files whatever theme is chosen.
    pub complaints: Vec<String>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    about: String,
    text: String,
    /// Built-in ones have no file.
    path: Option<String>,
}

/// A theme, and what had to be left out of it.
#[derive(Debug)]
pub struct Opened {
    pub theme: Theme,
    pub complaints: Vec<String>,
}

impl Default for Themes {
    fn default() -> Self {
        Self::new(Vec::new(), Depth::Full)
    }
}

impl Themes {
    pub fn new(files: Vec<ThemeFile>, depth: Depth) -> Self {
        let shelf = BUILT_IN.map(|(name, about, text)| Entry {
            name: name.to_owned(),
            about: about.to_owned(),
            text: text.to_owned(),
            path: None,
        });
        let mut themes = Self {
            shelf: shelf.to_vec(),
            depth,
            complaints: Vec::new(),
        };
        for file in files {
            themes.add(file);
        }
        themes
    }

    /// The one theme there is where colours are not wanted.
    pub fn colourless() -> Self {
        let mut themes = Self::default();
        themes.shelf.retain(|entry| entry.name == "mono");
        themes
    }

    fn add(&mut self, file: ThemeFile) {
        // Whoever wrote it knows where the folder is, and a toast is short.
        let file_name = file.path.file_name().unwrap_or_default();
        let path = safe(&format!("themes/{}", file_name.display()));
        let name = safe(&file.name);
        if name == "auto" || self.find(&name).is_some() {
            let whose = if name == "auto" {
                "asks the terminal"
            } else {
                "is built in"
            };
            let complaint = format!("{path}: `{name}` {whose}; give the file another name");
            self.complaints.push(complaint);
            return;
        }
        match file.text {
            Ok(text) => self.shelf.push(Entry {
                about: format!("yours: {name}.toml"),
                name,
                text,
                path: Some(path),
            }),
            Err(why) => {
                let complaint = format!("{path} cannot be read: {}", safe(&why));
                self.complaints.push(complaint);
            }
        }
    }

    /// Name and description of each.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.shelf
            .iter()
            .map(|e| (e.name.as_str(), e.about.as_str()))
    }

    /// Whether a name can be asked for; `auto` asks the terminal.
    pub fn offers(&self, name: &str) -> bool {
        name == "auto" || self.find(name).is_some()
    }

    /// For whoever misspelt one.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let likeness = |known: &str| strsim::jaro_winkler(known, name);
        let names = self.shelf.iter().map(|e| e.name.as_str());
        names
            .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
            .filter(|near| likeness(near) > 0.7)
    }

    /// Puts a theme together, from the one that it builds on upwards.
    pub fn open(&self, name: &str) -> Option<Opened> {
        let mut complaints = Vec::new();
        let mut sheets = Vec::new();
        let mut next = Some(self.find(name)?);
        while let Some(entry) = next {
            let sheet = file::read(&entry.text);
            let place = entry.path.as_deref().unwrap_or(&entry.name);
            complaints.extend(sheet.complaints.iter().map(|c| format!("{place}, {c}")));
            next = self.base(entry, &sheet, &mut complaints);
            sheets.push(sheet);
            if sheets.len() > DEEPEST {
                complaints.push(format!("{place}: `extends` leads back to itself"));
                break;
            }
        }
        let mut theme = Theme::bare(name);
        for (role, look) in sheets.iter().rev().flat_map(|sheet| &sheet.looks) {
            theme.wear(*role, look);
        }
        if let Some(ground) = sheets.iter().find_map(|sheet| sheet.ground) {
            theme.stand_on(ground);
        }
        if self.depth == Depth::Indexed {
            theme.recolour(palette::nearest);
        }
        Some(Opened { theme, complaints })
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.shelf.iter().find(|entry| entry.name == name)
    }

    /// What a theme differs from: what it names, else the first.
    fn base(&self, entry: &Entry, sheet: &Sheet, complaints: &mut Vec<String>) -> Option<&Entry> {
        let first = self.shelf.first().filter(|first| first.name != entry.name);
        let Some(wanted) = &sheet.extends else {
            return first;
        };
        let found = self.find(wanted);
        if found.is_none() {
            let place = entry.path.as_deref().unwrap_or(&entry.name);
            let near = self.nearest(wanted).unwrap_or("dark");
            let complaint = format!(
                "{place}: there is no theme `{}` to extend; did you mean `{near}`?",
                safe(wanted)
            );
            complaints.push(complaint);
        }
        found.or(first)
    }
}
