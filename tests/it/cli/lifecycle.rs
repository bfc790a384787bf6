//! How the screen ends and what it does meanwhile: a terminal that goes away without a word, work
//! that hangs, storms of resizing, long work that is stopped.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use portable_pty::{PtySize, native_pty_system};
use rustix::fs::OFlags;

use super::sealed::Sealed;
use crate::support::pty::Terminal;

const SOON: Duration = Duration::from_secs(3);

fn at_home(sealed: &Sealed) -> Terminal {
    let home = sealed.home.path().to_str().unwrap();
    let base = sealed.sandbox.base_url();
    let environment = [("HOME", home), ("GATEPOST_ENDPOINTS", base.as_str())];
    let terminal = Terminal::start(100, 24, &[], &environment);
    terminal.wait_for("ana@gmail.com");
    terminal
}

fn cpu_seconds(child: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks = |n: usize| fields[n].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

/// Nothing on this screen moves, so that no failing draw tells of the loss; no signal does either.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_vanishes_without_a_signal_ends_the_program() {
    use std::io::Read;
    for arguments in [&[][..], &["--sandbox"], &["--plain"]] {
        let sealed = Sealed::new();
        let size = PtySize {
            rows: 24,
            cols: 80,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true);
            options.custom_flags(OFlags::NOCTTY.bits().cast_signed());
            Stdio::from(options.open(pair.master.tty_name().unwrap()).unwrap())
        };
        let mut command = sealed.command(arguments);
        command.env("TERM", "xterm").stdin(open()).stdout(open());
        let mut child = command.spawn().unwrap();
        drop(command);
        let mut output = pair.master.try_clone_reader().unwrap();
        let mut first = [0; 64];
        assert_ne!(output.read(&mut first).unwrap(), 0);
        std::thread::sleep(Duration::from_millis(1_500));
        assert!(child.try_wait().unwrap().is_none(), "{arguments:?} runs");
        let before = cpu_seconds(&child);
        drop((output, pair));
        let begun = Instant::now();
        let mut spent = 0.0;
        while child.try_wait().unwrap().is_none() {
            spent = cpu_seconds(&child) - before;
            assert!(
                begun.elapsed() < SOON,
                "{arguments:?} still runs, {spent} s of a core later"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(spent < 1.0, "{arguments:?} spun for {spent} s");
    }
}

#[test]
fn leaving_waits_two_seconds_at_most_for_an_answer_that_does_not_come() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut terminal = at_home(&sealed);
    let never = FaultKind::Latency { ms: 60_000 };
    sealed
        .control()
        .add_fault(Fault::at(Endpoint::Token, never));
    terminal.press("r");
    terminal.wait_for("refreshing");
    let begun = Instant::now();
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn leaving_does_not_wait_for_a_vault_that_somebody_holds() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut terminal = at_home(&sealed);
    let holder = rusqlite::Connection::open(sealed.db()).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    terminal.press("p");
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn a_storm_of_resizing_ends_in_a_whole_picture() {
    let mut terminal = Terminal::start(120, 32, &["--sandbox"], &[]);
    terminal.wait_for("jonas.berg");
    for n in 0..200_u16 {
        terminal.resize(20 + n * 7 % 180, 3 + n * 5 % 50);
    }
    terminal.resize(80, 24);
    terminal.wait_until("the screen at its last size", |screen| {
        let lines: Vec<&str> = screen.lines().collect();
        let is_footer =
            |line: &&str| line.starts_with(" ? help") && line.trim_end().ends_with("q quit");
        lines.len() == 24
            && lines[0].starts_with(" gatepost")
            && lines.last().is_some_and(is_footer)
    });
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn long_work_is_seen_stopped_and_looked_at() {
    let sealed = Sealed::new();
    sealed.write("slow.toml", "[refresh]\nconcurrency = 1\n");
    let config = sealed.path("slow.toml");
    let arguments = ["--sandbox", "--config", config.to_str().unwrap()];
    let mut terminal = Terminal::start(120, 32, &arguments, &[]);
    terminal.wait_for("jonas.berg");
    // Google is down: each account takes its three tries.
    terminal.press("!d");
    terminal.press("R");
    terminal.wait_for("Refresh 14 accounts?");
    terminal.press("y");
    terminal.wait_until("the bar", |screen| {
        screen
            .lines()
            .any(|l| l.contains("refreshing") && l.contains("of 14") && l.contains("Esc stops"))
    });
    // News of the sandbox lies over the table, and is closed first.
    while !terminal.text().contains("stopp") {
        terminal.press("\u{1b}");
        std::thread::sleep(Duration::from_millis(300));
    }
    terminal.wait_for("stopped: ");
    terminal.press("w");
    terminal.wait_until("the page of works", |screen| {
        let has = |words: &str| screen.contains(words);
        has("━ Work ━") && has("of 14 refreshed") && has("try again")
    });
    terminal.press("j\r");
    terminal.wait_until("the account that failed", |screen| {
        screen.contains("Accounts (14)") && screen.lines().any(|line| line.contains('▸'))
    });
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}
