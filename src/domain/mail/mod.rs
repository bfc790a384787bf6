//! Mail servers as far as a sign-in goes: the three protocols, what a server answers in place of
//! a welcome, and what that means. Pure text: nobody here knows a socket.

mod trouble;

pub use trouble::{Asker, Refusal, Trouble, WayOut, Worth};

/// Over which protocol a mail program works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Imap,
    Smtp,
    Pop,
}

impl Protocol {
    pub const ALL: [Self; 3] = [Self::Imap, Self::Smtp, Self::Pop];

    /// In options, settings and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Smtp => "smtp",
            Self::Pop => "pop",
        }
    }

    /// In sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Imap => "IMAP",
            Self::Smtp => "SMTP",
            Self::Pop => "POP",
        }
    }
}
