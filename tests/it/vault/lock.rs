//! The lock of an account, across processes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use gatepost::vault::AccountLock;

use super::*;

const HOME: &str = "GATEPOST_TEST_LOCKS";
const HOLDER: &str = "vault::lock::holds_the_lock_until_killed";

#[test]
fn one_holder_per_account() {
    let home = Home::new();
    let take = |id| AccountLock::try_take(&home.paths, AccountId(id)).unwrap();
    let first = take(1).unwrap();
    assert!(take(1).is_none());
    assert!(take(2).is_some(), "another account is not concerned");
    drop(first);
    assert!(take(1).is_some());
}

#[test]
fn a_killed_holder_frees_it() {
    let home = Home::new();
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", HOLDER, "--ignored", "--nocapture"])
        .env(HOME, &home.paths.locks)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("held")),
        "it never took the lock"
    );
    let take = || AccountLock::try_take(&home.paths, AccountId(1)).unwrap();
    let while_alive = take().is_none();
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(while_alive);
    assert!(take().is_some());
}

#[test]
#[ignore = "the other process of `a_killed_holder_frees_it`"]
fn holds_the_lock_until_killed() {
    let locks = std::env::var_os(HOME).unwrap().into();
    let paths = Paths {
        locks,
        ..Home::new().paths
    };
    let _lock = AccountLock::try_take(&paths, AccountId(1))
        .unwrap()
        .unwrap();
    println!("held");
    loop {
        std::thread::park();
    }
}
