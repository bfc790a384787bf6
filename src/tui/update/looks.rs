//! The theme menu: what the cursor is on is seen at once, Enter keeps it, and however else the menu
//! goes away, the look of before comes back.

use crate::domain::time::Timestamp;
use crate::tui::app::{App, Preview};
use crate::tui::keymap::Action;
use crate::tui::message::Tone;
use crate::tui::modal::{Choice, Item, Menu, Modal};
use crate::tui::widget::text::width;

impl App {
    pub(super) fn open_theme_menu(&mut self) {
        let names = self.themes.entries().map(|(name, _)| width(name));
        let room = names.max().unwrap_or(0) + 2;
        let items = self.themes.entries().map(|(name, about)| Item {
            key: None,
            label: format!("{name:room$}{about}"),
            choice: Choice::Theme(name.to_owned()),
        });
        let current = &self.look.theme.name;
        let at = self.themes.entries().position(|(name, _)| name == current);
        let key = |action| self.keymap.key(action);
        let about = if self.themes.entries().count() == 1 {
            vec![
                "Colours are switched off, by NO_COLOR".into(),
                "or by --color never.".into(),
            ]
        } else {
            vec![
                format!(
                    "{} keeps it until you quit, {} does not.",
                    key(Action::Open),
                    key(Action::Back)
                ),
                "For good: theme = \"NAME\" under [ui]".into(),
                "in config.toml".into(),
            ]
        };
        let menu = Menu {
            title: "Theme".into(),
            items: items.collect(),
            at: at.unwrap_or(0),
            about,
        };
        self.preview = Some(Preview {
            shown: current.clone(),
            before: self.look.theme.clone(),
        });
        self.modals.push(Modal::Menu(menu));
    }

    pub(super) fn keep_theme(&mut self, name: &str, now: Timestamp) {
        self.preview = None;
        let Some(opened) = self.themes.open(name) else {
            return;
        };
        self.look.theme = opened.theme;
        for complaint in opened.complaints {
            self.toast(Tone::Warning, complaint, now);
        }
    }

    /// Shows what the cursor has come to, or what was there before the menu.
    pub(super) fn preview_theme(&mut self) {
        let Some(preview) = &mut self.preview else {
            return;
        };
        let under_cursor = self.modals.iter().find_map(|modal| match modal {
            Modal::Menu(menu) => match &menu.items.get(menu.at)?.choice {
                Choice::Theme(name) => Some(name),
                _ => None,
            },
            _ => None,
        });
        match under_cursor {
            Some(name) if *name != preview.shown => {
                preview.shown.clone_from(name);
                if let Some(opened) = self.themes.open(name) {
                    self.look.theme = opened.theme;
                }
            }
            Some(_) => {}
            None => {
                self.look.theme = preview.before.clone();
                self.preview = None;
            }
        }
    }
}
