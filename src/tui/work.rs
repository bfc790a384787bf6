//! Something done to many things one by one: how far it is, what failed and why. It knows nothing
//! of how it is done; a refresh of accounts and an import of files count in the same way.

use super::message::{Failure, Op, Serial, Tone};
use crate::domain::account::AccountId;
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::count;

/// More than these are worth a line at once, and a question before all are asked.
pub const MANY: usize = 10;
/// Fewer are worth it when they take longer than this.
pub const LONG: Span = Span::seconds(1);
/// Before this has passed a guess at the end would be none.
const WORTH_A_GUESS: Span = Span::seconds(2);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub serial: Serial,
    pub op: Op,
    pub total: usize,
    pub done: usize,
    pub failed: Vec<Missed>,
    /// What was said of the last one that went well.
    pub last: String,
    pub began_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Nothing new is begun; what is in the air still lands.
    pub stopping: bool,
    /// It took long enough for a line of its own.
    pub is_long: bool,
}

/// One that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// An imported file has none.
    pub account: Option<AccountId>,
    /// An address, or a file.
    pub name: String,
    pub failure: Failure,
}

impl Work {
    pub fn new(serial: Serial, op: Op, total: usize, now: Timestamp) -> Self {
        Self {
            serial,
            op,
            total,
            done: 0,
            failed: Vec::new(),
            last: String::new(),
            began_at: now,
            ended_at: None,
            stopping: false,
            is_long: false,
        }
    }

    /// One part is through.
    pub fn tally(
        &mut self,
        account: Option<AccountId>,
        name: String,
        result: Result<String, Failure>,
    ) {
        self.done += 1;
        match result {
            // The service's own line where it has one: it names the account.
            Ok(line) if !line.is_empty() => self.last = line,
            Ok(_) => self.last = format!("{name} {}", self.op.done()),
            Err(failure) => self.failed.push(Missed {
                account,
                name,
                failure,
            }),
        }
    }

    pub fn is_over(&self) -> bool {
        self.done == self.total || self.ended_at.is_some()
    }

    pub fn went_well(&self) -> usize {
        self.done - self.failed.len()
    }

    pub fn not_asked(&self) -> usize {
        self.total - self.done
    }

    /// A single one is in the air already, and most can only land.
    pub fn can_stop(&self) -> bool {
        (self.total > 1 || self.op.can_be_dropped()) && !self.stopping && !self.is_over()
    }

    pub fn part(&self) -> f64 {
        self.done as f64 / self.total.max(1) as f64
    }

    pub fn took(&self, now: Timestamp) -> Span {
        self.ended_at.unwrap_or(now) - self.began_at
    }

    /// As long as the rest takes if it goes on like this.
    pub fn time_left(&self, now: Timestamp) -> Option<Span> {
        let took = self.took(now);
        let guess = took.num_milliseconds() as f64 / self.done as f64 * self.not_asked() as f64;
        let known = took > WORTH_A_GUESS && self.done > 0 && !self.stopping && !self.is_over();
        // Rounded up: nobody is told that no time is left of something that goes on.
        known.then(|| Span::seconds((guess / 1_000.0).ceil() as i64))
    }

    /// How it went, in one line.
    pub fn outcome(&self) -> (Tone, String) {
        let (well, verb) = (self.went_well(), self.op.done());
        if self.not_asked() > 0 {
            let failed = match self.failed.len() {
                0 => String::new(),
                n => format!(", {n} failed"),
            };
            let (total, rest) = (self.total, self.not_asked());
            let left_out = self.op.left_out();
            let text = format!("stopped: {well} of {total} {verb}{failed}, {rest} {left_out}");
            return (Tone::Warning, text);
        }
        match (self.failed.as_slice(), self.total) {
            ([], 1) => (Tone::Done, self.last.clone()),
            ([], n) => (Tone::Done, format!("{} {verb}", count(n, "account"))),
            ([missed], 1) => (Tone::Error, missed.failure.with_hint()),
            (failed, n) => (Tone::Error, several(failed, well, n, verb)),
        }
    }
}

fn several(failed: &[Missed], well: usize, total: usize, verb: &str) -> String {
    let names: Vec<&str> = failed.iter().take(3).map(|m| m.name.as_str()).collect();
    let and_more = match failed.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let why = failed
        .first()
        .map_or("", |missed| missed.failure.message.as_str());
    format!(
        "{well} of {total} {verb}; not {}{and_more}: {why}",
        names.join(", ")
    )
}

impl Failure {
    pub fn with_hint(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{}; {hint}", self.message),
            None => self.message.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_millis;

    fn work(total: usize, done: usize) -> Work {
        let mut work = Work::new(1, Op::Refresh, total, from_millis(0));
        work.done = done;
        work
    }

    #[test]
    fn what_is_left_is_guessed_from_what_was_done() {
        let at = |seconds: i64| from_millis(seconds * 1_000);
        assert_eq!(work(500, 100).time_left(at(1)), None, "too early to tell");
        let guess = work(500, 100).time_left(at(10));
        assert_eq!(guess, Some(Span::seconds(40)));
        assert_eq!(work(500, 0).time_left(at(10)), None);
        assert_eq!(work(500, 500).time_left(at(10)), None);
        let mut stopped = work(500, 100);
        stopped.stopping = true;
        assert_eq!(stopped.time_left(at(10)), None);
    }

    #[test]
    fn a_stop_says_how_many_were_not_asked() {
        let text = work(500, 120).outcome().1;
        assert_eq!(text, "stopped: 120 of 500 refreshed, 380 not asked");
    }
}
