//! One run under `strace`, with one blow: the process dies before its n-th call of a kind, or that
//! call fails. Each thread counts for itself, so that a blow falls on whoever comes to n first.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use gatepost::sandbox::{AllowScopes, ConsentChoice};

use super::home::{Home, Stage, say_to};
use super::operations::Operation;

/// What changes a disk, or tells somebody.
pub(super) const WRITING: [&str; 15] = [
    "pwrite64",
    "write",
    "writev",
    "sendto",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
    "rename",
    "renameat2",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "fchmod",
];

/// What only reads, waits or asks; between any two of them lies a moment too.
pub(super) const READING: [&str; 9] = [
    "openat",
    "pread64",
    "read",
    "fcntl",
    "close",
    "recvfrom",
    "newfstatat",
    "epoll_wait",
    "futex",
];

pub(super) const FAILURES: [(&str, &str); 12] = [
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("fsync", "EIO"),
    ("fdatasync", "EIO"),
    ("ftruncate", "EIO"),
    ("fallocate", "ENOSPC"),
    ("rename", "EIO"),
    ("renameat2", "EROFS"),
    ("linkat", "EIO"),
    ("unlink", "EROFS"),
    ("mkdir", "EROFS"),
    ("fchmod", "EROFS"),
];

#[derive(Clone, Copy)]
pub(super) struct Blow {
    call: &'static str,
    /// `None` kills.
    error: Option<&'static str>,
    /// From the n-th on, as a full disk stays full.
    lasting: bool,
}

pub(super) struct Ended {
    pub(super) was_hit: bool,
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Blow {
    pub(super) fn kill(call: &'static str) -> Self {
        Self {
            call,
            error: None,
            lasting: false,
        }
    }

    pub(super) fn fail(call: &'static str, error: &'static str, lasting: bool) -> Self {
        Self {
            call,
            error: Some(error),
            lasting,
        }
    }

    fn injection(self, n: usize) -> String {
        let how = self
            .error
            .map_or("signal=KILL".into(), |error| format!("error={error}"));
        let on = if self.lasting { "+" } else { "" };
        format!("inject={}:{how}:when={n}{on}", self.call)
    }

    /// A program that lived through a failing call says so in words and by its exit code.
    pub(super) fn judge(self, ended: &Ended) -> Result<(), String> {
        if self.error.is_none() {
            return Ok(());
        }
        match ended.code {
            Some(0 | 5 | 6) => {}
            other => return Err(format!("exit code {other:?}")),
        }
        if ended.code != Some(0) && !ended.stderr.contains("gatepost:") {
            return Err("nothing was said".into());
        }
        if ended.stderr.contains("panicked") {
            return Err("it panicked".into());
        }
        Ok(())
    }
}

impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error {
            None => write!(f, "killed before {}", self.call),
            Some(error) if self.lasting => write!(f, "{error} ever after {}", self.call),
            Some(error) => write!(f, "{error} by {}", self.call),
        }
    }
}

/// Whether processes may be traced here at all; says so loudly where they may not.
#[expect(clippy::print_stdout, reason = "whoever reads the log must see it")]
pub(super) fn can_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=none", "true"])
        .output();
    let traced = traced.expect("strace must be installed; .ci/run does it");
    let works = traced.status.success();
    if !works {
        println!("SKIPPED: nothing can be traced here: {traced:?}");
    }
    works
}

pub(super) fn run(
    stage: &Stage,
    home: &Home,
    operation: &Operation,
    blow: Blow,
    n: usize,
) -> Ended {
    let trace = format!("trace={}", blow.call);
    let (mut ended, traced) = traced(
        stage,
        home,
        operation,
        &["-e", &trace, "-e", &blow.injection(n)],
    );
    ended.was_hit |= traced.contains("(INJECTED)");
    ended
}

/// One run under `strace` with these options, and what it wrote down.
pub(super) fn traced(
    stage: &Stage,
    home: &Home,
    operation: &Operation,
    options: &[&str],
) -> (Ended, String) {
    let trace = home.root.path().join("trace");
    let mut command = Command::new("strace");
    stage.seal(&mut command, home);
    // strace is looked for by this process's PATH; the program finds none.
    command
        .args(["-f", "-qq", "-o"])
        .arg(&trace)
        .args(options)
        .arg(env!("CARGO_BIN_EXE_gatepost"))
        .args(operation.arguments)
        .stdin(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut stderr = String::new();
    if let Some(email) = operation.with_consent {
        consent(stage, &mut err, &mut stderr, email);
    }
    let _ = err.read_to_string(&mut stderr);
    let output = child.wait_with_output().unwrap();
    let traced = std::fs::read_to_string(&trace).unwrap_or_default();
    let ended = Ended {
        was_hit: output.status.signal().is_some(),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr,
    };
    (ended, traced)
}

/// Plays the browser: reads the link, consents, follows the redirect.
fn consent(stage: &Stage, err: &mut impl BufRead, stderr: &mut String, email: &str) {
    let base = stage.sandbox.base_url();
    let url = loop {
        let mut line = String::new();
        if err.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if line.starts_with(&base) {
            break line.trim().to_owned();
        }
        *stderr += &line;
    };
    let choice = ConsentChoice {
        email: email.to_owned(),
        allow_scopes: AllowScopes::All,
    };
    let redirect = stage.sandbox.control().consent(&url, choice).unwrap();
    let redirect = url::Url::parse(&redirect).unwrap();
    let authority = format!(
        "{}:{}",
        redirect.host_str().unwrap(),
        redirect.port().unwrap()
    );
    let path = &redirect[url::Position::BeforePath..];
    say_to(
        &authority,
        &format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n"),
    );
}
