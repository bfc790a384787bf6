//! Hooks: which program runs when, how often, with what, and for how long. Each writes what it was
//! given into the home, and is looked for among the processes until it has ended.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::sealed::{Ran, Sealed};

const ANA: &str = "ana@gmail.com";
const LOG: &str = ".local/state/gatepost/gatepost.log";
const PATIENCE: Duration = Duration::from_secs(60);
/// What a hook may be told, one line for each run.
const NOTE: &str =
    "echo \"$GATEPOST_HOOK $GATEPOST_ACCOUNT $GATEPOST_STATE $GATEPOST_CODE\" >> runs";

fn script(sealed: &Sealed, body: &str) {
    sealed.write("hook", &format!("#!/bin/sh\ncd \"$HOME\"\n{body}\n"));
    let executable = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(sealed.path("hook"), executable).unwrap();
}

fn configure(sealed: &Sealed, hooks: &[&str], more: &str) {
    let program = sealed.path("hook");
    let line = |hook: &&str| format!("{hook} = [\"{}\"]\n", program.display());
    let lines: String = hooks.iter().map(line).collect();
    sealed.write(
        ".config/gatepost/config.toml",
        &format!("[hooks]\n{lines}{more}"),
    );
}

fn with_hook(hooks: &[&str], body: &str) -> Sealed {
    let sealed = Sealed::with_account(ANA);
    script(&sealed, body);
    configure(&sealed, hooks, "");
    sealed
}

/// Until no hook of this home runs any more.
fn settle(sealed: &Sealed) {
    let begun = Instant::now();
    let home = sealed.home.path().to_str().unwrap();
    let runs = |entry: std::fs::DirEntry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        line.contains("--run-hook") && line.contains(home)
    };
    while std::fs::read_dir("/proc").unwrap().flatten().any(runs) {
        assert!(begun.elapsed() < PATIENCE, "a hook does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn read(sealed: &Sealed, name: &str) -> String {
    std::fs::read_to_string(sealed.path(name)).unwrap_or_default()
}

fn runs(sealed: &Sealed) -> Vec<String> {
    settle(sealed);
    read(sealed, "runs").lines().map(str::to_owned).collect()
}

#[track_caller]
fn ends(ran: &Ran, code: i32) {
    assert_eq!(ran.code, Some(code), "{ran}");
}

#[test]
fn each_refresh_runs_one_hook_that_is_told_of_the_account() {
    let sealed = with_hook(&["on_refreshed"], NOTE);
    for _ in 0..2 {
        ends(&sealed.run(&["refresh", ANA]), 0);
    }
    ends(&sealed.run(&["token", ANA]), 0);
    assert_eq!(runs(&sealed), ["on_refreshed ana@gmail.com ready "; 2]);
}

#[test]
fn no_shell_looks_at_the_words() {
    let sealed = Sealed::with_account(ANA);
    script(&sealed, "printf '%s\\n' \"$@\" > words");
    let words = ["$HOME", "a b", "; touch broken", "`id`", "*", "|&<>", "\\"];
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let line = format!(
        "[hooks]\non_refreshed = ['{}', {}]\n",
        sealed.path("hook").display(),
        quoted.join(", ")
    );
    sealed.write(".config/gatepost/config.toml", &line);
    ends(&sealed.run(&["refresh", ANA]), 0);
    settle(&sealed);
    assert_eq!(read(&sealed, "words").lines().collect::<Vec<_>>(), words);
    assert!(!sealed.path("broken").exists());
}

#[test]
fn a_death_is_told_once_however_many_meet_it() {
    let sealed = with_hook(&["on_signin_needed"], NOTE);
    let told = "on_signin_needed ana@gmail.com revoked invalid_grant";
    sealed.control().revoke(ANA).unwrap();
    let crowd: Vec<_> = (0..10)
        .map(|_| sealed.command(&["refresh", ANA]).spawn().unwrap())
        .collect();
    for child in crowd {
        ends(&sealed.finish(child), 4);
    }
    ends(&sealed.run(&["token", ANA, "--force-refresh"]), 4);
    assert_eq!(runs(&sealed), [told]);
    // Another sign-in, another death.
    ends(&sealed.sign_in(&["reauth", ANA], ANA), 0);
    sealed.control().revoke(ANA).unwrap();
    ends(&sealed.run(&["refresh", ANA]), 4);
    assert_eq!(runs(&sealed), [told; 2]);
}

#[test]
fn a_sign_in_that_nears_its_end_is_told_once() {
    let sealed = with_hook(&["on_ending"], NOTE);
    ends(&sealed.run(&["refresh", ANA]), 0);
    assert!(runs(&sealed).is_empty());
    // Seven days from the sign-in, all of which count as near.
    configure(
        &sealed,
        &["on_ending"],
        "[refresh]\nending_within = \"30d\"\n",
    );
    ends(
        &sealed.run(&["client", "set", "default", "--status", "testing"]),
        0,
    );
    for _ in 0..3 {
        ends(&sealed.run(&["refresh", ANA]), 0);
    }
    assert_eq!(
        runs(&sealed),
        ["on_ending ana@gmail.com ending sign-in-ending"]
    );
}

#[test]
fn a_refusal_is_told_as_a_failure() {
    let sealed = with_hook(&["on_failed", "on_signin_needed"], NOTE);
    sealed.control().rotate_secret("default").unwrap();
    for _ in 0..2 {
        ends(&sealed.run(&["refresh", ANA]), 7);
    }
    assert_eq!(
        runs(&sealed),
        ["on_failed ana@gmail.com blocked invalid_client"]
    );
}

#[test]
fn gatepost_called_by_a_hook_runs_none() {
    let again = format!(
        "{NOTE}\n[ $(wc -l < runs) -lt 4 ] && \"{}\" refresh {ANA} && echo went >> well",
        env!("CARGO_BIN_EXE_gatepost")
    );
    let sealed = with_hook(&["on_refreshed"], &again);
    ends(&sealed.run(&["refresh", ANA]), 0);
    assert_eq!(runs(&sealed).len(), 1);
    assert_eq!(
        read(&sealed, "well"),
        "went\n",
        "and it is not kept waiting"
    );
}

#[test]
fn a_hook_that_hangs_holds_nobody_up_and_is_ended() {
    let sealed = with_hook(
        &["on_refreshed"],
        "trap '' TERM\nsleep 300 &\necho $! > sleeper\nwait\nwait",
    );
    let begun = Instant::now();
    let ran = sealed.run(&["refresh", ANA]);
    ends(&ran, 0);
    settle(&sealed);
    assert!(begun.elapsed() >= Duration::from_secs(10));
    let sleeper = read(&sealed, "sleeper");
    let line = std::fs::read_to_string(format!("/proc/{}/stat", sleeper.trim()));
    // Whoever inherits it may take a while to bury it.
    assert!(line.is_err() || line.is_ok_and(|line| line.contains(") Z ")));
    let log = read(&sealed, LOG);
    assert!(log.contains("took more than 10 s"), "{log}");
}

#[test]
fn a_hook_that_fails_is_logged_and_changes_nothing() {
    let sealed = with_hook(&["on_refreshed"], "exit 3");
    let usual = sealed.run(&["refresh", ANA]);
    settle(&sealed);
    let log = read(&sealed, LOG);
    assert!(
        log.contains("on_refreshed") && log.contains("exit status: 3"),
        "{log}"
    );
    std::fs::remove_file(sealed.path("hook")).unwrap();
    let ran = sealed.run(&["refresh", ANA]);
    assert_eq!(ran.to_string(), usual.to_string());
    ends(&ran, 0);
    settle(&sealed);
    assert!(read(&sealed, LOG).contains("was not started"));
    let report = sealed.run(&["doctor"]).stdout;
    let line = "hooks.on_refreshed: `HOME/hook` is not there or cannot be executed";
    assert!(report.contains(line), "{report}");
}

#[test]
fn a_line_for_a_shell_is_refused() {
    let sealed = Sealed::new();
    sealed.write(
        ".config/gatepost/config.toml",
        "[hooks]\non_failed = \"notify-send broken\"\n",
    );
    let ran = sealed.run(&["list"]);
    ends(&ran, 2);
    assert!(
        ran.stderr.contains("as in [\"notify-send\", \"gatepost\"]"),
        "{ran}"
    );
}

#[test]
fn a_hook_is_told_what_helps_without_a_screen() {
    let sealed = with_hook(&["on_signin_needed"], "echo \"$GATEPOST_REMEDY\" >> runs");
    sealed.control().revoke(ANA).unwrap();
    ends(&sealed.run(&["refresh", ANA]), 4);
    assert_eq!(
        runs(&sealed),
        ["sign in again: run `gatepost reauth ana@gmail.com`"]
    );
}

#[cfg(not(feature = "desktop-notifications"))]
#[test]
fn a_notification_that_this_program_cannot_show_is_refused() {
    let sealed = Sealed::new();
    sealed.write(".config/gatepost/config.toml", "[hooks]\nnotify = true\n");
    let ran = sealed.run(&["list"]);
    ends(&ran, 2);
    let remedy = "`cargo install --path . --locked --features desktop-notifications`";
    assert!(ran.stderr.contains(remedy), "{ran}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
    sealed.write(".config/gatepost/config.toml", "[hooks]\nnotify = false\n");
    ends(&sealed.run(&["list"]), 0);
}

#[test]
fn the_sandbox_runs_no_hook() {
    let sealed = with_hook(&["on_refreshed", "on_signin_needed", "on_failed"], NOTE);
    let config = sealed.path(".config/gatepost/config.toml");
    sealed.run(&["--sandbox", "refresh", "--all"]);
    sealed.run(&[
        "--sandbox",
        "--config",
        config.to_str().unwrap(),
        "refresh",
        "--all",
    ]);
    assert!(runs(&sealed).is_empty());
}
