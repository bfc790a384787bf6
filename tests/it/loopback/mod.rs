//! The listener over real sockets: whatever else knocks, the one good redirect gets through.

#![expect(
    clippy::unwrap_used,
    reason = "in a test a failed expectation is a panic"
)]

mod hostile;

use std::time::Duration;

use gatepost::domain::secret::Secret;
use gatepost::loopback::{Expected, Listener, Redirect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CODE: &str = "4/0Asecret-code";

fn expected() -> Expected {
    Expected {
        state: Secret::new("S4fe"),
        issuers: vec!["https://accounts.google.com".into()],
    }
}

async fn send(port: u16, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset instead of an end would cost some browsers the page.
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

async fn request(port: u16, method: &str, target: &str, host: &str) -> String {
    let text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n");
    send(port, text.as_bytes()).await
}

/// Lets `visits` happen while a listener is catching, then sends the good redirect, and returns
/// the page that it was answered with.
async fn caught_after<F: Future<Output = ()>>(visits: impl FnOnce(u16) -> F) -> String {
    let listener = Listener::bind(0).unwrap();
    let port = listener.port();
    assert_eq!(listener.redirect_uri(), format!("http://127.0.0.1:{port}/"));
    let good = async {
        visits(port).await;
        let target =
            "/?state=S4fe&iss=https://accounts.google.com&code=4%2F0Asecret-code&scope=openid";
        request(port, "GET", target, &format!("127.0.0.1:{port}")).await
    };
    let expected = expected();
    let (redirect, page) = tokio::join!(listener.catch(&expected), good);
    let Redirect::Code { code, .. } = redirect else {
        panic!("{redirect:?}");
    };
    assert_eq!(code.expose(), CODE);
    page
}

#[tokio::test]
async fn the_finished_page_is_served_and_tells_nothing() {
    let page = caught_after(async |_| {}).await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(
        page.contains("You can close this tab") && page.ends_with("</html>\n"),
        "{page}"
    );
    for header in [
        "Cache-Control: no-store\r\n",
        "Referrer-Policy: no-referrer\r\n",
        "X-Content-Type-Options: nosniff\r\n",
        "Connection: close\r\n",
        "Content-Security-Policy: default-src 'none'; style-src 'sha256-",
    ] {
        assert!(page.contains(header), "{header} is missing in {page}");
    }
    for private in ["0Asecret", "S4fe"] {
        assert!(!page.contains(private), "{page}");
    }
    let (head, body) = page.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}", body.len())));
}

#[tokio::test]
async fn strays_are_answered_and_change_nothing() {
    caught_after(async |port| {
        let here = format!("127.0.0.1:{port}");
        let good = "/?state=S4fe&code=4/0Astolen";
        for (method, target, host, status) in [
            ("GET", "/favicon.ico", here.as_str(), 404),
            ("GET", "/cb?state=S4fe&code=4/0Astolen", &here, 404),
            ("GET", "/", &here, 200),
            ("GET", "/?code=4/0Astolen", &here, 400),
            ("GET", "/?state=wrong&code=4/0Astolen", &here, 400),
            ("GET", "/?state=S4fe", &here, 400),
            (
                "GET",
                "/?state=S4fe&code=x&iss=https://evil.example",
                &here,
                400,
            ),
            ("HEAD", good, &here, 200),
            ("POST", good, &here, 405),
            ("OPTIONS", good, &here, 405),
            ("GET", good, "evil.example", 421),
            ("GET", good, &format!("evil.example:{port}"), 421),
            ("GET", good, "127.0.0.1:1", 421),
        ] {
            let answer = request(port, method, target, host).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{method} {target} {host}: {answer}"
            );
            assert!(
                !answer.contains("stolen") && !answer.contains("evil"),
                "nothing is echoed"
            );
            if method == "HEAD" {
                assert!(answer.ends_with("\r\n\r\n"), "no body");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn garbage_and_heads_without_end() {
    caught_after(async |port| {
        let garbage = send(port, b"\x16\x03\x01\x02\x00\x01\x00\xfc\r\n\r\n").await;
        assert!(garbage.starts_with("HTTP/1.1 400 "), "{garbage}");
        let long = format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: {}\r\n\r\n",
            "x".repeat(20_000)
        );
        assert!(
            send(port, long.as_bytes())
                .await
                .starts_with("HTTP/1.1 431 ")
        );
        let endless = vec![b'X'; 70_000];
        assert!(send(port, &endless).await.starts_with("HTTP/1.1 431 "));
        drop(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn lines_kept_open_do_not_keep_anyone_out() {
    let mut idle = Vec::new();
    caught_after(async |port| {
        for _ in 0..100 {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"GET / HT").await.unwrap();
            idle.push(stream);
        }
        let patience = Duration::from_secs(3);
        let closed = tokio::time::timeout(patience, idle[0].read(&mut [0])).await;
        assert!(
            matches!(closed, Ok(Ok(0) | Err(_))),
            "the oldest has to go: {closed:?}"
        );
    })
    .await;
}

/// Real sockets and paused time: once nothing else moves, ten seconds pass in none.
#[tokio::test(start_paused = true)]
async fn a_slow_head_is_not_waited_for() {
    let listener = Listener::bind(0).unwrap();
    let port = listener.port();
    let expected = expected();
    let slow = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let began = tokio::time::Instant::now();
        assert_eq!(
            stream.read(&mut [0; 64]).await.unwrap_or(0),
            0,
            "closed without a word"
        );
        began.elapsed()
    };
    tokio::select! {
        lasted = slow => assert!((9..=11).contains(&lasted.as_secs()), "{lasted:?}"),
        redirect = listener.catch(&expected) => panic!("{redirect:?}"),
    }
}

#[tokio::test]
async fn a_denial_is_an_answer_too() {
    let listener = Listener::bind(0).unwrap();
    let port = listener.port();
    let target = "/?error=access_denied&error_subtype=access_denied&state=S4fe";
    let expected = expected();
    let host = format!("127.0.0.1:{port}");
    let (redirect, page) = tokio::join!(
        listener.catch(&expected),
        request(port, "GET", target, &host)
    );
    let denied = Redirect::Denied {
        error: "access_denied".into(),
        subtype: Some("access_denied".into()),
    };
    assert_eq!(redirect, denied);
    assert!(page.contains("Nothing was granted"), "{page}");
}

#[tokio::test]
async fn a_browser_that_leaves_early_does_not_cost_the_sign_in() {
    let listener = Listener::bind(0).unwrap();
    let port = listener.port();
    let expected = expected();
    let hasty = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let text = format!("GET /?state=S4fe&code=x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
    };
    let waiting = tokio::time::timeout(Duration::from_secs(5), listener.catch(&expected));
    let (redirect, ()) = tokio::join!(waiting, hasty);
    assert!(
        matches!(redirect, Ok(Redirect::Code { .. })),
        "{redirect:?}"
    );
}

#[tokio::test]
async fn the_port_is_held_until_the_listener_goes() {
    let listener = Listener::bind(0).unwrap();
    let port = listener.port();
    let expected = expected();
    // Cancelled, and caught again: the port is still ours.
    let cut = tokio::time::timeout(Duration::from_millis(20), listener.catch(&expected)).await;
    assert!(cut.is_err());
    let taken = Listener::bind(port).unwrap_err().to_string();
    assert_eq!(
        taken,
        format!("cannot listen on 127.0.0.1:{port}: another program has that port")
    );
    let host = format!("127.0.0.1:{port}");
    let (redirect, _) = tokio::join!(
        listener.catch(&expected),
        request(port, "GET", "/?state=S4fe&code=x", &host)
    );
    assert!(matches!(redirect, Redirect::Code { .. }));
    drop(listener);
    assert!(Listener::bind(port).is_ok());
}

#[tokio::test]
async fn a_registered_address_is_served_to_the_letter() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let uri = format!("http://localhost:{free}/oauth/cb");
    let listener = Listener::bind_registered(&uri).unwrap();
    assert_eq!(listener.redirect_uri(), uri);
    let expected = expected();
    let visit = async {
        let host = format!("localhost:{free}");
        let other = request(free, "GET", "/?state=S4fe&code=x", &host).await;
        assert!(other.starts_with("HTTP/1.1 404 "), "{other}");
        request(free, "GET", "/oauth/cb?state=S4fe&code=x", &host).await
    };
    let (redirect, page) = tokio::join!(listener.catch(&expected), visit);
    assert!(matches!(redirect, Redirect::Code { .. }) && page.starts_with("HTTP/1.1 200 "));
    let refused = Listener::bind_registered("https://app.example/cb").unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("no registered redirect URI leads to this machine")
    );
}
