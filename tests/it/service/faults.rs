//! What each trouble does to an account, and what it must not do.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::domain::cause::CauseKind;
use gatepost::domain::health::State;
use gatepost::domain::time::Span;
use gatepost::sandbox::{Endpoint, Fault, FaultKind, Standing};
use gatepost::service::ask::TokenAsk;
use gatepost::service::error::Kind;

use crate::support::bench::Bench;

async fn refused(bench: &Bench, id: gatepost::domain::account::AccountId) -> Kind {
    bench.gate.refresh(id).await.unwrap_err().kind()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_behind_our_back_is_told_with_a_likely_cause() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(refused(&bench, id).await, Kind::ConsentNeeded);
    assert_eq!(bench.state(id), State::Revoked);
    let snapshot = bench.gate.snapshot();
    let view = snapshot.account(id).unwrap();
    assert_eq!(view.cause.as_ref().unwrap().kind, CauseKind::Withdrawn);
    assert!(
        view.facts.grant.as_ref().unwrap().has_refresh_token,
        "marked, not deleted"
    );
    bench.control().clear_requests();
    let error = bench.gate.token(id, TokenAsk::default()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::ConsentNeeded);
    assert!(
        bench.control().requests().is_empty(),
        "a dead grant is not asked about again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn session_control_is_reauth_and_a_disabled_client_is_blocked_until_it_works_again() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench
        .control()
        .session_control("ana@gmail.com", true)
        .unwrap();
    assert_eq!(refused(&bench, id).await, Kind::ConsentNeeded);
    assert_eq!(bench.state(id), State::Reauth);
    bench
        .control()
        .session_control("ana@gmail.com", false)
        .unwrap();
    bench.gate.refresh(id).await.unwrap();
    assert_eq!(bench.state(id), State::Ready);

    let client = bench.sandbox.clients()[0].client_id.clone();
    let bob = bench.sign_in("bob@example.com").await;
    bench
        .control()
        .set_client(&client, Standing::Disabled)
        .unwrap();
    assert_eq!(refused(&bench, id).await, Kind::Blocked);
    assert_eq!(bench.state(id), State::Blocked);
    assert_eq!(
        bench.state(bob),
        State::Blocked,
        "the client stops every account of its own"
    );
    bench
        .control()
        .set_client(&client, Standing::Active)
        .unwrap();
    bench.gate.refresh(bob).await.unwrap();
    assert_eq!(
        bench.state(id),
        State::Ready,
        "and its recovery frees them all"
    );
}

/// One passing failure, from before it to after it.
async fn passes_over(kind: FaultKind) {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Token, kind.clone()));
    let error = bench.gate.refresh(id).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Temporary, "{kind:?}: {error}");
    assert_eq!(bench.state(id), State::Retrying, "{kind:?}");
    let token = bench.gate.token(id, TokenAsk::default()).await;
    assert!(token.is_ok(), "{kind:?}: the live token is served");
    bench.control().clear_faults();
    bench.gate.refresh(id).await.unwrap();
    assert_eq!(bench.state(id), State::Ready, "{kind:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn passing_failures_never_change_what_is_believed() {
    let status = |code, html| FaultKind::Status {
        code,
        retry_after: None,
        html,
    };
    let mut cases = tokio::task::JoinSet::new();
    for kind in [
        status(408, false),
        status(500, false),
        status(502, false),
        status(503, true),
        FaultKind::Sorry,
        FaultKind::InternalFailure,
        FaultKind::Portal,
        FaultKind::Cut,
        FaultKind::Reset,
        FaultKind::TruncatedJson,
        FaultKind::AnswerLost,
    ] {
        cases.spawn(passes_over(kind));
    }
    cases.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_failure_is_tried_again_within_one_call() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let down = FaultKind::Status {
        code: 503,
        retry_after: None,
        html: false,
    };
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Token, down).times(1));
    bench.gate.refresh(id).await.unwrap();
    assert_eq!(bench.state(id), State::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn google_s_wish_to_wait_is_stored_and_shared() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let throttled = FaultKind::Status {
        code: 429,
        retry_after: Some(120),
        html: false,
    };
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Token, throttled));
    bench.let_access_run_out();
    let ask = TokenAsk {
        max_wait: Span::seconds(2),
        ..TokenAsk::default()
    };
    let error = bench.gate.token(id, ask).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Temporary);
    let backoff = bench
        .gate
        .snapshot()
        .account(id)
        .unwrap()
        .facts
        .backoff
        .unwrap();
    assert!(backoff.next_try_at - bench.clock.now() > Span::seconds(100));
    // Another process does not ask before then.
    bench.control().clear_requests();
    let other = bench.another().await;
    let error = other.token(id, ask).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Temporary, "{error}");
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_refresh_token_is_adopted() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Token, FaultKind::Rotated));
    for _ in 0..3 {
        bench.gate.refresh(id).await.unwrap();
    }
    bench.control().clear_faults();
    bench.another().await.refresh(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_token_that_misses_an_explicit_minimum_is_not_served() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.clock.step(Span::minutes(50));
    let down = FaultKind::Status {
        code: 503,
        retry_after: None,
        html: false,
    };
    bench.control().add_fault(Fault::at(Endpoint::Token, down));
    let wait = Span::seconds(1);
    let insists = TokenAsk {
        min_valid: Span::minutes(20),
        insists: true,
        max_wait: wait,
        force: false,
    };
    assert_eq!(
        bench.gate.token(id, insists).await.unwrap_err().kind(),
        Kind::Temporary
    );
    let lenient = TokenAsk {
        min_valid: Span::minutes(20),
        insists: false,
        max_wait: wait,
        force: false,
    };
    bench.gate.token(id, lenient).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_agrees_with_a_healthy_account_and_finds_a_dead_one() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let found = bench.gate.verify(id).await.unwrap();
    assert!(found.holds(), "{found:?}");
    assert_eq!(found.steps.len(), 3);
    bench.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(
        bench.gate.verify(id).await.unwrap_err().kind(),
        Kind::ConsentNeeded
    );
    assert_eq!(bench.state(id), State::Revoked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_sits_out_a_back_off_holds_up_nobody() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.let_access_run_out();
    let throttled = FaultKind::Status {
        code: 503,
        retry_after: Some(20),
        html: false,
    };
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Token, throttled).times(1));
    let wait = |seconds| TokenAsk {
        max_wait: Span::seconds(seconds),
        ..TokenAsk::default()
    };
    bench.gate.token(id, wait(2)).await.unwrap_err();
    let patient = bench.another().await;
    let waiting = tokio::spawn(async move { patient.token(id, wait(30)).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let person = bench.another().await;
    tokio::time::timeout(Duration::from_secs(5), person.refresh(id))
        .await
        .expect("not held up")
        .unwrap();
    assert!(!waiting.is_finished(), "the other one was sitting it out");
    waiting.abort();
}

/// Who answers for another account would have its mail sent in this one's name.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_account_is_not_taken() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let own = bench.gate.token(id, TokenAsk::default()).await.unwrap();
    let claims = serde_json::json!({
        "iss": bench.sandbox.base_url(), "aud": bench.sandbox.clients()[0].client_id,
        "sub": "1034", "email": "mallory@gmail.com", "exp": 4_102_444_800_i64,
    });
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let body = serde_json::json!({
        "access_token": "ya29.OF-MALLORY", "expires_in": 3599, "refresh_token": "1//OF-MALLORY",
        "id_token": format!("e30.{claims}.c2ln"),
    });
    let lie = FaultKind::Reply {
        status: 200,
        content_type: "application/json".into(),
        body: body.to_string(),
    };
    bench.control().add_fault(Fault::at(Endpoint::Token, lie));
    assert_eq!(refused(&bench, id).await, Kind::Blocked);
    let snapshot = bench.gate.snapshot();
    let fault = snapshot.account(id).unwrap().facts.fault.clone().unwrap();
    assert_eq!(fault.code, "id-token");
    assert_eq!(fault.message, "the ID token is another account's");
    let still = bench.gate.token(id, TokenAsk::default()).await.unwrap();
    assert_eq!(still.secret, own.secret, "the one that is ours is served");
    bench.control().clear_faults();
    bench.gate.refresh(id).await.unwrap();
    assert_eq!(
        bench.state(id),
        State::Ready,
        "and its refresh token is kept"
    );
}
