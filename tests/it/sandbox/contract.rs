//! Answers held against fixtures shaped like Google's documented replies.

use super::journey::{Answer, EMAIL, Journey, MAIL};

#[tokio::test]
async fn a_consent_becomes_tokens_and_tokens_open_doors() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert!(access.starts_with("ya29.SANDBOX") && access.len() <= 2_048);
    assert!(refresh.starts_with("1//0SANDBOX") && refresh.len() == 103);
    assert_eq!(tokens["expires_in"], 3_599);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], format!("openid {EMAIL} {MAIL}"));

    let renewed = journey.refresh(refresh).await.json();
    assert!(renewed.get("refresh_token").is_none());
    let path = "/gmail/v1/users/me/profile";
    let request = journey.http.get(journey.url(path)).bearer_auth(access);
    let profile = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(profile.json()["emailAddress"], "ana@gmail.com");
    assert_eq!(journey.control.refreshes_for("ana@gmail.com"), 1);
}
