//! What is the sandbox's own: the hand behind the scenes over HTTP, the request log, the client
//! file, and who is let in at all.

use serde_json::{Value, json};

use super::journey::{Answer, Journey, MAIL, REDIRECT, VERIFIER};

#[tokio::test]
async fn the_request_log_counts_and_keeps_no_secret() {
    let journey = Journey::begin().await;
    let code = journey.code(&[]);
    let tokens = journey.exchange(&code).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    journey.refresh(refresh).await;
    journey.control.revoke("ana@gmail.com").unwrap();
    journey.refresh(refresh).await;

    let log = journey.get("/sandbox/requests", "").await;
    for secret in [refresh, &code, VERIFIER, journey.client.secret.expose()] {
        assert!(!log.text.contains(secret));
    }
    let entries = journey.control.requests();
    let errors: Vec<_> = entries.iter().map(|entry| entry.error.as_deref()).collect();
    assert_eq!(errors, [None, None, Some("invalid_grant")]);
    assert_eq!(entries[0].form_keys.len(), 6);
    assert_eq!(entries[2].email.as_deref(), Some("ana@gmail.com"));
    assert_eq!(journey.control.refreshes_for("ana@gmail.com"), 2);
    assert_eq!(journey.control.refreshes_for("bob@example.com"), 0);
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_turned_away() {
    let journey = Journey::begin().await;
    let rebound = journey
        .http
        .get(journey.url("/"))
        .header("host", "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), 421);
    let forged = journey.http.post(journey.url("/sandbox/clear-faults"));
    let forged = forged.header("origin", "https://evil.example");
    assert_eq!(forged.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn another_program_can_pull_the_strings_too() {
    let journey = Journey::begin().await;
    let order = async |action: &str, body: Value| {
        let request = journey
            .http
            .post(journey.url(&format!("/sandbox/{action}")));
        Answer::of(request.body(body.to_string()).send().await.unwrap()).await
    };
    let issued = order(
        "issue",
        json!({"email": "eva@gmail.com", "client": "default", "scopes": MAIL, "granted_ago": "3d"}),
    );
    let issued = issued.await.json();
    let refresh = issued["refresh_token"].as_str().unwrap();
    assert_eq!(journey.refresh(refresh).await.status, 200);

    let fault = json!({"endpoint": "token", "times": 1, "kind": {"status": {"code": 429, "retry_after": 7}}});
    assert_eq!(order("fault", fault).await.status, 200);
    let throttled = journey.refresh(refresh).await;
    assert_eq!(
        (throttled.status, &throttled.headers["retry-after"]),
        (429, &"7".parse().unwrap())
    );

    order("revoke", json!({"email": "eva@gmail.com"})).await;
    assert_eq!(journey.refresh(refresh).await.status, 400);
    let redirect = order(
        "consent",
        json!({"url": journey.auth_url(&[]), "email": "eva@gmail.com"}),
    );
    let redirect = redirect.await.json()["redirect"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(redirect.starts_with(REDIRECT));

    assert_eq!(order("clear-faults", json!({})).await.status, 200);
    assert_eq!(
        order("revoke", json!({"email": "who@gmail.com"}))
            .await
            .status,
        404
    );
    let wrong = order("revoke", json!({"mail": "eva@gmail.com"})).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text.contains("email"), "{}", wrong.text);
}

#[tokio::test]
async fn the_client_file_points_at_the_sandbox() {
    let journey = Journey::begin().await;
    let file = journey.get("/credentials.json", "").await.json();
    let installed = &file["installed"];
    let base = journey.sandbox.base_url();
    assert_eq!(installed["token_uri"], format!("{base}/token"));
    assert_eq!(installed["auth_uri"], format!("{base}/o/oauth2/auth"));
    assert_eq!(installed["client_id"], journey.client.client_id);
    assert_eq!(installed["redirect_uris"], json!(["http://localhost"]));
    let direct = journey.sandbox.credentials_json("default").unwrap();
    assert_eq!(serde_json::from_str::<Value>(&direct).unwrap(), file);
    let home = journey.get("/", "").await;
    assert!(home.text.contains(&base) && home.text.contains("not Google"));
}
