//! A client and sign-ins of other programs on their way in, in sentences: how to make a client, the
//! files found, what Google says to the one chosen, and how it is published. The pages of the
//! set-up hold the words; nothing is stored before the person has answered.

use super::answers::numbered;
use super::desk::{Desk, Question};
use crate::domain::client::ClientKind;
use crate::domain::time::Timestamp;
use crate::domain::wording::{count, safe};
use crate::service::ask::TakenIn;
use crate::service::files::Found;
use crate::tui::message::{Effect, Failure, Op, Serial};
use crate::tui::setup::{
    Ask, Card, Doubt, Given, News, STATUSES, Stage, Stored, Trial, Wanted, guide, said,
};
use crate::tui::work::Work;

/// Files to choose from.
#[derive(Debug)]
pub(super) struct Files {
    of: Wanted,
    /// `None` while they are being looked for.
    found: Option<Vec<String>>,
}

impl Files {
    pub(super) fn are_looked_for(&self) -> bool {
        self.found.is_none()
    }
}

/// What is asked for while a client is on its way in.
pub(super) fn prompt(trial: &Trial) -> String {
    match trial.stage {
        Stage::Testing => "Wait, or cancel: ".into(),
        Stage::Storing => String::new(),
        Stage::Doubt => "What to do with this client: ".into(),
        Stage::Status => "Is it published: ".into(),
    }
}

impl Desk {
    pub(super) fn tell_how_to_begin(&mut self) {
        self.say("There is no OAuth client yet, and Google lets nobody sign in without one.");
        self.guide();
    }

    pub(super) fn guide(&mut self) {
        self.say("How to make one at Google, in 6 steps, about 5 minutes:");
        for (n, step) in guide::STEPS.iter().enumerate() {
            self.say(format!(
                "Step {}. {}. {} {}",
                n + 1,
                step.title,
                step.about,
                step.url
            ));
        }
        self.say("With the file downloaded, type client: it is found in your Downloads folder.");
        self.say(
            "If it lies elsewhere, type client and its path. The word guide says all this again.",
        );
    }

    /// Looks for files to choose from.
    pub(super) fn look_for(&mut self, of: Wanted) -> Vec<Effect> {
        self.question = Question::Files(Files { of, found: None });
        vec![Effect::Setup(Ask::Watch)]
    }

    pub(super) fn answer_files(&mut self, files: Files, line: &str, now: Timestamp) -> Vec<Effect> {
        if line.is_empty() || matches!(line, "back" | "cancel") {
            return vec![Effect::Setup(Ask::Leave)];
        }
        let number = line.parse::<usize>().ok();
        let found = files.found.as_deref().unwrap_or_default();
        let path = match number.map(|n| n.checked_sub(1).and_then(|n| found.get(n))) {
            Some(Some(path)) => path.clone(),
            Some(None) => {
                self.ask_again(Question::Files(files));
                return Vec::new();
            }
            None => line.to_owned(),
        };
        match files.of {
            Wanted::Client => self.try_client(path),
            Wanted::Grant => self.import(vec![path], now),
        }
    }

    pub(super) fn try_client(&mut self, path: String) -> Vec<Effect> {
        let serial = self.serial();
        self.question = Question::Trial(Box::new(Trial::new(serial, Some(path.clone()))));
        let given = Given::Path(path);
        vec![Effect::Setup(Ask::Try { serial, given })]
    }

    pub(super) fn answer_trial(&mut self, mut trial: Box<Trial>, line: &str) -> Vec<Effect> {
        if trial.stage == Stage::Storing {
            self.question = Question::Trial(trial);
            return Vec::new();
        }
        if matches!(line, "back" | "cancel") || (line.is_empty() && trial.stage != Stage::Testing) {
            return self.drop_trial();
        }
        let number = line.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let Some(n) = number.filter(|n| *n < trial.answers().len()) else {
            match trial.stage {
                Stage::Testing => self.question = Question::Trial(trial),
                _ => self.ask_again(Question::Trial(trial)),
            }
            return Vec::new();
        };
        if trial.stage == Stage::Doubt {
            return self.answer_doubt(trial, n);
        }
        trial.stage = Stage::Storing;
        let serial = trial.serial;
        self.question = Question::Trial(trial);
        let publishing = STATUSES.get(n).and_then(|(status, _)| *status);
        vec![Effect::Setup(Ask::Keep { serial, publishing })]
    }

    fn answer_doubt(&mut self, mut trial: Box<Trial>, n: usize) -> Vec<Effect> {
        match trial.doubts().get(n).copied().unwrap_or(Doubt::Other) {
            Doubt::Other => return self.look_for(Wanted::Client),
            Doubt::Guide => {
                self.guide();
                return vec![Effect::Setup(Ask::Leave)];
            }
            Doubt::Again => return self.try_client(trial.path.unwrap_or_default()),
            Doubt::Anyway => {
                trial.stage = Stage::Status;
                self.ask_about(trial);
            }
        }
        Vec::new()
    }

    pub(super) fn drop_trial(&mut self) -> Vec<Effect> {
        self.say("Cancelled; nothing was stored.");
        vec![Effect::Setup(Ask::Leave)]
    }

    pub(super) fn setup_news(&mut self, news: News, now: Timestamp) -> Vec<Effect> {
        match news {
            News::Found(found) => return self.found(&found),
            News::Read { serial, card } => self.read(serial, card),
            News::Tried { serial, result } => {
                let Some(mut trial) = self.take_trial(serial) else {
                    return Vec::new();
                };
                match result {
                    Ok(check) => {
                        self.say(safe(&check.words()));
                        self.say_all(check.remedy().map(str::to_owned));
                        let is_good = check.is_good();
                        trial.stage = if is_good { Stage::Status } else { Stage::Doubt };
                        trial.check = Some(check);
                        self.ask_about(trial);
                    }
                    Err(failure) => self.doubt(trial, failure),
                }
            }
            News::Kept { serial, result } => {
                let Some(trial) = self.take_trial(serial) else {
                    return Vec::new();
                };
                match result {
                    Ok(stored) => return self.kept_client(&stored),
                    Err(failure) => self.doubt(trial, failure),
                }
            }
            News::Imported {
                work,
                shown,
                result,
                ..
            } => self.imported(work, shown, result, now),
            // A voice has no use for them.
            News::Completed { .. }
            | News::Added(_)
            | News::Checked { .. }
            | News::Importing { .. } => {}
        }
        Vec::new()
    }

    fn found(&mut self, found: &Found) -> Vec<Effect> {
        let Question::Files(files) = &mut self.question else {
            return Vec::new();
        };
        if !files.are_looked_for() {
            return Vec::new();
        }
        let (of, paths) = match files.of {
            Wanted::Client => {
                let paths = found.clients.iter().map(|client| client.shown.clone());
                (Wanted::Client, paths.collect::<Vec<_>>())
            }
            Wanted::Grant => {
                let paths = found.grants.iter().map(|grant| grant.shown.clone());
                (Wanted::Grant, paths.collect())
            }
        };
        files.found = Some(paths.clone());
        let kind = match of {
            Wanted::Client => "client file",
            Wanted::Grant => "sign-in file",
        };
        if paths.is_empty() {
            self.say(format!("No {kind} was found. Type its path; Enter: back."));
        } else {
            self.say(format!("{} found:", count(paths.len(), kind)));
            let shown: Vec<String> = paths.iter().map(|path| safe(path)).collect();
            self.say_all(numbered(shown.iter().map(String::as_str)));
            self.say("Type a number, or another path. Enter: back.");
        }
        vec![Effect::Setup(Ask::Leave)]
    }

    fn read(&mut self, serial: Serial, card: Card) {
        let Question::Trial(trial) = &mut self.question else {
            return;
        };
        if trial.serial != serial {
            return;
        }
        let kind = match card.kind {
            ClientKind::Installed => "Desktop app",
            ClientKind::Web => "Web application",
        };
        let line = format!("Client {}, {kind}. Asking Google about it.", card.client_id);
        trial.client = Some(card);
        self.say(safe(&line));
    }

    fn take_trial(&mut self, serial: Serial) -> Option<Box<Trial>> {
        match std::mem::replace(&mut self.question, Question::Open) {
            Question::Trial(trial) if trial.serial == serial => Some(trial),
            other => {
                self.question = other;
                None
            }
        }
    }

    fn doubt(&mut self, mut trial: Box<Trial>, failure: Failure) {
        self.say(format!("{}.", safe(&failure.with_hint())));
        trial.stage = Stage::Doubt;
        trial.trouble = Some(failure);
        self.ask_about(trial);
    }

    fn ask_about(&mut self, trial: Box<Trial>) {
        if trial.stage == Stage::Status {
            self.say(
                "Is the app published? Google tells nobody; see Google Auth Platform, Audience.",
            );
        }
        let answers = trial.answers();
        let answers = answers.iter().map(|answer| match answer.about {
            "" => answer.words.to_owned(),
            about => format!("{}: {about}", answer.words),
        });
        let answers: Vec<String> = answers.collect();
        self.say_all(numbered(answers.iter().map(String::as_str)));
        self.say("Enter: back; nothing is stored then.");
        self.question = Question::Trial(trial);
    }

    fn kept_client(&mut self, stored: &Stored) -> Vec<Effect> {
        self.say(format!("{}.", safe(&stored.words())));
        if self.snapshot.accounts.is_empty() {
            self.say("Now type add to sign in your first account.");
        }
        vec![Effect::Setup(Ask::Leave)]
    }

    pub(super) fn import(&mut self, paths: Vec<String>, now: Timestamp) -> Vec<Effect> {
        let work = self.serial();
        self.works
            .push(Work::new(work, Op::Import, paths.len(), now));
        self.say(format!(
            "Importing {}. They are only read; each sign-in is proved by one refresh.",
            count(paths.len(), "file")
        ));
        self.told_at = Some(now);
        vec![Effect::Import { work, paths }]
    }

    fn imported(
        &mut self,
        serial: Serial,
        shown: String,
        result: Result<TakenIn, Failure>,
        now: Timestamp,
    ) {
        for imported in result.iter().flat_map(|taken| &taken.accounts) {
            self.news.answered(imported.account, now);
        }
        let Some(work) = self.works.iter_mut().find(|w| w.serial == serial) else {
            return;
        };
        let several = work.total > 1;
        let result = result.map(|taken| said(&taken));
        let line = result.as_ref().ok().filter(|_| several).cloned();
        work.tally(None, shown, result);
        let is_over = work.is_over();
        self.say_all(line.map(|line| safe(&line)));
        if is_over {
            self.end_work(serial, now);
        }
    }
}
