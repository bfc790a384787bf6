//! Another program, run without a shell, for so long and no longer, with everything it starts. What
//! it says is kept up to a limit; whether that is good news is for the caller to judge.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process_group};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// More than any of them says; the rest is read and dropped.
const LONGEST: usize = 256 * 1024;

const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// On a busy machine the thread that listens may have heard nothing yet.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What is to be run, and how.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) argv: Vec<String>,
    pub(super) environment: Vec<(&'static str, String)>,
    pub(super) folder: Option<PathBuf>,
    pub(super) stdin: &'static str,
    /// Give it a terminal instead of pipes.
    pub(super) terminal: bool,
    pub(super) limit: Duration,
}

#[derive(Debug)]
pub(super) struct Ended {
    /// Nothing if it had to be ended.
    pub(super) status: Option<ExitStatus>,
    /// Both streams, as they came.
    pub(super) said: String,
}

pub(super) fn run(order: &Order) -> io::Result<Ended> {
    let (program, arguments) = order
        .argv
        .split_first()
        .ok_or_else(|| io::Error::other("nothing to run"))?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(order.environment.iter().map(|(name, value)| (name, value)))
        .env("LC_ALL", "C.UTF-8")
        .process_group(0);
    if let Some(folder) = &order.folder {
        command.current_dir(folder);
    }
    let (child, said) = if order.terminal {
        in_terminal(command)?
    } else {
        with_pipes(command, order.stdin)?
    };
    Ok(wait(child, &said, order.limit))
}

fn with_pipes(mut command: Command, stdin: &'static str) -> io::Result<(Child, Receiver<Vec<u8>>)> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        // It may not care; then it says so by its end.
        let _ = pipe.write_all(stdin.as_bytes());
    }
    let (send, said) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        listen(out, send.clone());
    }
    if let Some(err) = child.stderr.take() {
        listen(err, send);
    }
    Ok((child, said))
}

fn in_terminal(mut command: Command) -> io::Result<(Child, Receiver<Vec<u8>>)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let size = Winsize {
        ws_row: 24,
        ws_col: 200,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&ours, size)?;
    let name = ptsname(&ours, Vec::new())?;
    let theirs = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(OFlags::NOCTTY.bits().cast_signed())
        .open(name.to_string_lossy().as_ref())?;
    let child = command
        .stdin(theirs.try_clone()?)
        .stdout(theirs.try_clone()?)
        .stderr(theirs)
        .spawn()?;
    // Its ends of the terminal go with it, or ours would never see the end.
    drop(command);
    let (send, said) = mpsc::channel();
    listen(File::from(ours), send);
    Ok((child, said))
}

fn listen(mut pipe: impl Read + Send + 'static, send: mpsc::Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        // A terminal whose other side is gone is an error, and an end as well.
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            if send.send(buffer[..length].to_vec()).is_err() {
                return;
            }
        }
    });
}

fn wait(mut child: Child, said: &Receiver<Vec<u8>>, limit: Duration) -> Ended {
    let begun = Instant::now();
    let mut heard = Vec::new();
    let status = loop {
        hear(said, &mut heard);
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if begun.elapsed() < limit => thread::sleep(LOOK_AGAIN),
            _ => break None,
        }
    };
    // Whatever it left behind goes too; a group that is empty is no error worth telling.
    let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    let _ = child.wait();
    // Its last words may still be on their way; a grandchild that kept the pipe holds nobody up.
    while let Ok(words) = said.recv_timeout(LAST_WORDS) {
        keep(&mut heard, &words);
    }
    Ended {
        status,
        said: String::from_utf8_lossy(&heard).into_owned(),
    }
}

fn hear(said: &Receiver<Vec<u8>>, heard: &mut Vec<u8>) {
    while let Ok(words) = said.try_recv() {
        keep(heard, &words);
    }
}

fn keep(heard: &mut Vec<u8>, words: &[u8]) {
    let room = LONGEST.saturating_sub(heard.len()).min(words.len());
    heard.extend_from_slice(&words[..room]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, terminal: bool, limit: Duration) -> Ended {
        run(&Order {
            argv: ["sh", "-c", script].map(str::to_owned).into(),
            terminal,
            limit,
            ..Order::default()
        })
        .unwrap()
    }

    #[test]
    fn both_streams_are_kept_and_the_status_told() {
        let ended = sh(
            "echo out; echo err >&2; exit 3",
            false,
            Duration::from_secs(30),
        );
        assert_eq!(ended.status.and_then(|status| status.code()), Some(3));
        assert!(ended.said.contains("out\n") && ended.said.contains("err\n"));
    }

    #[test]
    fn a_terminal_is_a_terminal() {
        let ended = sh(
            "test -t 0 && test -t 1 && echo yes",
            true,
            Duration::from_secs(30),
        );
        assert!(ended.said.contains("yes"), "{ended:?}");
    }

    #[test]
    fn what_hangs_is_ended_with_all_it_started() {
        let ended = sh(
            "sleep 100 & echo begun; wait",
            false,
            Duration::from_millis(300),
        );
        assert!(
            ended.status.is_none() && ended.said == "begun\n",
            "{ended:?}"
        );
    }

    #[test]
    fn a_flood_is_cut() {
        let ended = sh("yes | head -c 2000000", false, Duration::from_secs(30));
        assert_eq!(ended.said.len(), LONGEST);
    }
}
