//! Revocation that is honest: confirmed, already dead, and unconfirmed are told apart.

use gatepost::domain::health::State;
use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use gatepost::service::ask::TokenAsk;
use gatepost::service::error::{GateError, Kind};

use crate::support::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_revocation_drops_the_tokens() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let revocation = bench.gate.revoke(id).await.unwrap();
    assert!(!revocation.was_dead);
    assert_eq!(bench.state(id), State::SignedOut);
    let error = bench.gate.token(id, TokenAsk::default()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::ConsentNeeded);
    let revoked = bench
        .control()
        .requests()
        .into_iter()
        .find(|r| r.path == "/revoke")
        .unwrap();
    assert_eq!(revoked.form_keys, ["token"], "the token went in the body");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_dead_already_counts_as_revoked() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.control().revoke("ana@gmail.com").unwrap();
    assert!(bench.gate.revoke(id).await.unwrap().was_dead);
    assert_eq!(bench.state(id), State::SignedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_google_s_word_the_tokens_are_kept() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let down = FaultKind::Status {
        code: 503,
        retry_after: None,
        html: false,
    };
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Revocation, down));
    let error = bench.gate.revoke(id).await.unwrap_err();
    assert!(matches!(error, GateError::Unconfirmed { .. }), "{error}");
    assert_eq!(error.kind(), Kind::Temporary);
    assert_eq!(bench.state(id), State::Ready);
    bench.control().clear_faults();
    bench.gate.revoke(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_does_not_tell_google() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.control().clear_requests();
    bench.gate.remove(id).await.unwrap();
    assert!(bench.gate.snapshot().accounts.is_empty());
    assert!(bench.control().requests().is_empty());
}
