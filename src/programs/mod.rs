//! What other programs must be told so that they take their tokens from gatepost: one file per
//! program, and the table that lists them. Pure text from facts; it runs nothing, reads no file,
//! and never holds a token.

mod aerc;
mod curl;
mod emacs;
mod facts;
mod fetchmail;
mod gcloud;
mod getmail;
mod git_send_email;
mod go;
mod himalaya;
mod imapfilter;
mod lieer;
mod mbsync;
mod msmtp;
mod mutt;
mod node;
mod offlineimap;
mod postfix;
mod python;
mod quoting;
mod s_nail;
mod version;

pub use facts::{Facts, Machine, Server, System};
pub use version::Version;

/// In the order in which a person would look for them.
pub const ALL: &[Program] = &[
    mutt::MUTT,
    mutt::NEOMUTT,
    aerc::AERC,
    himalaya::HIMALAYA,
    s_nail::S_NAIL,
    emacs::EMACS,
    mbsync::MBSYNC,
    offlineimap::OFFLINEIMAP,
    getmail::GETMAIL,
    fetchmail::FETCHMAIL,
    imapfilter::IMAPFILTER,
    lieer::LIEER,
    msmtp::MSMTP,
    git_send_email::GIT_SEND_EMAIL,
    postfix::POSTFIX,
    curl::CURL,
    python::PYTHON,
    node::NODE,
    go::GO,
    gcloud::GCLOUD,
];

/// A program that can be set up.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    pub name: &'static str,
    /// What else people call it.
    pub also: &'static [&'static str],
    /// What it is set up to do, for the list.
    pub does: &'static str,
    /// Prints its version. Empty where the version does not matter.
    pub ask_version: &'static [&'static str],
    /// Begins a comment in what is printed.
    pub comment: &'static str,
    /// What its sign-in works with.
    pub needs: Needs,
    write: fn(&Facts) -> Result<Snippet, Refusal>,
    pub check: Check,
}

/// What a grant must allow for this to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// IMAP and SMTP accept one scope alone.
    Mail,
    /// Whatever the person's own script asks for.
    Anything,
}

/// What is printed for a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Ready to paste.
    pub text: String,
    /// Where it goes.
    pub place: String,
    /// What else a person should know.
    pub notes: Vec<String>,
    /// What this machine lacks, and how to get it.
    pub missing: Vec<String>,
}

/// Whether the program itself can be made to sign in without a person.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// What to do instead.
    Cannot(&'static str),
    /// The folder is private and removed afterwards.
    Can(fn(&Facts, &Snippet, folder: &str) -> Trial),
}

/// How a program is made to sign in once, in a folder of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trial {
    pub files: Vec<(&'static str, String)>,
    pub argv: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
    pub stdin: &'static str,
    /// It runs only where it finds a terminal.
    pub terminal: bool,
    pub good: Good,
}

/// How a sign-in that worked is told from one that did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Good {
    #[default]
    ExitZero,
    /// It says one of these, however it ends.
    Says(&'static [&'static str]),
}

/// Why nothing can be printed that would work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{program} {found} has no OAuth; version {needed} has")]
    TooOld {
        program: &'static str,
        found: Version,
        needed: &'static str,
    },
    #[error("`{0}` has signs in it that no configuration can hold")]
    Unprintable(String),
    #[error("`{0}` begins with `-`, and every command would take it for an option")]
    Option(String),
    #[error("{program} cannot be told `{text}`: nothing quotes {what} in its configuration")]
    Unquotable {
        program: &'static str,
        text: String,
        what: &'static str,
    },
}

impl Program {
    pub fn snippet(&self, facts: &Facts) -> Result<Snippet, Refusal> {
        facts.check()?;
        (self.write)(facts)
    }

    /// All that it is called.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.also.iter().copied())
    }
}

pub fn find(name: &str) -> Option<&'static Program> {
    let wanted = name.to_lowercase();
    ALL.iter()
        .find(|program| program.names().any(|name| name == wanted))
}

/// The known name that is most like `name`, if any is.
pub fn nearest(name: &str) -> Option<&'static str> {
    let wanted = name.to_lowercase();
    let likeness = |known: &str| strsim::jaro_winkler(known, &wanted);
    ALL.iter()
        .flat_map(Program::names)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|known| likeness(known) > 0.7)
}

impl Snippet {
    fn new(place: impl Into<String>, text: String) -> Self {
        Self {
            text,
            place: place.into(),
            notes: Vec::new(),
            missing: Vec::new(),
        }
    }

    #[must_use]
    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    #[must_use]
    fn lacks(mut self, missing: Option<String>) -> Self {
        self.missing.extend(missing);
        self
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
