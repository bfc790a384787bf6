//! Single flight: however many ask, Google is asked once.

use gatepost::domain::health::State;
use gatepost::domain::schedule::Policy;
use gatepost::domain::time::Span;
use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use gatepost::service::Role;
use gatepost::service::ask::TokenAsk;

use crate::support::bench::{Bench, marked};

#[tokio::test(flavor = "multi_thread")]
async fn a_live_token_is_served_without_asking_google() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.control().clear_requests();
    let token = bench.gate.token(id, TokenAsk::default()).await.unwrap();
    assert!(marked(&token.secret));
    assert_eq!(bench.control().requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_callers_on_an_expired_token_make_one_request() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.let_access_run_out();
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let gate = bench.gate.clone();
            tokio::spawn(async move { gate.token(id, TokenAsk::default()).await })
        })
        .collect();
    let mut tokens = std::collections::BTreeSet::new();
    for caller in callers {
        tokens.insert(caller.await.unwrap().unwrap().secret.expose().to_owned());
    }
    assert_eq!(tokens.len(), 1, "everyone got the same token");
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn services_on_one_vault_share_one_refresh() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.let_access_run_out();
    let mut callers = Vec::new();
    for _ in 0..8 {
        let gate = bench.another().await;
        callers.push(tokio::spawn(async move {
            gate.token(id, TokenAsk::default()).await
        }));
    }
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn force_refresh_always_asks() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    let ask = TokenAsk {
        force: true,
        ..TokenAsk::default()
    };
    let first = bench.gate.token(id, ask).await.unwrap();
    let second = bench.gate.token(id, ask).await.unwrap();
    assert!(first.secret.expose() != second.secret.expose());
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_wedges_nobody() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.let_access_run_out();
    let gate = bench.gate.clone();
    let impatient = tokio::spawn(async move { gate.token(id, TokenAsk::default()).await });
    tokio::task::yield_now().await;
    impatient.abort();
    bench.gate.token(id, TokenAsk::default()).await.unwrap();
    assert!(bench.gate.snapshot().account(id).unwrap().busy.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn min_valid_decides_between_the_old_token_and_a_new_one() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.clock.step(Span::minutes(30));
    let short = TokenAsk {
        min_valid: Span::minutes(20),
        ..TokenAsk::default()
    };
    bench.gate.token(id, short).await.unwrap();
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 0);
    let long = TokenAsk {
        min_valid: Span::minutes(40),
        insists: true,
        ..TokenAsk::default()
    };
    bench.gate.token(id, long).await.unwrap();
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn standing_in_line_is_not_a_failure_to_reach_google() {
    let policy = Policy {
        concurrency: 1,
        ..Policy::default()
    };
    let bench = Bench::with(Role::OneShot, policy).await;
    let ana = bench.sign_in("ana@gmail.com").await;
    let bob = bench.sign_in("bob@example.com").await;
    let slow = FaultKind::Latency { ms: 1_500 };
    bench.control().add_fault(Fault::at(Endpoint::Token, slow));
    bench.let_access_run_out();
    let ask = TokenAsk {
        max_wait: Span::seconds(2),
        ..TokenAsk::default()
    };
    // Whoever comes second goes away empty-handed after two seconds; its refresh goes on.
    let _ = tokio::join!(bench.gate.token(ana, ask), bench.gate.token(bob, ask));
    for id in [ana, bob] {
        while bench.gate.snapshot().account(id).unwrap().busy.is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(bench.state(id), State::Ready);
    }
}
