//! Work on accounts, told in sentences: that it has begun, how far it is when it takes long, and
//! how it went, with each failure and what helps.

use super::desk::Desk;
use crate::domain::account::AccountId;
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::{count, safe};
use crate::tui::message::{Effect, Failure, Op, Serial};
use crate::tui::work::{Missed, Work};

/// A long work is told of this often.
const PROGRESS: Span = Span::seconds(30);
/// More failures than these are counted; `failed` tells them all.
const TOLD: usize = 10;

impl Desk {
    pub(super) fn work(&mut self, op: Op, ids: Vec<AccountId>, now: Timestamp) -> Vec<Effect> {
        if ids.is_empty() {
            self.say("There is no account yet.");
            return Vec::new();
        }
        let work = self.serial();
        self.works.push(Work::new(work, op, ids.len(), now));
        if ids.len() > 1 {
            self.say(format!(
                "{} {}.",
                capital(op.doing()),
                count(ids.len(), "account")
            ));
            self.told_at = Some(now);
        }
        vec![Effect::Do {
            work,
            op,
            accounts: ids,
        }]
    }

    pub(super) fn did(
        &mut self,
        serial: Serial,
        id: AccountId,
        result: Result<String, Failure>,
        now: Timestamp,
    ) {
        let name = self.email(id);
        self.news.answered(id, now);
        let Some(work) = self.works.iter_mut().find(|w| w.serial == serial) else {
            return;
        };
        work.tally(Some(id), name, result);
        if work.is_over() {
            self.end_work(serial, now);
        }
    }

    pub(super) fn end_work(&mut self, serial: Serial, now: Timestamp) {
        let Some(at) = self.works.iter().position(|w| w.serial == serial) else {
            return;
        };
        let mut work = self.works.remove(at);
        work.ended_at = Some(now);
        if work.total == 1 {
            self.say(safe(&work.outcome().1));
        } else {
            let failed = count(work.failed.len(), "failure");
            let (well, total, verb) = (work.went_well(), work.total, work.op.done());
            let rest = match work.not_asked() {
                0 => String::new(),
                n => format!(", {n} {}", work.op.left_out()),
            };
            self.say(format!("{well} of {total} {verb}, {failed}{rest}."));
            self.say_all(work.failed.iter().take(TOLD).map(missed));
            if work.failed.len() > TOLD {
                let more = work.failed.len() - TOLD;
                self.say(format!("And {more} more; type failed to hear all."));
            }
        }
        self.past = Some(work);
    }

    pub(super) fn list_failed(&mut self) {
        let works = self.works.iter().chain(&self.past);
        let lines: Vec<String> = works.flat_map(|w| w.failed.iter().map(missed)).collect();
        if lines.is_empty() {
            return self.say("Nothing failed in what was done last.");
        }
        self.say_all(lines);
    }

    pub(super) fn stop(&mut self) -> Vec<Effect> {
        let Some(work) = self.works.iter_mut().rfind(|w| w.can_stop()) else {
            self.say("There is nothing to stop.");
            return Vec::new();
        };
        work.stopping = true;
        let serial = work.serial;
        self.say("Stopping; what was asked already still lands.");
        vec![Effect::StopWork(serial)]
    }

    pub(super) fn progress_at(&self) -> Option<Timestamp> {
        let told_at = self.told_at.filter(|_| !self.works.is_empty())?;
        Some(told_at + PROGRESS)
    }

    pub(super) fn tell_progress(&mut self, now: Timestamp) {
        if self.progress_at().is_none_or(|at| at > now) {
            return;
        }
        self.told_at = Some(now);
        let lines: Vec<String> = self.works.iter().map(progress).collect();
        for line in lines {
            self.say_at(&line, now);
        }
    }
}

fn progress(work: &Work) -> String {
    let (doing, done, total) = (work.op.doing(), work.done, work.total);
    match work.failed.len() {
        0 => format!("{doing}: {done} of {total}"),
        n => format!("{doing}: {done} of {total}, {}", count(n, "failure")),
    }
}

fn missed(missed: &Missed) -> String {
    let words = missed.failure.with_hint();
    let name = safe(&missed.name);
    if words.starts_with(&name) {
        safe(&words)
    } else {
        format!("{name}: {}", safe(&words))
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
