//! Things done to accounts, one or ten thousand of them, and what is said when they are through.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::domain::wording::count;
use crate::tui::app::{App, Work};
use crate::tui::message::{Effect, Failure, Op, Serial, Tone};

impl App {
    pub(super) fn work(&mut self, op: Op, accounts: Vec<AccountId>, now: Timestamp) -> Vec<Effect> {
        if accounts.is_empty() {
            self.toast(Tone::Notice, "there is no account yet".into(), now);
            return Vec::new();
        }
        let work = self.serial();
        self.works.push(Work {
            serial: work,
            op,
            total: accounts.len(),
            done: 0,
            failed: Vec::new(),
            last: String::new(),
        });
        vec![Effect::Do { work, op, accounts }]
    }

    pub(super) fn did(
        &mut self,
        work: Serial,
        account: AccountId,
        result: Result<String, Failure>,
        now: Timestamp,
    ) {
        let email = self.email(account);
        let Some(at) = self.works.iter().position(|w| w.serial == work) else {
            return;
        };
        let work = &mut self.works[at];
        work.done += 1;
        match result {
            Ok(line) => work.last = line,
            Err(failure) => work.failed.push((email.clone(), failure)),
        }
        if work.done < work.total {
            return;
        }
        let work = self.works.remove(at);
        let (tone, text) = summary(&work, &email);
        self.toast(tone, text, now);
    }
}

fn summary(work: &Work, email: &str) -> (Tone, String) {
    match (work.failed.as_slice(), work.total) {
        // The service's own line where it has one: it names the account.
        ([], 1) if !work.last.is_empty() => (Tone::Done, work.last.clone()),
        ([], 1) => (Tone::Done, format!("{email} {}", work.op.done())),
        ([], n) => (
            Tone::Done,
            format!("{} {}", count(n, "account"), work.op.done()),
        ),
        ([(_, failure)], 1) => (Tone::Error, with_hint(failure)),
        (failed, n) => {
            let names: Vec<&str> = failed
                .iter()
                .take(3)
                .map(|(email, _)| email.as_str())
                .collect();
            let more = failed.len().saturating_sub(names.len());
            let and_more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            let done = n - failed.len();
            let text = format!(
                "{done} of {n} {}; not {}{and_more}: {}",
                work.op.done(),
                names.join(", "),
                failed[0].1.message
            );
            (Tone::Error, text)
        }
    }
}

pub(super) fn with_hint(failure: &Failure) -> String {
    match &failure.hint {
        Some(hint) => format!("{}; {hint}", failure.message),
        None => failure.message.clone(),
    }
}
