//! What can go wrong with the vault. Every error names the file, program or row it is about; the
//! kind tells a program what to do and the message tells a person. No error carries a secret.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::holder::{self, Holder};
use super::key::{KernelTrouble, KeyKind, KeyringTrouble, PassphraseFor};
use super::private;
use crate::domain::account::NoSuchAccount;
use crate::domain::service_account::short;
use crate::domain::wording::why;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("cannot {doing} `{}`: {}", path.display(), why(.source))]
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
    #[error("the vault `{}` is damaged ({what}); it was left as it is", path.display())]
    Damaged { path: PathBuf, what: String },
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
    #[error("the {kind} is not this vault's", kind = .0.words())]
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
    #[error(transparent)]
    Keyring(#[from] KeyringTrouble),
    #[error(transparent)]
    Kernel(#[from] KernelTrouble),
    #[error("{}, and there is nobody to ask for it", .0.need())]
    NoPassphrase(PassphraseFor),
    #[error("the passphrase is too short; at least {least} characters are needed")]
    ShortPassphrase { least: usize },
    #[error("the two passphrases are not the same")]
    PassphrasesDiffer,
    #[error("interrupted")]
    Interrupted,
    #[error("the passphrase could not be turned into a key: there is too little memory")]
    Derivation,
    #[error("the vault does not say how it is locked: it is damaged")]
    SlotDamaged,
    #[error("a sealed value of the vault is damaged or was moved ({table}.{column}, row {row})")]
    Sealed {
        table: &'static str,
        column: &'static str,
        row: i64,
    },
    #[error("`{}` is there already; a backup is never written over a file", path.display())]
    Occupied { path: PathBuf },
    #[error("`{}` is not a gatepost backup", path.display())]
    NotABackup { path: PathBuf },
    #[error("the backup `{}` was made by a newer gatepost", path.display())]
    NewerBackup { path: PathBuf },
    #[error("the backup `{}` does not open: the passphrase is another one, or it is damaged", path.display())]
    BackupDamaged { path: PathBuf },
    #[error("the vault `{}` {what}; `--force` sets it aside", path.display())]
    InPlace { path: PathBuf, what: String },
    #[error("the vault `{}` is in use by {}", path.display(), named(holder.as_ref()))]
    InUse {
        path: PathBuf,
        holder: Option<Holder>,
    },
    #[error(
        "the vault `{}` is being written by {}, and that does not end",
        path.display(),
        named(holder.as_ref())
    )]
    Busy {
        path: PathBuf,
        holder: Option<Holder>,
    },
    #[error("there is already {what} `{name}`")]
    Taken { what: &'static str, name: String },
    #[error(
        "{email} is stored with another key ({}); `--force` replaces it",
        short(stored)
    )]
    OtherServiceAccountKey { email: String, stored: String },
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
    /// Another process holds it for longer than anybody should wait.
    Busy,
    /// Damaged, or something else altogether.
    Corrupt,
    Newer,
    /// The key could not be had: no file, no keyring, no passphrase, or the command failed.
    KeySource,
    /// The configuration asks for a key the vault does not have.
    Configuration,
    /// The name is taken, or the thing is in use.
    Conflict,
    /// No such account, client or grant.
    Missing,
    /// The person who was asked for a passphrase gave up.
    Interrupted,
}

impl VaultError {
    pub fn kind(&self) -> VaultErrorKind {
        use VaultErrorKind as Kind;
        match self {
            Self::Io { .. } | Self::Unsafe { .. } | Self::InUse { .. } | Self::Kernel(_) => {
                Kind::Unavailable
            }
            Self::Busy { .. } => Kind::Busy,
            Self::Database { source, .. } => match source.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                    Kind::Corrupt
                }
                Some(_) => Kind::Unavailable,
                // Not SQLite's complaint but ours: a column does not hold what it should.
                None => Kind::Corrupt,
            },
            Self::NotAVault { .. }
            | Self::Damaged { .. }
            | Self::Sealed { .. }
            | Self::SlotDamaged => Kind::Corrupt,
            Self::Newer { .. } | Self::NewerBackup { .. } => Kind::Newer,
            Self::WrongKey(_) | Self::BackupDamaged { .. } => Kind::WrongKey,
            Self::KeyFileMissing { .. }
            | Self::NotAKey { .. }
            | Self::KeyCommand { .. }
            | Self::Keyring(_)
            | Self::NoPassphrase(_)
            | Self::Derivation => Kind::KeySource,
            Self::NoKeyCommand
            | Self::OtherKeyKind { .. }
            | Self::NotABackup { .. }
            | Self::ShortPassphrase { .. }
            | Self::PassphrasesDiffer => Kind::Configuration,
            Self::Interrupted => Kind::Interrupted,
            Self::Taken { .. }
            | Self::Occupied { .. }
            | Self::InPlace { .. }
            | Self::ClientInUse { .. }
            | Self::OtherServiceAccountKey { .. }
            | Self::OtherAccount { .. }
            | Self::Superseded { .. } => Kind::Conflict,
            Self::Gone { .. } | Self::NoSuchAccount(_) => Kind::Missing,
        }
    }

    /// Whether more room on the disk would help. A quota that is used up looks like a broken disk.
    pub(super) fn is_want_of_room(&self) -> bool {
        use rusqlite::ErrorCode::{DiskFull, SystemIoFailure};
        let Self::Database { source, .. } = self else {
            return false;
        };
        matches!(source.sqlite_error_code(), Some(DiskFull | SystemIoFailure))
    }

    fn is_readonly(&self) -> bool {
        let Self::Database { source, .. } = self else {
            return false;
        };
        source.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly)
    }

    /// What to do next, as a sentence or a command.
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Keyring(trouble) => Some(trouble.remedy()),
            Self::NoPassphrase(PassphraseFor::ChangedVault) => {
                Some("run it in a terminal: GATEPOST_PASSPHRASE_FILE holds the old one")
            }
            Self::NoPassphrase(_) => Some(
                "run it in a terminal, or name a file that holds it in GATEPOST_PASSPHRASE_FILE",
            ),
            Self::WrongKey(KeyKind::Passphrase) => {
                Some("try again, or correct the file that GATEPOST_PASSPHRASE_FILE names")
            }
            Self::WrongKey(KeyKind::Command) => {
                Some("`vault.key_command` has to print the same key each time")
            }
            Self::WrongKey(KeyKind::Keyring) | Self::KeyFileMissing { .. } => Some(
                "put it back; failing that only a backup helps: `gatepost vault restore FILE --force`",
            ),
            Self::WrongKey(KeyKind::File) | Self::NotAKey { .. } => Some(
                "put the right one back; failing that only a backup helps: `gatepost vault restore FILE --force`",
            ),
            Self::KeyCommand { .. } | Self::NoKeyCommand => Some(
                "correct `vault.key_command`, as in key_command = [\"pass\", \"show\", \"gatepost\"]",
            ),
            Self::Unsafe { why, .. } if *why == private::LOOSE_ELSEWHERE => {
                Some("close that one: `chmod 700` and its name")
            }
            Self::Unsafe { .. } => Some("it has to be the file itself, and your own"),
            Self::Newer { .. } | Self::NewerBackup { .. } => Some("update gatepost"),
            Self::InUse { .. } => Some("end that (a screen, a command) and try again"),
            Self::Busy { .. } => Some(
                "wait, or end that process if it hangs: what it had not finished is undone, and nothing that was stored is lost",
            ),
            _ => match self.kind() {
                VaultErrorKind::Unavailable if self.is_readonly() => Some(
                    "see whose it is, and that its owner may write it and the files beside it: `chmod 600`",
                ),
                VaultErrorKind::Unavailable if matches!(self, Self::Database { .. }) => Some(
                    "see whether the disk is full or read-only, and whose the file and its folder are",
                ),
                VaultErrorKind::Corrupt => Some(
                    "`gatepost vault check` says what is wrong with it; with a backup, \
                          `gatepost vault restore FILE --force` sets it aside and starts from that; \
                          without one, move it away and sign in again",
                ),
                _ => None,
            },
        }
    }

    /// Names the database file; done once, where a piece of work leaves the vault. Why a file cannot
    /// be opened is something that SQLite does not tell.
    pub(super) fn at(mut self, file: &Path) -> Self {
        let Self::Database { path, source } = &mut self else {
            return self;
        };
        file.clone_into(path);
        if source.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) {
            return Self::Busy {
                path: file.to_owned(),
                holder: holder::of(file),
            };
        }
        let closed = source.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen);
        match access(file, Access::READ_OK) {
            Err(refused) if closed => Self::Io {
                doing: "open",
                path: file.to_owned(),
                source: refused.into(),
            },
            _ => self,
        }
    }
}

fn named(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), Holder::to_string)
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
            source: bare(error.into()),
        })
    }
}

/// Without the path of a temporary file, which says nothing to anybody.
fn bare(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::Other => error,
        kind if error.raw_os_error().is_none() => kind.into(),
        _ => error,
    }
}
