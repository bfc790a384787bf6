//! `list --watch`: a stream that tells what changed, and a table that is drawn again.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::sealed::Sealed;
use crate::support::pty::Terminal;

const PATIENCE: Duration = Duration::from_secs(60);

/// A stream that ends with the test.
struct Stream {
    child: Child,
    lines: Option<BufReader<ChildStdout>>,
}

impl Stream {
    fn of(sealed: &Sealed) -> Self {
        let mut child = sealed
            .command(&["list", "--watch", "--json"])
            .spawn()
            .unwrap();
        let lines = child.stdout.take().map(BufReader::new);
        Self { child, lines }
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.as_mut().unwrap().read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: `{line}`"))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_stream_tells_each_change_and_ends_with_its_reader() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut stream = Stream::of(&sealed);
    let first = stream.next();
    assert_eq!(
        (&first["change"], &first["email"]),
        (&"known".into(), &"ana@gmail.com".into())
    );
    assert_eq!(first["state"], "ready");

    // Time passes, a countdown goes down: no line of that comes before the next change.
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(sealed.run(&["label", "ana", "home"]).code, Some(0));
    let second = stream.next();
    assert_eq!(
        (&second["change"], &second["label"]),
        (&"changed".into(), &"home".into())
    );

    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    let third = stream.next();
    assert_eq!(
        (&third["state"], &third["problem"]["code"]),
        (&"revoked".into(), &"invalid_grant".into())
    );

    assert_eq!(
        sealed.run(&["remove", "ana@gmail.com", "--yes"]).code,
        Some(0)
    );
    let last = stream.next();
    assert_eq!(
        last,
        serde_json::json!({ "change": "gone", "email": "ana@gmail.com" })
    );

    drop(stream.lines.take());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = stream.child.try_wait().unwrap() {
            break status;
        }
        assert!(begun.elapsed() < PATIENCE, "it goes on without a reader");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(0));
}

#[test]
fn where_nothing_can_be_redrawn_it_says_so() {
    let sealed = Sealed::new();
    let ran = sealed.run(&["list", "--watch"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
    assert!(ran.stderr.contains("hint: add `--json`"), "{ran}");
}

#[test]
fn a_terminal_is_drawn_again_and_what_does_not_fit_is_counted() {
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().to_str().unwrap();
    let arguments = ["--sandbox", "list", "--watch"];
    let mut terminal = Terminal::start(100, 6, &arguments, &[("TMPDIR", directory)]);
    terminal.wait_until("the top and the rest", |screen| {
        screen.starts_with("  STATE") && screen.contains("more")
    });
    terminal.wait_until("another frame", |_| {
        let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        bytes.matches("\u{1b}[H").count() > 2
    });
    assert!(
        terminal.text().starts_with("  STATE"),
        "{}",
        terminal.text()
    );
    terminal.press("\u{3}");
    assert_eq!(terminal.wait(), 130);
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}
