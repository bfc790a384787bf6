//! The event log as it is looked at: which events are listed and which one is chosen. A pure
//! function of the snapshot and of what was asked for; `update` changes it, `view` draws it.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::widget::field::Field;
use crate::domain::account::AccountId;
use crate::domain::event::Event;
use crate::domain::snapshot::Snapshot;
use crate::domain::time::rfc3339;

#[derive(Debug, Default)]
pub struct LogView {
    /// The first line in the window.
    pub top: usize,
    pub at: Chosen,
    pub filter: Field,
    pub typing: Option<Typing>,
    /// Only what happened to this one.
    pub account: Option<AccountId>,
    pub wrap: bool,
    pub older: Older,
}

/// Which line of the log is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Chosen {
    /// Whatever is newest: it follows.
    #[default]
    Newest,
    This(Arc<Event>),
    /// The line that asks for what is older.
    Older,
}

/// What is being typed under the log.
#[derive(Debug)]
pub enum Typing {
    Filter,
    /// Where to save it.
    Path(Field),
}

/// What happened before the events of the snapshot.
#[derive(Debug, Default)]
pub enum Older {
    #[default]
    NotAsked,
    Asked,
    /// Everything that is stored, newest first.
    Here(Vec<Arc<Event>>),
}

/// The snapshot holds no more than this; a full one means that there may be older events.
const IN_SNAPSHOT: usize = 500;

impl LogView {
    /// Everything that passes, newest first.
    pub fn listed<'a>(&'a self, snapshot: &'a Snapshot) -> Vec<&'a Arc<Event>> {
        let all = match &self.older {
            Older::Here(all) => all,
            _ => &snapshot.events,
        };
        let words = self.filter.text().to_lowercase();
        let terms: Vec<&str> = words.split_whitespace().collect();
        let mine = |event: &&Arc<Event>| self.account.is_none() || event.account == self.account;
        all.iter()
            .filter(mine)
            .filter(|event| terms.is_empty() || passes(event, &terms))
            .collect()
    }

    /// Whether a last line asks for what is older than the snapshot.
    pub fn asks_for_older(&self, snapshot: &Snapshot) -> bool {
        !matches!(self.older, Older::Here(_)) && snapshot.events.len() >= IN_SNAPSHOT
    }

    /// The chosen line among the listed ones. An event that is not listed any more leaves the
    /// choice at the end, where it was pushed out.
    pub fn row(&self, listed: &[&Arc<Event>]) -> usize {
        match &self.at {
            Chosen::Newest => 0,
            Chosen::Older => listed.len(),
            Chosen::This(event) => listed
                .iter()
                .position(|e| Arc::ptr_eq(e, event) || *e == event)
                .unwrap_or(listed.len().saturating_sub(1)),
        }
    }

    pub(in crate::tui) fn choose(&mut self, row: usize, listed: &[Arc<Event>]) {
        self.at = match (row, listed.get(row)) {
            (0, Some(_)) => Chosen::Newest,
            (_, Some(event)) => Chosen::This(Arc::clone(event)),
            (_, None) if listed.is_empty() => Chosen::Newest,
            (_, None) => Chosen::Older,
        };
    }

    /// Whether Esc has something to take back before it closes the page.
    pub(in crate::tui) fn is_narrowed(&self) -> bool {
        self.typing.is_some() || !self.filter.is_empty()
    }

    pub(in crate::tui) fn widen(&mut self) {
        if !matches!(self.typing.take(), Some(Typing::Path(_))) {
            self.filter.clear();
        }
    }

    pub(in crate::tui) fn edit(&mut self, key: KeyEvent) -> bool {
        match &mut self.typing {
            Some(Typing::Filter) => {
                self.at = Chosen::Newest;
                self.top = 0;
                self.filter.edit(key)
            }
            Some(Typing::Path(path)) => path.edit(key),
            None => false,
        }
    }

    pub(in crate::tui) fn append(&mut self, words: &str) {
        match &mut self.typing {
            Some(Typing::Filter) => self.filter.append(words),
            Some(Typing::Path(path)) => path.append(words),
            None => {}
        }
    }
}

/// Every word is somewhere in the line, and no `!word` is.
fn passes(event: &Event, terms: &[&str]) -> bool {
    let who = event.email.as_deref().unwrap_or("gatepost");
    let (what, result) = (event.what.as_str(), event.result.as_str());
    let line = format!("{who} {what} {result} {} {}", event.code, event.detail).to_lowercase();
    terms.iter().all(|term| match term.strip_prefix('!') {
        Some("") => true,
        Some(unwanted) => !line.contains(unwanted),
        None => line.contains(term),
    })
}

/// One event as it is copied and saved.
pub(super) fn plain(event: &Event) -> String {
    let parts = [
        &rfc3339(event.at),
        event.email.as_deref().unwrap_or("gatepost"),
        event.what.as_str(),
        event.result.as_str(),
        &event.code,
        &event.detail,
    ];
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join("  ")
}

/// The newest events, and behind them what was known before of older ones.
pub(super) fn joined(newest: &[Arc<Event>], known: &[Arc<Event>]) -> Vec<Arc<Event>> {
    let last = newest.last();
    let met = known.iter().position(|event| Some(event) == last);
    let older = met.map_or(known, |at| &known[at + 1..]);
    newest.iter().chain(older).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountId;
    use crate::domain::event::{Result as Ended, What};
    use crate::domain::time::from_millis;

    fn event(at: i64, email: &str, result: Ended, detail: &str) -> Arc<Event> {
        Arc::new(Event {
            at: from_millis(at),
            account: Some(AccountId(at % 2)),
            email: Some(email.into()),
            what: What::Refresh,
            result,
            code: String::new(),
            detail: detail.into(),
        })
    }

    #[test]
    fn words_narrow_and_a_mark_excludes() {
        let one = event(1, "ana@x.com", Ended::Failed, "503 from Google");
        assert!(passes(&one, &["ana", "503"]));
        assert!(passes(&one, &["refresh", "!done"]));
        assert!(!passes(&one, &["ana", "!failed"]));
        assert!(passes(&one, &["!"]), "half a word excludes nothing");
    }

    #[test]
    fn what_falls_out_of_the_snapshot_is_kept_once_and_in_order() {
        let all: Vec<_> = (0..9)
            .rev()
            .map(|at| event(at, "a@x", Ended::Done, ""))
            .collect();
        let joined = joined(&all[0..4], &all[2..]);
        assert_eq!(joined, all);
        let apart = super::joined(&all[0..2], &all[4..]);
        assert_eq!(apart.len(), 7, "a gap is no reason to forget the rest");
    }

    #[test]
    fn a_line_for_the_clipboard_says_all_of_it() {
        let line = plain(&event(0, "ana@x.com", Ended::Failed, "503"));
        assert_eq!(
            line,
            "1970-01-01T00:00:00Z  ana@x.com  refresh  failed  503"
        );
    }
}
