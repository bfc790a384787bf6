//! How answers arrive when they do not simply arrive: cut, reset, dripped, late, lost, or never.

use std::time::{Duration, Instant};

use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::journey::{Answer, Journey};

/// One plain request on a connection of its own: what came before the end, and how it ended.
async fn raw(journey: &Journey) -> (String, std::io::Result<()>) {
    let address = journey.sandbox.base_url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let request =
        format!("GET /oauth2/v3/certs HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let ended = stream.read_to_end(&mut heard).await.map(drop);
    (String::from_utf8(heard).unwrap(), ended)
}

fn certs(kind: FaultKind) -> Fault {
    Fault::at(Endpoint::Certs, kind).times(1)
}

#[tokio::test]
async fn a_cut_is_an_end_and_a_reset_is_an_error() {
    let journey = Journey::begin().await;
    journey.control.add_fault(certs(FaultKind::Cut));
    let (heard, ended) = raw(&journey).await;
    assert_eq!(heard, "");
    assert!(ended.is_ok(), "a cut closes the connection in good order");

    journey.control.add_fault(certs(FaultKind::Reset));
    let (heard, ended) = raw(&journey).await;
    assert_eq!(heard, "");
    assert_eq!(
        ended.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );

    let (heard, ended) = raw(&journey).await;
    assert!(heard.starts_with("HTTP/1.1 200 OK") && ended.is_ok());
    let statuses: Vec<_> = journey
        .control
        .requests()
        .iter()
        .map(|e| e.status)
        .collect();
    assert_eq!(statuses, [None, None, Some(200)]);
}

#[tokio::test]
async fn an_answer_can_break_off_halfway() {
    let journey = Journey::begin().await;
    journey.control.add_fault(certs(FaultKind::CutMidway));
    let (heard, _) = raw(&journey).await;
    let (header, body) = heard.split_once("\r\n\r\n").unwrap();
    let promised = header
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let promised: usize = promised.unwrap().parse().unwrap();
    assert_eq!(body.len(), promised / 2);
}

#[tokio::test]
async fn bytes_can_drip_and_answers_be_late() {
    let journey = Journey::begin().await;
    let slow = FaultKind::SlowBytes { pause_ms: 1 };
    journey.control.add_fault(certs(slow));
    let began = Instant::now();
    let answer = journey.get("/oauth2/v3/certs", "").await;
    assert!(answer.json()["keys"].is_array());
    assert!(began.elapsed() >= Duration::from_millis(answer.text.len() as u64 - 1));

    journey
        .control
        .add_fault(certs(FaultKind::Latency { ms: 80 }));
    let began = Instant::now();
    assert_eq!(journey.get("/oauth2/v3/certs", "").await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn silence_lasts_until_the_client_gives_up() {
    let journey = Journey::begin().await;
    journey.control.add_fault(certs(FaultKind::Silence));
    let request = journey.http.get(journey.url("/oauth2/v3/certs"));
    let error = request.timeout(Duration::from_millis(150)).send().await;
    assert!(error.unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_lost_answer_was_carried_out_all_the_same() {
    let journey = Journey::begin().await;
    let code = journey.code(&[]);
    let lost = Fault::at(Endpoint::Token, FaultKind::AnswerLost).times(1);
    journey.control.add_fault(lost);
    assert!(journey.try_exchange(&code).await.is_err());
    let (status, error, words) = journey.exchange(&code).await.refusal();
    assert_eq!((status, error.as_str()), (400, "invalid_grant"));
    assert_eq!(words, "Code was already redeemed.");
}

#[tokio::test]
async fn answers_come_spoilt_in_every_way_of_the_list() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let spoilt = async |kind: FaultKind| -> Answer {
        let fault = Fault::at(Endpoint::Token, kind).times(1);
        journey.control.add_fault(fault.only_for("ana@gmail.com"));
        journey.refresh(refresh).await
    };
    for code in [408, 429, 500, 502, 503, 504] {
        let json = spoilt(FaultKind::status(code)).await;
        assert_eq!(
            (json.status, json.json()["error"].is_string()),
            (code, true)
        );
        let html = spoilt(FaultKind::Status {
            code,
            retry_after: Some(9),
            html: true,
        });
        let html = html.await;
        assert_eq!(
            (html.status, &html.headers["retry-after"]),
            (code, &"9".parse().unwrap())
        );
        assert!(html.text.contains("<title>"));
    }
    let sorry = spoilt(FaultKind::Sorry).await;
    assert_eq!(
        (sorry.status, sorry.text.contains("automated queries")),
        (403, true)
    );
    let failure = spoilt(FaultKind::InternalFailure).await;
    assert_eq!(
        failure.refusal(),
        (400, "internal_failure".into(), "Backend Error".into())
    );
    let portal = spoilt(FaultKind::Portal).await;
    assert_eq!(
        (portal.status, &portal.headers["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    let odd = spoilt(FaultKind::Reply {
        status: 418,
        content_type: "text/x-tea".into(),
        body: "short and stout".into(),
    });
    assert_eq!(odd.await.text, "short and stout");
    let kind = spoilt(FaultKind::WrongContentType).await;
    assert_eq!(kind.headers["content-type"], "text/plain; charset=utf-8");
    let cut = spoilt(FaultKind::TruncatedJson).await;
    assert!(serde_json::from_str::<serde_json::Value>(&cut.text).is_err());
    let open = spoilt(FaultKind::NoExpiresIn).await.json();
    assert!(open.get("expires_in").is_none() && open.get("access_token").is_some());
    let text = spoilt(FaultKind::ExpiresInAsText).await.json();
    assert_eq!(text["expires_in"], "3599");
    assert!(
        spoilt(FaultKind::NoTokenType)
            .await
            .json()
            .get("token_type")
            .is_none()
    );
    let more = spoilt(FaultKind::UnknownFields).await.json();
    assert!(more.get("sandbox_extra").is_some());
    let long = spoilt(FaultKind::LongTokens).await.json();
    assert_eq!(long["access_token"].as_str().unwrap().len(), 2_048);
    let rotated = spoilt(FaultKind::Rotated).await.json();
    let next = rotated["refresh_token"].as_str().unwrap();
    assert_eq!(journey.refresh(refresh).await.status, 400);
    assert_eq!(journey.refresh(next).await.status, 200);
}

#[tokio::test]
async fn offline_nothing_gets_through_not_even_on_an_open_connection() {
    let journey = Journey::begin().await;
    assert_eq!(journey.get("/oauth2/v3/certs", "").await.status, 200);
    journey.control.set_offline(true);
    let url = journey.url("/oauth2/v3/certs");
    assert!(journey.http.get(&url).send().await.is_err());
    assert!(super::journey::http().get(&url).send().await.is_err());
    journey.control.set_offline(false);
    assert_eq!(journey.get("/oauth2/v3/certs", "").await.status, 200);
}

#[tokio::test]
async fn hundreds_at_once_are_all_served() {
    let journey = Journey::begin().await;
    let tokens = journey.tokens().await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let answers = futures_util::future::join_all((0..300).map(|_| journey.refresh(refresh))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let access: std::collections::HashSet<_> = answers
        .iter()
        .map(|answer| answer.json()["access_token"].to_string())
        .collect();
    assert_eq!(access.len(), 300);
    assert_eq!(journey.control.refreshes_for("ana@gmail.com"), 300);
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_port_and_its_connections() {
    let journey = Journey::begin().await;
    let url = journey.url("/oauth2/v3/certs");
    assert_eq!(journey.http.get(&url).send().await.unwrap().status(), 200);
    let Journey { sandbox, http, .. } = journey;
    sandbox.stop().await;
    assert!(http.get(&url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn too_much_is_refused() {
    let journey = Journey::begin().await;
    let request = journey
        .http
        .post(journey.url("/token"))
        .body("x".repeat(300_000));
    assert_eq!(request.send().await.unwrap().status(), 413);
}
