//! What is typed and pasted in the set-up: a path, or a client ID and its secret. What cannot be
//! a client is said here, before Google is asked.

use crossterm::event::KeyEvent;

use super::{Ask, Given, Page, PairForm, PathForm, Setup, Trial, Wanted};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use crate::tui::app::App;
use crate::tui::message::Effect;
use crate::tui::widget::field::Field;

/// How every client ID of Google's ends.
const SUFFIX: &str = ".apps.googleusercontent.com";

impl App {
    pub(super) fn submit_in_setup(&mut self, now: Timestamp) -> Vec<Effect> {
        let serial = self.next_serial + 1;
        let Some(setup) = self.setup() else {
            return Vec::new();
        };
        match &mut setup.page {
            Page::Path(form) => {
                let (of, path) = (form.of, form.field.text().trim().to_owned());
                match of {
                    _ if path.is_empty() => Vec::new(),
                    Wanted::Client => self.try_path(path),
                    Wanted::Grant => {
                        setup.page = Page::Import(setup.grants().len());
                        self.import(vec![path], now)
                    }
                }
            }
            Page::Pair(form) => {
                let Some((client_id, secret)) = form.given() else {
                    return Vec::new();
                };
                setup.page = Page::Trial(Trial::new(serial, None));
                let given = Given::Pair { client_id, secret };
                self.next_serial = serial;
                vec![Effect::Setup(Ask::Try { serial, given })]
            }
            _ => Vec::new(),
        }
    }

    /// A path that is pasted anywhere but into another field is the client's.
    pub(in crate::tui) fn paste_in_setup(&mut self, pasted: &Secret) -> Vec<Effect> {
        let words = safe(pasted.expose());
        let Some(setup) = self.setup().filter(|_| !words.is_empty()) else {
            return Vec::new();
        };
        match &mut setup.page {
            Page::Steps | Page::Guide(_) => return self.try_path(words),
            Page::Path(form) => {
                // A path that stands for itself takes the place of what was begun.
                if words.starts_with(['/', '~', '\'', '"']) || words.starts_with("file:") {
                    form.field.clear();
                }
                form.offers.clear();
                form.field.append(&words);
            }
            Page::Pair(form) => {
                form.trouble = None;
                form.field().append(&words);
            }
            Page::Secrets(_) | Page::Trial(_) | Page::Import(_) => {}
        }
        Vec::new()
    }
}

impl Setup {
    pub(super) fn next_field(&mut self) -> Vec<Effect> {
        match &mut self.page {
            Page::Path(form) => {
                let text = form.field.text().to_owned();
                vec![Effect::Setup(Ask::Complete(text))]
            }
            Page::Pair(form) => {
                form.on_secret = !form.on_secret;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the key was text, or moved about in it.
    pub(in crate::tui) fn edit(&mut self, key: KeyEvent) -> bool {
        match &mut self.page {
            Page::Path(form) => {
                form.offers.clear();
                form.field.edit(key)
            }
            Page::Pair(form) => {
                form.trouble = None;
                form.field().edit(key)
            }
            _ => false,
        }
    }
}

impl PathForm {
    pub(super) fn new(of: Wanted) -> Self {
        Self::with(of, "~/")
    }

    pub(super) fn with(of: Wanted, path: &str) -> Self {
        let mut field = Field::default();
        field.append(path);
        Self {
            of,
            field,
            offers: Vec::new(),
        }
    }
}

impl PairForm {
    fn field(&mut self) -> &mut Field {
        if self.on_secret {
            &mut self.secret
        } else {
            self.warned = false;
            &mut self.id
        }
    }

    /// What was typed, if it can be a client; what is wrong with it is said otherwise, once for
    /// what only looks wrong.
    fn given(&mut self) -> Option<(String, Secret)> {
        let id = self.id.text().trim().to_owned();
        let secret = self.secret.text().trim();
        let sendable = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
        self.trouble = None;
        if id.is_empty() || !sendable(&id) {
            self.on_secret = false;
            self.trouble = (!id.is_empty()).then_some("A client ID has no spaces and no accents.");
        } else if !id.ends_with(SUFFIX) && !self.warned {
            self.on_secret = false;
            self.warned = true;
            self.trouble = Some(
                "Google's client IDs end in .apps.googleusercontent.com. To take this one all the same, use it again.",
            );
        } else if secret.is_empty() || !sendable(secret) {
            self.on_secret = true;
            self.trouble =
                (!secret.is_empty()).then_some("A client secret has no spaces and no accents.");
        } else {
            let secret = Secret::new(self.secret.take().trim());
            return Some((id, secret));
        }
        None
    }
}
