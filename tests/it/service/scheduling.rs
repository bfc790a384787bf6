//! Automatic refresh: ahead of expiry, not for paused accounts, and after the clock jumped.

use std::time::Duration;

use gatepost::domain::account::AccountId;
use gatepost::domain::health::State;
use gatepost::domain::schedule::Policy;
use gatepost::domain::time::Span;
use gatepost::service::Role;

use crate::support::bench::Bench;

async fn becomes(bench: &Bench, id: AccountId, state: State) -> bool {
    let mut snapshots = bench.gate.watch();
    let settled = async {
        while bench.state(id) != state || bench.gate.snapshot().account(id).unwrap().busy.is_some()
        {
            let _ = tokio::time::timeout(Duration::from_millis(200), snapshots.changed()).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(8), settled)
        .await
        .is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_ahead_of_its_end() {
    let bench = Bench::with(Role::Resident, Policy::default()).await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.clock.step(Span::minutes(57));
    assert!(
        becomes(&bench, id, State::Ready).await,
        "{:?}",
        bench.state(id)
    );
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_account_is_left_alone_until_it_is_resumed() {
    let bench = Bench::with(Role::Resident, Policy::default()).await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.gate.set_paused(id, true).await.unwrap();
    bench.let_access_run_out();
    assert!(becomes(&bench, id, State::Paused).await);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 0);
    bench.gate.set_paused(id, false).await.unwrap();
    assert!(becomes(&bench, id, State::Ready).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn suspending_automatic_refresh_holds_for_all() {
    let bench = Bench::with(Role::Resident, Policy::default()).await;
    let id = bench.sign_in("ana@gmail.com").await;
    bench.gate.suspend_auto(true).await;
    bench.let_access_run_out();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(bench.control().refreshes_for("ana@gmail.com"), 0);
    bench.gate.suspend_auto(false).await;
    assert!(becomes(&bench, id, State::Ready).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_changed_shows_within_two_seconds() {
    let bench = Bench::with(Role::Resident, Policy::default()).await;
    let id = bench.sign_in("ana@gmail.com").await;
    let other = bench.another().await;
    other.set_label(id, Some("home".into())).await.unwrap();
    let mut snapshots = bench.gate.watch();
    let seen = snapshots.wait_for(|s| {
        s.account(id)
            .is_some_and(|a| a.label.as_deref() == Some("home"))
    });
    assert!(
        tokio::time::timeout(Duration::from_secs(2), seen)
            .await
            .is_ok()
    );
}
