//! A sign-in on the screen as a person meets it: the real program in a real pseudo-terminal, the
//! sandbox's Google, and a browser that this file plays.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use serde_json::{Value, json};

use crate::support::pty::Terminal;

const REVOKED: &str = "jonas.berg@gmail.com";

/// A sign-in for the revoked account, waiting for its browser.
struct SignIn {
    terminal: Terminal,
    link: String,
    runtime: tempfile::TempDir,
}

impl SignIn {
    fn begin(columns: u16, rows: u16) -> Self {
        let runtime = tempfile::tempdir().unwrap();
        let folder = runtime.path().to_str().unwrap();
        let environment = [("XDG_RUNTIME_DIR", folder)];
        let mut terminal = Terminal::start(columns, rows, &["--sandbox"], &environment);
        terminal.wait_for("jonas.berg");
        terminal.press(&format!("/{REVOKED}\rc"));
        terminal.wait_for(" left ━");
        let mut sign_in = Self {
            terminal,
            link: String::new(),
            runtime,
        };
        sign_in.link = sign_in.hyperlink();
        sign_in
    }

    /// The target of the last hyperlink that was written.
    fn hyperlink(&self) -> String {
        let written = String::from_utf8_lossy(&self.terminal.bytes()).into_owned();
        let (_, link) = written.rsplit_once("\u{1b}]8;id=gatepost;").unwrap();
        link.split('\u{1b}').next().unwrap().to_owned()
    }

    fn base(&self) -> &str {
        let path = self.link.find("/o/oauth2").unwrap();
        &self.link[..path]
    }

    /// What a person does in the browser, up to the redirect, which is not followed yet.
    fn redirect(&self, more: &Value) -> String {
        let mut order = json!({ "url": self.link, "email": REVOKED });
        let more = more.as_object().unwrap().clone();
        order.as_object_mut().unwrap().extend(more);
        let answer = self.order("consent", &order);
        answer["redirect"].as_str().unwrap().to_owned()
    }

    fn order(&self, action: &str, order: &Value) -> Value {
        let url = format!("{}/sandbox/{action}", self.base());
        let answer = http("POST", &url, &order.to_string());
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{action}: {answer}"))
    }

    /// The row turns as soon as the vault has the grant, a moment before the dialog goes; a key
    /// pressed in between would be the dialog's.
    fn is_ready(&self) {
        self.terminal.wait_until("the row to turn", |screen| {
            let row = |line: &str| line.contains("jonas.berg") && line.contains("✓ ready");
            screen.lines().any(row) && !screen.contains(" left ━")
        });
    }

    fn leave(mut self) {
        self.terminal.press("q");
        assert_eq!(self.terminal.wait(), 0);
        let written = String::from_utf8_lossy(&self.terminal.bytes()).into_owned();
        for secret in ["ya29.", "1//0", "code_verifier"] {
            assert!(!written.contains(secret), "{secret} was drawn");
        }
    }

    fn link_file(&self) -> Option<PathBuf> {
        let mut files = std::fs::read_dir(self.runtime.path()).unwrap();
        files.next().map(|file| file.unwrap().path())
    }
}

fn http(method: &str, url: &str, body: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
        .split("\r\n\r\n")
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_browser_comes_back_and_the_row_is_ready() {
    let sign_in = SignIn::begin(120, 32);
    http("GET", &sign_in.redirect(&json!({})), "");
    sign_in.terminal.wait_for("signed in again");
    sign_in.is_ready();
    sign_in.leave();
}

#[test]
fn an_address_is_pasted_from_another_machine() {
    let mut sign_in = SignIn::begin(80, 24);
    sign_in.terminal.wait_for("Copy that page's address");
    let redirect = sign_in.redirect(&json!({}));
    // A stale one first: it is refused in words, and the wait goes on.
    let stale = redirect.replace("state=", "state=x");
    sign_in
        .terminal
        .press(&format!("\u{1b}[200~{stale}\u{1b}[201~"));
    sign_in.terminal.wait_for("belongs to another sign-in");
    sign_in
        .terminal
        .press(&format!("\u{1b}[200~ {redirect}\n\u{1b}[201~"));
    sign_in.is_ready();
    sign_in.leave();
}

#[test]
fn an_address_is_typed_and_told_part_by_part() {
    let mut sign_in = SignIn::begin(80, 24);
    let redirect = sign_in.redirect(&json!({}));
    let (state, rest) = redirect.split_once('&').unwrap();
    sign_in.terminal.press(state);
    sign_in.terminal.wait_for("✓ right state   - no code yet");
    sign_in.terminal.press(&format!("&{rest}"));
    sign_in.terminal.wait_for("✓ right state   ✓ has a code");
    let shown = sign_in.terminal.text();
    let value = state.split("state=").nth(1).unwrap();
    assert!(!shown.contains(value), "the state is never shown:\n{shown}");
    sign_in.terminal.press("\r");
    sign_in.is_ready();
    sign_in.leave();
}

#[test]
fn escape_while_waiting_stores_nothing_and_says_so() {
    let mut sign_in = SignIn::begin(120, 32);
    sign_in.terminal.press("\u{1b}");
    sign_in.terminal.wait_for("nothing was stored");
    sign_in.terminal.wait_for("✗ revoked");
    sign_in.leave();
}

#[test]
fn escape_while_the_code_is_traded_and_while_google_is_asked() {
    for (endpoint, step) in [("token", "4 "), ("userinfo", "5 ")] {
        let mut sign_in = SignIn::begin(120, 32);
        let fault = json!({ "endpoint": endpoint, "kind": "silence" });
        sign_in.order("fault", &fault);
        http("GET", &sign_in.redirect(&json!({})), "");
        sign_in.terminal.wait_until("the step", |screen| {
            let at = |line: &str| line.contains(&format!("┃ {step}")) && line.contains("0:0");
            screen.lines().any(at)
        });
        sign_in.terminal.press("\u{1b}");
        sign_in.terminal.wait_for("nothing was stored");
        sign_in.terminal.wait_for("✗ revoked");
        sign_in.leave();
    }
}

#[test]
fn a_no_is_said_in_words_and_a_new_link_is_one_key_away() {
    let mut sign_in = SignIn::begin(80, 24);
    http("GET", &sign_in.redirect(&json!({ "deny": true })), "");
    sign_in.terminal.wait_for("pressed Cancel on Google's page");
    sign_in.terminal.press("\r");
    sign_in.terminal.wait_for(" left ━");
    let old = std::mem::take(&mut sign_in.link);
    sign_in.link = sign_in.hyperlink();
    assert_ne!(sign_in.link, old, "another state");
    http("GET", &sign_in.redirect(&json!({})), "");
    sign_in.is_ready();
    sign_in.leave();
}

#[test]
fn an_unticked_box_stays_on_the_screen_and_is_asked_for_again() {
    let mut sign_in = SignIn::begin(80, 24);
    http(
        "GET",
        &sign_in.redirect(&json!({ "scopes": ["openid"] })),
        "",
    );
    sign_in.terminal.wait_for("Left unticked in the browser");
    sign_in.terminal.press("c");
    sign_in.terminal.wait_for(" left ━");
    sign_in.link = sign_in.hyperlink();
    http("GET", &sign_in.redirect(&json!({})), "");
    sign_in.is_ready();
    sign_in.leave();
}

#[test]
fn the_link_is_a_hyperlink_a_copy_and_a_file() {
    let mut sign_in = SignIn::begin(80, 24);
    assert!(sign_in.link.contains("/o/oauth2/v2/auth?") && sign_in.link.contains("state="));
    sign_in.terminal.press("u");
    sign_in.terminal.wait_for("OSC 52, unconfirmed");
    let copied = base64::engine::general_purpose::STANDARD.encode(&sign_in.link);
    let sequence = format!("\u{1b}]52;c;{copied}\u{1b}\\");
    let written = String::from_utf8_lossy(&sign_in.terminal.bytes()).into_owned();
    assert!(written.contains(&sequence), "the terminal was asked");
    sign_in.terminal.press("w");
    sign_in.terminal.wait_for("gatepost-link-");
    let file = sign_in.link_file().unwrap();
    assert_eq!(mode(&file), 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.trim(), sign_in.link);
    sign_in.terminal.press("\u{1b}");
    sign_in.terminal.wait_for("nothing was stored");
    assert!(!file.exists(), "it goes with its sign-in");
    sign_in.leave();
}

#[test]
fn the_file_goes_when_the_program_does() {
    let mut sign_in = SignIn::begin(80, 24);
    sign_in.terminal.press("w");
    sign_in.terminal.wait_for("gatepost-link-");
    assert!(sign_in.link_file().is_some());
    sign_in.terminal.press("\u{3}");
    sign_in.terminal.wait();
    assert_eq!(sign_in.link_file(), None);
}

#[test]
fn a_copied_token_is_taken_back_on_leaving() {
    let mut terminal = Terminal::start(120, 32, &["--sandbox"], &[]);
    terminal.wait_for("jonas.berg");
    terminal.press("/greta.berg\ryy");
    terminal.wait_for("access token sent to your terminal");
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    let last = written.rfind("\u{1b}]52;c;").unwrap();
    assert!(
        written[last..].starts_with("\u{1b}]52;c;\u{1b}\\"),
        "emptied"
    );
}

#[test]
fn at_twenty_columns_and_three_lines_it_can_all_be_done() {
    let mut sign_in = SignIn::begin(120, 32);
    sign_in.terminal.resize(20, 3);
    sign_in.terminal.wait_for("Address");
    sign_in.terminal.press("z");
    let start: String = sign_in.link.chars().take(20).collect();
    sign_in.terminal.wait_for(&start);
    sign_in.terminal.press("\u{1b}");
    sign_in.terminal.wait_for("Address");
    let redirect = sign_in.redirect(&json!({}));
    sign_in
        .terminal
        .press(&format!("\u{1b}[200~{redirect}\u{1b}[201~"));
    sign_in
        .terminal
        .wait_until("the table", |screen| screen.contains("jonas"));
    sign_in.terminal.resize(120, 32);
    sign_in.is_ready();
    sign_in.leave();
}
