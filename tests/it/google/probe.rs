//! The way to a server, step by step: at which one it breaks, and what is said of it.

use std::time::{Duration, Instant};

use gatepost::clock::Clock;
use gatepost::domain::checkup::Stage;
use gatepost::domain::fault::Diagnosis;
use gatepost::domain::time::rfc3339;
use gatepost::google::{Endpoints, Google, HttpOptions, Journey, Voucher};

use super::peer::{Answer, Peer, message};
use super::tls::{fixture, serve};
use super::transport::in_child;

const LIMIT: Duration = Duration::from_millis(800);

async fn probe(base: &str, ca_file: Option<&str>) -> Journey {
    let options = HttpOptions {
        ca_file: ca_file.map(fixture),
        ..HttpOptions::default()
    };
    let google = Google::new(Endpoints::under(base).unwrap(), options, Clock::system());
    let targets = google.endpoints().web_targets(&[]);
    assert_eq!(targets.len(), 1, "one base is one server");
    let begun = Instant::now();
    let journey = google.probe(&targets[0], LIMIT).await;
    assert!(begun.elapsed() < LIMIT * 3, "its own time limit ends it");
    journey
}

#[track_caller]
fn broke(journey: &Journey, stage: Stage, diagnosis: Diagnosis, words: &str) {
    let broke = journey.broke.as_ref().expect("it broke");
    assert_eq!(
        (broke.stage, broke.diagnosis),
        (stage, diagnosis),
        "{broke:?}"
    );
    assert!(broke.words.contains(words), "{broke:?}");
}

async fn answered(answer: Answer) -> Journey {
    let peer = Peer::start(vec![answer]).await;
    probe(&peer.base, None).await
}

#[tokio::test]
async fn an_answer_of_google_s_kind_is_the_end_of_the_way() {
    let refusal = message(
        "400 Bad Request",
        "Content-Type: application/json\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
        r#"{"error":"invalid_token"}"#,
    );
    let journey = answered(Answer::Bytes(refusal)).await;
    assert_eq!((journey.status, journey.broke), (Some(400), None));
    assert!(journey.address.unwrap().ip().is_loopback());
    let skew = journey.skew.unwrap();
    assert!(skew.num_days() < -10_000, "{skew}");
}

#[tokio::test]
async fn a_name_that_nobody_knows_breaks_at_dns() {
    let journey = probe("https://nowhere.invalid", None).await;
    broke(
        &journey,
        Stage::Dns,
        Diagnosis::Network,
        "could not be looked up",
    );
}

#[tokio::test]
async fn a_port_where_nobody_is_breaks_at_tcp() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let journey = probe(&format!("http://{free}"), None).await;
    broke(&journey, Stage::Tcp, Diagnosis::Network, "was refused");
}

#[tokio::test]
async fn a_server_that_says_nothing_breaks_where_it_was_to_speak() {
    let silent = || Answer::Stall(Vec::new());
    let journey = answered(silent()).await;
    broke(&journey, Stage::Http, Diagnosis::Network, "within 800ms");
    let peer = Peer::start(vec![silent()]).await;
    let journey = probe(&peer.base.replace("http", "https"), None).await;
    broke(&journey, Stage::Tls, Diagnosis::Network, "within 800ms");
}

#[tokio::test]
async fn what_is_not_google_is_told_from_it() {
    use Diagnosis::{Network, Portal, Upstream};
    let page = "Content-Type: text/html\r\n";
    for (status, headers, body, diagnosis, words) in [
        ("200 OK", page, "<html>", Portal, "a web page came back"),
        ("200 OK", "", "welcome", Portal, "a web page came back"),
        (
            "302 Found",
            "Location: http://login.hotel.example/?to=x\r\n",
            "",
            Portal,
            "on to `login.hotel.example`",
        ),
        (
            "511 Network Authentication Required",
            page,
            "",
            Portal,
            "login first",
        ),
        (
            "407 Proxy Authentication Required",
            "",
            "",
            Network,
            "wants a login",
        ),
        ("503 Service Unavailable", page, "", Upstream, "status 503"),
    ] {
        let journey = answered(Answer::Bytes(message(status, headers, body))).await;
        broke(&journey, Stage::Http, diagnosis, words);
    }
    for (garbage, words) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], "does not speak HTTP"),
        (b"", "the connection broke"),
    ] {
        let journey = answered(Answer::Bytes(garbage.to_vec())).await;
        broke(&journey, Stage::Http, Network, words);
    }
}

#[tokio::test]
async fn certificates_are_shown_whether_or_not_they_are_believed() {
    use Diagnosis::{Clock, Network};
    for (certificate, ca_file, diagnosis, words) in [
        ("good.pem", None, Network, "`Harbour Hotel Inspection CA`"),
        ("other.pem", Some("ca.pem"), Network, "for another name"),
        ("old.pem", Some("ca.pem"), Clock, "has run out"),
        ("early.pem", Some("ca.pem"), Clock, "not valid yet"),
    ] {
        let journey = probe(&serve(certificate), ca_file).await;
        broke(&journey, Stage::Tls, diagnosis, words);
        let papers = journey.papers.expect("it was shown");
        let issuer = papers.issuer.as_deref();
        assert_eq!(issuer, Some("Harbour Hotel Inspection CA"));
    }
    let journey = probe(&serve("good.pem"), Some("ca.pem")).await;
    assert_eq!((journey.status, journey.broke), (Some(200), None));
    assert_eq!(journey.voucher, Some(Voucher::CaFile));
    let papers = journey.papers.unwrap();
    assert_eq!(rfc3339(papers.until), "2120-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_root_that_only_this_machine_knows_is_named() {
    let ca = fixture("ca.pem").to_str().unwrap().to_owned();
    let child = "google::probe::child_goes_by_the_hotel_s_root";
    in_child(child, vec![("SSL_CERT_FILE", ca)]).await;
}

#[tokio::test]
#[ignore = "run by the test above with an environment of its own"]
async fn child_goes_by_the_hotel_s_root() {
    let journey = probe(&serve("good.pem"), None).await;
    assert_eq!(journey.broke, None);
    assert_eq!(journey.voucher, Some(Voucher::Machine));
    assert_eq!(journey.root.as_deref(), Some("Harbour Hotel Inspection CA"));
}

/// Passes everything on to `port`, whatever it is asked for, and says whether a login came.
fn bridge(port: u16) -> String {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut near, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            near.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("CONNECT harbour.example:443 HTTP/1.1\r\n"));
        assert!(head.contains("Proxy-Authorization: Basic YW5hOmh1bnRlcjI="));
        near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .unwrap();
        let mut far = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let (mut to, mut from) = (far.try_clone().unwrap(), near.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut far, &mut near);
    });
    format!("http://ana:hunter2@{place}")
}

#[tokio::test]
async fn by_way_of_a_proxy_the_server_s_own_certificate_is_seen() {
    let server = serve("good.pem");
    let port = server.rsplit_once(':').unwrap().1.parse().unwrap();
    let child = "google::probe::child_goes_by_a_proxy";
    in_child(child, vec![("HTTPS_PROXY", bridge(port))]).await;
}

#[tokio::test]
#[ignore = "run by the test above with an environment of its own"]
async fn child_goes_by_a_proxy() {
    let journey = probe("https://harbour.example", Some("ca.pem")).await;
    let proxy = journey.proxy.clone().expect("it is used");
    let shown = format!("{journey:?}");
    assert!(proxy.has_login && !shown.contains("hunter2") && !shown.contains("YW5hOmh1"));
    assert_eq!(proxy.variable, Some("HTTPS_PROXY"));
    let diagnosis = Diagnosis::Network;
    broke(&journey, Stage::Tls, diagnosis, "for another name");
    assert!(journey.papers.is_some());
}
