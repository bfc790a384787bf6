//! A question to the person at the terminal, whose keys are not echoed. However it ends, by an
//! answer, a signal or ^Z, the terminal has its echo back first.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::{Zeroize, Zeroizing};

use super::{LONGEST, secret};
use crate::cli::signals::Orderly;
use crate::domain::secret::Secret;
use crate::vault::{PassphraseFor, VaultError};

/// How often a new passphrase may be mistyped the second time.
const ROUNDS: usize = 3;

/// The terminal in silence, and as it was when this is dropped.
pub(super) struct Terminal {
    device: File,
    before: Termios,
    what: PassphraseFor,
    _orderly: Option<Orderly>,
}

impl Terminal {
    pub(super) fn open(what: PassphraseFor) -> Result<Self, VaultError> {
        let device = OpenOptions::new().read(true).write(true).open("/dev/tty");
        let device = device.map_err(|_| VaultError::NoPassphrase(what))?;
        let before = tcgetattr(&device).map_err(|_| VaultError::NoPassphrase(what))?;
        let (again, as_it_was) = (device.try_clone().map_err(trouble)?, before.clone());
        let terminal = Self {
            device,
            before,
            what,
            _orderly: Orderly::end(move || put_back(&again, &as_it_was)),
        };
        terminal.silence()?;
        Ok(terminal)
    }

    fn silence(&self) -> Result<(), VaultError> {
        let mut silent = self.before.clone();
        // ^C and ^Z come as bytes, and are answered after the echo is back.
        silent
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(&self.device, OptionalActions::Now, &silent).map_err(|e| trouble(e.into()))
    }

    pub(super) fn ask_twice(&mut self, question: &str) -> Result<Secret, VaultError> {
        let mut again = String::new();
        for _ in 0..ROUNDS {
            let first = self.ask(&format!("{again}{question}"))?;
            if self.ask("Once more: ")? == first {
                return Ok(first);
            }
            again = "These were not the same. ".into();
        }
        Err(VaultError::PassphrasesDiffer)
    }

    pub(super) fn ask(&mut self, question: &str) -> Result<Secret, VaultError> {
        self.device
            .write_all(question.as_bytes())
            .map_err(trouble)?;
        let line = self.line(question);
        // The person's Enter was not echoed either.
        self.device.write_all(b"\n").map_err(trouble)?;
        line
    }

    fn line(&mut self, question: &str) -> Result<Secret, VaultError> {
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
        let mut byte = [0];
        loop {
            if self.device.read(&mut byte).map_err(trouble)? == 0 {
                return Err(VaultError::NoPassphrase(self.what));
            }
            match typed_key(byte[0], &mut line) {
                Key::More => {}
                Key::Enter => return secret(&line).map_err(trouble),
                Key::GiveUp => return Err(VaultError::Interrupted),
                Key::Suspend => self.suspend(question)?,
            }
            byte.zeroize();
        }
    }

    /// Like any program in its pipeline, and with what was typed so far kept.
    fn suspend(&mut self, question: &str) -> Result<(), VaultError> {
        put_back(&self.device, &self.before);
        self.device.write_all(b"\n").map_err(trouble)?;
        kill_current_process_group(Signal::TSTP).map_err(|e| trouble(e.into()))?;
        // Here the shell has let us go on.
        self.silence()?;
        self.device.write_all(question.as_bytes()).map_err(trouble)
    }
}

fn put_back(device: &File, modes: &Termios) {
    // Nothing is left to be done about a terminal that is gone.
    let _ = tcsetattr(device, OptionalActions::Now, modes);
}

impl Drop for Terminal {
    fn drop(&mut self) {
        put_back(&self.device, &self.before);
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Key {
    More,
    Enter,
    GiveUp,
    Suspend,
}

/// The few keys of a line that is not seen: Enter, Backspace, ^U, ^Z, and ^C or ^D to give up.
fn typed_key(byte: u8, line: &mut Vec<u8>) -> Key {
    match byte {
        b'\n' | b'\r' => return Key::Enter,
        3 | 4 | 28 => return Key::GiveUp,
        26 => return Key::Suspend,
        8 | 127 => {
            // All bytes of one character.
            while line.pop().is_some_and(|byte| byte & 0xC0 == 0x80) {}
        }
        21 => line.clear(),
        byte if line.len() < LONGEST => line.push(byte),
        _ => {}
    }
    Key::More
}

fn trouble(source: io::Error) -> VaultError {
    VaultError::Io {
        doing: "read from",
        path: PathBuf::from("/dev/tty"),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_in(keys: &str) -> (Key, String) {
        let mut line = Vec::new();
        let mut last = Key::More;
        for byte in keys.bytes() {
            last = typed_key(byte, &mut line);
        }
        (last, String::from_utf8(line).unwrap())
    }

    #[test]
    fn a_line_can_be_mended_and_given_up() {
        assert_eq!(type_in("abc\n"), (Key::Enter, "abc".into()));
        assert_eq!(type_in("aü\u{7f}b\r"), (Key::Enter, "ab".into()));
        assert_eq!(type_in("\u{7f}x\u{15}yz\n"), (Key::Enter, "yz".into()));
        assert_eq!(type_in("ab\u{3}").0, Key::GiveUp);
        assert_eq!(type_in("\u{4}").0, Key::GiveUp);
        assert_eq!(type_in("ab\u{1a}"), (Key::Suspend, "ab".into()));
    }
}
