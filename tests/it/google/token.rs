//! Exchange, refresh, revoke and the questions of identity, as they go over the line.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE};
use gatepost::domain::client_check::ClientCheck;
use gatepost::domain::fault::Diagnosis;
use gatepost::domain::scope::Scopes;
use gatepost::domain::secret::Secret;
use gatepost::domain::time::Span;
use gatepost::google::Revoked;
use serde_json::json;

use super::peer::{Answer, Peer, message};
use super::{REFRESH, SECRET, at, client, google, refresh_token};

fn form(request: &str) -> Vec<(String, String)> {
    let body = request.split_once("\r\n\r\n").unwrap().1;
    url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect()
}

fn has(form: &[(String, String)], name: &str, value: &str) -> bool {
    form.iter().any(|(n, v)| n == name && v == value)
}

#[tokio::test]
async fn a_refresh_sends_the_form_that_google_wants() {
    let peer = Peer::json(
        "200 OK",
        r#"{"access_token":"ya29.new","expires_in":3599,"scope":"openid https://mail.google.com/"}"#,
    )
    .await;
    let answer = google(&peer.base)
        .refresh(&client(&peer.base), &refresh_token())
        .await
        .unwrap();
    assert_eq!(answer.access_token, Secret::new("ya29.new"));
    assert!(answer.access.obtained_at >= at());
    assert_eq!(
        answer.access.expires_at - answer.access.obtained_at,
        Span::seconds(3599)
    );
    assert_eq!(
        answer.scopes,
        Some(Scopes::parse("https://mail.google.com/ openid"))
    );
    assert_eq!(
        (answer.refresh_token, answer.grant_expires_at, answer.claims),
        (None, None, None)
    );

    let request = &peer.requests()[0];
    assert!(request.starts_with("POST /token HTTP/1.1\r\n"), "{request}");
    let head = request.to_lowercase();
    assert!(
        head.contains(concat!("user-agent: gatepost/", env!("CARGO_PKG_VERSION"))),
        "{head}"
    );
    assert!(head.contains("content-type: application/x-www-form-urlencoded"));
    assert!(
        !head.contains("authorization:"),
        "the secret goes in the body"
    );
    let form = form(request);
    assert!(has(&form, "grant_type", "refresh_token") && has(&form, "refresh_token", REFRESH));
    assert!(has(&form, "client_secret", SECRET));
    assert!(has(&form, "client_id", "1-a.apps.googleusercontent.com"));
    assert_eq!(form.len(), 4, "no scope is named: {form:?}");
}

#[tokio::test]
async fn an_exchange_brings_the_whole_grant() {
    let claims = json!({"iss": "ISSUER", "aud": "1-a.apps.googleusercontent.com", "sub": "1034",
        "email": "ana@gmail.com", "email_verified": true, "exp": at().timestamp() + 3600});
    // The issuer is known only once the port is: the peer is started for it twice.
    for (issuer_is_ours, expected) in [(true, Ok("1034")), (false, Err("id-token"))] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let issuer = if issuer_is_ours {
            base.clone()
        } else {
            "http://127.0.0.1:1".into()
        };
        let claims = claims.to_string().replace("ISSUER", &issuer);
        let id_token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        let body = json!({"access_token": "ya29.a", "expires_in": "3599", "refresh_token": "1//new",
            "scope": "openid", "id_token": id_token, "refresh_token_expires_in": 604_799});
        let peer = Peer::on(listener, "200 OK", &body.to_string());
        let answer = google(&base)
            .exchange(
                &client(&base),
                &Secret::new("4/0Acode"),
                &Secret::new("v".repeat(43)),
                "http://127.0.0.1:8",
            )
            .await;
        match (answer, expected) {
            (Ok(grant), Err(code)) => {
                let doubt = grant.doubt.clone().unwrap();
                assert_eq!(
                    (doubt.code.as_str(), doubt.diagnosis),
                    (code, Diagnosis::Request)
                );
                assert_eq!(grant.claims, None);
                assert_eq!(grant.of_known_owner().unwrap_err(), doubt);
            }
            (Ok(grant), Ok(sub)) => {
                assert_eq!(grant.claims.unwrap().sub, sub);
                assert_eq!(grant.refresh_token, Some(Secret::new("1//new")));
                let life = grant.grant_expires_at.unwrap() - grant.access.obtained_at;
                assert_eq!(life, Span::seconds(604_799));
            }
            (answer, expected) => panic!("{answer:?} for {expected:?}"),
        }
        let form = form(&peer.requests()[0]);
        assert!(has(&form, "code", "4/0Acode") && has(&form, "code_verifier", &"v".repeat(43)));
        assert!(has(&form, "redirect_uri", "http://127.0.0.1:8"));
        assert!(
            has(&form, "grant_type", "authorization_code") && has(&form, "client_secret", SECRET)
        );
    }
}

#[tokio::test]
async fn lifetimes_are_kept_within_reason() {
    for (fields, life) in [
        ("", 3_600),
        (r#","expires_in":-7"#, 0),
        (r#","expires_in":"3599""#, 3_599),
        (r#","expires_in":99999999999999"#, 86_400),
        (
            r#","expires_in":1e300,"refresh_token_expires_in":1e300"#,
            86_400,
        ),
        (r#","expires_in":60,"refresh_token_expires_in":0"#, 60),
    ] {
        let peer = Peer::json("200 OK", &format!(r#"{{"access_token":"t"{fields}}}"#)).await;
        let answer = google(&peer.base)
            .refresh(&client(&peer.base), &refresh_token())
            .await
            .unwrap();
        let lived = answer.access.expires_at - answer.access.obtained_at;
        assert_eq!(lived, Span::seconds(life), "{fields}");
        assert!(
            answer.grant_expires_at.is_none_or(|end| end > at()),
            "{fields}"
        );
    }
}

#[tokio::test]
async fn json_without_a_token_is_not_googles() {
    for body in [
        "{}",
        r#"{"access_token":""}"#,
        r#"{"access_token":7}"#,
        r#"{"access_token":"a\r\nX-Evil: 1"}"#,
        r#"{"access_token":"a","refresh_token":"b c"}"#,
    ] {
        let peer = Peer::json("200 OK", body).await;
        let fault = google(&peer.base)
            .refresh(&client(&peer.base), &refresh_token())
            .await
            .unwrap_err();
        assert_eq!(
            (fault.diagnosis, fault.code.as_str()),
            (Diagnosis::Portal, "not-json"),
            "{body}"
        );
    }
}

/// A server that throws our own secrets back at us must not get them into a log, and neither
/// must one that writes for a terminal.
#[tokio::test]
async fn foreign_words_are_cleaned() {
    let long = format!("{}{REFRESH}", "x".repeat(290));
    for (error, description, shown) in [
        (
            REFRESH.to_owned(),
            format!("bad {REFRESH}&{SECRET}"),
            "bad ••••&••••".to_owned(),
        ),
        (
            "x".into(),
            "refresh_token=1%2F%2F0gREFRESH-do-not-show".into(),
            "refresh_token=••••".into(),
        ),
        (
            "x".into(),
            "not ya29.of-somebody-else".into(),
            "not ••••".into(),
        ),
        ("x".into(), long, format!("{}••••", "x".repeat(290))),
        (
            "in\u{1b}[31mvalid".into(),
            "\u{202e}\u{1b}]0;owned\u{7}no\n".into(),
            "no".into(),
        ),
    ] {
        let body = json!({"error": error, "error_description": description}).to_string();
        let peer = Peer::json("400 Bad Request", &body).await;
        let fault = google(&peer.base)
            .refresh(&client(&peer.base), &refresh_token())
            .await
            .unwrap_err();
        assert_eq!(fault.message, shown);
        assert!(
            ["••••", "x", "invalid"].contains(&fault.code.as_str()),
            "{fault:?}"
        );
    }
}

/// The letters that only the secret decides: what stands before and after it changes the others.
#[tokio::test]
async fn nor_do_encoded_secrets_come_back() {
    let letters = |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).count();
    let hex = |bytes: &[u8]| -> String {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let digits = digits.map(|digit| char::from_digit(digit.into(), 16));
        digits.flatten().collect()
    };
    let mut echoes = vec![
        hex(REFRESH.as_bytes()),
        hex(REFRESH.as_bytes()).to_uppercase(),
        "1%2f%2f0gREFRESH-do-not-show".to_owned(),
    ];
    for before in ["", "t", "t=", "tok", "\u{1}auth=Bearer "] {
        for after in ["", "&", "\u{1}\u{1}", "end"] {
            for secret in [REFRESH, SECRET] {
                let whole = format!("{before}{secret}{after}");
                echoes.extend([
                    BASE64_STANDARD.encode(&whole),
                    BASE64_STANDARD_NO_PAD.encode(&whole),
                    BASE64_URL_SAFE.encode(&whole),
                ]);
            }
        }
    }
    let answers = echoes.iter().map(|echo| {
        let body = json!({"error": "x", "error_description": echo}).to_string();
        Answer::Bytes(message("400 Bad Request", "", &body))
    });
    let peer = Peer::start(answers.collect()).await;
    let google = google(&peer.base);
    for echo in echoes {
        let answer = google.refresh(&client(&peer.base), &refresh_token()).await;
        let shown = answer.unwrap_err().message;
        let left = letters(&shown);
        assert!(shown.contains("••••") && left < 28, "{echo}: {shown}");
        assert!(!shown.contains(&echo), "{echo}: {shown}");
    }
}

/// Work for many accounts is spawned: the futures must be able to move between threads.
#[tokio::test]
async fn clones_work_at_the_same_time() {
    let answer = r#"{"access_token":"t"}"#;
    let answers = vec![Answer::Bytes(message("200 OK", "", answer)); 8];
    let peer = Peer::start(answers).await;
    let google = google(&peer.base);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (google, client) = (google.clone(), client(&peer.base));
        tasks.spawn(async move { google.refresh(&client, &refresh_token()).await });
    }
    let results = tasks.join_all().await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(peer.requests().len(), 8);
}

#[tokio::test]
async fn a_revocation_ends_in_one_of_three_ways() {
    let dead = r#"{"error":"invalid_token","error_description":"Token expired or revoked"}"#;
    for (status, body, expected) in [
        ("200 OK", "{}", Ok(Revoked::Confirmed)),
        ("200 OK", "", Ok(Revoked::Confirmed)),
        ("400 Bad Request", dead, Ok(Revoked::AlreadyDead)),
        ("503 Service Unavailable", dead, Err(Diagnosis::Upstream)),
        (
            "200 OK",
            "<html>Welcome to Harbour Hotel",
            Err(Diagnosis::Portal),
        ),
        (
            "400 Bad Request",
            r#"{"error":"invalid_request"}"#,
            Err(Diagnosis::Request),
        ),
    ] {
        let peer = Peer::json(status, body).await;
        let answer = google(&peer.base).revoke(&refresh_token(), None).await;
        assert_eq!(answer.map_err(|f| f.diagnosis), expected, "{status} {body}");
        let request = &peer.requests()[0];
        assert!(
            request.starts_with("POST /revoke HTTP/1.1\r\n"),
            "the token is in no address"
        );
        assert_eq!(form(request), [("token".to_owned(), REFRESH.to_owned())]);
    }
}

#[tokio::test]
async fn an_authority_that_insists_is_told_which_client_revokes() {
    let body = r#"{"error":"invalid_request","error_description":"no client authentication"}"#;
    let refused = message(
        "400 Bad Request",
        "Content-Type: application/json\r\n",
        body,
    );
    let done = message("200 OK", "", "");
    let peer = Peer::start(vec![Answer::Bytes(refused), Answer::Bytes(done)]).await;
    let client = client(&peer.base);
    let answer = google(&peer.base)
        .revoke(&refresh_token(), Some(&client))
        .await;
    assert_eq!(answer.unwrap(), Revoked::Confirmed);
    let asked: Vec<_> = peer.requests().iter().map(|r| form(r)).collect();
    let token = ("token".to_owned(), REFRESH.to_owned());
    let named = [
        token.clone(),
        ("client_id".to_owned(), client.client_id),
        ("client_secret".to_owned(), SECRET.to_owned()),
    ];
    assert_eq!(asked, [vec![token], named.to_vec()]);
}

#[tokio::test]
async fn a_client_check_tells_id_and_secret_apart_from_the_code() {
    let said =
        |error: &str, words: &str| json!({"error": error, "error_description": words}).to_string();
    for (status, body, expected) in [
        (
            "400 Bad Request",
            said("invalid_grant", "Malformed auth code."),
            ClientCheck::Good,
        ),
        (
            "401 Unauthorized",
            said("invalid_client", "The OAuth client was not found."),
            ClientCheck::UnknownId,
        ),
        (
            "401 Unauthorized",
            said("deleted_client", "The OAuth client was deleted."),
            ClientCheck::Deleted,
        ),
    ] {
        let peer = Peer::json(status, &body).await;
        let answer = google(&peer.base).check_client(&client(&peer.base)).await;
        assert_eq!(answer, expected, "{body}");
    }
    let peer = Peer::json("503 Service Unavailable", "").await;
    let answer = google(&peer.base).check_client(&client(&peer.base)).await;
    assert!(
        matches!(answer, ClientCheck::NoAnswer { .. }),
        "trouble on the way is no verdict: {answer:?}"
    );
}

#[tokio::test]
async fn who_a_token_belongs_to() {
    let token = Secret::new("ya29.who");
    let peer = Peer::json("200 OK", r#"{"aud":"c","sub":"1034","scope":"openid email","expires_in":"3560","email":"ana@gmail.com"}"#).await;
    let answer = google(&peer.base).tokeninfo(&token).await.unwrap();
    assert_eq!(answer.email.as_deref(), Some("ana@gmail.com"));
    assert_eq!(answer.expires_in, Some(Span::seconds(3560)));
    assert_eq!(answer.scopes, Scopes::parse("openid").with_identity());
    let request = &peer.requests()[0];
    assert!(
        request.starts_with("POST /tokeninfo HTTP/1.1\r\n"),
        "{request}"
    );

    let peer = Peer::json(
        "200 OK",
        r#"{"sub":"1034","email":"ana@gmail.com","name":"Ana"}"#,
    )
    .await;
    let answer = google(&peer.base).userinfo(&token).await.unwrap();
    assert_eq!(
        (answer.sub.as_str(), answer.email.as_deref()),
        ("1034", Some("ana@gmail.com"))
    );
    let request = &peer.requests()[0];
    assert!(
        request.starts_with("GET /v1/userinfo HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request
            .to_lowercase()
            .contains("authorization: bearer ya29.who")
    );

    let peer = Peer::json(
        "200 OK",
        r#"{"emailAddress":"ana@gmail.com","messagesTotal":12}"#,
    )
    .await;
    let answer = google(&peer.base).gmail_profile(&token).await.unwrap();
    assert_eq!(
        (answer.email.as_str(), answer.messages_total),
        ("ana@gmail.com", 12)
    );
    assert!(peer.requests()[0].starts_with("GET /gmail/v1/users/me/profile HTTP/1.1\r\n"));
}
