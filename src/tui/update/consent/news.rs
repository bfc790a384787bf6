//! News of a consent. It carries the dialog's serial, so that what comes late from one that was
//! called off never shows in the next one.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::domain::wording::date;
use crate::service::ask::Consented;
use crate::service::consent::{Stage, Typed};
use crate::tui::app::App;
use crate::tui::consent::{ConsentDialog, Phase, Round, Sheet, Steps};
use crate::tui::keymap::Action;
use crate::tui::message::{CalledOff, ConsentEnd, Effect, Failure, Msg, Serial, Tone};

impl App {
    /// Takes in what is about a consent.
    pub(in crate::tui::update) fn consent_news(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        match msg {
            Msg::ConsentOpen {
                serial,
                url,
                port,
                deadline,
            } => {
                if let Some(dialog) = self.dialog(serial) {
                    dialog.steps.reach(1, now);
                    dialog.phase = Phase::Open(Round {
                        url,
                        port,
                        deadline,
                        stage: Stage::Opening,
                        browser: None,
                    });
                }
            }
            Msg::ConsentStage { serial, stage } => return self.consent_stage(serial, stage, now),
            Msg::ConsentEnded { serial, end } => return self.consent_ended(serial, end, now),
            Msg::ConsentChecked {
                serial,
                edit,
                typed,
            } => self.consent_checked(serial, edit, typed),
            Msg::ConsentCancelled(left) => self.called_off(left, now),
            Msg::LinkWritten { serial, result } => self.link_written(serial, result, now),
            Msg::Kept(result) => return self.kept(result, now),
            _ => {}
        }
        Vec::new()
    }

    /// The open dialog, if the news is about it.
    fn dialog(&mut self, serial: Serial) -> Option<&mut ConsentDialog> {
        self.consent().filter(|dialog| dialog.serial == serial)
    }

    fn consent_stage(&mut self, serial: Serial, stage: Stage, now: Timestamp) -> Vec<Effect> {
        let Some(dialog) = self.dialog(serial) else {
            return Vec::new();
        };
        let Phase::Open(round) = &mut dialog.phase else {
            return Vec::new();
        };
        if let Stage::Waiting { browser } | Stage::BadPaste { browser, .. } = &stage {
            round.browser = Some(browser.clone());
        }
        round.stage = stage;
        let (step, is_waiting) = (round.step(), round.is_waiting());
        dialog.steps.reach(step, now);
        if is_waiting {
            return Vec::new();
        }
        // An answer came: the link is of no use any more, nor is what was typed.
        dialog.clear_field();
        match dialog.sheet {
            Some(Sheet::Qr | Sheet::Link) => self.close_sheet(),
            _ => Vec::new(),
        }
    }

    fn consent_ended(&mut self, serial: Serial, end: ConsentEnd, now: Timestamp) -> Vec<Effect> {
        let Some(dialog) = self.dialog(serial) else {
            return Vec::new();
        };
        dialog.clear_field();
        dialog.phase = match end {
            ConsentEnd::Done(done) => return self.consent_done(done, now),
            ConsentEnd::Other { expected, got } => Phase::Other {
                expected,
                got,
                at: 0,
            },
            ConsentEnd::TimedOut => Phase::TimedOut,
            ConsentEnd::Denied(why) => Phase::Denied(why),
            ConsentEnd::Failed(failure) => Phase::Failed(failure),
        };
        self.close_sheet()
    }

    /// Where all is well a line says so; where something is missing the dialog stays and tells.
    fn consent_done(&mut self, done: Box<Consented>, now: Timestamp) -> Vec<Effect> {
        self.point_at(done.account, now);
        // Whoever has an account is through with setting up.
        let mut effects = self.leave_setup();
        if done.missing.is_empty() && !done.without_refresh_token {
            self.welcome(&done, now);
            effects.extend(self.next_in_queue(now));
            return effects;
        }
        if let Some(dialog) = self.consent() {
            dialog.steps.reach(Steps::COUNT, now);
            dialog.email = Some(done.email.clone());
            dialog.phase = Phase::Done(done);
        }
        effects.extend(self.close_sheet());
        effects
    }

    fn welcome(&mut self, done: &Consented, now: Timestamp) {
        let verb = if done.renewed {
            "signed in again"
        } else {
            "added"
        };
        let end = done
            .grant_expires_at
            .map(|at| format!("; this sign-in lasts until {}", date(at)));
        let text = format!("{} {verb}{}", done.email, end.unwrap_or_default());
        self.toast(Tone::Done, text, now);
    }

    fn consent_checked(&mut self, serial: Serial, edit: usize, typed: Typed) {
        // What was typed since is checked by itself.
        if let Some(dialog) = self.dialog(serial).filter(|dialog| dialog.edit == edit) {
            dialog.typed = Some(typed);
        }
    }

    fn called_off(&mut self, left: CalledOff, now: Timestamp) {
        let CalledOff::TooLate(done) = left else {
            return self.nothing_stored(now);
        };
        let text = format!(
            "{} was signed in before the cancel came through: it is stored; {} removes it",
            done.email,
            self.keymap.key(Action::Remove)
        );
        self.toast(Tone::Warning, text, now);
    }

    fn link_written(&mut self, serial: Serial, result: Result<String, Failure>, now: Timestamp) {
        match result {
            Ok(place) => {
                if let Some(dialog) = self.dialog(serial) {
                    dialog.file = Some(place.clone());
                    self.tell_of_file(&place, now);
                }
            }
            Err(failure) => {
                let text = format!("the link was not written: {}", failure.with_hint());
                self.toast(Tone::Error, text, now);
            }
        }
    }

    pub(super) fn tell_of_file(&mut self, place: &str, now: Timestamp) {
        let text = format!("the link is in {place}; the file goes when this sign-in ends");
        self.toast(Tone::Notice, text, now);
    }

    fn kept(&mut self, result: Result<AccountId, Failure>, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match result {
            Ok(id) => {
                effects = self.leave_setup();
                self.point_at(id, now);
                self.toast(Tone::Done, "kept as an account of its own".into(), now);
            }
            Err(failure) => self.toast(Tone::Error, failure.with_hint(), now),
        }
        effects.extend(self.next_in_queue(now));
        effects
    }
}
