//! What can go wrong with the vault. Every error names the file, program or row it is about; the
//! kind tells a program what to do and the message tells a person. No error carries a secret.

use std::io;
use std::path::{Path, PathBuf};

use super::key::KeyKind;
use crate::domain::account::NoSuchAccount;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("cannot {doing} `{}`: {source}", path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("the vault `{}` cannot be used: {source}", path.display())]
    Database {
        path: PathBuf,
        source: rusqlite::Error,
    },
    #[error("`{}` is not safe to use: {why}", path.display())]
    Unsafe { path: PathBuf, why: &'static str },
    #[error("`{}` is not a gatepost vault, or is damaged; it was left as it is", path.display())]
    NotAVault { path: PathBuf },
    #[error(
        "the vault `{}` was written by a newer gatepost (layout {found}, this one knows {known}); \
         it was left as it is",
        path.display()
    )]
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    #[error("the {kind} does not fit this vault: it is another vault's key", kind = .0.words())]
    WrongKey(KeyKind),
    #[error("the key file `{}` is missing; without it the vault cannot be read", path.display())]
    KeyFileMissing { path: PathBuf },
    #[error("{whence} does not hold a key: base64 of 32 bytes is expected")]
    NotAKey { whence: String },
    #[error("the key command `{program}` {why}")]
    KeyCommand { program: String, why: String },
    #[error("vault.key is `command`, but vault.key_command is empty")]
    NoKeyCommand,
    #[error(
        "this vault is locked with a {recorded}, but a {asked} was asked for; \
         to change it, run `gatepost vault rekey`",
        recorded = recorded.words(), asked = asked.words()
    )]
    OtherKeyKind { recorded: KeyKind, asked: KeyKind },
    #[error("a {kind} is not supported in this version; use `file` or `command`", kind = .0.words())]
    KeyKindNotHere(KeyKind),
    #[error("a sealed value of the vault is damaged or was moved ({table}.{column}, row {row})")]
    Sealed {
        table: &'static str,
        column: &'static str,
        row: i64,
    },
    #[error("there is already {what} `{name}`")]
    Taken { what: &'static str, name: String },
    #[error("client `{name}` is in use by {}", users.join(", "))]
    ClientInUse { name: String, users: Vec<String> },
    #[error("there is no such {what} in the vault any more")]
    Gone { what: &'static str },
    #[error("this sign-in belongs to another Google account than `{email}`")]
    OtherAccount { email: String },
    #[error("a newer sign-in of `{email}` is already stored")]
    Superseded { email: String },
    #[error(transparent)]
    NoSuchAccount(#[from] NoSuchAccount),
}

/// What a program should make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultErrorKind {
    /// A file cannot be opened, read or written.
    Unavailable,
    WrongKey,
    /// Damaged, or something else altogether.
    Corrupt,
    Newer,
    /// The key command failed, or printed something else than a key.
    KeySource,
    /// The configuration asks for a key the vault does not have.
    Configuration,
    /// The name is taken, or the thing is in use.
    Conflict,
    /// No such account, client or grant.
    Missing,
}

impl VaultError {
    pub fn kind(&self) -> VaultErrorKind {
        use VaultErrorKind as Kind;
        match self {
            Self::Io { .. } | Self::Unsafe { .. } => Kind::Unavailable,
            Self::Database { source, .. } => match source.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                    Kind::Corrupt
                }
                Some(_) => Kind::Unavailable,
                // Not SQLite's complaint but ours: a column does not hold what it should.
                None => Kind::Corrupt,
            },
            Self::NotAVault { .. } | Self::Sealed { .. } => Kind::Corrupt,
            Self::Newer { .. } => Kind::Newer,
            Self::WrongKey(_) => Kind::WrongKey,
            Self::KeyFileMissing { .. } | Self::NotAKey { .. } | Self::KeyCommand { .. } => {
                Kind::KeySource
            }
            Self::NoKeyCommand | Self::OtherKeyKind { .. } | Self::KeyKindNotHere(_) => {
                Kind::Configuration
            }
            Self::Taken { .. }
            | Self::ClientInUse { .. }
            | Self::OtherAccount { .. }
            | Self::Superseded { .. } => Kind::Conflict,
            Self::Gone { .. } | Self::NoSuchAccount(_) => Kind::Missing,
        }
    }

    /// Names the database file; done once, where a piece of work leaves the vault.
    pub(super) fn at(mut self, file: &Path) -> Self {
        if let Self::Database { path, .. } = &mut self {
            file.clone_into(path);
        }
        self
    }
}

impl From<rusqlite::Error> for VaultError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Database {
            path: PathBuf::new(),
            source,
        }
    }
}

/// Says what was being done, and to which file.
pub(super) trait During<T> {
    fn during(self, doing: &'static str, path: &Path) -> Result<T, VaultError>;
}

impl<T, E: Into<io::Error>> During<T> for Result<T, E> {
    fn during(self, doing: &'static str, path: &Path) -> Result<T, VaultError> {
        self.map_err(|error| VaultError::Io {
            doing,
            path: path.to_owned(),
            source: error.into(),
        })
    }
}
