//! The command palette: a line that is typed, what could stand on it, and what it asks for. Pure;
//! `update` gives it keys and carries out its orders, `view` draws it.

pub mod fuzzy;
pub mod line;
pub mod offers;
pub mod verbs;

use crate::domain::account::AccountId;
use crate::domain::snapshot::Snapshot;
use crate::tui::keymap::Keymap;
use crate::tui::widget::field::Field;

pub use self::line::Order;
pub use self::offers::Offer;

/// What the words of a line are about.
#[derive(Debug)]
pub struct Scene<'a> {
    pub snapshot: &'a Snapshot,
    pub keymap: &'a Keymap,
    /// Who is meant where nobody is named: the marked ones, else the one under the cursor.
    pub whom: Vec<AccountId>,
}

#[derive(Debug, Default)]
pub struct Palette {
    pub field: Field,
    /// Which offer is chosen; `None` while only typing.
    pub at: Option<usize>,
    /// Which earlier command stands on the line, counted from the latest.
    pub recalled: Option<usize>,
    /// What was being typed before an earlier command took its place.
    pub draft: String,
    /// What the offers are for while Tab walks through them.
    pub stem: Option<String>,
    /// What is wrong with the line, until it is changed.
    pub complaint: Option<String>,
}

impl Palette {
    /// The line that the offers are made for.
    pub fn asked(&self) -> &str {
        self.stem.as_deref().unwrap_or_else(|| self.field.text())
    }

    pub fn put(&mut self, line: &str) {
        self.field.clear();
        self.field.append(line);
        self.complaint = None;
    }

    /// Something was typed: nothing is chosen, recalled or wrong any more.
    pub fn typed(&mut self) {
        self.at = None;
        self.recalled = None;
        self.stem = None;
        self.complaint = None;
    }

    /// Whether Enter takes the first offer: half a verb is on the line, or half of the only option
    /// that it can be, and nothing else is chosen.
    pub fn takes_first(&self) -> bool {
        let line = self.field.text();
        if self.at.is_some() || line.trim().is_empty() || verbs::of_the_shell(line).is_some() {
            return false;
        }
        verbs::Verb::at_start_of(line).is_none() || offers::options(line).len() == 1
    }

    /// The line as Enter takes it: the chosen offer, the only verb it can mean, or as it stands.
    pub fn meant(&self, scene: &Scene<'_>) -> String {
        let line = self.field.text();
        let offers = offers::offers(self.asked(), scene);
        let first = self.takes_first().then_some(0);
        let offer = self.at.or(first).and_then(|at| offers.get(at));
        offer.map_or_else(|| line.to_owned(), |offer| offer.line.clone())
    }
}
