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

/// The codes of libgpg-error that mean that nobody gave a passphrase; the upper bits say who asked.
const NO_PASSPHRASE: [u32; 6] = [11, 83, 85, 86, 99, 177];

fn verdict(status: &str) -> Verdict {
    let lines = status.lines().filter_map(|l| l.strip_prefix("[GNUPG:] "));
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<Vec<String>> = lines.map(words).collect();
    let says = |name: &str| lines.iter().any(|line| line[0] == name);
    let codes = lines
        .iter()
        .filter(|line| line[0] == "ERROR" || line[0] == "FAILURE")
        .filter_map(|line| line.get(2)?.parse::<u32>().ok());
    let locked = codes
        .map(|code| code & 0xffff)
        .any(|code| NO_PASSPHRASE.contains(&code));
    // Of several keys one may be here, and locked.
    if locked || says("MISSING_PASSPHRASE") || says("BAD_PASSPHRASE") {
        Verdict::Locked
    } else if says("NO_SECKEY") {
        Verdict::NoKey
    } else if says("NODATA") || says("BADMDC") || says("DECRYPTION_OKAY") {
        Verdict::Damaged
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
            ("ERROR pkdecrypt_failed 83886179", "its key is locked"),
            ("FAILURE decrypt 67108949", "its key is locked"),
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
