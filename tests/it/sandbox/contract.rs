//! Answers held against fixtures shaped like Google's documented replies: names, types, headers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::sandbox::{AllowScopes, ConsentChoice};
use serde_json::{Value, json};

use super::journey::{Answer, EMAIL, Journey, MAIL, query};

/// The same members with the same JSON types, whatever the values; `…` stands for any text.
fn assert_shape(found: &Value, fixture: &Value) {
    let kind = |value: &Value| match value {
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "truth",
        Value::Object(_) => "object",
        Value::Array(_) => "list",
        Value::Null => "nothing",
    };
    let shape = |value: &Value| -> Vec<(String, &str)> {
        let members = value.as_object().unwrap();
        members
            .iter()
            .map(|(name, value)| (name.clone(), kind(value)))
            .collect()
    };
    assert_eq!(shape(found), shape(fixture));
}

#[tokio::test]
async fn a_consent_becomes_tokens_and_tokens_open_doors() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    assert_shape(
        &tokens,
        &json!({
            "access_token": "ya29.a0…", "expires_in": 3599, "refresh_token": "1//0g…",
            "scope": "openid …", "token_type": "Bearer", "id_token": "eyJ…",
        }),
    );
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert!(access.starts_with("ya29.SANDBOX") && access.len() <= 2_048);
    assert!(refresh.starts_with("1//0SANDBOX") && refresh.len() == 103);
    assert_eq!(tokens["expires_in"], 3_599);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], format!("openid {EMAIL} {MAIL}"));

    let renewed = journey.refresh(refresh).await.json();
    assert_shape(
        &renewed,
        &json!({
            "access_token": "ya29.a0…", "expires_in": 3599, "scope": "openid …",
            "token_type": "Bearer", "id_token": "eyJ…",
        }),
    );
    assert_ne!(renewed["access_token"], tokens["access_token"]);
    let profile = journey.get("/gmail/v1/users/me/profile", access).await;
    assert_eq!(profile.json()["emailAddress"], "ana@gmail.com");
    assert_eq!(journey.control.refreshes_for("ana@gmail.com"), 1);
}

#[tokio::test]
async fn the_token_endpoint_sends_googles_headers_and_the_sandboxs_date() {
    let journey = Journey::begin().await;
    journey
        .control
        .habits(|habits| habits.date_offset = chrono::TimeDelta::days(400));
    let answer = journey.post("/token", &[]).await;
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    assert_eq!(
        header("cache-control"),
        "no-cache, no-store, max-age=0, must-revalidate"
    );
    assert_eq!(header("pragma"), "no-cache");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let shown = chrono::DateTime::parse_from_rfc2822(&header("date")).unwrap();
    let ahead = shown.to_utc() - journey.clock.now();
    assert!((ahead - chrono::TimeDelta::days(400)).num_seconds().abs() < 5);
}

#[tokio::test]
async fn clients_are_heard_however_they_introduce_themselves() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let (id, secret) = (&journey.client.client_id, journey.client.secret.expose());
    let url = journey.url("/token");

    let basic = journey.http.post(&url).basic_auth(id, Some(secret));
    let basic = basic.form(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]);
    assert_eq!(basic.send().await.unwrap().status(), 200);

    let body = json!({
        "grant_type": "refresh_token", "refresh_token": refresh, "client_id": id,
        "client_secret": secret, "scopes": ["openid"],
    });
    let json = journey
        .http
        .post(&url)
        .header("content-type", "application/json");
    let json = Answer::of(json.body(body.to_string()).send().await.unwrap()).await;
    assert_eq!(json.json()["scope"], "openid");

    let query = url::Url::parse_with_params(
        &url,
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("client_id", id),
            ("client_secret", secret),
        ],
    );
    let query = journey
        .http
        .post(query.unwrap())
        .header("content-length", 0);
    assert_eq!(query.send().await.unwrap().status(), 200);

    for alias in ["/o/oauth2/token", "/oauth2/v4/token", "/oauth2/v3/token"] {
        assert_eq!(journey.post(alias, &[]).await.status, 400, "{alias}");
    }
    assert_eq!(journey.http.get(&url).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn the_id_token_verifies_with_the_published_key() {
    let journey = Journey::begin().await;
    let choice = ConsentChoice {
        email: "bob@example.com".into(),
        allow_scopes: AllowScopes::All,
    };
    let scope = format!("openid email profile {MAIL}");
    let auth_url = journey.auth_url(&[("nonce", "N"), ("scope", &scope)]);
    let redirect = journey.control.consent(&auth_url, choice).unwrap();
    let code = query(&redirect, "code").unwrap();
    let tokens = journey.exchange(&code).await.json();
    let token = tokens["id_token"].as_str().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();

    let keys: Value = journey.get("/oauth2/v3/certs", "").await.json();
    let key = &keys["keys"][0];
    let number = |name: &str| decode(key[name].as_str().unwrap());
    let signed = format!("{}.{}", parts[0], parts[1]);
    ring::signature::RsaPublicKeyComponents {
        n: number("n"),
        e: number("e"),
    }
    .verify(
        &ring::signature::RSA_PKCS1_2048_8192_SHA256,
        signed.as_bytes(),
        &decode(parts[2]),
    )
    .unwrap();

    let certificates: Value = journey.get("/oauth2/v1/certs", "").await.json();
    let pem = certificates[key["kid"].as_str().unwrap()].as_str().unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::engine::general_purpose::STANDARD
        .decode(body)
        .unwrap();
    let modulus = number("n");
    assert!(
        der.windows(modulus.len()).any(|bytes| bytes == modulus),
        "the certificate is for the same key"
    );

    let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
    assert_eq!(
        (&header["alg"], &header["kid"]),
        (&json!("RS256"), &key["kid"])
    );
    let claims: Value = serde_json::from_slice(&decode(parts[1])).unwrap();
    assert_eq!(claims["iss"], journey.sandbox.base_url());
    assert_eq!(claims["aud"], journey.client.client_id);
    assert_eq!(claims["email"], "bob@example.com");
    assert_eq!(claims["hd"], "example.com");
    assert_eq!(claims["nonce"], "N");
    assert_eq!(claims["name"], "Bob");
    assert!(claims["email_verified"].is_boolean() && claims["exp"].is_i64());
    let info = journey.post("/tokeninfo", &[("id_token", token)]).await;
    assert_eq!(info.json()["email_verified"], "true");
}

#[tokio::test]
async fn tokeninfo_speaks_in_strings() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    let access = tokens["access_token"].as_str().unwrap();
    let info = journey
        .post("/tokeninfo", &[("access_token", access)])
        .await
        .json();
    assert_shape(
        &info,
        &json!({
            "azp": "…", "aud": "…", "sub": "1034…", "scope": "…", "exp": "1679875401",
            "expires_in": "3560", "email": "alice@gmail.com", "email_verified": "true",
            "access_type": "offline",
        }),
    );
    let by_bearer = journey
        .http
        .post(journey.url("/tokeninfo"))
        .bearer_auth(access);
    assert_eq!(by_bearer.send().await.unwrap().status(), 200);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refused = journey
        .post("/tokeninfo", &[("access_token", refresh)])
        .await;
    let expected = (400, "invalid_token".to_owned(), "Invalid Value".to_owned());
    assert_eq!(refused.refusal(), expected);
}

#[tokio::test]
async fn userinfo_tells_as_much_as_the_scopes_allow() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    let access = tokens["access_token"].as_str().unwrap();
    let person = journey.get("/v1/userinfo", access).await.json();
    assert_shape(
        &person,
        &json!({"sub": "1034…", "email": "…", "email_verified": true}),
    );
    let nobody = journey.get("/v1/userinfo", "ya29.none").await;
    assert_eq!(nobody.status, 401);
    assert!(nobody.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn gmail_refuses_as_the_gmail_api_does() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    let path = "/gmail/v1/users/me/profile";
    let reason = |answer: &Answer| answer.json()["error"]["errors"][0]["reason"].clone();

    let bare = Answer::of(journey.http.get(journey.url(path)).send().await.unwrap()).await;
    assert_eq!(
        bare.headers["www-authenticate"],
        "Bearer realm=\"https://accounts.google.com/\""
    );
    let wrong = journey.get(path, "ya29.none").await;
    assert_eq!((wrong.status, reason(&wrong)), (401, json!("authError")));
    let said = wrong.headers["www-authenticate"].to_str().unwrap();
    assert!(said.contains("error=\"invalid_token\""));

    journey.control.set_gmail_api("default", false).unwrap();
    let off = journey.get(path, &access).await;
    assert_eq!(
        (off.status, reason(&off)),
        (403, json!("accessNotConfigured"))
    );
    assert_eq!(
        off.json()["error"]["details"][0]["reason"],
        "SERVICE_DISABLED"
    );
    journey.control.set_gmail_api("default", true).unwrap();

    journey.control.set_mailbox("ana@gmail.com", false).unwrap();
    let none = journey.get(path, &access).await;
    assert_eq!(
        (none.status, reason(&none)),
        (400, json!("failedPrecondition"))
    );

    let code = journey.code(&[("scope", "https://www.googleapis.com/auth/gmail.send")]);
    let sender = journey.exchange(&code).await.json();
    let narrow = journey
        .get(path, sender["access_token"].as_str().unwrap())
        .await;
    assert_eq!(
        (narrow.status, reason(&narrow)),
        (403, json!("insufficientPermissions"))
    );
    let details = &narrow.json()["error"]["details"][0]["reason"];
    assert_eq!(details, "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
}

#[tokio::test]
async fn the_discovery_document_names_places_that_exist() {
    let journey = Journey::begin().await;
    let document = journey
        .get("/.well-known/openid-configuration", "")
        .await
        .json();
    for name in [
        "jwks_uri",
        "token_endpoint",
        "revocation_endpoint",
        "userinfo_endpoint",
        "authorization_endpoint",
    ] {
        let url = document[name].as_str().unwrap();
        let status = journey.http.get(url).send().await.unwrap().status();
        assert_ne!(status, 404, "{name}");
    }
    assert_eq!(document["issuer"], journey.sandbox.base_url());
}
