//! The consent dialog: started, watched, fed with an address, ended. News carries the dialog's
//! serial, so that what comes late from a cancelled round never shows in the next one.

use std::collections::VecDeque;

use super::work::with_hint;
use crate::domain::account::AccountId;
use crate::domain::scope::short;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::wording::{date, safe};
use crate::service::ask::{ConsentAsk, Consented};
use crate::service::consent::Stage;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::{ConsentEnd, Effect, Failure, Serial, Tone};
use crate::tui::modal::{ConsentDialog, Menu, Modal, Phase, Round};
use crate::tui::widget::field::Field;
use crate::tui::widget::scroll::{Scroll, Step};

impl App {
    pub(super) fn add(&mut self) -> Vec<Effect> {
        if self.snapshot.clients.len() > 1 {
            let names = self.snapshot.clients.iter().map(|c| c.name.as_str());
            let menu = Menu::clients(names);
            self.modals.push(Modal::Menu(menu));
            return Vec::new();
        }
        self.start_new(None)
    }

    pub(super) fn start_new(&mut self, client: Option<String>) -> Vec<Effect> {
        let ask = ConsentAsk {
            client,
            ..ConsentAsk::default()
        };
        self.start(ask, None, VecDeque::new())
    }

    /// For the marked accounts one after another, or for the one under the cursor.
    pub(super) fn consent_again(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut queue: VecDeque<_> = self.targets().into();
        if let Some(first) = queue.pop_front() {
            return self.start_for(first, queue);
        }
        let key = self.keymap.key(Action::Add);
        let text = format!("there is no account yet: {key} adds one");
        self.toast(Tone::Notice, text, now);
        Vec::new()
    }

    fn start_for(&mut self, id: AccountId, queue: VecDeque<AccountId>) -> Vec<Effect> {
        let ask = ConsentAsk {
            account: Some(id),
            ..ConsentAsk::default()
        };
        let email = self.email(id);
        self.start(ask, Some(email), queue)
    }

    fn start(
        &mut self,
        ask: ConsentAsk,
        email: Option<String>,
        queue: VecDeque<AccountId>,
    ) -> Vec<Effect> {
        let serial = self.serial();
        self.modals
            .retain(|modal| !matches!(modal, Modal::Consent(_)));
        self.modals.push(Modal::Consent(Box::new(ConsentDialog {
            serial,
            email,
            ask: ask.clone(),
            phase: Phase::Starting,
            field: Field::default(),
            typing: false,
            explaining: false,
            scroll: Scroll::default(),
            queue,
        })));
        vec![Effect::Consent {
            serial,
            ask: Box::new(ask),
        }]
    }

    /// The open dialog, if the news is about it.
    fn dialog(&mut self, serial: Serial) -> Option<&mut ConsentDialog> {
        self.consent().filter(|dialog| dialog.serial == serial)
    }

    pub(super) fn consent_opened(
        &mut self,
        serial: Serial,
        url: String,
        port: u16,
        deadline: Timestamp,
    ) {
        if let Some(dialog) = self.dialog(serial) {
            dialog.phase = Phase::Open(Round {
                url,
                port,
                deadline,
                stage: Stage::Opening,
                browser: None,
            });
        }
    }

    pub(super) fn consent_stage(&mut self, serial: Serial, news: Stage) {
        if let Some(Phase::Open(round)) = self.dialog(serial).map(|d| &mut d.phase) {
            if let Stage::Waiting { browser } | Stage::BadPaste { browser, .. } = &news {
                round.browser = Some(browser.clone());
            }
            round.stage = news;
        }
    }

    pub(super) fn consent_ended(
        &mut self,
        serial: Serial,
        end: ConsentEnd,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(dialog) = self.dialog(serial) else {
            return Vec::new();
        };
        dialog.field.clear();
        dialog.typing = false;
        match end {
            ConsentEnd::Done(done) => {
                self.welcome(&done, now);
                self.cursor = Some(done.account);
                self.looking_elsewhere = false;
                return self.next_in_queue();
            }
            ConsentEnd::Other { expected, got } => {
                dialog.phase = Phase::Other {
                    expected,
                    got,
                    at: 0,
                }
            }
            ConsentEnd::TimedOut => dialog.phase = Phase::TimedOut,
            ConsentEnd::Failed(failure) => dialog.phase = Phase::Failed(failure),
        }
        Vec::new()
    }

    fn welcome(&mut self, done: &Consented, now: Timestamp) {
        let email = &done.email;
        let verb = if done.renewed {
            "signed in again"
        } else {
            "added"
        };
        let end = done
            .grant_expires_at
            .map(|at| format!("; this sign-in lasts until {}", date(at)));
        self.toast(
            Tone::Done,
            format!("{email} {verb}{}", end.unwrap_or_default()),
            now,
        );
        if !done.missing.is_empty() {
            let missing: Vec<_> = done.missing.iter().map(short).collect();
            let text = format!(
                "{email}: left unticked: {}. {} asks again; tick every box",
                missing.join(", "),
                self.keymap.key(Action::Consent)
            );
            self.toast(Tone::Warning, text, now);
        }
        if done.without_refresh_token {
            let text = format!(
                "{email}: Google sent no long-lived token. {} asks once more",
                self.keymap.key(Action::Consent)
            );
            self.toast(Tone::Warning, text, now);
        }
    }

    /// Closes the dialog and opens it for whoever is next.
    fn next_in_queue(&mut self) -> Vec<Effect> {
        let queue = self
            .consent()
            .map(|dialog| std::mem::take(&mut dialog.queue));
        self.modals
            .retain(|modal| !matches!(modal, Modal::Consent(_)));
        let mut queue = queue.unwrap_or_default();
        if let Some(next) = queue.pop_front() {
            return self.start_for(next, queue);
        }
        self.marks.clear();
        Vec::new()
    }

    pub(super) fn cancel_consent(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        let over = matches!(dialog.phase, Phase::TimedOut | Phase::Failed(_));
        let left = dialog.queue.len();
        self.modals
            .retain(|modal| !matches!(modal, Modal::Consent(_)));
        if !over {
            let more = if left > 0 {
                format!(", and {left} more were not asked for")
            } else {
                String::new()
            };
            self.toast(
                Tone::Notice,
                format!("sign-in cancelled; nothing was stored{more}"),
                now,
            );
        }
        vec![Effect::CancelConsent]
    }

    pub(super) fn kept(
        &mut self,
        result: Result<AccountId, Failure>,
        now: Timestamp,
    ) -> Vec<Effect> {
        match result {
            Ok(id) => {
                self.cursor = Some(id);
                self.looking_elsewhere = false;
                self.toast(Tone::Done, "kept as a new account".into(), now);
            }
            Err(failure) => self.toast(Tone::Error, with_hint(&failure), now),
        }
        self.next_in_queue()
    }

    pub(super) fn act_in_consent(&mut self, action: Action) -> Vec<Effect> {
        let Some(Modal::Consent(dialog)) = self.modals.last_mut() else {
            return Vec::new();
        };
        let step = match action {
            Action::ChoiceDown => Some(Step::Down(1)),
            Action::ChoiceUp => Some(Step::Up(1)),
            _ => None,
        };
        if action == Action::ConsentHelp {
            dialog.explaining = !dialog.explaining;
            dialog.scroll = Scroll::default();
            return Vec::new();
        }
        if dialog.explaining {
            if let Some(step) = step {
                dialog
                    .scroll
                    .slide(step, crate::tui::view::consent::PAGES.len() * 2, 1);
            }
            return Vec::new();
        }
        match (&mut dialog.phase, action) {
            (Phase::Open(round), Action::CopyLink) => vec![Effect::CopyText {
                what: "link",
                text: round.url.clone(),
            }],
            (Phase::Open(round), Action::OpenAgain) => vec![Effect::OpenBrowser(round.url.clone())],
            (Phase::Open(_), Action::ToField) => {
                dialog.typing = !dialog.typing;
                Vec::new()
            }
            (Phase::Open(_), Action::Submit) => dialog.submit(),
            (Phase::Other { at, .. }, Action::ChoiceDown | Action::ChoiceUp) => {
                *at = step.unwrap_or(Step::First).from(*at, 2);
                Vec::new()
            }
            (Phase::Other { at: 1, .. }, Action::Submit) => vec![Effect::KeepOther],
            (Phase::Other { .. }, Action::Submit) => {
                let mut effects = vec![Effect::CancelConsent];
                effects.extend(self.next_in_queue());
                effects
            }
            (Phase::TimedOut | Phase::Failed(_), Action::Submit) => self.start_again(),
            _ => Vec::new(),
        }
    }

    fn start_again(&mut self) -> Vec<Effect> {
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        let (ask, email) = (dialog.ask.clone(), dialog.email.clone());
        let queue = std::mem::take(&mut dialog.queue);
        self.start(ask, email, queue)
    }
}

impl ConsentDialog {
    fn submit(&mut self) -> Vec<Effect> {
        if self.field.text().trim().is_empty() {
            return Vec::new();
        }
        self.typing = false;
        vec![Effect::Redirected(Secret::new(self.field.take()))]
    }

    /// Whose sign-in it is, for the title.
    pub fn whose(&self) -> String {
        self.email
            .as_deref()
            .map_or_else(|| "new account".into(), safe)
    }
}
