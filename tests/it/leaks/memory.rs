//! What is left of a secret in the memory of a program that goes on running: the screen, hours
//! after it used one. Whoever gets at that memory (a crash report of the system, a suspended
//! laptop, the swap) should find the tokens no more than in the files.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use gatepost::sandbox::AllowScopes;

use super::Watched;
use super::marks::Marks;
use crate::support::pty::Terminal;

const ROOT: &str = "reads the memory of another process, which root may; .ci/run does";

#[test]
#[ignore = "reads the memory of another process, which root may; .ci/run does"]
fn a_screen_that_goes_on_keeps_no_secret_in_memory() {
    let mut home = Watched::new();
    let place = home.sealed.home.path().to_str().unwrap().to_owned();
    let base = home.sealed.sandbox.base_url();
    let environment = [
        ("HOME", place.as_str()),
        ("GATEPOST_ENDPOINTS", base.as_str()),
        ("BROWSER", "true"),
    ];
    let mut terminal = Terminal::start(120, 32, &[], &environment);
    terminal.wait_for("ana@gmail.com");
    // The list has her address in it: what is looked for can be found at all.
    let mut known = Marks::default();
    known.add("address", "ana@gmail.com");
    assert!(!found(terminal.process_id(), &known).is_empty(), "{ROOT}");

    terminal.press("r");
    terminal.wait_for("refreshed");
    home.learn_tokens(", refreshed by the screen");
    nothing_left(&terminal, &home.marks, "a refresh");

    terminal.press("c");
    terminal.wait_until("the link", |screen| screen.contains("http"));
    terminal.press("u");
    let redirect = home
        .sealed
        .browse(&link(&terminal), "ana@gmail.com", AllowScopes::All);
    let redirected = url::Url::parse(&redirect).unwrap();
    let code = redirected.query_pairs().find(|(name, _)| name == "code");
    home.marks.add("code", &code.unwrap().1);
    // Not pasted: what reads keys keeps its buffer. The code would be in it, used up.
    arrive(&redirect);
    terminal.wait_for("signed in");
    terminal.press("\u{1b}");
    home.learn_tokens(", after a consent in the screen");
    nothing_left(&terminal, &home.marks, "a consent");

    terminal.press("y");
    terminal.wait_for("token");
    terminal.press("\r");
    terminal.wait_until("it is on its way", |_| {
        String::from_utf8_lossy(&terminal.bytes()).contains("\u{1b}]52;")
    });
    nothing_left(&terminal, &home.marks, "a copy");
}

/// The browser is sent back to the loopback listener.
fn arrive(redirect: &str) {
    let address = url::Url::parse(redirect).unwrap();
    let host = format!("127.0.0.1:{}", address.port().unwrap());
    let mut line = TcpStream::connect(&host).unwrap();
    let target = &address[url::Position::BeforePath..];
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// The address of the consent, which the screen shows as a hyperlink.
fn link(terminal: &Terminal) -> String {
    let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    let from = written.rfind(";http").expect("a hyperlink") + 1;
    let rest = &written[from..];
    rest[..rest.find('\u{1b}').unwrap()].to_owned()
}

/// What was let go is wiped when it is let go; connections are let go some seconds later.
#[track_caller]
fn nothing_left(terminal: &Terminal, marks: &Marks, after: &str) {
    let begun = Instant::now();
    loop {
        let left = found(terminal.process_id(), marks);
        if left.is_empty() {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "after {after}:\n{left}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Where in the writable memory of a process which secrets stand: a line each.
fn found(process: u32, marks: &Marks) -> String {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem")).expect(ROOT);
    let mut found = String::new();
    for region in maps.lines() {
        let mut words = region.split_whitespace();
        let (range, mode) = (words.next().unwrap(), words.next().unwrap());
        if !mode.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let address = |hex| u64::from_str_radix(hex, 16).unwrap();
        let (from, to) = (address(from), address(to));
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        if memory.read_exact_at(&mut bytes, from).is_err() {
            continue;
        }
        for name in marks.in_bytes(&bytes) {
            writeln!(found, "{name} in {region}").unwrap();
        }
    }
    found
}
