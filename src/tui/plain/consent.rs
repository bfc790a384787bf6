//! A sign-in in sentences: the link, whether a browser was opened, the steps, the time left once a
//! minute, and a line for the address that the browser ends on.

use super::answers::numbered;
use super::desk::{Desk, Question};
use super::words::spoken;
use crate::domain::scope::short;
use crate::domain::secret::Secret;
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::{date, safe};
use crate::service::ask::{ConsentAsk, Consented};
use crate::service::consent::{Opened, Stage};
use crate::tui::message::{ConsentEnd, Effect, Serial};

const AGAIN: [&str; 2] = ["try again", "back"];

/// A sign-in under way, or one that went wrong and can be tried again.
#[derive(Debug)]
pub(super) struct Signing {
    serial: Serial,
    ask: ConsentAsk,
    email: Option<String>,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// The link is being made.
    Starting,
    Open {
        url: String,
        deadline: Timestamp,
        /// When the time left is told next.
        minute_at: Timestamp,
    },
    /// Somebody else signed in.
    Other { got: String },
    /// It came to nothing.
    Over,
}

impl Signing {
    pub(super) fn is_starting(&self) -> bool {
        matches!(self.phase, Phase::Starting)
    }

    pub(super) fn prompt(&self) -> String {
        match self.phase {
            Phase::Starting => String::new(),
            Phase::Open { .. } => "Address, or cancel: ".into(),
            Phase::Other { .. } | Phase::Over => "1 or 2: ".into(),
        }
    }
}

impl Desk {
    pub(super) fn start_consent(&mut self, ask: ConsentAsk, email: Option<String>) -> Vec<Effect> {
        let serial = self.serial();
        self.question = Question::Consent(Box::new(Signing {
            serial,
            ask: ask.clone(),
            email,
            phase: Phase::Starting,
        }));
        let ask = Box::new(ask);
        vec![Effect::Consent { serial, ask }]
    }

    /// The one under way, if the news is about it.
    fn signing(&mut self, serial: Serial) -> Option<&mut Signing> {
        match &mut self.question {
            Question::Consent(signing) if signing.serial == serial => Some(signing),
            _ => None,
        }
    }

    pub(super) fn consent_opened(
        &mut self,
        serial: Serial,
        url: String,
        port: u16,
        deadline: Timestamp,
        now: Timestamp,
    ) {
        let place = self.place.clone();
        let Some(signing) = self.signing(serial) else {
            return;
        };
        signing.phase = Phase::Open {
            url: url.clone(),
            deadline,
            minute_at: now + Span::minutes(1),
        };
        let whose = signing.email.as_ref();
        let whose = whose.map_or_else(String::new, |email| format!(" as {email}"));
        self.say(format!(
            "To sign in{whose}, open this address in a browser:"
        ));
        self.say(url);
        if place.remote {
            let login = place.login.as_deref().unwrap_or("THIS-HOST");
            self.say(format!(
                "If the browser is on another machine, run there first: ssh -L {port}:127.0.0.1:{port} {login}"
            ));
        }
        self.say("If the browser ends on a page that it cannot open, paste the address of that page here.");
        self.say(format!(
            "There are {} for it. Type cancel to give up.",
            spoken(deadline - now)
        ));
    }

    pub(super) fn consent_stage(&mut self, serial: Serial, stage: &Stage) {
        if self.signing(serial).is_none() {
            return;
        }
        let line = match stage {
            Stage::Opening => return,
            Stage::Waiting {
                browser: Opened::By(program),
            } => format!("{} was asked to open it.", safe(program)),
            Stage::Waiting {
                browser: Opened::Not(why),
            } => format!("No browser was opened: {}.", safe(why)),
            Stage::Exchanging => "The browser came back; the code is traded for tokens.".into(),
            Stage::Verifying => "Google is asked whose account it is.".into(),
            Stage::BadPaste { why, .. } => format!("That was no use: {}.", safe(why)),
        };
        self.say(line);
    }

    pub(super) fn consent_ended(
        &mut self,
        serial: Serial,
        end: ConsentEnd,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(signing) = self.signing(serial) else {
            return Vec::new();
        };
        match end {
            ConsentEnd::Done(done) => {
                self.question = Question::Open;
                self.news.answered(done.account, now);
                self.welcome(&done);
                return Vec::new();
            }
            ConsentEnd::Other { expected, got } => {
                let got = safe(&got);
                signing.phase = Phase::Other { got: got.clone() };
                self.say(format!(
                    "{got} signed in, not {}. Nothing was stored.",
                    safe(&expected)
                ));
                let keep = format!("keep {got} as an account of its own");
                self.say_all(numbered(["back", keep.as_str()].into_iter()));
                return Vec::new();
            }
            ConsentEnd::TimedOut => {
                signing.phase = Phase::Over;
                self.say("Nobody finished the sign-in in time; nothing was stored.");
            }
            ConsentEnd::Denied(why) => {
                signing.phase = Phase::Over;
                self.say(format!("It was denied in the browser: {}.", safe(&why)));
            }
            ConsentEnd::Failed(failure) => {
                signing.phase = Phase::Over;
                self.say(format!(
                    "It came to nothing: {}.",
                    safe(&failure.with_hint())
                ));
            }
        }
        self.say_all(numbered(AGAIN.into_iter()));
        Vec::new()
    }

    fn welcome(&mut self, done: &Consented) {
        let email = safe(&done.email);
        let verb = if done.renewed {
            "signed in again"
        } else {
            "added"
        };
        self.say(format!("{email} {verb}."));
        if let Some(end) = done.grant_expires_at {
            self.say(format!("Google ends this sign-in {}.", date(end)));
        }
        if !done.missing.is_empty() {
            let missing: Vec<_> = done.missing.iter().map(short).collect();
            let missing = safe(&missing.join(", "));
            self.say(format!(
                "Left unticked: {missing}. Sign in again and tick every box."
            ));
        }
        if done.without_refresh_token {
            self.say("Google sent no long-lived token; sign in once more to get one.");
        }
    }

    pub(super) fn answer_consent(
        &mut self,
        signing: Box<Signing>,
        line: Secret,
        now: Timestamp,
    ) -> Vec<Effect> {
        let word = line.expose().trim().to_owned();
        match (&signing.phase, word.as_str()) {
            (Phase::Open { .. }, "") => self.question = Question::Consent(signing),
            (_, "cancel" | "c" | "quit" | "q" | "back") => {
                self.say("Cancelled; nothing was stored.");
                return vec![Effect::CancelConsent];
            }
            (Phase::Open { url, .. }, "open") => {
                let again = Effect::OpenBrowser(url.clone());
                self.question = Question::Consent(signing);
                return vec![again];
            }
            (Phase::Open { .. }, _) => {
                self.question = Question::Consent(signing);
                return vec![Effect::Redirected(line)];
            }
            (Phase::Other { got }, "2") => {
                self.say(format!("Keeping {got}."));
                return vec![Effect::KeepOther];
            }
            (Phase::Over, "1") => return self.start_consent(signing.ask, signing.email),
            (Phase::Starting, _) => self.question = Question::Consent(signing),
            (Phase::Other { .. } | Phase::Over, _) => return vec![Effect::CancelConsent],
        }
        self.pass_time(now);
        Vec::new()
    }

    pub(super) fn minute_at(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.question {
            Question::Consent(signing) => match signing.phase {
                Phase::Open {
                    minute_at,
                    deadline,
                    ..
                } if deadline > now => Some(minute_at),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn tell_time_left(&mut self, now: Timestamp) {
        let Question::Consent(signing) = &mut self.question else {
            return;
        };
        let Phase::Open {
            minute_at,
            deadline,
            ..
        } = &mut signing.phase
        else {
            return;
        };
        if *minute_at > now || *deadline <= now {
            return;
        }
        *minute_at = now + Span::minutes(1);
        let left = spoken(*deadline - now + Span::seconds(1));
        self.say_at(&format!("waiting for the sign-in, {left} left"), now);
    }
}
