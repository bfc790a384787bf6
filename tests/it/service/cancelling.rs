//! A consent called off, at each step: nothing of it is left, or it was too late and that is said.

use gatepost::domain::secret::Secret;
use gatepost::sandbox::{AllowScopes, Endpoint, Fault, FaultKind};
use gatepost::service::ask::{Browser, ConsentAsk};
use gatepost::service::consent::{Consent, ConsentError, Part, Stage};
use gatepost::service::error::GateError;
use gatepost::vault::Vault;

use crate::support::bench::{Bench, file_key, paths};

const SILENCE: FaultKind = FaultKind::Silence;

async fn begun(bench: &Bench) -> Consent {
    let ask = ConsentAsk {
        browser: Browser::Leave,
        ..ConsentAsk::default()
    };
    bench.gate.consent(ask).await.unwrap()
}

async fn reaches(consent: &Consent, wanted: impl Fn(&Stage) -> bool) {
    let mut stages = consent.stages.clone();
    stages.wait_for(|stage| wanted(stage)).await.unwrap();
}

fn is_called_off(ended: &Result<impl std::fmt::Debug, ConsentError>) -> bool {
    matches!(ended, Err(ConsentError::Gate(GateError::Cancelled)))
}

fn nothing_is_left(bench: &Bench) {
    assert!(bench.gate.snapshot().accounts.is_empty());
    let vault = Vault::open(&paths(bench.home.path()), &file_key(), bench.clock.now()).unwrap();
    assert!(
        vault.candidates().unwrap().is_empty(),
        "the next start would bring it back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_waiting_for_the_browser() {
    let bench = Bench::new().await;
    let consent = begun(&bench).await;
    reaches(&consent, |s| matches!(s, Stage::Waiting { .. })).await;
    consent.cancel.cancel();
    assert!(is_called_off(&consent.finish().await));
    nothing_is_left(&bench);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_code_is_traded() {
    let bench = Bench::new().await;
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Token, SILENCE));
    let consent = begun(&bench).await;
    bench
        .approve(&consent, "ana@gmail.com", AllowScopes::All)
        .await;
    reaches(&consent, |s| *s == Stage::Exchanging).await;
    consent.cancel.cancel();
    assert!(is_called_off(&consent.finish().await));
    nothing_is_left(&bench);
}

fn revocations(bench: &Bench) -> Vec<Option<u16>> {
    let requests = bench.control().requests().into_iter();
    let revoked = requests.filter(|entry| entry.path == "/revoke");
    revoked.map(|entry| entry.status).collect()
}

/// Called off while the code is traded; Google answers all the same, a little later.
async fn called_off_during_the_exchange(bench: &Bench) {
    let slow = FaultKind::Latency { ms: 800 };
    bench.control().add_fault(Fault::at(Endpoint::Token, slow));
    let consent = begun(bench).await;
    bench
        .approve(&consent, "ana@gmail.com", AllowScopes::All)
        .await;
    reaches(&consent, |s| *s == Stage::Exchanging).await;
    consent.cancel.cancel();
    assert!(is_called_off(&consent.finish().await));
    bench.control().clear_faults();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_google_made_of_it_does_not_live_on() {
    let bench = Bench::new().await;
    called_off_during_the_exchange(&bench).await;
    nothing_is_left(&bench);
    assert_eq!(revocations(&bench), [Some(200)]);
}

/// Google ends all of an account's sign-ins with this client together.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_kept_is_not_ended_with_it() {
    let bench = Bench::new().await;
    let id = bench.sign_in("ana@gmail.com").await;
    called_off_during_the_exchange(&bench).await;
    assert!(revocations(&bench).is_empty());
    bench.gate.refresh(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_google_is_asked_whose_account_it_is() {
    let bench = Bench::new().await;
    bench
        .control()
        .add_fault(Fault::at(Endpoint::Userinfo, SILENCE));
    let consent = begun(&bench).await;
    bench
        .approve(&consent, "ana@gmail.com", AllowScopes::All)
        .await;
    reaches(&consent, |s| *s == Stage::Verifying).await;
    // The candidate is on disk by the time that Google is asked.
    let stored = async {
        loop {
            let asked = bench.control().requests();
            if asked.iter().any(|entry| entry.path.contains("userinfo")) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    stored.await;
    consent.cancel.cancel();
    assert!(is_called_off(&consent.finish().await));
    nothing_is_left(&bench);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_late_is_a_sign_in_that_went_well() {
    let bench = Bench::new().await;
    let consent = begun(&bench).await;
    bench
        .approve(&consent, "ana@gmail.com", AllowScopes::All)
        .await;
    let mut snapshots = bench.gate.watch();
    snapshots
        .wait_for(|snapshot| !snapshot.accounts.is_empty())
        .await
        .unwrap();
    consent.cancel.cancel();
    assert_eq!(consent.finish().await.unwrap().email, "ana@gmail.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_is_free_again_when_its_consent_has_ended() {
    let bench = Bench::new().await;
    let consent = begun(&bench).await;
    let port = consent.port;
    consent.cancel.cancel();
    assert!(is_called_off(&consent.finish().await));
    assert!(std::net::TcpListener::bind(("127.0.0.1", port)).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_checked_where_the_state_is_known() {
    let bench = Bench::new().await;
    let consent = begun(&bench).await;
    let state = url::Url::parse(&consent.url).unwrap();
    let state = state.query_pairs().find(|(k, _)| k == "state").unwrap().1;
    let typed = consent
        .checker
        .check(&Secret::new(format!("state={state}&code=4/0A")));
    assert_eq!((typed.state, typed.code), (Part::Right, Part::Right));
    let typed = consent.checker.check(&Secret::new("state=other&code=4/0A"));
    assert_eq!(typed.state, Part::Wrong);
    assert!(!format!("{:?}", consent.checker).contains(state.as_ref()));
}
