//! Whatever dies at whatever moment, no confirmed grant is lost. The real program is killed before
//! each of its system calls in turn, and each of its writing calls is made to fail, by `strace`,
//! which counts exactly; a fresh home for every point. All points of all operations:
//!
//! ```sh
//! cargo test --test it crash:: -- --ignored --nocapture
//! ```
//!
//! `GATEPOST_CRASH_STRIDE=5` takes each fifth of the calls that only read or wait, and all of those
//! that write; `GATEPOST_CRASH_ONLY="vault restore"` keeps to one operation.

mod disks;
mod home;
mod operations;
mod steps;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use home::Stage;
use operations::{OPERATIONS, Operation};
use steps::{Blow, READING, WRITING};

/// What one operation came to.
#[derive(Default)]
struct Tally {
    points: usize,
    /// Points after which the answer of a rotated token had died with the program, unconfirmed.
    in_flight: usize,
    losses: Vec<String>,
}

#[test]
#[ignore = "thousands of runs under strace; .ci/run runs it with a stride"]
fn killed_before_every_call_nothing_confirmed_is_lost() {
    if !steps::can_trace() {
        return;
    }
    let stride = std::env::var("GATEPOST_CRASH_STRIDE").map_or(1, |text| text.parse().unwrap());
    let mut work = Vec::new();
    for operation in chosen() {
        work.extend(WRITING.map(|call| (operation, Blow::kill(call), 1)));
        work.extend(READING.map(|call| (operation, Blow::kill(call), stride)));
    }
    run_all("killed", &work);
}

#[test]
#[ignore = "hundreds of runs under strace; .ci/run runs it"]
fn a_failing_disk_loses_nothing_confirmed() {
    if !steps::can_trace() {
        return;
    }
    let mut work = Vec::new();
    for operation in chosen() {
        for (call, error) in steps::FAILURES {
            for lasting in [false, true] {
                work.push((operation, Blow::fail(call, error, lasting), 1));
            }
        }
    }
    run_all("failed", &work);
}

fn chosen() -> impl Iterator<Item = &'static Operation> {
    let only = std::env::var("GATEPOST_CRASH_ONLY").ok();
    OPERATIONS
        .iter()
        .filter(move |operation| only.as_ref().is_none_or(|only| only == operation.name))
}

/// Steps through every operation and call, on two workers, and prints what came of it.
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn run_all(what: &str, work: &[(&'static Operation, Blow, usize)]) {
    let stage = Stage::new();
    let next = AtomicUsize::new(0);
    let tallies: Vec<_> = OPERATIONS.iter().map(|_| Mutex::default()).collect();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((operation, blow, stride)) =
                    work.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let at = OPERATIONS.iter().position(|o| o.name == operation.name);
                    step_through(&stage, operation, *blow, *stride, &tallies[at.unwrap()]);
                }
            });
        }
    });
    let mut losses = Vec::new();
    let mut points = 0;
    for (operation, tally) in OPERATIONS.iter().zip(tallies) {
        let tally = tally.into_inner().unwrap();
        println!(
            "{what}: {:<26} {:>5} points, {} losses, {} unconfirmed answers in flight",
            operation.name,
            tally.points,
            tally.losses.len(),
            tally.in_flight,
        );
        points += tally.points;
        losses.extend(tally.losses);
    }
    println!("{what}: {points} points, {} losses", losses.len());
    assert!(points > 100, "strace hit nothing");
    assert!(losses.is_empty(), "{}", losses.join("\n"));
}

/// The blow falls on the first such call, then on the next, until the program gets away.
fn step_through(
    stage: &Stage,
    operation: &Operation,
    blow: Blow,
    stride: usize,
    tally: &Mutex<Tally>,
) {
    for n in (1..).step_by(stride) {
        let home = stage.home(operation);
        let ended = steps::run(stage, &home, operation, blow, n);
        if !ended.was_hit {
            let said = &ended.stderr;
            assert_eq!(ended.code, Some(0), "{}, untouched: {said}", operation.name);
            break;
        }
        let found = home
            .is_sound(stage)
            .and_then(|()| blow.judge(&ended))
            .and_then(|()| (operation.holds)(stage, &home, &ended))
            .and_then(|in_flight| home.goes_on(stage).map(|()| in_flight));
        let mut tally = tally.lock().unwrap();
        tally.points += 1;
        match found {
            Ok(in_flight) => tally.in_flight += usize::from(in_flight),
            Err(why) => {
                let loss = format!(
                    "{}: {blow} number {n}: {why}\n{}",
                    operation.name, ended.stderr
                );
                tally.losses.push(loss);
            }
        }
    }
}
