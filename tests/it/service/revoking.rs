//! Revocation that is honest: confirmed, already dead, and unconfirmed are told apart.

use gatepost::domain::account::AccountId;
use gatepost::domain::cause::CauseKind;
use gatepost::domain::health::State;
use gatepost::sandbox::{Endpoint, Fault, FaultKind, Scenario};
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
    let revocation = bench.gate.revoke(id).await.unwrap();
    assert!(revocation.was_dead);
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

/// Two spellings of one mailbox, both signed in with one client.
async fn siblings() -> (Bench, AccountId, AccountId) {
    let scenario = "people = [\"ana@gmail.com\", \"a.na@googlemail.com\"]\n\
        [[project]]\nname = \"Gatepost\"\nnumber = \"407\"\npublishing = \"production\"\n\
        [[project.client]]\nname = \"default\"\nkind = \"installed\"\n";
    let bench = Bench::in_world(Scenario::parse(scenario).unwrap()).await;
    let ana = bench.sign_in("ana@gmail.com").await;
    let same = bench.sign_in("a.na@googlemail.com").await;
    (bench, ana, same)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_with_it_is_marked_and_keeps_its_token() {
    let (bench, ana, same) = siblings().await;
    let snapshot = bench.gate.snapshot();
    let told = &snapshot.account(ana).unwrap().dies_with;
    assert_eq!(told, &["a.na@googlemail.com"], "told beforehand");
    let revocation = bench.gate.revoke(ana).await.unwrap();
    assert_eq!(revocation.died_with_it, ["a.na@googlemail.com"]);
    assert_eq!(bench.state(same), State::Revoked);
    let snapshot = bench.gate.snapshot();
    let view = snapshot.account(same).unwrap();
    assert!(view.facts.grant.as_ref().unwrap().has_refresh_token);
    let fault = view.facts.fault.as_ref().unwrap();
    assert_eq!(fault.message, "revoked together with ana@gmail.com");
    assert_eq!(view.cause.as_ref().unwrap().kind, CauseKind::RevokedHere);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_died_by_itself_speaks_for_nobody_else() {
    let (bench, ana, same) = siblings().await;
    bench.control().revoke("ana@gmail.com").unwrap();
    let revocation = bench.gate.revoke(ana).await.unwrap();
    assert!(revocation.was_dead);
    assert!(revocation.died_with_it.is_empty());
    assert_eq!(bench.state(same), State::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_got_lost_is_made_up_for_by_asking_again() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let lost = Fault::at(Endpoint::Revocation, FaultKind::AnswerLost);
    bench.control().add_fault(lost);
    let error = bench.gate.revoke(id).await.unwrap_err();
    assert!(matches!(error, GateError::Unconfirmed { .. }), "{error}");
    let snapshot = bench.gate.snapshot();
    let grant = snapshot.account(id).unwrap().facts.grant.clone();
    assert!(grant.unwrap().has_refresh_token, "kept, to ask again with");
    bench.control().clear_faults();
    let revocation = bench.gate.revoke(id).await.unwrap();
    assert!(revocation.was_dead);
    assert_eq!(bench.state(id), State::SignedOut);
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
