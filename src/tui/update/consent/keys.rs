//! What a person does in the consent dialog. Any paste is the redirect address, and so is what is
//! typed: without bracketed paste an address arrives as keys.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::tui::app::App;
use crate::tui::consent::{ConsentDialog, Phase, Sheet};
use crate::tui::keymap::{Action, Context, Found};
use crate::tui::message::{Effect, Tone};
use crate::tui::modal::Modal;
use crate::tui::widget::scroll::Step;

/// Cancel, keep, try again.
const CHOICES: usize = 3;

impl App {
    pub(in crate::tui::update) fn act_in_consent(
        &mut self,
        action: Action,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(Modal::Consent(dialog)) = self.modals.last() else {
            return Vec::new();
        };
        match (&dialog.phase, action) {
            (_, Action::ConsentHelp) => self.toggle_sheet(Sheet::Help),
            (Phase::Open(_), Action::NewLink) => self.start_again(now),
            (_, Action::SkipOne) => self.skip(now),
            _ if dialog.is_waiting() => self.act_while_waiting(action, now),
            (Phase::Other { .. }, _) => self.act_on_other(action, now),
            (Phase::Done(_), Action::Submit) => self.next_in_queue(now),
            (Phase::Starting | Phase::Open(_), _) => Vec::new(),
            (_, Action::Submit | Action::AskAgain) => self.start_again(now),
            _ => Vec::new(),
        }
    }

    fn act_while_waiting(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        let login = self.place.login.clone();
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        let Phase::Open(round) = &dialog.phase else {
            return Vec::new();
        };
        let copy = |what, text| vec![Effect::CopyText { what, text }];
        match action {
            Action::CopyLink => copy("link", round.url.clone()),
            Action::CopyTunnel => copy("ssh line", tunnel(round.port, login.as_deref())),
            Action::OpenAgain => vec![Effect::OpenBrowser(round.url.clone())],
            Action::WholeLink => self.toggle_sheet(Sheet::Link),
            Action::QrCode => self.toggle_sheet(Sheet::Qr),
            Action::WriteLink => {
                if let Some(place) = dialog.file.clone() {
                    self.tell_of_file(&place, now);
                    return Vec::new();
                }
                let (serial, url) = (dialog.serial, round.url.clone());
                vec![Effect::WriteLink { serial, url }]
            }
            Action::OtherRoad => {
                dialog.road = dialog.road.other();
                Vec::new()
            }
            Action::ToField => {
                dialog.typing = !dialog.typing;
                Vec::new()
            }
            Action::Submit => dialog.submit(),
            _ => Vec::new(),
        }
    }

    fn act_on_other(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        let Some(Phase::Other { at, .. }) = self.consent().map(|d| &mut d.phase) else {
            return Vec::new();
        };
        match action {
            Action::ChoiceDown => *at = Step::Down(1).from(*at, CHOICES),
            Action::ChoiceUp => *at = Step::Up(1).from(*at, CHOICES),
            Action::AskAgain => return self.start_again(now),
            Action::Submit => {
                return match *at {
                    1 => vec![Effect::KeepOther],
                    2 => self.start_again(now),
                    _ => self.throw_away(now),
                };
            }
            _ => {}
        }
        Vec::new()
    }

    /// The other account's grant is let go; the rest of the queue goes on.
    fn throw_away(&mut self, now: Timestamp) -> Vec<Effect> {
        self.nothing_stored(now);
        let mut effects = vec![Effect::CancelConsent];
        effects.extend(self.next_in_queue(now));
        effects
    }

    fn toggle_sheet(&mut self, sheet: Sheet) -> Vec<Effect> {
        if self.consent().and_then(|dialog| dialog.sheet) == Some(sheet) {
            self.close_sheet()
        } else {
            self.open_sheet(sheet)
        }
    }

    /// Takes the key for the field, if it is text there.
    pub(in crate::tui::update) fn type_into_consent(
        &mut self,
        key: KeyEvent,
    ) -> Option<Vec<Effect>> {
        let is_text = matches!(key.code, KeyCode::Char(_))
            && !key
                .modifiers
                .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let means_nothing = matches!(
            self.keymap.resolve(Context::Consent, None, key.into()),
            Found::Nothing
        );
        let Some(Modal::Consent(dialog)) = self.modals.last_mut() else {
            return None;
        };
        if !dialog.is_waiting() || dialog.sheet.is_some() {
            return None;
        }
        // The `h` of `http` is the first letter of an address, and means nothing else here.
        let is_for_field = dialog.typing || (is_text && means_nothing);
        if !is_for_field || !dialog.field.edit(key) {
            return None;
        }
        dialog.typing = true;
        dialog.edit += 1;
        if dialog.field.is_empty() {
            dialog.typed = None;
            return Some(Vec::new());
        }
        Some(vec![Effect::CheckTyped {
            serial: dialog.serial,
            edit: dialog.edit,
            typed: Secret::new(dialog.field.text()),
        }])
    }

    /// While a consent is open, whatever is pasted is its redirect address.
    pub(in crate::tui::update) fn paste_into_consent(
        &mut self,
        pasted: Secret,
        now: Timestamp,
    ) -> Vec<Effect> {
        if pasted.expose().trim().is_empty() {
            return Vec::new();
        }
        let Some(dialog) = self.consent() else {
            return Vec::new();
        };
        if !dialog.is_waiting() {
            let text = "nothing was taken: this sign-in waits for no address now";
            self.toast(Tone::Notice, text.into(), now);
            return Vec::new();
        }
        dialog.clear_field();
        let mut effects = self.close_sheet();
        effects.push(Effect::Redirected(pasted));
        effects
    }
}

/// What makes the browser's machine pass the answer on to this one.
pub fn tunnel(port: u16, login: Option<&str>) -> String {
    let login = login.unwrap_or("USER@THIS-MACHINE");
    format!("ssh -L {port}:127.0.0.1:{port} {login}")
}

impl ConsentDialog {
    fn submit(&mut self) -> Vec<Effect> {
        if self.field.text().trim().is_empty() {
            return Vec::new();
        }
        let address = Secret::new(self.field.take());
        self.clear_field();
        vec![Effect::Redirected(address)]
    }
}
