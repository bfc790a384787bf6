//! The key command: a program of the person's choice (`pass show gatepost`) that prints the key.
//! Split into arguments by the configuration, run without a shell, given a minute, and its output
//! wiped. What it says on stderr, a prompt perhaps, goes to the terminal.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::super::error::VaultError;
use super::super::seal::Key;
use super::decode;
use crate::domain::wording::why;

/// Long enough for a person to touch a hardware key or to type a passphrase.
const LIMIT: Duration = Duration::from_secs(60);

/// More than a key takes; the rest of a longer answer is not waited for.
const LONGEST: u64 = 4_096;

pub(super) fn run(argv: &[String]) -> Result<Key, VaultError> {
    run_within(argv, LIMIT)
}

fn run_within(argv: &[String], limit: Duration) -> Result<Key, VaultError> {
    let (program, arguments) = argv.split_first().ok_or(VaultError::NoKeyCommand)?;
    let failed = |why: String| VaultError::KeyCommand {
        program: program.clone(),
        why,
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("cannot be started: {}", why(&error))))?;
    let process = rustix::process::Pid::from_child(&child);
    let (send, answer) = mpsc::channel();
    thread::spawn(move || send.send(collect(child)));
    let Ok(collected) = answer.recv_timeout(limit) else {
        // It may have ended this instant; there is nothing left to do about it then.
        let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
        return Err(failed(format!(
            "did not answer within {} s",
            limit.as_secs()
        )));
    };
    let (output, status) = collected.map_err(|error| failed(format!("failed: {}", why(&error))))?;
    if !status.success() {
        return Err(failed(format!("ended with {status}")));
    }
    decode(&output, &|| {
        format!("the output of the key command `{program}`")
    })
}

type Collected = std::io::Result<(Zeroizing<Vec<u8>>, std::process::ExitStatus)>;

fn collect(mut child: Child) -> Collected {
    // Full size from the start: a vector that grows leaves copies of the key behind.
    let mut output = Zeroizing::new(Vec::with_capacity(LONGEST as usize));
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LONGEST).read_to_end(&mut output)?;
    }
    Ok((output, child.wait()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Vec<String> {
        ["/bin/sh", "-c", script].map(str::to_owned).into()
    }

    #[test]
    fn the_printed_key_is_taken() {
        let key = super::super::encode(&Key::new([5; 32]));
        let argv = ["echo".to_owned(), key.to_string()];
        assert_eq!(run(&argv).unwrap(), Key::new([5; 32]));
    }

    #[test]
    fn failures_name_the_program_and_never_its_output() {
        let said = |argv: &[String]| run(argv).unwrap_err().to_string();
        assert!(said(&sh("echo hunter2; exit 3")).contains("`/bin/sh` ended with exit status: 3"));
        assert!(!said(&sh("echo hunter2")).contains("hunter2"));
        assert!(said(&["/nonexistent/key".into()]).contains("cannot be started"));
        assert!(said(&[]).contains("key_command is empty"));
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let error = run_within(&sh("exec sleep 100"), Duration::from_millis(50)).unwrap_err();
        assert!(error.to_string().contains("did not answer"), "{error}");
    }
}
