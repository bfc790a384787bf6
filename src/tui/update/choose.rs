//! Menus and the confirmation that follows the dangerous entries. Cancel is always first, and what
//! cannot be undone takes two decisions that no one key can make.

use crate::domain::account::AccountId;
use crate::domain::time::Timestamp;
use crate::domain::wording::count;
use crate::tui::app::{App, Sandbox};
use crate::tui::keymap::Action;
use crate::tui::message::{Effect, Op, TokenForm};
use crate::tui::modal::{Choice, Confirm, Item, Menu, Modal, What};
use crate::tui::rows::{Column, Sort};

impl App {
    pub(super) fn open_copy_menu(&mut self) {
        let Some((account, _)) = self.current() else {
            return;
        };
        let id = account.id;
        let menu = Menu {
            title: format!("Copy from {}", account.email),
            items: vec![
                Item::new('y', "access token", Choice::Copy(id, What::Token)),
                Item::new('h', "Authorization header", Choice::Copy(id, What::Header)),
                Item::new(
                    'x',
                    "XOAUTH2 string for IMAP and SMTP",
                    Choice::Copy(id, What::Xoauth2),
                ),
                Item::new('e', "address", Choice::Copy(id, What::Address)),
                Item::new(
                    'k',
                    "shell command that prints a token",
                    Choice::Copy(id, What::Command),
                ),
            ],
            at: 0,
            about: vec!["Tokens leave the clipboard after 30 s.".into()],
        };
        self.modals.push(Modal::Menu(menu));
    }

    pub(super) fn open_remove_menu(&mut self) {
        let targets = self.targets();
        if targets.is_empty() {
            return;
        }
        let paused = |id: &AccountId| self.snapshot.account(*id).is_some_and(|a| a.facts.paused);
        let pause = if targets.iter().all(paused) {
            Item::new(
                'p',
                "Resume automatic refresh",
                Choice::Op(Op::Resume, targets.clone()),
            )
        } else {
            Item::new(
                'p',
                "Pause automatic refresh",
                Choice::Op(Op::Pause, targets.clone()),
            )
        };
        let menu = Menu {
            title: format!("Remove {}", self.named(&targets)),
            items: vec![
                Item::plain("Cancel", Choice::Close),
                pause,
                Item::new(
                    'f',
                    "Forget on this machine…",
                    Choice::Confirm(Op::Forget, targets.clone()),
                ),
                Item::new(
                    'v',
                    "Revoke at Google…",
                    Choice::Confirm(Op::Revoke, targets),
                ),
            ],
            at: 0,
            about: vec![
                "Forget keeps the sign-in alive at Google;".into(),
                "revoke ends it everywhere.".into(),
            ],
        };
        self.modals.push(Modal::Menu(menu));
    }

    pub(super) fn open_sort_menu(&mut self) {
        let items = Column::ALL.into_iter().enumerate().map(|(i, column)| {
            let key = char::from_digit(i as u32, 10).unwrap_or(' ');
            let sort = Sort {
                column,
                reversed: false,
            };
            Item::new(key, column.as_str(), Choice::Sort(sort))
        });
        let at = Column::ALL
            .iter()
            .position(|c| *c == self.sort.column)
            .unwrap_or(0);
        let menu = Menu {
            title: "Sort by".into(),
            items: items.collect(),
            at,
            about: vec![format!(
                "{} reverses the order.",
                self.keymap.key(Action::SortReverse)
            )],
        };
        self.modals.push(Modal::Menu(menu));
    }

    /// `ana@gmail.com`, or `3 accounts`.
    pub(super) fn named(&self, targets: &[AccountId]) -> String {
        match targets {
            [one] => self.email(*one),
            many => count(many.len(), "account"),
        }
    }

    pub(super) fn choose(&mut self, at: usize, now: Timestamp) -> Vec<Effect> {
        let Some(Modal::Menu(menu)) = self.modals.pop() else {
            return Vec::new();
        };
        let Some(item) = menu.items.into_iter().nth(at) else {
            return Vec::new();
        };
        match item.choice {
            Choice::Close => Vec::new(),
            Choice::Copy(id, what) => self.copy(id, what),
            Choice::Op(op, targets) => self.work(op, targets, now),
            Choice::Confirm(op, targets) => {
                self.ask_before(op, targets, now);
                Vec::new()
            }
            Choice::Sort(sort) => {
                self.sort_by(sort.column, now);
                Vec::new()
            }
            Choice::Theme(name) => {
                self.keep_theme(&name, now);
                Vec::new()
            }
            Choice::Add(client) => self.start_new(Some(client), now),
            Choice::Act(action) => self.act(action, now),
            Choice::Publishing(id, to) => vec![Effect::SetPublishing(id, to)],
            Choice::RemoveClient(id) => vec![Effect::RemoveClient(id)],
            Choice::Play { entry, about } => vec![Effect::Play {
                entry,
                email: about,
            }],
        }
    }

    fn copy(&self, id: AccountId, what: What) -> Vec<Effect> {
        let Some(account) = self.snapshot.account(id) else {
            return Vec::new();
        };
        let text = |what, text: String| vec![Effect::CopyText { what, text }];
        match what {
            What::Token => vec![Effect::CopyToken(id, TokenForm::Bare)],
            What::Header => vec![Effect::CopyToken(id, TokenForm::Header)],
            What::Xoauth2 => vec![Effect::CopyToken(id, TokenForm::Xoauth2)],
            What::Address => text("address", account.email.clone()),
            What::Command => {
                let name = shlex::try_quote(account.shell_name()).map(String::from);
                text(
                    "command",
                    format!("gatepost token {}", name.unwrap_or_default()),
                )
            }
        }
    }

    pub(super) fn act_in_confirm(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        let Some(Modal::Confirm(confirm)) = self.modals.last_mut() else {
            return Vec::new();
        };
        if action == Action::OtherButton {
            confirm.on_cancel = !confirm.on_cancel;
            return Vec::new();
        }
        if confirm.on_cancel {
            self.modals.pop();
            return Vec::new();
        }
        if !confirm.is_armed() {
            return Vec::new();
        }
        let (op, targets) = (confirm.op, std::mem::take(&mut confirm.targets));
        self.modals.clear();
        self.marks.clear();
        self.work(op, targets, now)
    }
}

impl Confirm {
    /// One account takes the button, several take their number as well.
    pub fn is_armed(&self) -> bool {
        self.targets.len() == 1 || self.number.text().parse() == Ok(self.targets.len())
    }
}

impl Item {
    fn new(key: char, label: &str, choice: Choice) -> Self {
        Self {
            key: Some(key),
            label: label.to_owned(),
            choice,
        }
    }

    fn plain(label: &str, choice: Choice) -> Self {
        Self {
            key: None,
            label: label.to_owned(),
            choice,
        }
    }
}

impl Menu {
    /// What can be made to happen; entries about an account need one.
    pub(super) fn playground(sandbox: &Sandbox, email: Option<String>) -> Self {
        let entries = sandbox.entries.iter().enumerate();
        let items = entries
            .filter(|(_, e)| !e.about_account || email.is_some())
            .map(|(i, e)| {
                let about = email.clone().filter(|_| e.about_account);
                Item::new(e.key, &e.label, Choice::Play { entry: i, about })
            });
        Self {
            title: sandbox.title.clone(),
            items: items.collect(),
            at: 0,
            about: email
                .map(|e| format!("The account is {e}."))
                .into_iter()
                .collect(),
        }
    }

    /// Which client a new account shall use.
    pub(super) fn clients<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let keys = ('1'..='9').map(Some).chain(std::iter::repeat(None));
        let items = names.zip(keys).map(|(name, key)| Item {
            key,
            label: name.to_owned(),
            choice: Choice::Add(name.to_owned()),
        });
        Self {
            title: "Sign in with which OAuth client?".into(),
            items: items.collect(),
            at: 0,
            about: Vec::new(),
        }
    }
}
