//! What a key does in the set-up: turn to a page, choose, ask. What is typed and what comes back
//! are next door.

use super::{
    Ask, Doubt, Given, Page, PairForm, PathForm, STATUSES, Setup, Stage, Trial, Wanted, guide,
};
use crate::domain::time::Timestamp;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::{Effect, Tone};
use crate::tui::modal::Modal;
use crate::tui::view;
use crate::tui::widget::scroll::{Scroll, Step};

impl App {
    /// The first thing of all: who has no client yet is shown how to begin.
    pub fn begin(&mut self) -> Vec<Effect> {
        if self.snapshot.clients.is_empty() && self.snapshot.accounts.is_empty() {
            return self.open_setup();
        }
        Vec::new()
    }

    pub fn open_setup(&mut self) -> Vec<Effect> {
        self.modals
            .retain(|modal| !matches!(modal, Modal::Setup(_)));
        self.modals.push(Modal::Setup(Box::default()));
        vec![Effect::Setup(Ask::Watch)]
    }

    /// Straight to what other programs keep, which is looked for as the set-up opens.
    pub(in crate::tui) fn open_import(&mut self) -> Vec<Effect> {
        let effects = self.open_setup();
        if let Some(setup) = self.setup() {
            setup.page = Page::Import(0);
            setup.only_imports = true;
        }
        effects
    }

    /// Closes the set-up wherever it lies.
    pub(in crate::tui) fn leave_setup(&mut self) -> Vec<Effect> {
        let before = self.modals.len();
        self.modals
            .retain(|modal| !matches!(modal, Modal::Setup(_)));
        if self.modals.len() == before {
            return Vec::new();
        }
        vec![Effect::Setup(Ask::Leave)]
    }

    pub(super) fn setup(&mut self) -> Option<&mut Setup> {
        self.modals.iter_mut().find_map(|modal| match modal {
            Modal::Setup(setup) => Some(setup.as_mut()),
            _ => None,
        })
    }

    /// A page up, or out.
    pub(in crate::tui) fn back_in_setup(&mut self) -> Vec<Effect> {
        let Some(setup) = self.setup() else {
            return Vec::new();
        };
        setup.page = match &setup.page {
            Page::Steps => return self.leave_setup(),
            Page::Path(form) if form.of == Wanted::Grant => Page::Import(0),
            // Whoever came straight here has seen no steps.
            Page::Import(_) if setup.only_imports => return self.leave_setup(),
            _ => Page::Steps,
        };
        Vec::new()
    }

    pub(in crate::tui) fn act_in_setup(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        let has_client = !self.snapshot.clients.is_empty();
        let has_account = !self.snapshot.accounts.is_empty();
        let in_sandbox = self.sandbox.is_some();
        let Some(setup) = self.setup() else {
            return Vec::new();
        };
        match action {
            Action::SetupNext if !has_client => return setup_use(self),
            Action::SetupNext if has_account => return self.leave_setup(),
            Action::SetupNext | Action::SetupSignIn if has_client => {
                return self.act(Action::Add, now);
            }
            Action::SetupSignIn => {
                let text = "first the OAuth client (step 2): Google lets nobody in without one";
                self.toast(Tone::Notice, text.into(), now);
            }
            Action::SetupFile => setup.page = Page::Path(PathForm::new(Wanted::Client)),
            Action::SetupType => setup.page = Page::Pair(PairForm::default()),
            Action::SetupGuide => setup.page = Page::Guide(Scroll::default()),
            Action::SetupSecrets => setup.page = Page::Secrets(Scroll::default()),
            Action::SetupImport => setup.page = Page::Import(0),
            Action::SetupSandbox if in_sandbox => {}
            Action::SetupSandbox => return vec![Effect::Sandbox],
            Action::SetupDown => setup.choose_file(Step::Down(1)),
            Action::SetupUp => setup.choose_file(Step::Up(1)),
            Action::GuideCopy if matches!(setup.page, Page::Secrets(_)) => {
                let text = view::setup::change_of_key(self);
                return vec![Effect::CopyText {
                    what: "command",
                    text,
                }];
            }
            Action::GuideOpen if !matches!(setup.page, Page::Guide(_)) => {}
            Action::GuideOpen => return self.open_in_setup(now),
            Action::GuideCopy => {
                if let Some(text) = setup.link() {
                    return vec![Effect::CopyText { what: "link", text }];
                }
            }
            Action::FieldNext => return setup.next_field(),
            Action::FieldDone => return self.submit_in_setup(now),
            _ => {}
        }
        Vec::new()
    }

    /// Enter on a page with something to choose.
    pub(in crate::tui) fn open_in_setup(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(setup) = self.setup() else {
            return Vec::new();
        };
        match &mut setup.page {
            Page::Guide(_) => setup.link().map(Effect::OpenBrowser).into_iter().collect(),
            Page::Import(at) => {
                let at = *at;
                let Some(grant) = setup.grants().get(at) else {
                    setup.page = Page::Path(PathForm::new(Wanted::Grant));
                    return Vec::new();
                };
                if setup.is_asking(&grant.path) {
                    return Vec::new();
                }
                let path = grant.shown.clone();
                self.import(vec![path], now)
            }
            Page::Trial(trial) => match trial.stage {
                Stage::Testing | Stage::Storing => Vec::new(),
                Stage::Status => {
                    let publishing = STATUSES.get(trial.at).and_then(|(status, _)| *status);
                    trial.stage = Stage::Storing;
                    vec![Effect::Setup(Ask::Keep {
                        serial: trial.serial,
                        publishing,
                    })]
                }
                Stage::Doubt => {
                    let doubt = trial.doubts().get(trial.at).copied();
                    self.answer_doubt(doubt.unwrap_or(Doubt::Other))
                }
            },
            Page::Secrets(_) => self.back_in_setup(),
            Page::Steps | Page::Path(_) | Page::Pair(_) => Vec::new(),
        }
    }

    /// The client chosen on the page of clients.
    pub(in crate::tui) fn test_client(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(Modal::Clients(scroll)) = self.modals.last() else {
            return Vec::new();
        };
        let chosen = self.snapshot.clients.get(scroll.at);
        let Some((id, name)) = chosen.map(|client| (client.id, client.name.clone())) else {
            return Vec::new();
        };
        let text = format!("{name}: asking Google about its ID and secret…");
        self.toast(Tone::Done, text, now);
        vec![Effect::CheckClient(id)]
    }

    fn answer_doubt(&mut self, doubt: Doubt) -> Vec<Effect> {
        let serial = self.serial();
        let Some(setup) = self.setup() else {
            return Vec::new();
        };
        let Page::Trial(trial) = &mut setup.page else {
            return Vec::new();
        };
        match doubt {
            Doubt::Other => {
                let unread = trial.path.take().filter(|_| trial.check.is_none());
                setup.page = unread.map_or(Page::Steps, |path| {
                    Page::Path(PathForm::with(Wanted::Client, &path))
                });
            }
            Doubt::Guide => setup.page = Page::Guide(Scroll::default()),
            Doubt::Anyway => {
                trial.stage = Stage::Status;
                trial.at = 0;
            }
            Doubt::Again => {
                let path = trial.path.take();
                let given = match &path {
                    Some(path) => Given::Path(path.clone()),
                    None => Given::Same,
                };
                let client = trial.client.take();
                setup.page = Page::Trial(Trial {
                    client,
                    ..Trial::new(serial, path)
                });
                return vec![Effect::Setup(Ask::Try { serial, given })];
            }
        }
        Vec::new()
    }

    pub(in crate::tui) fn step_in_setup(&mut self, step: Step, page: usize) {
        let secrets = view::setup::secrets_length(self);
        let Some(setup) = self.setup() else { return };
        let grants = setup.grants().len();
        match &mut setup.page {
            Page::Secrets(scroll) => scroll.slide(step, secrets, page),
            Page::Guide(scroll) => scroll.go(step, guide::STEPS.len(), page),
            // Behind the files found stands the path to be typed.
            Page::Import(at) => *at = step.from(*at, grants + 1),
            Page::Trial(trial) => trial.at = step.from(trial.at, trial.answers().len()),
            Page::Steps | Page::Path(_) | Page::Pair(_) => {}
        }
    }

    /// Tries the client at this path, or at what else was written.
    pub(super) fn try_path(&mut self, path: String) -> Vec<Effect> {
        let serial = self.serial();
        if let Some(setup) = self.setup() {
            setup.page = Page::Trial(Trial::new(serial, Some(path.clone())));
        }
        let given = Given::Path(path);
        vec![Effect::Setup(Ask::Try { serial, given })]
    }
}

/// The file found and chosen; without one, how to come by one.
fn setup_use(app: &mut App) -> Vec<Effect> {
    let Some(setup) = app.setup() else {
        return Vec::new();
    };
    let found = setup.found.as_ref().and_then(|f| f.clients.get(setup.at));
    match found.map(|client| client.shown.clone()) {
        Some(path) => app.try_path(path),
        None => {
            setup.page = Page::Guide(Scroll::default());
            Vec::new()
        }
    }
}

impl Setup {
    fn choose_file(&mut self, step: Step) {
        let found = self.found.as_ref().map_or(0, |found| found.clients.len());
        self.at = step.from(self.at, found);
    }

    fn link(&self) -> Option<String> {
        let Page::Guide(scroll) = &self.page else {
            return None;
        };
        guide::STEPS.get(scroll.at).map(|step| step.url.to_owned())
    }
}
