//! What a person does to the list as a whole: the filter and the order.

use crate::domain::time::Timestamp;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::rows::{Column, Sort};

impl App {
    /// Takes in what was typed. The cursor stays on its account while that is a hit, and is on the
    /// first one otherwise.
    pub(super) fn refilter(&mut self, now: Timestamp) {
        self.searched = self.filter.text().to_owned();
        self.looking_elsewhere = false;
        let before = self.cursor;
        self.arrange_as(now, self.frozen.is_some());
        if self.cursor != before {
            self.cursor = self.rows.get(&self.snapshot, 0).map(|(a, _)| a.id);
        }
    }

    pub(super) fn clear_filter(&mut self, now: Timestamp) {
        self.filtering = false;
        self.filter.clear();
        self.arrange_as(now, self.frozen.is_some());
    }

    pub(super) fn sort_as(&mut self, action: Action, now: Timestamp) {
        let column = match action {
            Action::SortAccount => Column::Account,
            Action::SortLabel => Column::Label,
            Action::SortAccess => Column::Access,
            Action::SortSignIn => Column::SignIn,
            Action::SortSeen => Column::Seen,
            Action::SortClient => Column::Client,
            _ => Column::Urgency,
        };
        self.sort_by(column, now);
    }

    /// Choosing the same column again turns it round; urgency is where everything began, and
    /// choosing it leads back there.
    pub(super) fn sort_by(&mut self, column: Column, now: Timestamp) {
        let again = column == self.sort.column && column != Column::Urgency;
        self.sort = Sort {
            column,
            reversed: again && !self.sort.reversed,
        };
        self.arrange_as(now, false);
    }
}
