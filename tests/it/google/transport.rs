//! Limits, redirects, proxies and everything that can go wrong between here and an answer.

use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::domain::fault::{Diagnosis, Fault};
use gatepost::domain::time::Span;
use gatepost::google::{Endpoints, Google, HttpOptions};

use super::peer::{Answer, Peer, message};
use super::{at, client, google, google_with, refresh_token};

async fn refused(google: &Google, base: &str) -> Fault {
    let fault = google
        .refresh(&client(base), &refresh_token())
        .await
        .unwrap_err();
    let shown = format!("{fault:?}");
    assert!(!shown.contains("do-not-show"), "{shown}");
    fault
}

async fn fault_from(answer: Answer) -> Fault {
    let peer = Peer::start(vec![answer]).await;
    let google = google_with(&peer.base, Duration::from_millis(400));
    let patience = Duration::from_secs(5);
    tokio::time::timeout(patience, refused(&google, &peer.base))
        .await
        .expect("its own time limit ends it")
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_the_end() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ] {
        let peer = Peer::start(vec![Answer::Flood(head.into())]).await;
        let fault = refused(&google(&peer.base), &peer.base).await;
        assert_eq!(
            (fault.diagnosis, fault.code.as_str()),
            (Diagnosis::Portal, "too-large")
        );
    }
}

#[tokio::test]
async fn a_web_page_is_not_an_answer() {
    let page = message(
        "200 OK",
        "Content-Type: text/html\r\n",
        "<html>Log in to Harbour Hotel",
    );
    let fault = fault_from(Answer::Bytes(page)).await;
    assert_eq!(
        (fault.diagnosis, fault.code.as_str()),
        (Diagnosis::Portal, "not-json")
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Peer::json("200 OK", r#"{"access_token":"stolen"}"#).await;
    let to = format!("Location: {}/token\r\n", elsewhere.base);
    for status in ["302 Found", "307 Temporary Redirect"] {
        let fault = fault_from(Answer::Bytes(message(status, &to, ""))).await;
        assert_eq!(
            (fault.diagnosis, fault.code.as_str()),
            (Diagnosis::Portal, "not-json")
        );
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn stalls_and_cuts() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{";
    for (answer, code) in [
        (Answer::Stall(Vec::new()), "timeout"),
        (Answer::Stall(head.to_vec()), "timeout"),
        (Answer::Bytes(head.to_vec()), "unreachable"),
        (Answer::Bytes(Vec::new()), "unreachable"),
        (Answer::Bytes(b"\x15\x03\x01 what?".to_vec()), "unreachable"),
    ] {
        let fault = fault_from(answer).await;
        assert_eq!(
            (fault.diagnosis, fault.code.as_str()),
            (Diagnosis::Network, code),
            "{fault:?}"
        );
        assert!(fault.message.starts_with("127.0.0.1:"), "{}", fault.message);
    }
}

#[tokio::test]
async fn nobody_there() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let base = format!("http://{free}");
    let fault = refused(&google(&base), &base).await;
    assert_eq!(fault.code, "unreachable");
    assert_eq!(fault.message, format!("{free}: the connection was refused"));
}

#[tokio::test]
async fn secrets_do_not_leave_in_the_clear() {
    let google = Google::new(Endpoints::google(), HttpOptions::default(), Clock::system());
    for base in [
        "http://oauth2.example",
        "ftp://x",
        "https://ana:hunter2@oauth2.example",
        "nonsense",
    ] {
        let fault = refused(&google, base).await;
        assert_eq!(fault.diagnosis, Diagnosis::Request, "{base}");
        assert!(!fault.message.contains("hunter2"));
    }
}

#[tokio::test]
async fn how_long_to_wait() {
    // An hour ahead of our clock: the date is to be read by the clock of whoever wrote it.
    let date = "Date: Fri, 15 Jan 2027 09:00:00 GMT\r\n";
    for (headers, expected) in [
        ("Retry-After: 7\r\n".to_owned(), Some(7)),
        ("Retry-After: 99999999\r\n".to_owned(), Some(86_400)),
        (
            format!("{date}Retry-After: Fri, 15 Jan 2027 09:00:30 GMT\r\n"),
            Some(30),
        ),
        (
            format!("{date}Retry-After: Fri, 15 Jan 2027 08:30:00 GMT\r\n"),
            Some(0),
        ),
        ("Retry-After: soon\r\n".to_owned(), None),
        (String::new(), None),
    ] {
        let fault = fault_from(Answer::Bytes(message(
            "429 Too Many Requests",
            &headers,
            "",
        )))
        .await;
        assert_eq!(fault.diagnosis, Diagnosis::Throttled);
        assert_eq!(fault.retry_after, expected.map(Span::seconds), "{headers}");
    }
}

#[tokio::test]
async fn the_date_header_measures_our_clock_and_nothing_else() {
    let body = r#"{"access_token":"t","expires_in":3599}"#;
    let ahead = at() + Span::hours(2);
    let date = format!("Date: {}\r\n", ahead.format("%a, %d %b %Y %H:%M:%S GMT"));
    let peer = Peer::saying("200 OK", &date, body).await;
    let google = google(&peer.base);
    assert_eq!(google.skew(), None);
    let answer = google
        .refresh(&client(&peer.base), &refresh_token())
        .await
        .unwrap();
    let skew = google.clone().skew().unwrap();
    assert!((skew - Span::hours(2)).abs() < Span::seconds(3), "{skew}");
    assert!(
        answer.access.expires_at < at() + Span::hours(2),
        "expiry follows our own clock"
    );
}

#[tokio::test]
async fn a_name_that_does_not_exist() {
    let google = Google::new(Endpoints::google(), HttpOptions::default(), Clock::system());
    let fault = refused(&google, "https://oauth2.gatepost.invalid").await;
    assert_eq!(
        (fault.diagnosis, fault.code.as_str()),
        (Diagnosis::Network, "dns"),
        "{fault:?}"
    );
    assert!(fault.message.starts_with("oauth2.gatepost.invalid: "));
}

/// The environment belongs to a process, so these run in one of their own: `cargo test` itself.
pub(super) async fn in_child(test: &'static str, variables: Vec<(&'static str, String)>) {
    let output = tokio::task::spawn_blocking(move || {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "--ignored", test]);
        for name in [
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "NO_PROXY",
            "no_proxy",
        ] {
            child.env_remove(name);
        }
        child.envs(variables).output().unwrap()
    })
    .await
    .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
}

#[tokio::test]
async fn proxies() {
    let gate = Peer::saying("407 Proxy Authentication Required", "", "").await;
    let address = format!("http://ana:hunter2@127.0.0.1:{}", gate.port);
    in_child(
        "google::transport::child_asks_the_world",
        vec![("HTTPS_PROXY", address)],
    )
    .await;
    assert!(gate.requests()[0].starts_with("CONNECT oauth2.gatepost.invalid:443 "));

    let bystander = Peer::saying("407 Proxy Authentication Required", "", "").await;
    let peer = Peer::json("200 OK", r#"{"access_token":"t"}"#).await;
    let address = format!("http://127.0.0.1:{}", bystander.port);
    let variables = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"]
        .map(|name| (name, address.clone()));
    let variables = variables
        .into_iter()
        .chain([("TEST_BASE", peer.base.clone())])
        .collect();
    in_child("google::transport::child_asks_this_machine", variables).await;
    assert!(
        bystander.requests().is_empty(),
        "loopback never goes through a proxy"
    );
}

#[tokio::test]
#[ignore = "run by `proxies` with an environment of its own"]
async fn child_asks_the_world() {
    let google = Google::new(Endpoints::google(), HttpOptions::default(), Clock::system());
    let fault = refused(&google, "https://oauth2.gatepost.invalid").await;
    assert_eq!(
        (fault.diagnosis, fault.code.as_str()),
        (Diagnosis::Network, "proxy-auth"),
        "{fault:?}"
    );
    assert!(!fault.message.contains("hunter2"));
}

#[tokio::test]
#[ignore = "run by `proxies` with an environment of its own"]
async fn child_asks_this_machine() {
    let base = std::env::var("TEST_BASE").unwrap();
    let answer = google(&base)
        .refresh(&client(&base), &refresh_token())
        .await;
    assert!(answer.is_ok(), "{answer:?}");
}
