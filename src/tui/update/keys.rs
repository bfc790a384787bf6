//! From a key to what it means here: a letter of a menu, text for a field, or an action.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use crate::tui::app::{App, TYPED_AHEAD};
use crate::tui::keymap::{Context, Found, Key};
use crate::tui::message::Effect;
use crate::tui::modal::{Modal, Phase};
use crate::tui::widget::scroll::Scroll;

impl App {
    pub(super) fn press(&mut self, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        if let Some(Modal::Confirm(confirm)) = self.modals.last()
            && (now - confirm.opened_at).abs() < TYPED_AHEAD
            && !is_interrupt(key)
        {
            return Vec::new();
        }
        if let Some(effects) = self.press_in_menu(key, now) {
            return effects;
        }
        if self.type_into_field(key, now) {
            return Vec::new();
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
        // Enter, Esc and the like are never text; Ctrl-C and Ctrl-Z keep their meaning everywhere.
        if matches!(
            key.code,
            KeyCode::Enter | KeyCode::Esc | KeyCode::Tab | KeyCode::BackTab
        ) || is_reserved(key)
        {
            return false;
        }
        let unbound = || {
            matches!(
                self.keymap.resolve(Context::Consent, None, key.into()),
                Found::Nothing
            )
        };
        match self.modals.last_mut() {
            None if self.filtering => {
                let edited = self.filter.edit(key);
                self.refilter(now);
                edited
            }
            Some(Modal::Help(help)) if help.searching => {
                help.scroll = Scroll::default();
                help.search.edit(key)
            }
            Some(Modal::Confirm(confirm)) if confirm.targets.len() > 1 => match key.code {
                KeyCode::Char(c) if !c.is_ascii_digit() => false,
                KeyCode::Left | KeyCode::Right => false,
                _ => confirm.number.edit(key),
            },
            Some(Modal::Consent(dialog))
                if matches!(dialog.phase, Phase::Open(_)) && !dialog.explaining =>
            {
                // Without bracketed paste an address arrives as keys; the `h` of `http` is the
                // first of them, and means nothing else here.
                let begins = matches!(key.code, KeyCode::Char(_)) && unbound();
                if dialog.typing || begins {
                    dialog.typing = true;
                    return dialog.field.edit(key);
                }
                false
            }
            _ => false,
        }
    }

    /// While a consent is open, whatever is pasted is its redirect address.
    pub(super) fn paste(&mut self, pasted: Secret, now: Timestamp) -> Vec<Effect> {
        match self.modals.last_mut() {
            Some(Modal::Consent(dialog)) if matches!(dialog.phase, Phase::Open(_)) => {
                if pasted.expose().trim().is_empty() {
                    return Vec::new();
                }
                dialog.field.clear();
                dialog.typing = false;
                return vec![Effect::Redirected(pasted)];
            }
            Some(Modal::Help(help)) if help.searching => help.search.append(&safe(pasted.expose())),
            None if self.filtering => {
                self.filter.append(&safe(pasted.expose()));
                self.refilter(now);
            }
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn refilter(&mut self, now: Timestamp) {
        self.searched = self.filter.text().to_owned();
        self.looking_elsewhere = false;
        self.arrange_as(now, self.frozen.is_some());
    }
}

fn is_interrupt(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

fn is_reserved(key: KeyEvent) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL)
        && matches!(key.code, KeyCode::Char('c' | 'z' | 'l'))
}
