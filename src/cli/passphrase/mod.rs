//! Where passphrases come from: the file that `GATEPOST_PASSPHRASE_FILE` names, else a person at
//! the terminal, whose keys are not echoed. The terminal is asked itself, so that stdin, stdout and
//! stderr may be pipes.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::domain::secret::Secret;
use crate::reading::{self, Pipes};
use crate::vault::{Answer, PassphraseFor, Passphrases, VaultError};

mod terminal;

use terminal::Terminal;

const VARIABLE: &str = "GATEPOST_PASSPHRASE_FILE";

/// A longer line is no passphrase. The buffer never grows, which would leave copies behind.
const LONGEST: usize = 1_024;

pub(super) fn on_the_terminal() -> Passphrases {
    Passphrases::from(|what| match file_for(what) {
        Some(path) => from_file(Path::new(&path)),
        None => typed(what),
    })
}

/// For the fast path, which leaves every conversation to the full road.
pub(super) fn without_asking() -> Passphrases {
    Passphrases::from(|what| match file_for(what) {
        Some(path) => from_file(Path::new(&path)),
        None => Err(VaultError::NoPassphrase(what)),
    })
}

/// When a passphrase is changed, the file holds the one that was.
fn file_for(what: PassphraseFor) -> Option<OsString> {
    std::env::var_os(VARIABLE)
        .filter(|path| !path.is_empty() && what != PassphraseFor::ChangedVault)
}

/// The first line. The file may be a pipe, or a secret that some service manager put there for
/// us, so nothing is asked of its mode or its owner.
fn from_file(path: &Path) -> Result<Answer, VaultError> {
    let unreadable = |source| VaultError::Io {
        doing: "read the passphrase from",
        path: path.to_owned(),
        source,
    };
    let answer = |passphrase| Answer {
        passphrase,
        typed: false,
    };
    let mut drained = DRAINED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, passphrase)) = drained.as_ref().filter(|(known, _)| known == path) {
        return Ok(answer(passphrase.clone()));
    }
    let file = reading::open(path, Pipes::Inherited).map_err(unreadable)?;
    let is_file = file.metadata().is_ok_and(|found| found.is_file());
    let passphrase = first_line(file).map_err(unreadable)?;
    if !is_file {
        *drained = Some((path.to_owned(), passphrase.clone()));
    }
    Ok(answer(passphrase))
}

/// What a pipe gave, which gives it once, while a backup or the full road asks a second time.
static DRAINED: Mutex<Option<(PathBuf, Secret)>> = Mutex::new(None);

fn first_line(file: File) -> io::Result<Secret> {
    let mut text = Zeroizing::new(Vec::with_capacity(LONGEST + 3));
    file.take(LONGEST as u64 + 2).read_to_end(&mut text)?;
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.len() {
        0 => Err(io::Error::other("its first line is empty")),
        // Cut off, it would open the vault for whoever knows where it is cut.
        more if more > LONGEST => Err(io::Error::other(format!(
            "its first line is longer than {LONGEST} bytes"
        ))),
        _ => secret(line),
    }
}

fn secret(line: &[u8]) -> io::Result<Secret> {
    std::str::from_utf8(line)
        .map(Secret::new)
        .map_err(|_| io::Error::other("it is not UTF-8"))
}

fn typed(what: PassphraseFor) -> Result<Answer, VaultError> {
    let mut terminal = Terminal::open(what)?;
    let passphrase = match what {
        PassphraseFor::Vault { again: false } => terminal.ask("Passphrase of the vault: ")?,
        PassphraseFor::Backup { again: false } => terminal.ask("Passphrase of the backup: ")?,
        PassphraseFor::Vault { again: true } | PassphraseFor::Backup { again: true } => {
            terminal.ask("That is not it. Passphrase: ")?
        }
        PassphraseFor::NewVault | PassphraseFor::ChangedVault => {
            terminal.ask_twice("New passphrase for the vault: ")?
        }
        PassphraseFor::NewBackup => terminal.ask_twice("New passphrase for the backup: ")?,
    };
    Ok(Answer {
        passphrase,
        typed: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        for (text, expected) in [("one two \n", "one two "), ("x\r\ny", "x"), ("z", "z")] {
            std::fs::write(&path, text).unwrap();
            let answer = from_file(&path).unwrap();
            assert_eq!(answer.passphrase.expose(), expected);
            assert!(!answer.typed);
        }
        let longest = "x".repeat(LONGEST);
        std::fs::write(&path, format!("{longest}\r\n")).unwrap();
        assert_eq!(from_file(&path).unwrap().passphrase.expose(), longest);
        std::fs::write(&path, format!("{longest}yz")).unwrap();
        let error = from_file(&path).unwrap_err().to_string();
        assert!(error.ends_with("longer than 1024 bytes"), "{error}");
        std::fs::write(&path, "\nsecond").unwrap();
        let error = from_file(&path).unwrap_err().to_string();
        assert!(
            error.contains("passphrase") && !error.contains("second"),
            "{error}"
        );
    }
}
