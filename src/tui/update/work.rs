//! Things done to accounts, one or ten thousand of them: begun, counted, stopped, and looked at
//! afterwards on a page that lists what failed.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::domain::wording::count;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::{Effect, Failure, Op, Serial, Tone};
use crate::tui::modal::{Choice, Confirm, Item, Menu, Modal, WorksView};
use crate::tui::widget::field::Field;
use crate::tui::widget::scroll::{Step, window};
use crate::tui::work::{LONG, MANY, Work};

/// What was done before stays to be looked at, for this many.
const REMEMBERED: usize = 12;

impl App {
    pub(super) fn work(&mut self, op: Op, accounts: Vec<AccountId>, now: Timestamp) -> Vec<Effect> {
        if accounts.is_empty() {
            self.toast(Tone::Notice, "there is no account yet".into(), now);
            return Vec::new();
        }
        let work = self.begin_work(op, accounts.len(), now);
        vec![Effect::Do { work, op, accounts }]
    }

    /// Something of `total` parts has begun. Each part is told to `tally` when it is through.
    pub(in crate::tui) fn begin_work(&mut self, op: Op, total: usize, now: Timestamp) -> Serial {
        let serial = self.serial();
        self.works.push(Work::new(serial, op, total, now));
        serial
    }

    /// For everyone. A key hit by accident must not send hundreds of requests.
    pub(super) fn work_for_all(&mut self, op: Op, now: Timestamp) -> Vec<Effect> {
        let everyone: Vec<_> = self.snapshot.accounts.iter().map(|a| a.id).collect();
        if everyone.len() <= MANY {
            return self.work(op, everyone, now);
        }
        let verb = if op == Op::Verify {
            "Verify"
        } else {
            "Refresh"
        };
        let all = count(everyone.len(), "account");
        let item = |key, label: String, choice| Item {
            key: Some(key),
            label,
            choice,
        };
        self.modals.push(Modal::Menu(Menu {
            title: format!("{verb} {all}?"),
            items: vec![
                item('y', "Yes".into(), Choice::Op(op, everyone)),
                item('n', "No".into(), Choice::Close),
            ],
            at: 0,
            about: vec![format!(
                "Google is asked about each; {} stops it on the way.",
                self.keymap.key(Action::Back)
            )],
        }));
        Vec::new()
    }

    /// Whose next refresh makes the news of this work old.
    fn about(work: &Work) -> Vec<AccountId> {
        if !matches!(work.op, Op::Refresh | Op::Verify) {
            return Vec::new();
        }
        work.failed
            .iter()
            .filter_map(|missed| missed.account)
            .collect()
    }

    pub(super) fn did(
        &mut self,
        work: Serial,
        account: AccountId,
        result: Result<String, Failure>,
        now: Timestamp,
    ) {
        let name = self.email(account);
        self.tally(work, Some(account), name, result, now);
    }

    /// One part is through.
    pub(in crate::tui) fn tally(
        &mut self,
        serial: Serial,
        account: Option<AccountId>,
        name: String,
        result: Result<String, Failure>,
        now: Timestamp,
    ) {
        let Some(work) = self.works.iter_mut().find(|w| w.serial == serial) else {
            return;
        };
        work.tally(account, name, result);
        if work.is_over() {
            self.end_work(serial, now);
        }
    }

    /// Takes a work that is through, or stopped, off the list and says how it went.
    pub(super) fn end_work(&mut self, serial: Serial, now: Timestamp) {
        let Some(at) = self.works.iter().position(|w| w.serial == serial) else {
            return;
        };
        let mut work = self.works.remove(at);
        work.ended_at = Some(now);
        // A single file told how it went when it landed.
        if work.op != Op::Import || work.total > 1 {
            self.tell_end(&work, now);
        }
        self.past_works.insert(0, work);
        self.past_works.truncate(REMEMBERED);
    }

    fn tell_end(&mut self, work: &Work, now: Timestamp) {
        let (tone, text) = work.outcome();
        let mut text = self.keymap.retold(&text);
        if work.failed.len() > 1 {
            let key = self.keymap.key(Action::Works);
            text = format!("{text}. {key} lists them");
        }
        self.toast_about(Self::about(work), tone, text, now);
    }

    /// Takes in files of other programs, one after another.
    pub(in crate::tui) fn import(&mut self, paths: Vec<String>, now: Timestamp) -> Vec<Effect> {
        if paths.is_empty() {
            return Vec::new();
        }
        let work = self.begin_work(Op::Import, paths.len(), now);
        vec![Effect::Import { work, paths }]
    }

    /// The newest work that can be stopped begins nothing more.
    pub(super) fn stop_work(&mut self) -> Option<Effect> {
        let work = self.works.iter_mut().rfind(|w| w.can_stop())?;
        work.stopping = true;
        Some(Effect::StopWork(work.serial))
    }

    /// What has taken long enough by now gets its line.
    pub(super) fn age_works(&mut self, now: Timestamp) {
        for work in &mut self.works {
            let is_counted = work.total > 1 || work.op.can_be_dropped();
            work.is_long |= is_counted && (work.total > MANY || work.took(now) >= LONG);
        }
    }

    pub(super) fn step_in_works(&mut self, step: Step, page: usize) {
        let lines = self.work_lines();
        let Some(Modal::Works(works)) = self.modals.last() else {
            return;
        };
        let (at, top) = (works.line(&lines), works.top);
        let line = step.from(at, lines.len());
        let view = WorksView {
            at: lines.get(line).copied(),
            top: window(top, line, lines.len(), page),
        };
        self.modals.pop();
        self.modals.push(Modal::Works(view));
    }

    /// To the account of the failure under the cursor, through whatever hides it.
    pub(super) fn go_to_missed(&mut self, now: Timestamp) {
        let missed = self.chosen_work().and_then(|(_, missed)| missed?.account);
        let Some(id) = missed.filter(|id| self.snapshot.account(*id).is_some()) else {
            return;
        };
        self.modals.clear();
        self.point_at(id, now);
    }

    /// Once more for those that failed; what destroys asks again first.
    pub(super) fn try_again(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some((work, _)) = self.chosen_work() else {
            return Vec::new();
        };
        if work.op == Op::Import && !work.failed.is_empty() {
            let files = work.failed.iter().map(|missed| missed.name.clone());
            let files = files.collect();
            return self.import(files, now);
        }
        let known = |id: &AccountId| self.snapshot.account(*id).is_some();
        let failed = work.failed.iter().filter_map(|missed| missed.account);
        let (op, targets) = (work.op, failed.filter(known).collect::<Vec<_>>());
        if targets.is_empty() {
            self.toast(Tone::Notice, "nothing failed here".into(), now);
            return Vec::new();
        }
        if !matches!(op, Op::Revoke | Op::Forget) {
            return self.work(op, targets, now);
        }
        self.modals.push(Modal::Confirm(Confirm {
            op,
            targets,
            opened_at: now,
            on_cancel: true,
            number: Field::default(),
        }));
        Vec::new()
    }
}
