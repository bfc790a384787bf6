//! The set-up: from nothing to a first account. What it shows and remembers; `update` says what a
//! key or an answer does to it. It holds no secret but the one in the field being typed.

pub mod guide;

mod news;
mod typing;
mod update;

pub use news::said;

use std::path::PathBuf;

use super::keymap::Context;
use super::message::{Failure, Serial};
use super::widget::field::Field;
use super::widget::scroll::Scroll;
use crate::domain::account::ClientId;
use crate::domain::client::{ClientKind, Publishing};
use crate::domain::client_check::ClientCheck;
use crate::domain::secret::Secret;
use crate::service::ask::TakenIn;
use crate::service::files::{Completion, Found, FoundGrant};

#[derive(Debug, Default)]
pub struct Setup {
    pub page: Page,
    /// `None` while nobody has looked yet.
    pub found: Option<Found>,
    /// Which of the client files found.
    pub at: usize,
    /// Files of other programs that were taken in, or not, since the set-up was opened.
    pub taken: Vec<Takeover>,
    /// Opened for this page alone.
    pub only_imports: bool,
}

#[derive(Debug, Default)]
pub enum Page {
    /// The three steps.
    #[default]
    Steps,
    /// Where secrets are kept, at length.
    Secrets(Scroll),
    /// How to make a client, six steps.
    Guide(Scroll),
    Path(PathForm),
    Pair(PairForm),
    Trial(Trial),
    /// Sign-ins of other programs; which one is chosen.
    Import(usize),
}

/// A path being typed.
#[derive(Debug)]
pub struct PathForm {
    pub of: Wanted,
    pub field: Field,
    /// What the name could become.
    pub offers: Vec<String>,
}

/// What the file at the path should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Client,
    Grant,
}

/// A client ID and its secret being typed.
#[derive(Debug, Default)]
pub struct PairForm {
    pub id: Field,
    pub secret: Field,
    pub on_secret: bool,
    pub trouble: Option<&'static str>,
    /// The ID looks unlike Google's, and the person was told.
    pub warned: bool,
}

/// A client on its way in: read, tested, and then asked about.
#[derive(Debug)]
pub struct Trial {
    pub serial: Serial,
    /// As it was written; `None` when ID and secret were typed.
    pub path: Option<String>,
    /// As soon as it is read.
    pub client: Option<Card>,
    pub check: Option<ClientCheck>,
    pub stage: Stage,
    /// What could not be done.
    pub trouble: Option<Failure>,
    pub at: usize,
}

/// What a trial waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// For the file and for Google.
    Testing,
    /// For the person: the test did not go well.
    Doubt,
    /// For the person: the project's publishing status.
    Status,
    Storing,
}

/// What may be seen of a client that is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub client_id: String,
    pub kind: ClientKind,
    pub project: Option<String>,
}

/// A file of another program, and what became of it.
#[derive(Debug)]
pub struct Takeover {
    pub path: PathBuf,
    pub shown: String,
    pub taken: Taken,
}

#[derive(Debug)]
pub enum Taken {
    /// Google is being asked.
    Asking,
    Done(TakenIn),
    Failed(Failure),
}

/// What is wanted of the outside.
#[derive(Debug)]
pub enum Ask {
    /// Look for files now, and again while the set-up is open.
    Watch,
    /// The set-up is closed: look no more, forget what was read.
    Leave,
    Complete(String),
    Try {
        serial: Serial,
        given: Given,
    },
    /// Stores the client that was tried last.
    Keep {
        serial: Serial,
        publishing: Option<Publishing>,
    },
}

/// Where a client comes from.
#[derive(Debug)]
pub enum Given {
    /// As a person wrote it.
    Path(String),
    Pair {
        client_id: String,
        secret: Secret,
    },
    /// The one that was read last.
    Same,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Found(Found),
    Completed {
        asked: String,
        completion: Completion,
    },
    /// The file could be read; Google is asked next.
    Read {
        serial: Serial,
        card: Card,
    },
    Tried {
        serial: Serial,
        result: Result<ClientCheck, Failure>,
    },
    Kept {
        serial: Serial,
        result: Result<Stored, Failure>,
    },
    /// A client came in without the set-up.
    Added(Result<Stored, Failure>),
    /// A stored client was tested.
    Checked {
        client: ClientId,
        result: Result<ClientCheck, Failure>,
    },
    Importing {
        work: Serial,
        path: PathBuf,
        shown: String,
    },
    Imported {
        work: Serial,
        path: PathBuf,
        shown: String,
        result: Result<TakenIn, Failure>,
    },
}

/// A client that is in the vault now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub name: String,
    pub new: bool,
    pub publishing: Publishing,
}

/// One line of a list to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub words: &'static str,
    pub about: &'static str,
}

/// In the order in which they are listed.
pub const STATUSES: [(Option<Publishing>, Answer); 4] = [
    (
        Some(Publishing::Production),
        Answer {
            words: "In production",
            about: "published; sign-ins last",
        },
    ),
    (
        Some(Publishing::Testing),
        Answer {
            words: "Testing",
            about: "every sign-in ends after 7 days",
        },
    ),
    (
        Some(Publishing::Internal),
        Answer {
            words: "Internal",
            about: "own organisation; sign-ins last",
        },
    ),
    (
        None,
        Answer {
            words: "I don't know",
            about: "nothing is assumed",
        },
    ),
];

/// What can be done about a client that Google does not take. The safe one comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    Other,
    Again,
    Anyway,
    /// How to make one that Google takes.
    Guide,
}

impl Doubt {
    fn answer(self, check: Option<&ClientCheck>) -> Answer {
        let refused = check.is_some_and(ClientCheck::is_bad);
        let (words, about) = match self {
            // Nothing was read that could be tested.
            Self::Other if check.is_none() => ("Change the path", "or paste another one"),
            Self::Again if check.is_none() => ("Read it again", ""),
            Self::Other => ("Give another one", "nothing is stored"),
            Self::Again => ("Test again", ""),
            Self::Guide => ("How to make one", "a Desktop client, in 6 steps"),
            Self::Anyway if refused => ("Keep it anyway", "sign-ins will fail"),
            Self::Anyway => ("Keep it untested", "the first sign-in will tell"),
        };
        Answer { words, about }
    }
}

impl Setup {
    pub fn context(&self) -> Context {
        match &self.page {
            Page::Steps => Context::Setup,
            Page::Guide(_) | Page::Secrets(_) => Context::Guide,
            Page::Path(_) | Page::Pair(_) => Context::SetupField,
            Page::Trial(_) | Page::Import(_) => Context::Menu,
        }
    }

    /// The sign-ins of other programs that were found.
    pub fn grants(&self) -> &[FoundGrant] {
        self.found.as_ref().map_or(&[], |found| &found.grants)
    }
}

impl Trial {
    pub(in crate::tui) fn new(serial: Serial, path: Option<String>) -> Self {
        Self {
            serial,
            path,
            client: None,
            check: None,
            stage: Stage::Testing,
            trouble: None,
            at: 0,
        }
    }

    /// What can be chosen where the client is in doubt. A file that could not even be read is not
    /// there to be kept; without a verdict, another test is the likeliest wish.
    pub fn doubts(&self) -> &'static [Doubt] {
        match &self.check {
            None => &[Doubt::Other, Doubt::Guide, Doubt::Again],
            Some(check) if check.is_bad() => {
                &[Doubt::Other, Doubt::Again, Doubt::Anyway, Doubt::Guide]
            }
            Some(_) => &[Doubt::Again, Doubt::Other, Doubt::Anyway],
        }
    }

    /// What there is to choose from now.
    pub fn answers(&self) -> Vec<Answer> {
        match self.stage {
            Stage::Testing | Stage::Storing => Vec::new(),
            Stage::Doubt => {
                let doubts = self.doubts().iter();
                doubts
                    .map(|doubt| doubt.answer(self.check.as_ref()))
                    .collect()
            }
            Stage::Status => STATUSES.iter().map(|(_, answer)| *answer).collect(),
        }
    }
}
