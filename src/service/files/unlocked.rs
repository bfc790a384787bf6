//! Files that are encrypted, by way of the person's own gpg. It reads the file itself and prints
//! to a pipe; what it prints is wiped, and what it says is judged by its status lines, which are
//! the same in every language.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::LONGEST;
use crate::service::error::GateError;

/// Whether a person may be asked for a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// A terminal is ours to share with gpg's agent.
    May,
    /// The screen is in use: what the agent does not know already stays locked.
    MayNot,
}

/// Long enough for a person to type a passphrase or to touch a key.
const LIMIT: Duration = Duration::from_secs(60);

/// More than gpg has to say about one file.
const LONGEST_STATUS: u64 = 64 * 1024;

pub(super) fn pgp(path: &Path, ask: Ask) -> Result<Zeroizing<Vec<u8>>, GateError> {
    let mut command = Command::new("gpg");
    command.args(["--batch", "--quiet", "--no-tty", "--status-fd", "2"]);
    if ask == Ask::MayNot {
        command.args(["--pinentry-mode", "error"]);
    }
    // The agent finds the terminal to ask on by gpg's stdin.
    let stdin = match ask {
        Ask::May => Stdio::inherit(),
        Ask::MayNot => Stdio::null(),
    };
    command.args(["--decrypt", "--"]).arg(path).stdin(stdin);
    run(&mut command, path, LIMIT)
}

fn run(
    command: &mut Command,
    path: &Path,
    limit: Duration,
) -> Result<Zeroizing<Vec<u8>>, GateError> {
    let sealed = |why: &str, hint: Option<String>| GateError::Sealed {
        file: path.display().to_string(),
        why: why.to_owned(),
        hint,
    };
    let again = format!(
        "unlock the key, then `gatepost import {}` in a terminal",
        path.display()
    );
    let started = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = started.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => sealed("gpg is not installed", None),
        _ => sealed(&format!("gpg cannot be started ({error})"), None),
    })?;
    let process = rustix::process::Pid::from_child(&child);
    let (send, answer) = mpsc::channel();
    thread::spawn(move || send.send(collect(child)));
    let Ok(collected) = answer.recv_timeout(limit) else {
        // It may have ended this instant; there is nothing left to do about it then.
        let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
        let why = format!("nobody unlocked its key within {} s", limit.as_secs());
        return Err(sealed(&why, Some(again)));
    };
    let (output, status, ended) =
        collected.map_err(|error| sealed(&format!("gpg failed ({error})"), None))?;
    if ended.success() {
        return Ok(output);
    }
    Err(match verdict(&status) {
        Verdict::NoKey => sealed(
            "the key that it is encrypted to is not on this machine",
            None,
        ),
        Verdict::Locked => sealed("its key is locked", Some(again)),
        Verdict::Damaged => sealed("gpg finds it damaged", None),
        Verdict::Other => sealed(&format!("gpg could not decrypt it ({ended})"), None),
    })
}

type Collected = std::io::Result<(Zeroizing<Vec<u8>>, String, ExitStatus)>;

fn collect(mut child: Child) -> Collected {
    let said = child.stderr.take().map(|stderr| {
        thread::spawn(move || {
            let mut said = Vec::new();
            let read = stderr.take(LONGEST_STATUS).read_to_end(&mut said);
            read.map(|_| String::from_utf8_lossy(&said).into_owned())
        })
    });
    // Full size from the start: a vector that grows leaves copies of what is in it behind.
    let mut output = Zeroizing::new(Vec::with_capacity(LONGEST as usize + 1));
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LONGEST + 1).read_to_end(&mut output)?;
    }
    let ended = child.wait()?;
    let said = said.and_then(|said| said.join().ok()).transpose()?;
    Ok((output, said.unwrap_or_default(), ended))
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    NoKey,
    Locked,
    Damaged,
    Other,
}

/// gpg says for which keys a file is, and which of its own it tried; what it has and cannot use
/// nobody unlocked. Which keys it lacks only later versions say.
fn verdict(status: &str) -> Verdict {
    let lines = status.lines().filter_map(|l| l.strip_prefix("[GNUPG:] "));
    let names: Vec<&str> = lines.filter_map(|line| line.split(' ').next()).collect();
    let count = |name: &str| names.iter().filter(|n| **n == name).count();
    let damaged = ["NODATA", "BADMDC", "DECRYPTION_OKAY"];
    if damaged.iter().any(|name| count(name) > 0) {
        Verdict::Damaged
    } else if count("KEY_CONSIDERED") + count("NEED_PASSPHRASE_SYM") > 0 {
        Verdict::Locked
    } else if count("ENC_TO") + count("NO_SECKEY") > 0 {
        Verdict::NoKey
    } else {
        Verdict::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Result<Zeroizing<Vec<u8>>, String> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        run(&mut command, Path::new("t.gpg"), limit).map_err(|e| e.to_string())
    }

    #[test]
    fn what_gpg_prints_is_handed_over_and_why_not_is_said_in_one_line() {
        let said = |script: &str| sh(script, LIMIT).unwrap_err();
        let good = sh("printf '{\"a\":1}'", LIMIT).unwrap();
        assert_eq!(good.as_slice(), b"{\"a\":1}");
        for (status, words) in [
            ("NO_SECKEY ABCDEF", "is not on this machine"),
            ("ENC_TO ABCDEF 1 0", "is not on this machine"),
            ("KEY_CONSIDERED ABCDEF 0", "its key is locked"),
            ("NEED_PASSPHRASE_SYM 9 3 2", "its key is locked"),
            ("NODATA 1", "finds it damaged"),
            ("PLAINTEXT 62", "could not decrypt it (exit status: 2)"),
        ] {
            let script = format!("echo hunter2; echo '[GNUPG:] {status}' >&2; exit 2");
            let said = said(&script);
            assert!(said.contains(words), "{status}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn a_question_that_nobody_answers_has_an_end() {
        let said = sh("exec sleep 100", Duration::from_millis(50)).unwrap_err();
        assert!(said.contains("nobody unlocked"), "{said}");
    }
}
