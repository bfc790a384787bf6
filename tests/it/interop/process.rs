//! Other programs and our own, each with a time limit: what they say is read as they say it, and
//! they end with the test, however it ends.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Long enough for a debug build on a busy machine; nobody waits longer than it takes.
const PATIENCE: Duration = Duration::from_secs(60);

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Asks until there is an answer.
#[track_caller]
pub(super) fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// A program that runs, with everything it starts.
pub(super) struct Process {
    name: String,
    child: Child,
    out: Said,
    err: Said,
}

type Said = Arc<Mutex<String>>;

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Process {
    pub(super) fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn();
        let mut child = child.unwrap_or_else(|error| {
            panic!("cannot start `{name}` ({error}); .ci/run installs what these tests need")
        });
        let out = listen(child.stdout.take().unwrap());
        let err = listen(child.stderr.take().unwrap());
        Self {
            name,
            child,
            out,
            err,
        }
    }

    /// Waits for a whole line that begins like this, on either stream.
    #[track_caller]
    pub(super) fn line(&mut self, beginning: &str) -> String {
        let begun = Instant::now();
        loop {
            let over = self.child.try_wait().unwrap();
            let said = format!("{}{}", said(&self.out), said(&self.err));
            let whole = said.split_inclusive('\n').filter(|l| l.ends_with('\n'));
            if let Some(line) = whole.map(str::trim).find(|l| l.starts_with(beginning)) {
                return line.to_owned();
            }
            assert!(
                over.is_none() && begun.elapsed() < PATIENCE,
                "`{}` never said `{beginning}`:\n{said}",
                self.name
            );
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Waits for a line that begins like this; false if it ended without.
    pub(super) fn says(&mut self, beginning: &str) -> bool {
        wait_for(beginning, || {
            let over = self.child.try_wait().unwrap().is_some();
            let found = self.said().lines().any(|line| line.starts_with(beginning));
            (found || over).then_some(found)
        })
    }

    /// What it said so far.
    pub(super) fn said(&self) -> String {
        format!("{}{}", said(&self.out), said(&self.err))
    }

    /// To it and everything it started.
    pub(super) fn signal(&self, signal: rustix::process::Signal) {
        let group = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process_group(group, signal).unwrap();
    }

    /// Waits for the end.
    #[track_caller]
    pub(super) fn finish(mut self) -> Ran {
        let begun = Instant::now();
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "`{}` does not end:\n{}{}",
                self.name,
                said(&self.out),
                said(&self.err)
            );
            std::thread::sleep(LOOK_AGAIN);
        };
        // The pipes' ends are read when only this side holds on to what was said.
        for stream in [&self.out, &self.err] {
            wait_for("the end of a pipe", || {
                (Arc::strong_count(stream) == 1).then_some(())
            });
        }
        Ran {
            code: status.code(),
            out: said(&self.out),
            err: said(&self.err),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let group = rustix::process::Pid::from_child(&self.child);
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

fn listen(mut pipe: impl Read + Send + 'static) -> Said {
    let said = Said::default();
    let heard = Arc::clone(&said);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = pipe.read(&mut buffer) {
            let text = String::from_utf8_lossy(&buffer[..n]).into_owned();
            heard.lock().unwrap().push_str(&text);
        }
    });
    said
}

fn said(stream: &Said) -> String {
    stream.lock().unwrap().clone()
}

impl Ran {
    /// What it printed, if all went well.
    #[track_caller]
    pub(super) fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    pub(super) fn json(self) -> Value {
        serde_json::from_str(&self.good()).expect("JSON")
    }
}

/// The real `gatepost` in a home of its own, with nothing of ours in its environment.
pub(super) struct Home {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Home {
    pub(super) fn new(environment: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            folder: TempDir::new().unwrap(),
            environment: environment.iter().map(own).collect(),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Process {
        let mut command = self.command(env!("CARGO_BIN_EXE_gatepost"));
        Process::start(command.args(arguments))
    }

    /// Another program in this home.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            // Never the keyring of whoever runs the tests.
            .env("GATEPOST_VAULT_KEY", "file")
            .envs(self.environment.iter().map(|(n, v)| (n, v)));
        command
    }

    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).finish()
    }
}
