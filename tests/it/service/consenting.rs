//! Consent: whose account came back, what was granted, and what is kept.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use gatepost::domain::account::Email;
use gatepost::domain::health::State;
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::secret::Secret;
use gatepost::domain::time::Span;
use gatepost::sandbox::{AllowScopes, ConsentChoice, Endpoint, Fault, FaultKind, IssueSpec};
use gatepost::service::ask::{Browser, ConsentAsk};
use gatepost::service::consent::{ConsentError, Stage};
use gatepost::service::error::{GateError, Kind};
use gatepost::vault::{NewGrant, Vault};

use crate::support::bench::{Bench, file_key, paths, visit};

fn anyone() -> ConsentAsk {
    ConsentAsk {
        browser: Browser::Leave,
        ..ConsentAsk::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_is_ready_and_named_by_google() {
    let bench = Bench::new().await;
    let consented = bench
        .walk(anyone(), "ana@gmail.com", AllowScopes::All)
        .await
        .unwrap();
    assert_eq!(consented.email, "ana@gmail.com");
    assert!(!consented.renewed && consented.missing.is_empty() && !consented.without_refresh_token);
    assert_eq!(bench.state(consented.account), State::Ready);
    let snapshot = bench.gate.snapshot();
    assert!(!snapshot.account(consented.account).unwrap().sub.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_account_is_renewed_and_not_doubled() {
    let bench = Bench::new().await;
    let first = bench.sign_in("ana@gmail.com").await;
    let again = bench
        .walk(anyone(), "ana@gmail.com", AllowScopes::All)
        .await
        .unwrap();
    assert!(again.renewed);
    assert_eq!(again.account, first);
    assert_eq!(bench.gate.snapshot().accounts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_refused_both_are_named_and_it_can_be_kept() {
    let bench = Bench::new().await;
    let ana = bench.sign_in("ana@gmail.com").await;
    let before = bench.gate.snapshot().account(ana).unwrap().facts.clone();
    let ask = ConsentAsk {
        account: Some(ana),
        ..anyone()
    };
    let error = bench
        .walk(ask, "bob@example.com", AllowScopes::All)
        .await
        .unwrap_err();
    let ConsentError::OtherAccount {
        expected,
        got,
        kept,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (expected.as_str(), got.as_str()),
        ("ana@gmail.com", "bob@example.com")
    );
    assert_eq!(
        bench.gate.snapshot().account(ana).unwrap().facts,
        before,
        "nothing was stored for ana"
    );
    assert_eq!(bench.gate.snapshot().accounts.len(), 1);
    let bob = bench.gate.keep(*kept, None).await.unwrap();
    assert_eq!(
        bench.gate.snapshot().account(bob).unwrap().email,
        "bob@example.com"
    );
    assert_eq!(bench.state(bob), State::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_asked_for_is_insisted_on() {
    let bench = Bench::new().await;
    let ask = ConsentAsk {
        email: Some(Email::parse("ana@gmail.com").unwrap()),
        ..anyone()
    };
    let error = bench
        .walk(ask, "bob@example.com", AllowScopes::All)
        .await
        .unwrap_err();
    assert!(
        matches!(error, ConsentError::OtherAccount { .. }),
        "{error:?}"
    );
    assert!(bench.gate.snapshot().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unticked_box_makes_the_account_limited() {
    let bench = Bench::new().await;
    let only = AllowScopes::Only(vec!["openid".into()]);
    let consented = bench.walk(anyone(), "ana@gmail.com", only).await.unwrap();
    assert!(consented.missing.contains(MAIL));
    assert_eq!(bench.state(consented.account), State::Limited);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_stores_nothing() {
    let bench = Bench::new().await;
    let error = bench
        .walk(anyone(), "ana@gmail.com", AllowScopes::Deny)
        .await
        .unwrap_err();
    let ConsentError::Gate(error) = error else {
        panic!("{error:?}")
    };
    assert!(matches!(error, GateError::Denied(_)), "{error}");
    assert_eq!(error.kind(), Kind::ConsentNeeded);
    assert!(bench.gate.snapshot().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_address_wins_the_race_and_nonsense_is_told() {
    let bench = Bench::new().await;
    let mut consent = bench.gate.consent(anyone()).await.unwrap();
    let choice = ConsentChoice {
        email: "ana@gmail.com".into(),
        allow_scopes: AllowScopes::All,
    };
    let redirect = bench.control().consent(&consent.url, choice).unwrap();
    consent
        .pasted
        .send(Secret::new("4/0SANDBOX-a-bare-code"))
        .await
        .unwrap();
    let told = consent
        .stages
        .wait_for(|stage| matches!(stage, Stage::BadPaste { .. }))
        .await
        .unwrap()
        .clone();
    assert!(
        !format!("{told:?}").contains("SANDBOX"),
        "what was pasted is not echoed"
    );
    consent.pasted.send(Secret::new(redirect)).await.unwrap();
    let consented = consent.finish().await.unwrap();
    assert_eq!(consented.email, "ana@gmail.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn strays_and_forged_states_do_not_end_the_wait() {
    let bench = Bench::new().await;
    let consent = bench.gate.consent(anyone()).await.unwrap();
    let base = format!("http://127.0.0.1:{}", consent.port);
    for stray in [
        "/favicon.ico",
        "/?code=4/0x&state=forged",
        "/?error=access_denied",
        "/elsewhere?code=1",
    ] {
        let status = visit(&format!("{base}{stray}")).await;
        assert!(status >= 400, "{stray} was answered with {status}");
    }
    bench
        .approve(&consent, "ana@gmail.com", AllowScopes::All)
        .await;
    consent.finish().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_consent_frees_its_port_and_stores_nothing() {
    let bench = Bench::new().await;
    let consent = bench.gate.consent(anyone()).await.unwrap();
    let port = consent.port;
    drop(consent);
    for _ in 0..50 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
        {
            return assert!(bench.gate.snapshot().accounts.is_empty());
        }
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("port {port} is still served");
}

/// As when a browser's extension or an old bookmark leaves `access_type=offline` out: Google sends
/// no refresh token.
async fn walk_without_offline(bench: &Bench, ask: ConsentAsk) -> gatepost::service::ask::Consented {
    let consent = bench.gate.consent(ask).await.unwrap();
    let online = consent
        .url
        .replace("access_type=offline", "access_type=online");
    assert!(online != consent.url);
    let choice = ConsentChoice {
        email: "ana@gmail.com".into(),
        allow_scopes: AllowScopes::All,
    };
    visit(&bench.control().consent(&online, choice).unwrap()).await;
    consent.finish().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let bench = Bench::new().await;
    let ana = bench.sign_in("ana@gmail.com").await;
    let ask = ConsentAsk {
        account: Some(ana),
        ..anyone()
    };
    let consented = walk_without_offline(&bench, ask).await;
    assert!(consented.without_refresh_token);
    assert_eq!(bench.state(ana), State::Ready);
    bench.gate.refresh(ana).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_refresh_token_the_account_is_signed_out_and_says_why() {
    let bench = Bench::new().await;
    let consented = walk_without_offline(&bench, anyone()).await;
    assert_eq!(bench.state(consented.account), State::SignedOut);
    let snapshot = bench.gate.snapshot();
    let view = snapshot.account(consented.account).unwrap();
    let problem = view.problem(&snapshot.policy, bench.clock.now()).unwrap();
    assert_eq!(problem.code, "no-refresh-token");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_asks_for_what_was_asked_for_before() {
    let bench = Bench::new().await;
    let readonly = "https://www.googleapis.com/auth/gmail.readonly";
    let ask = ConsentAsk {
        scopes: Some(Scopes::parse(readonly)),
        ..anyone()
    };
    let first = bench
        .walk(ask, "ana@gmail.com", AllowScopes::All)
        .await
        .unwrap();
    let again = ConsentAsk {
        account: Some(first.account),
        ..anyone()
    };
    let consent = bench.gate.consent(again).await.unwrap();
    assert!(consent.url.contains("gmail.readonly"), "{}", consent.url);
    assert!(!consent.url.contains("mail.google.com"), "{}", consent.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_cut_short_is_finished_at_the_next_start() {
    let bench = Bench::new().await;
    let client = bench.sandbox.clients()[0].client_id.clone();
    let ten_minutes_ago = bench.clock.now() - Span::minutes(10);
    let mail = format!("{MAIL} openid email");
    let spec = IssueSpec::new("bob@example.com", &client, &mail, ten_minutes_ago);
    let issued = bench.control().issue(&spec).unwrap();
    let known = bench.gate.snapshot().clients[0].clone();
    let candidate = NewGrant {
        account: None,
        email: String::new(),
        sub: String::new(),
        client: known.id,
        requested: Scopes::parse(&mail),
        granted: Scopes::parse(&mail),
        token_endpoint: format!("{}/token", bench.sandbox.base_url()),
        granted_at: Some(ten_minutes_ago),
        expires_at: None,
        refresh_token: Some(issued.refresh_token),
        access: None,
        verified: false,
    };
    // As a process leaves it that was killed between storing and asking whose it is.
    let mut vault = Vault::open(&paths(bench.home.path()), &file_key(), bench.clock.now()).unwrap();
    vault.store_candidate(&candidate).unwrap();
    drop(vault);
    assert!(bench.gate.snapshot().accounts.is_empty());

    let next = bench.another().await;
    let snapshot = next.snapshot();
    assert_eq!(snapshot.accounts.len(), 1);
    assert_eq!(snapshot.accounts[0].email, "bob@example.com");
    let state = snapshot.accounts[0].state(&snapshot.policy, bench.clock.now());
    assert_eq!(state, State::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_client_secret_is_blocked_and_not_the_person_s_fault() {
    let bench = Bench::new().await;
    let client = bench.sandbox.clients()[0].client_id.clone();
    bench.control().rotate_secret(&client).unwrap();
    let error = bench
        .walk(anyone(), "ana@gmail.com", AllowScopes::All)
        .await
        .unwrap_err();
    let ConsentError::Gate(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.kind(), Kind::Blocked, "{error}");
    assert!(error.hint().unwrap().contains("gatepost client add"));
}

/// An ID token of nobody we know: the grant is not taken, and does not live on at Google either.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_whose_id_token_is_not_believed_is_ended_at_google() {
    let bench = Bench::new().await;
    let ours = bench.sandbox.clients()[0].client_id.clone();
    for (issuer, audience, exp, words) in [
        (
            "https://evil.example",
            ours.as_str(),
            4_102_444_800_i64,
            "another issuer",
        ),
        (
            &bench.sandbox.base_url(),
            "2-b.apps.googleusercontent.com",
            4_102_444_800,
            "another client",
        ),
        (&bench.sandbox.base_url(), &ours, 1_000, "clock"),
    ] {
        let claims = serde_json::json!({
            "iss": issuer, "aud": audience, "sub": "1034", "email": "ana@gmail.com", "exp": exp,
        });
        let claims = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        let body = serde_json::json!({
            "access_token": "ya29.DOUBTED", "expires_in": 3599, "refresh_token": "1//DOUBTED",
            "id_token": format!("e30.{claims}.c2ln"),
        });
        let lie = FaultKind::Reply {
            status: 200,
            content_type: "application/json".into(),
            body: body.to_string(),
        };
        bench.control().clear_requests();
        bench
            .control()
            .add_fault(Fault::at(Endpoint::Token, lie).times(1));
        let refused = bench.walk(anyone(), "ana@gmail.com", AllowScopes::All);
        let ConsentError::Gate(error) = refused.await.unwrap_err() else {
            panic!("somebody else's");
        };
        let error = error.to_string();
        assert!(error.contains(words), "{error}");
        let requests = bench.control().requests();
        let asked = |path: &str| requests.iter().filter(|r| r.path == path).count();
        assert_eq!((asked("/token"), asked("/revoke")), (1, 1), "{error}");
        assert!(bench.gate.snapshot().accounts.is_empty());
    }
}
