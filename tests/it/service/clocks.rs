//! Clocks that jump, both ways, and machines that sleep for days: everybody's token is renewed once,
//! and then there is quiet.

use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::domain::account::AccountId;
use gatepost::domain::event::What;
use gatepost::domain::health::State;
use gatepost::domain::schedule::Policy;
use gatepost::domain::time::Span;
use gatepost::sandbox::{AllowScopes, Endpoint, Fault, FaultKind};
use gatepost::service::ask::{Browser, ConsentAsk, TokenAsk};
use gatepost::service::{Gate, Role};
use gatepost::vault::{HistoryQuery, Vault};

use crate::support::bench::{Bench, file_key, gate_on, paths};

const EVERYBODY: [&str; 2] = ["ana@gmail.com", "bob@example.com"];

async fn resident() -> (Bench, Vec<AccountId>) {
    let bench = Bench::with(Role::Resident, Policy::default()).await;
    let mut ids = Vec::new();
    for email in EVERYBODY {
        ids.push(bench.sign_in(email).await);
    }
    (bench, ids)
}

/// Waits until everybody's token was renewed, and a few alarms more: none renews it again.
async fn renewed_once_each(bench: &Bench) {
    let asked = || EVERYBODY.map(|email| bench.control().refreshes_for(email));
    let all = async {
        while asked().contains(&0) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), all).await;
    assert!(in_time.is_ok(), "{:?}", asked());
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(asked(), [1; EVERYBODY.len()]);
}

fn told(bench: &Bench) -> Vec<String> {
    let all = HistoryQuery {
        limit: 100,
        ..HistoryQuery::default()
    };
    let paths = paths(bench.home.path());
    let vault = Vault::open(&paths, &file_key(), bench.clock.now()).unwrap();
    let events = vault.history(&all).unwrap();
    let slept = events.into_iter().filter(|e| e.what == What::Sleep);
    slept.map(|event| event.detail).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_days_of_sleep_everybody_is_renewed_once() {
    let (bench, ids) = resident().await;
    bench.clock.step(Span::days(9));
    renewed_once_each(&bench).await;
    for id in ids {
        assert_eq!(bench.state(id), State::Ready);
    }
    let told = told(&bench);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("slept"), "{told:?}");
}

/// A token from the future says nothing about its end: it is asked for anew, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_by_days_costs_one_refresh_each() {
    let (bench, ids) = resident().await;
    bench.clock.step(-Span::days(2));
    renewed_once_each(&bench).await;
    for id in ids {
        assert_eq!(bench.state(id), State::Ready);
    }
    let told = told(&bench);
    assert!(
        told.iter().any(|words| words.contains("moved back")),
        "{told:?}"
    );
}

/// What NTP does: nothing is asked for, nobody is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_right_by_seconds_is_no_event() {
    let (bench, _) = resident().await;
    for by in [-3, 4, -2] {
        bench.clock.step(Span::seconds(by));
        tokio::time::sleep(Duration::from_millis(1_200)).await;
    }
    assert_eq!(
        EVERYBODY.map(|email| bench.control().refreshes_for(email)),
        [0; 2]
    );
    assert!(told(&bench).is_empty());
}

/// What was learnt by a wrong clock lies in the future once it is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_by_a_clock_that_was_ahead_holds_nobody_back() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    for ahead in [Span::minutes(2), Span::hours(2), Span::days(1)] {
        bench.let_access_run_out();
        bench.clock.step(ahead);
        let down = Fault::at(Endpoint::Token, FaultKind::status(503));
        bench.control().add_fault(down);
        bench.another().await.refresh(id).await.unwrap_err();
        bench.clock.step(-ahead);
        bench.control().clear_faults();
        bench.control().clear_requests();
        let ask = TokenAsk {
            max_wait: Span::seconds(5),
            ..TokenAsk::default()
        };
        bench.another().await.token(id, ask).await.unwrap();
        bench.another().await.refresh(id).await.unwrap();
        let asked = bench.control().refreshes_for("ana@gmail.com");
        assert_eq!(asked, 2, "{ahead}");
    }
}

async fn on_a_clock_that_is_ahead(bench: &Bench) -> Gate {
    let ahead = Clock::system();
    ahead.step(Span::hours(2));
    let (home, base) = (bench.home.path(), bench.sandbox.base_url());
    gate_on(home, &base, &ahead, Role::OneShot, Policy::default()).await
}

/// An ID token that was just made looks stale to such a clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_ahead_costs_no_refresh_token() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.control().habits(|habits| habits.rotates = true);
    let wrong = on_a_clock_that_is_ahead(&bench).await;
    wrong.refresh(id).await.unwrap();
    wrong.refresh(id).await.unwrap();
    bench.another().await.refresh(id).await.unwrap();
    assert!(
        bench
            .control()
            .requests()
            .iter()
            .all(|r| r.status == Some(200))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_a_sign_in() {
    let bench = Bench::new().await;
    let wrong = on_a_clock_that_is_ahead(&bench).await;
    let ask = ConsentAsk {
        browser: Browser::Leave,
        ..ConsentAsk::default()
    };
    let consent = wrong.consent(ask).await.unwrap();
    bench
        .approve(&consent, "ana@gmail.com", AllowScopes::All)
        .await;
    assert_eq!(consent.finish().await.unwrap().email, "ana@gmail.com");
}
