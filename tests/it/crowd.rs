//! One vault, many programs: a screen, a cron job and twenty mail programs, over several expiries,
//! against a Google that takes each refresh token once. One refresh for each expiry, no error,
//! nothing lost; and what a holder that is killed or hangs costs the others. Prints its figures.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gatepost::domain::time::Span;
use gatepost::sandbox::{Endpoint, Fault, FaultKind, LogEntry};
use rustix::process::{Pid, Signal, kill_process};

use crate::cli::sealed::Sealed;
use crate::support::pty::Terminal;

const ANA: &str = "ana@gmail.com";
const CALLERS: usize = 20;
/// Of an access token, in seconds, and how much of it all who ask want to be left.
const LIFE: i64 = 14;
const LEAD: i64 = 10;
const EXPIRIES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(60);

fn shared(life: i64) -> Sealed {
    let sealed = Sealed::with_account(ANA);
    let config = format!("[refresh]\nlead = \"{LEAD}s\"\n[ui]\nmotion = false\n");
    sealed.write(".config/gatepost/config.toml", &config);
    sealed.control().habits(|habits| {
        habits.rotates = true;
        habits.access_life = Span::seconds(life);
    });
    // The token of the sign-in lives for an hour yet.
    assert_eq!(sealed.run(&["refresh", ANA]).code, Some(0));
    sealed
}

fn refreshes(sealed: &Sealed) -> Vec<LogEntry> {
    let mut entries = sealed.control().requests();
    entries.retain(LogEntry::is_refresh);
    entries
}

/// Calls again and again until told to end; every call has to go well.
fn calls(sealed: &Sealed, arguments: &[&str], ended: &AtomicBool, count: &AtomicUsize) {
    while !ended.load(Ordering::Relaxed) {
        let ran = sealed.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {ran}");
        assert!(
            !ran.stderr.contains("busy") && !ran.stderr.contains("locked"),
            "{ran}"
        );
        if arguments[0] == "token" {
            assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
        }
        count.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(60));
    }
}

fn screen(sealed: &Sealed) -> Terminal {
    let place = sealed.home.path().to_str().unwrap().to_owned();
    let base = sealed.sandbox.base_url();
    let environment = [("HOME", place.as_str()), ("GATEPOST_ENDPOINTS", &base)];
    let terminal = Terminal::start(100, 24, &[], &environment);
    terminal.wait_for(ANA);
    terminal
}

/// Everybody at once, until Google was asked `EXPIRIES` times. Returns the calls for tokens.
fn crowd(sealed: &Sealed, cron: &[&[&str]]) -> usize {
    let (ended, tokens, others) = (
        AtomicBool::new(false),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let mut terminal = screen(sealed);
    sealed.control().clear_requests();
    std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            let ask = &["token", ANA, "--min-valid", "10s"];
            scope.spawn(|| calls(sealed, ask, &ended, &tokens));
        }
        for arguments in cron {
            scope.spawn(|| calls(sealed, arguments, &ended, &others));
        }
        let begun = Instant::now();
        while refreshes(sealed).len() <= EXPIRIES && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        ended.store(true, Ordering::Relaxed);
    });
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert!(refreshes(sealed).len() > EXPIRIES, "the time was too short");
    assert!(others.load(Ordering::Relaxed) > 0);
    tokens.load(Ordering::Relaxed)
}

#[track_caller]
fn nothing_was_lost(sealed: &Sealed) {
    for entry in sealed.control().requests() {
        assert!(matches!(entry.status, Some(200)), "{entry:?}");
    }
    // Only the newest refresh token is good for anything: it is the one that was kept.
    let ran = sealed.run(&["refresh", ANA]);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn one_refresh_for_each_expiry_whoever_asks() {
    let sealed = shared(LIFE);
    let tokens = crowd(&sealed, &[&["verify", "--all"]]);
    let asked = refreshes(&sealed);
    let gaps: Vec<_> = asked
        .windows(2)
        .map(|two| (two[1].at - two[0].at).num_milliseconds())
        .collect();
    println!(
        "{} refreshes for {tokens} calls of `token` by {CALLERS} programs, a screen and a cron \
         job; tokens live {LIFE} s, {LEAD} s ahead; milliseconds between refreshes: {gaps:?}",
        asked.len(),
    );
    // A second one for the same expiry would come at its heels.
    let shortest = (LIFE - LEAD) * 1_000 - 200;
    assert!(gaps.iter().all(|gap| *gap >= shortest), "{gaps:?}");
    nothing_was_lost(&sealed);
}

#[test]
fn a_cron_job_that_forces_it_loses_nothing() {
    let sealed = shared(LIFE);
    let tokens = crowd(
        &sealed,
        &[
            &["refresh", "--all"],
            &["verify", "--all"],
            &["refresh", ANA],
        ],
    );
    println!(
        "{} refreshes, most of them forced, beside {tokens} calls of `token`",
        refreshes(&sealed).len()
    );
    nothing_was_lost(&sealed);
}

/// A refresh that holds the lock and waits for Google.
fn holder(sealed: &Sealed) -> Child {
    let silent = Fault::at(Endpoint::Token, FaultKind::Silence);
    sealed.control().clear_requests();
    sealed.control().add_fault(silent);
    let mut command = sealed.command(&["refresh", ANA]);
    let child = command.stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while refreshes(sealed).is_empty() {
        assert!(begun.elapsed() < PATIENCE, "it never asked");
        std::thread::sleep(Duration::from_millis(5));
    }
    sealed.control().clear_faults();
    child
}

fn tell(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

#[test]
fn a_killed_holder_frees_the_lock_at_once() {
    let sealed = shared(1);
    let mut took = Vec::new();
    for _ in 0..5 {
        let mut holder = holder(&sealed);
        tell(&holder, Signal::KILL);
        holder.wait().unwrap();
        let begun = Instant::now();
        let ran = sealed.run(&["token", ANA, "--force-refresh", "--max-wait", "20s"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        took.push(begun.elapsed().as_millis());
    }
    println!(
        "after SIGKILL of the holder a forced refresh took {took:?} ms, start of the program included"
    );
    // Far below what a lock that is waited for would cost.
    assert!(took.iter().all(|ms| *ms < 5_000), "{took:?}");
    nothing_but_silence_failed(&sealed);
}

#[track_caller]
fn nothing_but_silence_failed(sealed: &Sealed) {
    let refused = |entry: &LogEntry| entry.status.is_some_and(|status| status != 200);
    let requests = sealed.control().requests();
    assert!(!requests.iter().any(refused), "{requests:?}");
}

#[test]
fn a_hung_holder_is_waited_for_no_longer_than_asked() {
    let sealed = shared(1);
    // What is stored runs out, so that only a refresh would do.
    std::thread::sleep(Duration::from_millis(1_500));
    let mut holder = holder(&sealed);
    tell(&holder, Signal::STOP);
    let mut took = Vec::new();
    for seconds in [1_u64, 3] {
        let begun = Instant::now();
        let wait = format!("{seconds}s");
        let ran = sealed.run(&["token", ANA, "--max-wait", &wait]);
        assert_eq!(ran.code, Some(5), "{ran}");
        let lasted = begun.elapsed();
        assert!(
            lasted >= Duration::from_millis(seconds * 1_000 - 50),
            "{lasted:?}"
        );
        assert!(lasted < Duration::from_secs(seconds + 5), "{lasted:?}");
        took.push((seconds, lasted.as_millis()));
    }
    println!("behind a stopped holder (--max-wait s, lasted ms): {took:?}");
    // It wakes up, and whoever asks now is served.
    tell(&holder, Signal::KILL);
    tell(&holder, Signal::CONT);
    holder.wait().unwrap();
    assert_eq!(sealed.run(&["token", ANA]).code, Some(0));
    nothing_but_silence_failed(&sealed);
}

/// Its time is over when it wakes up, and the answer is there: with a refresh token that comes once.
#[test]
fn a_holder_that_was_stopped_takes_the_answer_that_came_meanwhile() {
    let sealed = shared(3_600);
    let slow = FaultKind::Latency { ms: 3_000 };
    sealed
        .control()
        .add_fault(Fault::at(Endpoint::Token, slow).times(1));
    let asking = sealed.command(&["refresh", ANA]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    tell(&asking, Signal::STOP);
    // Longer than a whole request may take.
    std::thread::sleep(Duration::from_secs(11));
    tell(&asking, Signal::CONT);
    let ran = sealed.finish(asking);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(sealed.run(&["refresh", ANA]).code, Some(0));
    nothing_but_silence_failed(&sealed);
}

/// Whoever waits no longer than a second leaves empty-handed, and what he asked for is not lost.
#[test]
fn an_answer_that_comes_too_late_for_the_caller_is_stored() {
    let sealed = shared(1);
    // What is stored runs out, so that only a refresh would do.
    std::thread::sleep(Duration::from_millis(1_500));
    sealed
        .control()
        .habits(|habits| habits.access_life = Span::hours(1));
    sealed.control().clear_requests();
    let slow = FaultKind::Latency { ms: 2_000 };
    sealed
        .control()
        .add_fault(Fault::at(Endpoint::Token, slow).times(1));
    let ran = sealed.run(&["token", ANA, "--max-wait", "1s"]);
    assert_eq!(ran.code, Some(5), "{ran}");
    assert_eq!(sealed.run(&["token", ANA]).code, Some(0));
    assert_eq!(refreshes(&sealed).len(), 1);
    assert_eq!(sealed.run(&["refresh", ANA]).code, Some(0));
    nothing_but_silence_failed(&sealed);
}
