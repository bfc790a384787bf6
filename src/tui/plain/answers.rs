//! The numbered menus, and what their numbers mean. An empty line always leads back, and what
//! destroys is done only when its word is typed in full.

use super::command::{Command, Verb};
use super::desk::{Desk, Question, sure_word};
use super::words;
use crate::domain::account::AccountId;
use crate::domain::snapshot::AccountView;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use crate::service::ask::ConsentAsk;
use crate::tui::message::{Copied, Effect, Failure, Op, TokenForm};
use crate::tui::view::confirm::what_happens;

const COPIES: [(&str, &str); 5] = [
    ("y", "the access token"),
    ("h", "an Authorization header"),
    ("x", "an XOAUTH2 string for IMAP and SMTP"),
    ("e", "the address"),
    ("k", "a shell command that prints a token"),
];

impl Desk {
    /// What can be done with an account, in the order of its menu.
    fn menu(&self, id: AccountId) -> Vec<(Verb, &'static str)> {
        let paused = self
            .snapshot
            .account(id)
            .is_some_and(|view| view.facts.paused);
        vec![
            (Verb::SignIn, "sign in again (c)"),
            (Verb::Refresh, "refresh now (r)"),
            (Verb::Verify, "verify with Google (v)"),
            if paused {
                (Verb::Resume, "resume automatic refresh (p)")
            } else {
                (Verb::Pause, "pause automatic refresh (p)")
            },
            (Verb::Copy, "copy a token or the address (y)"),
            (Verb::Forget, "forget on this machine"),
            (Verb::Revoke, "revoke at Google"),
            (Verb::Label, "give it a name of your own"),
        ]
    }

    pub(super) fn open_account(&mut self, id: AccountId, now: Timestamp) {
        let about = words::account(&self.snapshot, id, now);
        self.say_all(about);
        let menu = self.menu(id);
        self.say_all(numbered(menu.iter().map(|(_, words)| *words)));
        self.say("Enter: back.");
        self.question = Question::Account(id);
    }

    pub(super) fn answer(&mut self, asked: &Question, line: &str, now: Timestamp) -> Vec<Effect> {
        if matches!(asked, Question::Sure(..)) {
            return self.answer_sure(asked, line, now);
        }
        if line.is_empty() || matches!(line, "back" | "cancel") {
            return Vec::new();
        }
        let number = line.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        match asked {
            Question::Account(id) => {
                let menu = self.menu(*id);
                let toggles = line == "p";
                let verb = number
                    .and_then(|n| menu.get(n))
                    .or_else(|| menu.iter().find(|(v, _)| Some(*v) == Verb::parse(line)))
                    .or_else(|| menu.get(3).filter(|_| toggles));
                match verb {
                    Some((verb, _)) => return self.act(*verb, &[*id], now),
                    None => return self.otherwise(Question::Account(*id), line, now),
                }
            }
            Question::Copy(id) => {
                let by_letter = COPIES.iter().position(|(letter, _)| *letter == line);
                match number.filter(|n| *n < COPIES.len()).or(by_letter) {
                    Some(n) => return self.copy(*id, n),
                    None => return self.otherwise(Question::Copy(*id), line, now),
                }
            }
            Question::Client => {
                let clients = &self.snapshot.clients;
                let by_name = clients.iter().position(|c| c.name == line);
                let chosen = number.or(by_name).and_then(|n| clients.get(n));
                match chosen.map(|client| client.name.clone()) {
                    Some(client) => return self.sign_in_new(Some(client)),
                    None => return self.otherwise(Question::Client, line, now),
                }
            }
            Question::Label(id) => return self.label(*id, line),
            Question::Trick => match number.filter(|n| *n < self.tricks.len()) {
                Some(n) if self.tricks[n].about_account => self.question = Question::TrickOn(n),
                Some(entry) => return vec![Effect::Play { entry, email: None }],
                None => return self.otherwise(Question::Trick, line, now),
            },
            Question::TrickOn(entry) => match self.find(line) {
                Ok(id) => {
                    let email = self.snapshot.account(id).map(|view| view.email.clone());
                    return vec![Effect::Play {
                        entry: *entry,
                        email,
                    }];
                }
                Err(why) => self.say(why),
            },
            Question::Open
            | Question::Sure(..)
            | Question::Consent(_)
            | Question::Files(_)
            | Question::Trial(_) => {}
        }
        Vec::new()
    }

    /// No choice; it may be a word that every prompt of ours should know, like `list` or `quit`.
    fn otherwise(&mut self, question: Question, line: &str, now: Timestamp) -> Vec<Effect> {
        match Command::parse(line) {
            Command::Nothing | Command::Account(_) | Command::Whom(_) => {
                self.ask_again(question);
                Vec::new()
            }
            _ => self.command(line, now),
        }
    }

    pub(super) fn ask_again(&mut self, question: Question) {
        self.say("That is none of the choices. Enter leads back.");
        self.question = question;
    }

    pub(super) fn act_on_one(&mut self, verb: Verb, id: AccountId, now: Timestamp) -> Vec<Effect> {
        let op = match verb {
            Verb::SignIn => {
                let ask = ConsentAsk {
                    account: Some(id),
                    ..ConsentAsk::default()
                };
                let email = self.email(id);
                return self.start_consent(ask, Some(email));
            }
            Verb::Copy => {
                self.say_all(numbered(COPIES.iter().map(|(_, words)| *words)));
                self.question = Question::Copy(id);
                return Vec::new();
            }
            Verb::Label => {
                let label = self
                    .snapshot
                    .account(id)
                    .and_then(|view| view.label.clone());
                self.say_all(label.map(|label| format!("It is called {} now.", safe(&label))));
                self.say("Type the label; a minus sign takes it away. Enter: back.");
                self.question = Question::Label(id);
                return Vec::new();
            }
            Verb::Refresh => return self.work(Op::Refresh, vec![id], now),
            Verb::Verify => return self.work(Op::Verify, vec![id], now),
            Verb::Pause => return self.work(Op::Pause, vec![id], now),
            Verb::Resume => return self.work(Op::Resume, vec![id], now),
            Verb::Forget => Op::Forget,
            Verb::Revoke => Op::Revoke,
        };
        let views: Vec<&AccountView> = self.snapshot.account(id).into_iter().collect();
        let sentences = what_happens(op, &views);
        let email = self.email(id);
        self.say(format!(
            "{} {email}?",
            if op == Op::Revoke { "Revoke" } else { "Forget" }
        ));
        self.say_all(sentences.iter().map(|line| safe(line)));
        self.question = Question::Sure(op, id);
        Vec::new()
    }

    fn answer_sure(&mut self, asked: &Question, line: &str, now: Timestamp) -> Vec<Effect> {
        match asked {
            Question::Sure(op, id) if line == sure_word(*op) => self.work(*op, vec![*id], now),
            _ => {
                self.say("Cancelled; nothing was changed.");
                Vec::new()
            }
        }
    }

    fn copy(&mut self, id: AccountId, which: usize) -> Vec<Effect> {
        let Some(view) = self.snapshot.account(id) else {
            return Vec::new();
        };
        self.copying += 1;
        let text = |what, text| vec![Effect::CopyText { what, text }];
        match which {
            0 => vec![Effect::CopyToken(id, TokenForm::Bare)],
            1 => vec![Effect::CopyToken(id, TokenForm::Header)],
            2 => vec![Effect::CopyToken(id, TokenForm::Xoauth2)],
            3 => text("address", view.email.clone()),
            _ => {
                let name = shlex::try_quote(view.shell_name()).map(String::from);
                text(
                    "command",
                    format!("gatepost token {}", name.unwrap_or_default()),
                )
            }
        }
    }

    /// The service says whether it will do.
    pub(super) fn label(&mut self, id: AccountId, text: &str) -> Vec<Effect> {
        self.labelling += 1;
        let label = (text != "-").then(|| text.to_owned());
        vec![Effect::Label(id, label)]
    }

    pub(super) fn copied(&mut self, what: &str, result: Result<Copied, Failure>) {
        self.copying = self.copying.saturating_sub(1);
        let line = match result {
            Ok(Copied::Tmux) => format!("The {what} is in tmux's buffer."),
            Ok(Copied::Native) => format!("The {what} was copied."),
            Ok(Copied::Sent) => {
                format!(
                    "The {what} was sent to your terminal, which does not say whether it took it."
                )
            }
            Err(failure) => format!("The {what} was not copied: {}.", safe(&failure.with_hint())),
        };
        self.say(line);
    }

    pub(super) fn add(&mut self) -> Vec<Effect> {
        if self.snapshot.clients.is_empty() {
            self.say("First the OAuth client: type client; guide says how to make one.");
            return Vec::new();
        }
        if self.snapshot.clients.len() > 1 {
            let names: Vec<String> = self
                .snapshot
                .clients
                .iter()
                .map(|c| safe(&c.name))
                .collect();
            self.say_all(numbered(names.iter().map(String::as_str)));
            self.question = Question::Client;
            return Vec::new();
        }
        self.sign_in_new(None)
    }

    fn sign_in_new(&mut self, client: Option<String>) -> Vec<Effect> {
        let ask = ConsentAsk {
            client,
            ..ConsentAsk::default()
        };
        self.start_consent(ask, None)
    }

    pub(super) fn ask_for_trick(&mut self) {
        if self.tricks.is_empty() {
            return self.say("This is no sandbox: gatepost --sandbox is one.");
        }
        let labels: Vec<String> = self.tricks.iter().map(|trick| safe(&trick.label)).collect();
        self.say_all(numbered(labels.iter().map(String::as_str)));
        self.question = Question::Trick;
    }
}

pub(super) fn numbered<'a>(choices: impl Iterator<Item = &'a str>) -> impl Iterator<Item = String> {
    choices
        .enumerate()
        .map(|(n, words)| format!("{}. {words}", n + 1))
}
