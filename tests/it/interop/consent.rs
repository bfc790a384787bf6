//! A sign-in in a real browser, from the link that gatepost opens to the page that it ends on:
//! once for the command, once for the screen.

use tempfile::TempDir;

use super::browser::Browser;
use super::process::wait_for;
use super::sandbox::{ANA, Sandbox};
use crate::support::pty::Terminal;

/// A browser command that keeps the link for whoever asks, complete or not at all.
const TAKE_THE_LINK: &str = r#"printf %s "$1" > "$0.tmp" && mv "$0.tmp" "$0.link""#;

/// Stands where `$BROWSER` points.
struct Opener(TempDir);

impl Opener {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("open"), TAKE_THE_LINK).unwrap();
        Self(folder)
    }

    fn command(&self) -> String {
        format!("sh {} %s", self.0.path().join("open").display())
    }

    fn link(&self) -> String {
        let file = self.0.path().join("open.link");
        wait_for("the link", || std::fs::read_to_string(&file).ok())
    }
}

/// Chooses the account, goes past the warning, ticks the box that nobody ticked, allows.
fn sign_in(browser: &Browser, link: &str, email: &str) {
    browser.go(link);
    browser.shows("#banner", "not Google");
    picture(browser, "1-choose");
    browser.click(&format!("[data-email='{email}']"));
    browser.shows("h1", "This app isn't verified");
    picture(browser, "2-warning");
    browser.click("#continue-unverified");
    browser.shows(".who", email);
    assert!(!browser.is_ticked("#scope-0"));
    browser.click("#scope-0");
    picture(browser, "3-ask");
    browser.click("#allow");
    browser.shows("h1.good", "Google has answered");
    picture(browser, "4-done");
    // Nothing of the sign-in stays in the address bar.
    wait_for("a clean address", || {
        (!browser.url().contains("code=")).then_some(())
    });
}

/// Kept where `GATEPOST_CI_PICTURES` says, for people to look at.
fn picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("GATEPOST_CI_PICTURES") {
        let file = std::path::Path::new(&folder).join(format!("{name}.png"));
        browser.screenshot(&file);
    }
}

#[test]
#[ignore = "needs chromium and its driver; .ci/run installs them and runs this"]
fn a_command_s_sign_in_is_clicked_through() {
    let sandbox = Sandbox::serve();
    let opener = Opener::new();
    let home = sandbox.another_home(&[
        ("BROWSER", &opener.command()),
        ("PATH", &std::env::var("PATH").unwrap()),
    ]);
    let browser = Browser::open();
    let adding = home.start(&["add"]);
    sign_in(&browser, &opener.link(), ANA);
    adding.finish().good();
    let account = &home.run(&["list", "--json"]).json()[0];
    assert_eq!(account["email"], ANA);
    assert_eq!(account["state"], "ready");
    assert_eq!(account["scopes"]["missing"], serde_json::json!([]));
}

#[test]
#[ignore = "needs chromium and its driver; .ci/run installs them and runs this"]
fn a_revoked_row_is_clicked_back_to_ready() {
    const REVOKED: &str = "jonas.berg@gmail.com";
    let opener = Opener::new();
    let command = opener.command();
    let mut terminal = Terminal::start(120, 32, &["--sandbox"], &[("BROWSER", &command)]);
    let row = |screen: &str, state: &str| {
        let is_row = |line: &str| line.contains(REVOKED) && line.contains(state);
        screen.lines().any(is_row)
    };
    terminal.wait_until("the revoked row", |screen| row(screen, "✗ revoked"));
    let browser = Browser::open();
    terminal.press(&format!("/{REVOKED}\r"));
    terminal.press("c");
    sign_in(&browser, &opener.link(), REVOKED);
    terminal.wait_until("the row to turn", |screen| row(screen, "✓ ready"));
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}
