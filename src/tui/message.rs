//! What comes in and what goes out. Messages say what happened, effects what is wanted; neither
//! holds a token. The one secret in passing is a pasted redirect address, which carries a code.

use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use super::setup;
use crate::domain::account::{AccountId, ClientId};
use crate::domain::client::Publishing;
use crate::domain::event::Event;
use crate::domain::mail::Protocol;
use crate::domain::secret::Secret;
use crate::domain::snapshot::Snapshot;
use crate::domain::time::Timestamp;
use crate::service::ask::{ConsentAsk, Consented};
use crate::service::consent::{Stage, Typed};

/// One consent dialog's number, so that late news of a closed one is not taken for the next one's.
pub type Serial = u64;

#[derive(Debug)]
pub enum Msg {
    Key(KeyEvent),
    Mouse(MouseEvent),
    /// Kept as a secret from the first moment: it may be a redirect address.
    Paste(Secret),
    Resize(u16, u16),
    /// Something on the screen may have changed by the passing of time.
    Tick,
    Snapshot(Arc<Snapshot>),
    /// One account of a piece of work is through.
    Did {
        work: Serial,
        account: AccountId,
        result: Result<String, Failure>,
    },
    /// Nothing more comes of a piece of work: all parts are through, or it was stopped.
    WorkOver(Serial),
    ConsentOpen {
        serial: Serial,
        url: String,
        port: u16,
        deadline: Timestamp,
    },
    ConsentStage {
        serial: Serial,
        stage: Stage,
    },
    ConsentEnded {
        serial: Serial,
        end: ConsentEnd,
    },
    /// What is typed into consent `serial`, at its `edit`, is right so far or is not.
    ConsentChecked {
        serial: Serial,
        edit: usize,
        typed: Typed,
    },
    /// The last word on a consent that was called off.
    ConsentCancelled(CalledOff),
    LinkWritten {
        serial: Serial,
        /// Where it lies.
        result: Result<String, Failure>,
    },
    /// Another account's grant was kept, or could not be.
    Kept(Result<AccountId, Failure>),
    Copied {
        what: &'static str,
        result: Result<Copied, Failure>,
    },
    /// One line to be shown for a while.
    Note(Tone, String),
    /// A client or an import file, on its way in.
    Setup(setup::News),
    /// All that is stored of what happened, newest first.
    History(Result<Vec<Event>, Failure>),
}

#[derive(Debug)]
pub enum ConsentEnd {
    Done(Box<Consented>),
    Other {
        expected: String,
        got: String,
    },
    TimedOut,
    /// Somebody said no in the browser; in Google's words.
    Denied(String),
    Failed(Failure),
}

/// What was left of a consent when it was called off.
#[derive(Debug)]
pub enum CalledOff {
    Nothing,
    /// It had replaced the account's grant already.
    TooLate(Box<Consented>),
}

/// An error as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub message: String,
    pub hint: Option<String>,
}

impl Failure {
    /// What happened and what helps, in one line.
    pub fn line(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{}; {hint}", self.message),
            None => self.message.clone(),
        }
    }
}

/// How sure we are that a copy arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// tmux has it.
    Tmux,
    /// The desktop has it.
    Native,
    /// The terminal was asked to take it; it does not answer.
    Sent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Done,
    Notice,
    Warning,
    Error,
}

/// What is done to accounts or files, one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Refresh,
    Verify,
    Revoke,
    Forget,
    Pause,
    Resume,
    /// A sign-in to a mail server, as mail programs do it.
    Mail(Protocol),
    /// Of files.
    Import,
}

impl Op {
    /// While it goes on.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Refresh => "refreshing",
            Self::Verify => "checking",
            Self::Revoke => "revoking",
            Self::Forget => "forgetting",
            Self::Pause => "pausing",
            Self::Resume => "resuming",
            Self::Mail(Protocol::Imap) => "signing in to IMAP",
            Self::Mail(Protocol::Smtp) => "signing in to SMTP",
            Self::Mail(Protocol::Pop) => "signing in to POP",
            Self::Import => "importing",
        }
    }

    /// Once it is over.
    pub fn done(self) -> &'static str {
        match self {
            Self::Refresh => "refreshed",
            Self::Verify => "checked",
            Self::Revoke => "revoked",
            Self::Forget => "forgotten on this machine",
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Mail(Protocol::Imap) => "signed in to IMAP",
            Self::Mail(Protocol::Smtp) => "signed in to SMTP",
            Self::Mail(Protocol::Pop) => "signed in to POP",
            Self::Import => "imported",
        }
    }

    /// Nothing is changed by it, so that it can be let go of on its way.
    pub fn can_be_dropped(self) -> bool {
        matches!(self, Self::Mail(_))
    }

    /// What was to be done and was not, because it was stopped.
    pub fn left_out(self) -> &'static str {
        match self {
            Self::Import => "not read",
            // Some of them were asked and had not answered.
            Self::Mail(_) => "not done",
            _ => "not asked",
        }
    }
}

/// The shapes in which a token can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenForm {
    Bare,
    Header,
    Xoauth2,
}

impl TokenForm {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bare => "access token",
            Self::Header => "Authorization header",
            Self::Xoauth2 => "XOAUTH2 string",
        }
    }
}

#[derive(Debug)]
pub enum Effect {
    Do {
        work: Serial,
        op: Op,
        accounts: Vec<AccountId>,
    },
    /// What was not begun yet is not begun any more.
    StopWork(Serial),
    SuspendAuto(bool),
    Consent {
        serial: Serial,
        ask: Box<ConsentAsk>,
    },
    /// What came of it is told by `ConsentCancelled`.
    CancelConsent,
    Redirected(Secret),
    /// What is in the field, to be compared where the state is known.
    CheckTyped {
        serial: Serial,
        edit: usize,
        typed: Secret,
    },
    /// Into a file that only this person can read, for as long as the consent is open.
    WriteLink {
        serial: Serial,
        url: String,
    },
    KeepOther,
    OpenBrowser(String),
    CopyToken(AccountId, TokenForm),
    CopyText {
        what: &'static str,
        text: String,
    },
    Play {
        entry: usize,
        email: Option<String>,
    },
    Mouse(bool),
    Suspend,
    Redraw,
    Quit,
    /// Takes in a client file, as `client add` does.
    AddClient {
        path: String,
        name: Option<String>,
    },
    /// Takes in other programs' sign-ins, one after another, as `import` does.
    Import {
        work: Serial,
        paths: Vec<String>,
    },
    /// Tests a stored client's ID and secret.
    CheckClient(ClientId),
    Setup(setup::Ask),
    /// Leaves for the sandbox, in the same terminal.
    Sandbox,

    /// `None` takes the label away.
    Label(AccountId, Option<String>),
    SetPublishing(ClientId, Publishing),
    RemoveClient(ClientId),
    History,
    /// To a new file of the person's own.
    SaveText {
        path: String,
        text: String,
    },
}
