//! The consent dialog: started, ended, called off, and on to whoever is next. `news` takes in what
//! the service tells, `keys` what the person does.

mod keys;
mod news;

pub use self::keys::tunnel;

use std::collections::VecDeque;

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::domain::wording::count;
use crate::service::ask::ConsentAsk;
use crate::tui::app::App;
use crate::tui::consent::{ConsentDialog, Phase, Queue, Road, Sheet, Steps};
use crate::tui::keymap::Action;
use crate::tui::message::{Effect, Tone};
use crate::tui::modal::{Menu, Modal};
use crate::tui::widget::field::Field;
use crate::tui::widget::scroll::Scroll;

/// What a new dialog is about.
struct Start {
    ask: ConsentAsk,
    email: Option<String>,
    queue: Queue,
    /// `None` follows from where the program runs.
    road: Option<Road>,
}

impl App {
    pub(in crate::tui::update) fn add(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.snapshot.clients.len() > 1 {
            let names = self.snapshot.clients.iter().map(|c| c.name.as_str());
            let menu = Menu::clients(names);
            self.modals.push(Modal::Menu(menu));
            return Vec::new();
        }
        self.start_new(None, now)
    }

    pub(in crate::tui::update) fn start_new(
        &mut self,
        client: Option<String>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let ask = ConsentAsk {
            client,
            ..ConsentAsk::default()
        };
        let start = Start {
            ask,
            email: None,
            queue: Queue::of(VecDeque::new()),
            road: None,
        };
        self.start(start, now)
    }

    /// For the marked accounts one after another, or for the one under the cursor.
    pub(in crate::tui::update) fn consent_again(&mut self, now: Timestamp) -> Vec<Effect> {
        self.sign_in(self.targets(), now)
    }

    /// One after another.
    pub(in crate::tui::update) fn sign_in(
        &mut self,
        whom: Vec<AccountId>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut all: VecDeque<_> = whom.into();
        if let Some(first) = all.pop_front() {
            return self.start_for(first, Queue::of(all), None, now);
        }
        let key = self.keymap.key(Action::Add);
        let text = format!("there is no account yet: {key} adds one");
        self.toast(Tone::Notice, text, now);
        Vec::new()
    }

    fn start_for(
        &mut self,
        id: AccountId,
        queue: Queue,
        road: Option<Road>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let ask = ConsentAsk {
            account: Some(id),
            ..ConsentAsk::default()
        };
        let start = Start {
            ask,
            email: Some(self.email(id)),
            queue,
            road,
        };
        self.start(start, now)
    }

    fn start(&mut self, start: Start, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.close_consent();
        let serial = self.serial();
        let usual = if self.place.remote {
            Road::Paste
        } else {
            Road::Here
        };
        let ask = Box::new(start.ask.clone());
        self.modals.push(Modal::Consent(Box::new(ConsentDialog {
            serial,
            email: start.email,
            ask: start.ask,
            phase: Phase::Starting,
            steps: Steps::begun(now),
            road: start.road.unwrap_or(usual),
            field: Field::default(),
            typing: false,
            edit: 0,
            typed: None,
            file: None,
            sheet: None,
            scroll: Scroll::default(),
            queue: start.queue,
        })));
        effects.push(Effect::Consent { serial, ask });
        effects
    }

    /// The same question once more: a new link, and the old one is worth nothing.
    fn start_again(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        let mut ask = dialog.ask.clone();
        if let Phase::Done(done) = &dialog.phase {
            ask.account = Some(done.account);
        }
        let start = Start {
            ask,
            email: dialog.email.clone(),
            queue: std::mem::take(&mut dialog.queue),
            road: Some(dialog.road),
        };
        self.start(start, now)
    }

    /// Closes the dialog and opens it for whoever is next.
    fn next_in_queue(&mut self, now: Timestamp) -> Vec<Effect> {
        let turn = self
            .consent()
            .map(|dialog| (std::mem::take(&mut dialog.queue), dialog.road));
        let mut effects = self.close_consent();
        if let Some((mut queue, road)) = turn
            && let Some(next) = queue.advance()
        {
            effects.extend(self.start_for(next, queue, Some(road), now));
        } else {
            self.marks.clear();
        }
        effects
    }

    fn skip(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        if dialog.queue.rest.is_empty() {
            return Vec::new();
        }
        let text = format!("{}: skipped", dialog.whose());
        self.toast(Tone::Notice, text, now);
        self.next_in_queue(now)
    }

    /// Esc: one layer after another, and the sign-in itself last.
    pub(in crate::tui::update) fn back_in_consent(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        if dialog.sheet.is_some() {
            return self.close_sheet();
        }
        if dialog.typing || !dialog.field.is_empty() {
            dialog.clear_field();
            return Vec::new();
        }
        self.cancel_consent(now)
    }

    fn cancel_consent(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        // While something is under way, only the service knows what is left of it.
        let (is_over, is_other) = (
            dialog.is_over(),
            matches!(dialog.phase, Phase::Other { .. }),
        );
        let left = dialog.queue.rest.len();
        let mut effects = self.close_consent();
        if is_other {
            self.nothing_stored(now);
        }
        if left > 0 {
            let text = format!(
                "the queue ends here: {} not signed in",
                count(left, "account")
            );
            self.toast(Tone::Notice, text, now);
        }
        if !is_over || is_other {
            effects.push(Effect::CancelConsent);
        }
        effects
    }

    fn nothing_stored(&mut self, now: Timestamp) {
        let text = "sign-in cancelled; nothing was stored";
        self.toast(Tone::Notice, text.into(), now);
    }

    fn close_consent(&mut self) -> Vec<Effect> {
        let effects = self.close_sheet();
        self.modals
            .retain(|modal| !matches!(modal, Modal::Consent(_)));
        effects
    }

    /// What lies over the dialog goes; the mouse comes back where it was lent out.
    fn close_sheet(&mut self) -> Vec<Effect> {
        let mouse = self.mouse;
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        dialog.scroll = Scroll::default();
        match dialog.sheet.take() {
            Some(Sheet::Link) if mouse => vec![Effect::Mouse(true)],
            _ => Vec::new(),
        }
    }

    /// The whole link is there to be selected, so the terminal gets its mouse for as long.
    fn open_sheet(&mut self, sheet: Sheet) -> Vec<Effect> {
        let mut effects = self.close_sheet();
        let mouse = self.mouse;
        if let Some(dialog) = self.consent() {
            dialog.sheet = Some(sheet);
            if sheet == Sheet::Link && mouse {
                effects.push(Effect::Mouse(false));
            }
        }
        effects
    }
}

impl ConsentDialog {
    fn clear_field(&mut self) {
        self.field.clear();
        self.typing = false;
        self.typed = None;
        self.edit += 1;
    }
}
