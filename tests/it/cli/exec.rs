//! `exec`: what the child finds, what the server answers to whom, and how the two end together.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use gatepost::domain::time::Span;
use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use rustix::process::{Pid, Signal, kill_process};

use super::sealed::{Ran, Sealed};
use crate::support::pty::Terminal;

const ANA: &str = "ana@gmail.com";
const TOKEN: &str = "/computeMetadata/v1/instance/service-accounts/default/token";
const FLAVOR: &str = "Metadata-Flavor: Google\r\n";

/// A child that says something, and ends when it is spoken to.
struct Running {
    gatepost: Child,
    says: BufReader<ChildStdout>,
}

impl Running {
    /// `script` prints what is to be seen before it reads a line.
    fn start(sealed: &Sealed, script: &str) -> Self {
        let mut command = sealed.command(&["exec", ANA, "--", "sh", "-c", script]);
        Self::of(&mut command)
    }

    fn of(command: &mut Command) -> Self {
        let mut gatepost = command.stdin(Stdio::piped()).spawn().unwrap();
        let says = BufReader::new(gatepost.stdout.take().unwrap());
        Self { gatepost, says }
    }

    /// With a server that can be asked.
    fn serving(sealed: &Sealed) -> (Self, String) {
        let mut running = Self::start(sealed, "echo $GCE_METADATA_HOST; read line; exit 7");
        let host = running.line();
        (running, host)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn tell(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.gatepost), signal).unwrap();
    }

    fn finish(mut self, sealed: &Sealed) -> Ran {
        drop(self.gatepost.stdin.take());
        let mut rest = String::new();
        self.says.read_to_string(&mut rest).unwrap();
        let mut ran = sealed.finish(self.gatepost);
        ran.stdout = rest;
        ran
    }
}

/// Status, head and body.
fn ask(host: &str, method: &str, path: &str, headers: &str) -> (u16, String, String) {
    let mut line = TcpStream::connect(host).unwrap();
    write!(line, "{method} {path} HTTP/1.1\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.to_owned())
}

fn token(host: &str) -> (u16, String) {
    let (status, _, body) = ask(host, "GET", TOKEN, &format!("Host: {host}\r\n{FLAVOR}"));
    (status, body)
}

/// Asks until the answer is as it should be.
fn wait_for(what: &str, mut ask: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !ask() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "waited for {what}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn field(body: &str, name: &str) -> serde_json::Value {
    let document: serde_json::Value = serde_json::from_str(body).unwrap();
    document[name].clone()
}

#[test]
fn the_stored_token_is_handed_out_noted_and_gone_with_the_child() {
    let sealed = Sealed::with_account(ANA);
    let stored = sealed.run(&["token", ANA]).stdout.trim().to_owned();
    sealed.control().clear_requests();
    let (running, host) = Running::serving(&sealed);
    let (status, body) = token(&host);
    assert_eq!((status, field(&body, "access_token")), (200, stored.into()));
    assert_eq!(field(&body, "token_type"), "Bearer");
    let left = field(&body, "expires_in").as_i64().unwrap();
    assert!((3_300..=3_600).contains(&left), "{left}");
    assert!(sealed.control().requests().is_empty(), "nobody was asked");
    let ran = running.finish(&sealed);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(7), ""), "{ran}");
    assert!(
        TcpStream::connect(&host).is_err(),
        "the server is still there"
    );
    let log = sealed.run(&["log"]).stdout;
    assert!(log.contains("to sh"), "{log}");
}

#[test]
fn only_what_means_this_server_is_answered() {
    let sealed = Sealed::with_account(ANA);
    let (running, host) = Running::serving(&sealed);
    let own = format!("Host: {host}\r\n");
    let known = format!("{own}{FLAVOR}");
    let foreign = format!("Host: evil.example\r\n{FLAVOR}");
    let page = format!("{known}Origin: https://evil.example\r\n");
    for (method, path, headers, expected) in [
        ("GET", "/", &own, 200),
        ("GET", "/computeMetadata/v1/instance", &known, 200),
        ("GET", TOKEN, &known, 200),
        ("GET", TOKEN, &own, 403),
        ("GET", TOKEN, &foreign, 403),
        ("GET", TOKEN, &page, 403),
        ("POST", TOKEN, &known, 405),
        ("GET", "/computeMetadata/v1/instance/disks", &known, 404),
    ] {
        let (status, head, body) = ask(&host, method, path, headers);
        assert_eq!(status, expected, "{method} {path} {headers}");
        assert!(head.contains("metadata-flavor: google"), "{head}");
        assert_eq!(
            body.contains("ya29."),
            status == 200 && path == TOKEN,
            "{body}"
        );
    }
    running.finish(&sealed);
}

#[test]
fn a_token_that_runs_out_is_renewed_and_what_others_do_is_followed() {
    let sealed = Sealed::with_account(ANA);
    let (running, host) = Running::serving(&sealed);
    let first = token(&host).1;
    // Another process renews it.
    let renewed = sealed.run(&["token", ANA, "--force-refresh"]).stdout;
    wait_for("the other process's token", || {
        field(&token(&host).1, "access_token") == renewed.trim()
    });
    assert_ne!(field(&first, "access_token"), renewed.trim());
    // One that is too short to be worth it makes us ask.
    sealed
        .control()
        .habits(|habits| habits.access_life = Span::seconds(120));
    sealed.run(&["token", ANA, "--force-refresh"]);
    sealed.control().clear_requests();
    wait_for("a renewal of our own", || {
        token(&host).0 == 200 && sealed.control().refreshes_for(ANA) > 0
    });
    running.finish(&sealed);
}

#[test]
fn a_library_is_told_why_there_is_no_token() {
    let sealed = Sealed::with_account(ANA);
    let (running, host) = Running::serving(&sealed);
    sealed
        .control()
        .habits(|habits| habits.access_life = Span::seconds(1));
    sealed.run(&["token", ANA, "--force-refresh"]);
    let down = Fault::at(Endpoint::Token, FaultKind::status(503));
    sealed.control().add_fault(down);
    sealed.run(&["refresh", ANA]);
    wait_for("what may pass", || token(&host).0 == 503);
    sealed.control().clear_faults();
    sealed.control().revoke(ANA).unwrap();
    sealed.run(&["refresh", ANA]);
    wait_for("what does not pass", || token(&host).0 == 400);
    let (_, words) = token(&host);
    assert!(words.starts_with("gatepost: ana@gmail.com: "), "{words}");
    assert!(words.contains("gatepost reauth ana@gmail.com"), "{words}");
    assert_eq!(words.lines().count(), 1);
    running.finish(&sealed);
}

#[test]
fn whoever_only_connects_keeps_nobody_waiting_for_long() {
    let sealed = Sealed::with_account(ANA);
    let (running, host) = Running::serving(&sealed);
    let silent: Vec<_> = (0..100)
        .map(|_| TcpStream::connect(&host).unwrap())
        .collect();
    let asked = Instant::now();
    assert_eq!(token(&host).0, 200);
    let waited = asked.elapsed();
    assert!(waited < Duration::from_secs(40), "{waited:?}");
    drop(silent);
    assert_eq!(running.finish(&sealed).code, Some(7));
}

#[test]
fn the_child_finds_one_place_to_ask() {
    let sealed = Sealed::with_account(ANA);
    let script = "env; stat -c mode=%a $CLOUDSDK_CONFIG; ls -A $CLOUDSDK_CONFIG | wc -l";
    let mut command = sealed.command(&["exec", ANA, "--", "sh", "-c", script]);
    command
        .env("GOOGLE_APPLICATION_CREDENTIALS", "/elsewhere.json")
        .env("google_application_credentials", "/elsewhere.json")
        .env("NO_GCE_CHECK", "true")
        .env("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", "/elsewhere")
        .env("CLOUDSDK_CORE_ACCOUNT", "somebody@else.example")
        .env("NO_PROXY", "corp.example")
        .env("TMPDIR", sealed.path("."));
    let ran = sealed.finish(command.spawn().unwrap());
    assert_eq!(ran.code, Some(0), "{ran}");
    let value = |name: &str| {
        let lines = ran.stdout.lines();
        lines
            .filter_map(|line| line.split_once('='))
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v)
    };
    let host = value("GCE_METADATA_HOST").unwrap();
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    assert_eq!(value("GCE_METADATA_IP"), Some(host));
    assert_eq!(value("GCE_METADATA_ROOT"), Some(host));
    for name in ["no_proxy", "NO_PROXY"] {
        assert_eq!(value(name), Some("corp.example,127.0.0.1,localhost"));
    }
    for name in [
        "GOOGLE_APPLICATION_CREDENTIALS",
        "google_application_credentials",
        "NO_GCE_CHECK",
        "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
        "CLOUDSDK_CORE_ACCOUNT",
    ] {
        assert_eq!(value(name), None);
    }
    assert_eq!(
        value("mode"),
        Some("700"),
        "whatever a library leaves there"
    );
    assert!(!ran.stdout.contains("ya29."), "{ran}");
    assert_eq!(
        ran.stdout.lines().last().unwrap().trim(),
        "0",
        "an empty folder"
    );
    let folder = value("CLOUDSDK_CONFIG")
        .unwrap()
        .replace("HOME", sealed.path(".").to_str().unwrap());
    assert!(!std::path::Path::new(&folder).exists(), "{folder}");
}

#[test]
fn a_variable_in_place_of_the_server() {
    let sealed = Sealed::with_account(ANA);
    let stored = sealed.run(&["token", ANA]).stdout;
    let script = "echo $TOKEN; echo \"[$GCE_METADATA_HOST]\"";
    let ran = sealed.run(&["exec", ANA, "--env", "TOKEN", "--", "sh", "-c", script]);
    assert_eq!((ran.code, ran.stdout), (Some(0), format!("{stored}[]\n")));
    let ran = sealed.run(&["exec", ANA, "--env", "1=2", "--", "true"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("--env"), "{ran}");
}

#[test]
fn the_exit_code_is_the_child_s_or_says_why_there_was_none() {
    let sealed = Sealed::with_account(ANA);
    sealed.write("plain.txt", "no program");
    for (program, code) in [
        (&["sh", "-c", "exit 3"][..], 3),
        (&["sh", "-c", "kill -TERM $$"], 128 + 15),
        (&["no-such-program"], 127),
        (&["./plain.txt"], 126),
    ] {
        let ran = sealed.run(&[&["exec", ANA, "--"], program].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{ran}");
        assert_eq!(
            ran.stderr.contains("cannot run"),
            (126..128).contains(&code),
            "{ran}"
        );
    }
    assert_eq!(
        sealed.run(&["exec", "bob", "--", "echo", "x"]).code,
        Some(3)
    );
    assert_eq!(sealed.run(&["exec", ANA, "echo", "x"]).code, Some(2));
    sealed.control().revoke(ANA).unwrap();
    sealed.run(&["refresh", ANA]);
    let ran = sealed.run(&["exec", ANA, "--", "echo", "x"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(4), ""),
        "not started: {ran}"
    );
}

#[test]
fn signals_reach_the_child() {
    let sealed = Sealed::with_account(ANA);
    for (name, signal) in [
        ("INT", Signal::INT),
        ("TERM", Signal::TERM),
        ("HUP", Signal::HUP),
        ("WINCH", Signal::WINCH),
    ] {
        if is_ignored(signal) {
            // As by nohup, and by `&` in a script: it is to stay so, and no shell could trap it.
            continue;
        }
        let script =
            format!("trap 'echo {name}; exit 42' {name}; echo ready; while :; do sleep 0.05; done");
        let mut running = Running::start(&sealed, &script);
        assert_eq!(running.line(), "ready");
        running.tell(signal);
        assert_eq!(running.line(), name);
        assert_eq!(running.finish(&sealed).code, Some(42), "{name}");
    }
}

/// Whether whoever started this test had it ignore the signal.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap();
    ignored >> (signal.as_raw() - 1) & 1 == 1
}

#[test]
fn the_server_is_gone_when_gatepost_is_killed() {
    let sealed = Sealed::with_account(ANA);
    let (mut running, host) = Running::serving(&sealed);
    running.tell(Signal::KILL);
    running.gatepost.wait().unwrap();
    assert!(TcpStream::connect(&host).is_err());
}

#[test]
fn the_terminal_speaks_to_both_once_and_stops_them_as_one_job() {
    let script = "n=0; trap 'n=$((n+1)); echo heard $n' INT; trap 'echo goes on' CONT; \
                  echo ready; \
                  while [ ! -e done ]; do sleep 0.05; done; echo over $n";
    let gatepost = env!("CARGO_BIN_EXE_gatepost");
    let mut shell = Terminal::program("bash", 100, 30, &["--norc", "-i"], &[("PS1", "$ ")]);
    std::fs::write(shell.home().join("child"), script).unwrap();
    shell.press(&format!(
        "{gatepost} --sandbox exec ana.berg@gmail.com -- sh ./child; echo code $?\r"
    ));
    shell.wait_for("ready");
    shell.press("\u{3}");
    shell.wait_for("heard 1");
    shell.press("\u{1a}");
    shell.wait_for("Stopped");
    // What is typed before the shell has the terminal again is lost.
    shell.wait_for("code 148");
    shell.press("fg\r");
    shell.wait_for("goes on");
    shell.press("\u{3}");
    shell.wait_for("heard 2");
    std::fs::write(shell.home().join("done"), "").unwrap();
    shell.wait_for("over 2");
}
