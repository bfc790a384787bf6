//! From a key to what it means here: a letter of a menu, text for a field, or an action.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use crate::tui::app::{App, TYPED_AHEAD};
use crate::tui::keymap::{Action, Context, Found, Key};
use crate::tui::message::Effect;
use crate::tui::modal::Modal;
use crate::tui::widget::scroll::Scroll;

impl App {
    pub(super) fn press(&mut self, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        if let Some(Modal::Confirm(confirm)) = self.modals.last()
            && (now - confirm.opened_at).abs() < TYPED_AHEAD
            && self.everywhere(key) != Some(Action::Interrupt)
        {
            return Vec::new();
        }
        if let Some(effects) = self.press_in_menu(key, now) {
            return effects;
        }
        if self.is_line_editing(key) {
            if let Some(effects) = self.type_into_consent(key) {
                return effects;
            }
            if self.type_into_field(key, now) {
                return Vec::new();
            }
        }
        let before = self.chord.take();
        let key = Key::from(key);
        match self.keymap.resolve(self.context(), before, key) {
            Found::Action(action) => self.act(action, now),
            Found::Started => {
                self.chord = Some(key);
                Vec::new()
            }
            Found::Nothing => Vec::new(),
        }
    }

    /// A menu's own letters come before everything else.
    fn press_in_menu(&mut self, key: KeyEvent, now: Timestamp) -> Option<Vec<Effect>> {
        let Some(Modal::Menu(menu)) = self.modals.last() else {
            return None;
        };
        let KeyCode::Char(letter) = key.code else {
            return None;
        };
        if key
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        {
            return None;
        }
        let at = menu
            .items
            .iter()
            .position(|item| item.key == Some(letter))?;
        Some(self.choose(at, now))
    }

    /// Whether the key was text, or moved about in it.
    fn type_into_field(&mut self, key: KeyEvent, now: Timestamp) -> bool {
        match self.modals.last_mut() {
            None if self.filtering => {
                let edited = self.filter.edit(key);
                self.refilter(now);
                edited
            }
            Some(Modal::Setup(setup)) => setup.edit(key),
            Some(Modal::Help(help)) if help.searching => {
                help.scroll = Scroll::default();
                help.search.edit(key)
            }
            Some(Modal::Palette(palette)) => {
                let before = palette.field.text().to_owned();
                let edited = palette.field.edit(key);
                if palette.field.text() != before {
                    palette.typed();
                }
                edited
            }
            Some(Modal::Log(log)) if log.typing.is_some() => log.edit(key),
            Some(Modal::Confirm(confirm)) if confirm.targets.len() > 1 => match key.code {
                KeyCode::Char(c) if !c.is_ascii_digit() => false,
                KeyCode::Left | KeyCode::Right => false,
                _ => confirm.number.edit(key),
            },
            _ => false,
        }
    }

    pub(super) fn paste(&mut self, pasted: Secret, now: Timestamp) -> Vec<Effect> {
        match self.modals.last_mut() {
            Some(Modal::Consent(_)) => return self.paste_into_consent(pasted, now),
            Some(Modal::Setup(_)) => return self.paste_in_setup(&pasted),
            Some(Modal::Help(help)) if help.searching => help.search.append(&safe(pasted.expose())),
            Some(Modal::Palette(palette)) => {
                palette.field.append(&safe(pasted.expose()));
                palette.typed();
            }
            Some(Modal::Log(log)) if log.typing.is_some() => log.append(&safe(pasted.expose())),
            None if self.filtering => {
                self.filter.append(&safe(pasted.expose()));
                self.refilter(now);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Enter, Esc and the like are never text; what ends or stops the program does so everywhere.
    fn is_line_editing(&self, key: KeyEvent) -> bool {
        let leaves = matches!(
            key.code,
            KeyCode::Enter | KeyCode::Esc | KeyCode::Tab | KeyCode::BackTab
        );
        !leaves && self.everywhere(key).is_none()
    }

    /// What a key does wherever it is pressed; a letter is text where there is a field.
    fn everywhere(&self, key: KeyEvent) -> Option<Action> {
        let key = Key::from(key);
        match self.keymap.resolve(Context::Always, None, key) {
            Found::Action(action) if !key.is_text() => Some(action),
            _ => None,
        }
    }
}
