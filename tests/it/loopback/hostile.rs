//! The listener of a real sign-in under attack: by pages in the person's own browser, by other
//! users of the machine, by whoever finds the port. None of it ends or changes the sign-in, its
//! memory and descriptors stay bounded, and the real redirect still gets through.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use gatepost::sandbox::AllowScopes;

use crate::cli::sealed::{Sealed, Waiting};

const PATIENCE: Duration = Duration::from_secs(30);

/// A sign-in that waits, and the redirect that would finish it.
struct Besieged {
    sealed: Sealed,
    waiting: Waiting,
    port: u16,
    /// `/?state=…&code=…`
    target: String,
}

impl Besieged {
    fn new() -> Self {
        let sealed = Sealed::new();
        sealed.credentials();
        assert_eq!(
            sealed.run(&["client", "add", "credentials.json"]).code,
            Some(0)
        );
        let waiting = sealed.begin_sign_in(&["add"]);
        let redirect = sealed.browse(&waiting.url, "ana@gmail.com", AllowScopes::All);
        let url = url::Url::parse(&redirect).unwrap();
        Self {
            port: url.port().unwrap(),
            target: format!("{}?{}", url.path(), url.query().unwrap()),
            sealed,
            waiting,
        }
    }

    fn state(&self) -> String {
        let url = url::Url::parse(&format!("http://x{}", self.target)).unwrap();
        let state = url.query_pairs().find(|(name, _)| name == "state");
        state.unwrap().1.into_owned()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// What is answered; nothing, where the line is simply closed.
    fn send(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    fn ask(&self, method: &str, target: &str, headers: &str) -> String {
        self.send(format!("{method} {target} HTTP/1.1\r\n{headers}\r\n").as_bytes())
    }

    fn here(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\n", self.port)
    }

    /// A figure of the process that anyone may read.
    fn figure(&self, name: &str) -> u64 {
        let place = format!("/proc/{}/status", self.waiting.child.id());
        let status = std::fs::read_to_string(place).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        let figure = line.split_whitespace().nth(1).unwrap();
        figure.parse().unwrap()
    }

    /// How many it holds open; its memory being private, only root may count them.
    fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.waiting.child.id());
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }

    /// The real redirect comes: it is answered soon, and the sign-in ends well.
    fn relieved(self) -> Duration {
        let begun = Instant::now();
        let page = self.ask("GET", &self.target, &self.here());
        let took = begun.elapsed();
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(page.contains("You can close this tab"), "{page}");
        let ran = self.waiting.finish(&self.sealed);
        assert_eq!(ran.code, Some(0), "{ran}");
        let ran = self.sealed.run(&["token", "ana"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        took
    }
}

/// Method, target, headers, and the status that answers them.
type Row = (&'static str, String, String, &'static str);

/// Each is answered, tells nothing, and leaves the sign-in as it was.
fn refused_one_by_one(siege: &Besieged, rows: Vec<Row>) {
    let state = siege.state();
    for (method, target, headers, status) in rows {
        let answer = siege.ask(method, &target, &headers);
        let begins = format!("HTTP/1.1 {status} ");
        assert!(
            answer.starts_with(&begins),
            "{method} {headers:?}: {answer}"
        );
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        for header in [
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "X-Content-Type-Options: nosniff",
            "X-Frame-Options: DENY",
            "frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy: same-origin",
            "Connection: close",
        ] {
            assert!(head.contains(header), "{header} is missing in {head}");
        }
        assert!(!head.contains("Access-Control-Allow"), "{head}");
        assert!(!body.contains(&state) && !body.contains("evil"), "{body}");
    }
}

#[test]
fn no_stranger_completes_or_ends_a_sign_in() {
    let siege = Besieged::new();
    let (good, here, port) = (siege.target.clone(), siege.here(), siege.port);
    let state = siege.state();
    let forged = |query: &str| format!("/?{query}");
    let host = |name: &str| format!("Host: {name}\r\n");
    let rows = vec![
        // Somebody else's code, by a link: the state is not known to them.
        ("GET", forged("code=4/0Aevil"), here.clone(), "400"),
        ("GET", forged("code=4/0Aevil&state="), here.clone(), "400"),
        (
            "GET",
            forged("code=4/0Aevil&state=guess"),
            here.clone(),
            "400",
        ),
        (
            "GET",
            forged(&format!("code=4/0Aevil&state=guess&state={state}")),
            here.clone(),
            "400",
        ),
        (
            "GET",
            forged(&format!("code=a&code=4/0Aevil&state={state}")),
            here.clone(),
            "400",
        ),
        ("GET", forged("error=access_denied"), here.clone(), "400"),
        (
            "GET",
            forged("error=access_denied&state=guess"),
            here.clone(),
            "400",
        ),
        // Even with the state: a name of their own that points here.
        ("GET", good.clone(), host("evil.example"), "421"),
        (
            "GET",
            good.clone(),
            host(&format!("evil.example:{port}")),
            "421",
        ),
        (
            "GET",
            good.clone(),
            host(&format!("localhost.:{port}")),
            "421",
        ),
        (
            "GET",
            good.clone(),
            host(&format!("127.0.0.1.:{port}")),
            "421",
        ),
        ("GET", good.clone(), host(&format!("127.1:{port}")), "421"),
        (
            "GET",
            good.clone(),
            host(&format!("2130706433:{port}")),
            "421",
        ),
        (
            "GET",
            good.clone(),
            host(&format!("[::ffff:127.0.0.1]:{port}")),
            "421",
        ),
        (
            "GET",
            good.clone(),
            host(&format!("127.0.0.1:{}", port ^ 1)),
            "421",
        ),
        ("GET", good.clone(), host("127.0.0.1"), "421"),
        ("GET", good.clone(), String::new(), "400"),
        ("GET", good.clone(), format!("{here}{here}"), "400"),
        (
            "GET",
            good.clone(),
            format!("{here}Host: evil.example\r\n"),
            "400",
        ),
        (
            "GET",
            format!("http://evil.example{good}"),
            here.clone(),
            "421",
        ),
        (
            "GET",
            format!("http://127.0.0.1:{port}{good}"),
            host("evil.example"),
            "421",
        ),
    ];
    refused_one_by_one(&siege, rows);
    siege.relieved();
}

/// In the person's own browser; each of them knows even the state.
#[test]
fn no_page_completes_or_ends_a_sign_in() {
    let siege = Besieged::new();
    let (good, here) = (siege.target.clone(), siege.here());
    let with = |headers: &str| format!("{here}{headers}");
    let rows = vec![
        // Scripts, pictures and frames of a page.
        (
            "GET",
            good.clone(),
            with(
                "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: empty\r\n",
            ),
            "403",
        ),
        (
            "GET",
            good.clone(),
            with("Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"),
            "403",
        ),
        (
            "GET",
            good.clone(),
            with("Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"),
            "403",
        ),
        (
            "GET",
            good.clone(),
            with("Origin: https://evil.example\r\n"),
            "403",
        ),
        (
            "OPTIONS",
            good.clone(),
            with(
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n",
            ),
            "405",
        ),
        ("POST", good.clone(), with("Content-Length: 0\r\n"), "405"),
        ("PUT", good.clone(), here.clone(), "405"),
        ("HEAD", good.clone(), here.clone(), "200"),
        // What browsers ask for by themselves.
        ("GET", "/favicon.ico".into(), here.clone(), "404"),
        ("GET", "/".into(), here.clone(), "200"),
        ("GET", "/..%2f..%2fetc/passwd".into(), here.clone(), "404"),
    ];
    refused_one_by_one(&siege, rows);
    siege.relieved();
}

/// Whatever two readers could read in two ways is no request at all.
#[test]
fn what_is_not_exactly_http_is_refused() {
    let siege = Besieged::new();
    let (good, port) = (siege.target.clone(), siege.port);
    let line = format!("GET {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}");
    for (name, bytes) in [
        ("a body", format!("{line}\r\nContent-Length: 3\r\n\r\nabc")),
        (
            "both lengths",
            format!("{line}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ),
        (
            "chunks",
            format!("{line}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ),
        ("bare line feeds", line.replace("\r\n", "\n") + "\n\n"),
        ("one bare line feed", format!("{line}\nX: y\r\n\r\n")),
        ("a bare return", format!("{line}\rX: y\r\n\r\n")),
        ("a folded line", format!("{line}\r\nX: a\r\n b\r\n\r\n")),
        ("a NUL", format!("{line}\r\nX: a\0b\r\n\r\n")),
        (
            "a blank before the colon",
            format!("{line}\r\nX : a\r\n\r\n"),
        ),
        ("no colon", format!("{line}\r\nX\r\n\r\n")),
        ("HTTP/0.9", format!("GET {good}\r\n\r\n")),
        (
            "the preface of HTTP/2",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
        ),
        ("a blank line first", format!("\r\n{line}\r\n\r\n")),
        ("small letters", format!("get{}\r\n\r\n", &line[3..])),
        (
            "two blanks",
            format!("{}\r\n\r\n", line.replacen(' ', "  ", 1)),
        ),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0".into()),
        ("SSH", "SSH-2.0-OpenSSH_9.2\r\n\r\n".into()),
    ] {
        let begun = Instant::now();
        let answer = siege.send(bytes.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400 "), "{name}: {answer}");
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(5), "{name}: {took:?}");
    }
    for (name, bytes) in [
        (
            "a long line",
            format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(60_000)),
        ),
        (
            "long headers",
            format!("{line}\r\nX: {}\r\n\r\n", "x".repeat(60_000)),
        ),
        (
            "many headers",
            format!("{line}\r\n{}\r\n", "X: y\r\n".repeat(6_000)),
        ),
        ("no end", format!("{line}\r\n{}", "X: y\r\n".repeat(6_000))),
    ] {
        let answer = siege.send(bytes.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 431 "), "{name}: {answer}");
    }
    // A second request behind the first is nobody's.
    let favicon = format!("GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let answer = siege.send(format!("{favicon}{line}\r\n\r\n").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    // Half-closed before the head is whole, and after.
    let mut stream = siege.connect();
    stream.write_all(line.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    let mut stream = siege.connect();
    stream.write_all(favicon.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    siege.relieved();
}

#[test]
fn slow_lines_by_the_hundred_keep_nobody_out() {
    let siege = Besieged::new();
    let drip = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX: ", siege.port);
    let mut lines: Vec<_> = (0..400).map(|_| siege.connect()).collect();
    // A byte each, again and again; whoever is sent away comes back.
    for byte in drip.bytes().take(12) {
        for line in &mut lines {
            if line.write_all(&[byte]).is_err() {
                *line = siege.connect();
            }
        }
    }
    let descriptors = siege.descriptors();
    assert!(descriptors <= 64, "{descriptors} descriptors");
    let took = siege.relieved();
    println!("400 slow lines: the redirect was answered after {took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(lines);
}

#[test]
fn ten_thousand_strays_leave_no_trace() {
    let siege = Besieged::new();
    let target = "/?state=guess&code=4/0Aevil";
    siege.ask("GET", target, &siege.here());
    let before = siege.figure("VmHWM:");
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for n in 0..1_250 {
                    let Ok(mut line) = TcpStream::connect(("127.0.0.1", siege.port)) else {
                        continue;
                    };
                    let text = format!("GET {target} HTTP/1.1\r\n{}\r\n", siege.here());
                    let _ = line.write_all(text.as_bytes());
                    // One in two waits for its answer, the others are gone at once.
                    if n % 2 == 0 {
                        let _ = line.read_to_end(&mut Vec::new());
                    }
                }
            });
        }
    });
    let (flood, after) = (begun.elapsed(), siege.figure("VmHWM:"));
    assert!(
        after < before + 8 * 1024,
        "{before} kB became {after} kB of memory"
    );
    let descriptors = siege.descriptors();
    assert!(descriptors <= 64, "{descriptors} descriptors");
    let took = siege.relieved();
    println!(
        "10,000 strays in {flood:?}: {before} kB became {after} kB, the redirect was answered \
         after {took:?}"
    );
    assert!(took < Duration::from_secs(5), "{took:?}");
}

/// The crowd and the redirect come at the same moment.
#[test]
fn in_a_crowd_the_redirect_is_heard() {
    for _ in 0..5 {
        let siege = Besieged::new();
        let crowd = |n: usize| {
            let mut lines: Vec<_> = (0..n).map(|_| siege.connect()).collect();
            for line in &mut lines {
                let _ = line.write_all(b"GET / HTTP/1.1\r\nX");
            }
            lines
        };
        let before = crowd(150);
        let mut stream = siege.connect();
        let request = format!("GET {} HTTP/1.1\r\n{}\r\n", siege.target, siege.here());
        stream.write_all(request.as_bytes()).unwrap();
        let after = (0..150)
            .map(|_| TcpStream::connect(("127.0.0.1", siege.port)))
            .collect::<Vec<_>>();
        let mut page = String::new();
        stream.read_to_string(&mut page).unwrap();
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        let ran = siege.waiting.finish(&siege.sealed);
        assert_eq!(ran.code, Some(0), "{ran}");
        drop((before, after));
    }
}
