//! The lock of an account, across processes.

use gatepost::vault::AccountLock;

use super::*;

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
    let mut holder = Other::start("vault::lock::holds_the_lock_until_killed", &home);
    holder.says("held");
    let take = || AccountLock::try_take(&home.paths, AccountId(1)).unwrap();
    let while_alive = take().is_none();
    holder.kill();
    assert!(while_alive);
    assert!(take().is_some());
}

#[test]
#[ignore = "the other process of `a_killed_holder_frees_it`"]
fn holds_the_lock_until_killed() {
    let _lock = AccountLock::try_take(&shared_paths(), AccountId(1))
        .unwrap()
        .unwrap();
    say("held");
    loop {
        std::thread::park();
    }
}
