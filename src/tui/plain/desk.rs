//! The state of the conversation: what was asked last, what is under way, what is to be said next.
//! A line comes in, effects and sentences go out; nothing here waits, prints or reads a clock.

use std::sync::Arc;

use chrono::FixedOffset;

use super::command::{Command, Verb};
use super::consent::Signing;
use super::intake::{self, Files};
use super::news::News;
use crate::domain::account::{AccountId, Naming};
use crate::domain::secret::Secret;
use crate::domain::snapshot::Snapshot;
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::safe;
use crate::tui::PlaygroundEntry;
use crate::tui::dates::local;
use crate::tui::message::{Effect, Msg, Op, Serial};
use crate::tui::setup::{Ask, Stage, Trial, Wanted};
use crate::tui::work::Work;

/// States change by the clock too; nobody needs to hear of it to the second.
const LOOK_AGAIN: Span = Span::seconds(15);

/// What the next line answers.
#[derive(Debug)]
pub(super) enum Question {
    /// Anything.
    Open,
    /// What to do with this account.
    Account(AccountId),
    Copy(AccountId),
    /// Whether to forget or revoke it.
    Sure(Op, AccountId),
    /// Which client a new account shall use.
    Client,
    /// Which file, found or typed.
    Files(Files),
    /// A client that is tested, and then asked about.
    Trial(Box<Trial>),
    /// What to call this account.
    Label(AccountId),
    Trick,
    /// Whom a trick of the sandbox is for.
    TrickOn(usize),
    Consent(Box<Signing>),
}

#[derive(Debug)]
pub(super) struct Desk {
    pub(super) snapshot: Arc<Snapshot>,
    /// Who was called by which number last.
    pub(super) numbers: Vec<AccountId>,
    pub(super) question: Question,
    pub(super) works: Vec<Work>,
    /// The last one that is over, for who wants to hear all that failed.
    pub(super) past: Option<Work>,
    pub(super) told_at: Option<Timestamp>,
    /// Copies and labels asked for and not answered yet.
    pub(super) copying: usize,
    pub(super) labelling: usize,
    pub(super) news: News,
    pub(super) tricks: Vec<PlaygroundEntry>,
    pub(super) place: Place,
    next_serial: Serial,
    /// Nothing was under way when the person last interrupted.
    warned: bool,
    said: Vec<String>,
    pub(super) ended: bool,
}

/// What sentences depend on.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) offset: FixedOffset,
    pub(super) remote: bool,
    pub(super) login: Option<String>,
}

impl Desk {
    pub(super) fn new(
        snapshot: Arc<Snapshot>,
        tricks: Vec<PlaygroundEntry>,
        place: Place,
        now: Timestamp,
    ) -> Self {
        let mut desk = Self {
            news: News::new(&snapshot, now),
            snapshot,
            numbers: Vec::new(),
            question: Question::Open,
            works: Vec::new(),
            past: None,
            told_at: None,
            copying: 0,
            labelling: 0,
            tricks,
            place,
            next_serial: 1,
            warned: false,
            said: Vec::new(),
            ended: false,
        };
        desk.say(
            "gatepost, plain mode. Type a number or a word and press Enter; help lists the words.",
        );
        desk.list(None, true, now);
        if desk.is_new() {
            desk.tell_how_to_begin();
        }
        desk
    }

    pub(super) fn say(&mut self, line: impl Into<String>) {
        self.said.push(line.into());
    }

    pub(super) fn say_all(&mut self, lines: impl IntoIterator<Item = String>) {
        self.said.extend(lines);
    }

    /// A sentence about something that happened by itself.
    pub(super) fn say_at(&mut self, line: &str, now: Timestamp) {
        let line = format!("{} {line}", self.time(now));
        self.say(line);
    }

    /// What is to be printed.
    pub(super) fn take_said(&mut self, now: Timestamp) -> Vec<String> {
        let said = std::mem::take(&mut self.said).into_iter();
        said.map(|line| local(line, self.place.offset, now))
            .collect()
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        at.with_timezone(&self.place.offset)
            .format("%H:%M")
            .to_string()
    }

    pub(super) fn serial(&mut self) -> Serial {
        self.next_serial += 1;
        self.next_serial
    }

    pub(super) fn email(&self, id: AccountId) -> String {
        let view = self.snapshot.account(id);
        view.map_or_else(|| "a removed account".into(), |view| safe(&view.email))
    }

    pub(super) fn prompt(&self) -> String {
        match &self.question {
            Question::Open => "Number or word: ".into(),
            Question::Account(id) => format!("What to do with {}: ", self.email(*id)),
            Question::Copy(_) => "Copy what: ".into(),
            Question::Sure(op, _) => format!("Type {} to do it, Enter to cancel: ", sure_word(*op)),
            Question::Client => "With which client: ".into(),
            Question::Files(_) => "Number or path: ".into(),
            Question::Trial(trial) => intake::prompt(trial),
            Question::Label(id) => format!("Label of {}: ", self.email(*id)),
            Question::Trick => "Which one: ".into(),
            Question::TrickOn(_) => "For which account: ".into(),
            Question::Consent(signing) => signing.prompt(),
        }
    }

    /// A line was typed. It is a secret until it is known not to be a redirect address.
    pub(super) fn line(&mut self, line: Secret, now: Timestamp) -> Vec<Effect> {
        self.warned = false;
        match std::mem::replace(&mut self.question, Question::Open) {
            Question::Consent(signing) => self.answer_consent(signing, line, now),
            Question::Open => self.command(line.expose().trim(), now),
            Question::Files(files) => self.answer_files(files, line.expose().trim(), now),
            Question::Trial(trial) => self.answer_trial(trial, line.expose().trim()),
            asked => self.answer(&asked, line.expose().trim(), now),
        }
    }

    pub(super) fn command(&mut self, line: &str, now: Timestamp) -> Vec<Effect> {
        match Command::parse(line) {
            Command::Nothing => {}
            Command::List(part) => self.list(part.as_deref(), false, now),
            Command::Help => self.say_all(HELP.lines().map(str::to_owned)),
            Command::Quit => self.ended = true,
            Command::Add => return self.add(),
            Command::Events => self.events(),
            Command::Clients => self.clients(),
            Command::Failed => self.list_failed(),
            Command::Stop => return self.stop(),
            Command::Auto(on) => {
                let goes = if on { "on" } else { "off, until gatepost ends" };
                self.say(format!("Automatic refresh is {goes}."));
                return vec![Effect::SuspendAuto(!on)];
            }
            Command::Guide => self.guide(),
            Command::Client(Some(path)) => return self.try_client(path),
            Command::Client(None) => return self.look_for(Wanted::Client),
            Command::Import(paths) if paths.is_empty() => return self.look_for(Wanted::Grant),
            Command::Import(paths) => return self.import(paths, now),
            Command::Label(name, text) => match self.find(&name) {
                Ok(id) => return self.label(id, &text),
                Err(why) => self.say(why),
            },
            Command::Sandbox => self.ask_for_trick(),
            Command::Account(name) => match self.find(&name) {
                Ok(id) => self.open_account(id, now),
                Err(why) => self.say(why),
            },
            Command::Whom(verb) => match self.snapshot.accounts.as_slice() {
                [only] => return self.act(verb, &[only.id], now),
                _ => self.say("Say whom as well: its number, its address, or all."),
            },
            Command::Do(verb, whom) => match self.find_all(whom) {
                Ok(ids) => return self.act(verb, &ids, now),
                Err(why) => self.say(why),
            },
        }
        Vec::new()
    }

    fn find_all(&self, whom: Option<Vec<String>>) -> Result<Vec<AccountId>, String> {
        match whom {
            None => Ok(self.snapshot.accounts.iter().map(|view| view.id).collect()),
            Some(names) => names.iter().map(|name| self.find(name)).collect(),
        }
    }

    /// By number in the last list, else by address, label, or the beginning of an address.
    pub(super) fn find(&self, name: &str) -> Result<AccountId, String> {
        if let Ok(number) = name.parse::<usize>() {
            let id = number.checked_sub(1).and_then(|n| self.numbers.get(n));
            let known = id.filter(|id| self.snapshot.account(**id).is_some());
            return known.copied().ok_or_else(|| {
                format!("There is no account {number}. Type list to hear the numbers.")
            });
        }
        self.snapshot.find(name, Naming::Prefix).map_err(|_| {
            let name = safe(name);
            format!("{name} is no word, number or account. Type help to hear the words.")
        })
    }

    pub(super) fn act(&mut self, verb: Verb, ids: &[AccountId], now: Timestamp) -> Vec<Effect> {
        let op = match verb {
            Verb::Refresh => Op::Refresh,
            Verb::Verify => Op::Verify,
            Verb::Pause => Op::Pause,
            Verb::Resume => Op::Resume,
            // The rest concerns a person's judgement, one account at a time.
            _ => {
                let [id] = ids else {
                    self.say("That is done for one account at a time.");
                    return Vec::new();
                };
                return self.act_on_one(verb, *id, now);
            }
        };
        self.work(op, ids.to_vec(), now)
    }

    pub(super) fn hear(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        match msg {
            Msg::Snapshot(snapshot) => self.snapshot = snapshot,
            Msg::Did {
                work,
                account,
                result,
            } => self.did(work, account, result, now),
            Msg::WorkOver(work) => self.end_work(work, now),
            Msg::ConsentOpen {
                serial,
                url,
                port,
                deadline,
            } => {
                self.consent_opened(serial, url, port, deadline, now);
            }
            Msg::ConsentStage { serial, stage } => self.consent_stage(serial, &stage),
            Msg::ConsentEnded { serial, end } => return self.consent_ended(serial, end, now),
            Msg::Kept(Ok(_)) => self.say("Kept as an account of its own."),
            Msg::Kept(Err(failure)) => self.say(format!("Not kept: {}.", failure.with_hint())),
            Msg::Copied { what, result } => self.copied(what, result),
            Msg::Note(_, text) => {
                self.labelling = self.labelling.saturating_sub(1);
                self.say_at(&safe(&text), now);
            }
            Msg::Setup(news) => return self.setup_news(news, now),
            // Nothing else happens without a screen.
            _ => {}
        }
        self.pass_time(now);
        Vec::new()
    }

    /// Something asked for is still to be answered.
    pub(super) fn is_busy(&self) -> bool {
        let looks = match &self.question {
            Question::Files(files) => files.are_looked_for(),
            Question::Trial(trial) => matches!(trial.stage, Stage::Testing | Stage::Storing),
            _ => false,
        };
        !self.works.is_empty() || self.copying + self.labelling > 0 || looks
    }

    /// What there is to tell by now.
    pub(super) fn pass_time(&mut self, now: Timestamp) {
        let snapshot = Arc::clone(&self.snapshot);
        for line in self.news.of(&snapshot, now) {
            self.say_at(&line, now);
        }
        self.tell_progress(now);
        self.tell_time_left(now);
        let gone = match &self.question {
            Question::Account(id)
            | Question::Copy(id)
            | Question::Sure(_, id)
            | Question::Label(id) => snapshot.account(*id).is_none(),
            _ => false,
        };
        if gone {
            self.question = Question::Open;
        }
    }

    pub(super) fn next(&self, now: Timestamp) -> Timestamp {
        let settles = self.news.settles_at();
        let moments = [settles, self.progress_at(), self.minute_at(now)];
        let soonest = moments.into_iter().flatten().min();
        soonest.map_or(now + LOOK_AGAIN, |at| at.min(now + LOOK_AGAIN))
    }

    /// Gives up the current thing; with nothing to give up, the second time ends the program.
    pub(super) fn interrupt(&mut self, now: Timestamp) -> Vec<Effect> {
        match std::mem::replace(&mut self.question, Question::Open) {
            Question::Consent(_) => {
                self.say("Cancelled; nothing was stored.");
                return vec![Effect::CancelConsent];
            }
            Question::Files(_) => {
                self.say("Cancelled.");
                return vec![Effect::Setup(Ask::Leave)];
            }
            Question::Trial(trial) if trial.stage == Stage::Storing => {
                self.say("It is being stored already.");
                self.question = Question::Trial(trial);
            }
            Question::Trial(_) => return self.drop_trial(),
            Question::Open if self.works.iter().any(Work::can_stop) => return self.stop(),
            Question::Open if self.warned => self.ended = true,
            Question::Open => {
                self.warned = true;
                self.say("Nothing to cancel. The same once more, or quit, ends gatepost.");
            }
            _ => self.say("Cancelled."),
        }
        self.pass_time(now);
        Vec::new()
    }

    /// Nobody will type any more: what is under way is finished, and nothing is asked.
    pub(super) fn nobody_types(&mut self) -> Vec<Effect> {
        match &self.question {
            Question::Consent(_) => {
                self.question = Question::Open;
                self.say("The input ended, and the sign-in with it; nothing was stored.");
                return vec![Effect::CancelConsent];
            }
            Question::Trial(trial) if matches!(trial.stage, Stage::Doubt | Stage::Status) => {
                self.question = Question::Open;
                self.say("The input ended before the answer; the client was not stored.");
            }
            // What is looked for or tested is still told.
            Question::Files(_) | Question::Trial(_) => {}
            _ => self.question = Question::Open,
        }
        if self.is_busy() {
            self.say("The input ended; what is under way is finished first.");
        }
        Vec::new()
    }
}

/// What has to be typed in full.
pub(super) fn sure_word(op: Op) -> &'static str {
    if op == Op::Revoke { "revoke" } else { "forget" }
}

const HELP: &str = "\
list: all accounts, with their numbers. list TEXT: those with this text.
A number, or an address: one account, and what can be done with it.
refresh NUMBER, refresh all: ask Google for a new access token.
verify NUMBER, verify all: ask Google whether what is stored is true.
reauth NUMBER: sign in again. add: sign in a new account.
label NUMBER TEXT: a name of your own for an account.
client: take in an OAuth client, from a file found or client PATH. guide: how to make one.
import: take in sign-ins of other programs, from files found or import PATH.
pause NUMBER, resume NUMBER: automatic refresh of an account. auto off, auto on: of all.
copy NUMBER: a token or an address to the clipboard; no token is ever shown.
forget NUMBER, revoke NUMBER: asks first.
stop: begin nothing more of what is under way. failed: what failed, and why.
events: what happened lately. clients: the OAuth clients.
Control R in the middle of a line shows again what is typed of it.
quit: end gatepost. Control C cancels the current thing; twice, it ends gatepost.";
