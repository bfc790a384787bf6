//! A changed refresh token meets a disk that does not take it, for a while or for good. What
//! fails is SQLite's own writing, by a trigger that another connection sets.

use std::time::Duration;

use gatepost::domain::schedule::Policy;
use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use gatepost::service::Role;
use gatepost::service::ask::TokenAsk;
use gatepost::service::error::Kind;

use crate::support::bench::{Bench, paths};

const BREAK: &str = "CREATE TRIGGER broken BEFORE UPDATE ON grant \
                     BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";

fn disk(bench: &Bench, sql: &str) {
    let conn = rusqlite::Connection::open(paths(bench.home.path()).db).unwrap();
    conn.busy_timeout(Duration::from_secs(30)).unwrap();
    conn.execute_batch(sql).unwrap();
}

async fn rotating(role: Role) -> (Bench, gatepost::domain::account::AccountId) {
    let policy = Policy {
        auto: false,
        ..Policy::default()
    };
    let bench = Bench::with(role, policy).await;
    let id = bench.sign_in("ana@gmail.com").await;
    let rotated = Fault::at(Endpoint::Token, FaultKind::Rotated);
    bench.control().add_fault(rotated);
    bench.control().clear_requests();
    (bench, id)
}

/// The stored refresh token is the one that Google takes: another process gets on with it.
async fn is_stored(bench: &Bench, id: gatepost::domain::account::AccountId) {
    bench.another().await.refresh(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_says_what_a_lasting_failure_cost() {
    let (bench, id) = rotating(Role::OneShot).await;
    disk(&bench, BREAK);
    let error = bench.gate.refresh(id).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Vault, "{error}");
    let words = error.to_string();
    assert!(
        words.contains("the disk is full") && words.contains("sign in again"),
        "{words}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_lives_on_keeps_it_and_stores_it_later() {
    let (bench, id) = rotating(Role::Resident).await;
    let mut events = bench.gate.events();
    disk(&bench, BREAK);
    let error = bench.gate.refresh(id).await.unwrap_err().to_string();
    assert!(error.contains("in memory only"), "{error}");
    let told = events.recv().await.unwrap();
    assert_eq!(told.code, "not-stored");

    // Nothing uses it, and the old one is shown to nobody: not here, and not by another process.
    let ask = TokenAsk {
        force: true,
        max_wait: gatepost::domain::time::Span::seconds(1),
        ..TokenAsk::default()
    };
    assert!(bench.gate.refresh(id).await.is_err());
    let _ = bench.another().await.token(id, ask).await;
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 1);

    disk(&bench, "DROP TRIGGER broken");
    let stored = tokio::time::timeout(Duration::from_secs(30), events.recv());
    assert_eq!(stored.await.expect("stored at a tick").unwrap().code, "");
    is_stored(&bench, id).await;
    bench.gate.refresh(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_try_is_made_when_it_quits() {
    let (bench, id) = rotating(Role::Resident).await;
    disk(&bench, BREAK);
    bench.gate.refresh(id).await.unwrap_err();
    // A trigger goes away between two ticks and the end; whichever comes first stores it.
    disk(&bench, "DROP TRIGGER broken");
    bench.gate.close().await;
    is_stored(&bench, id).await;
}
