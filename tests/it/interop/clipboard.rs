//! Copies that other programs can paste, and that are taken back: a tmux server and an X display
//! that nobody else uses.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::process::wait_for;
use crate::support::pty::Terminal;

const READY: &str = "greta.berg";

/// A tmux of our own, with the defaults of tmux.
struct Tmux(String);

impl Tmux {
    fn start(command: &str) -> Self {
        let tmux = Self(format!("gatepost-test-{}", std::process::id()));
        let shell = format!("TERM=tmux-256color BROWSER=true {command}");
        tmux.good(&["new-session", "-d", "-x", "120", "-y", "32", &shell]);
        tmux
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut tmux = Command::new("tmux");
        tmux.args(["-L", &self.0, "-f", "/dev/null"])
            .args(arguments);
        // Not the one that the tests may run in.
        tmux.env_remove("TMUX").stdin(Stdio::null());
        tmux.output()
            .unwrap_or_else(|error| panic!("no tmux ({error}); .ci/run installs it"))
    }

    fn good(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn press(&self, keys: &[&str]) {
        let arguments = [&["send-keys"], keys].concat();
        self.good(&arguments);
    }

    fn shows(&self, text: &str) {
        wait_for(text, || {
            self.good(&["capture-pane", "-p"])
                .contains(text)
                .then_some(())
        });
    }

    fn buffer(&self) -> Option<String> {
        let output = self.run(&["show-buffer", "-b", "gatepost"]);
        let text = String::from_utf8(output.stdout).unwrap();
        output.status.success().then_some(text)
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

#[test]
#[ignore = "needs tmux; .ci/run installs it and runs this"]
fn tmux_takes_a_link_and_gives_a_token_back() {
    let gatepost = env!("CARGO_BIN_EXE_gatepost");
    // The pane outlives the program, and the buffer would outlive both.
    let tmux = Tmux::start(&format!("sh -c '{gatepost} --sandbox; cat'"));
    tmux.shows(READY);
    tmux.press(&["/", READY, "Enter"]);
    tmux.press(&["c"]);
    tmux.shows("g QR code");
    tmux.press(&["u"]);
    tmux.shows("link copied (tmux)");
    assert!(tmux.buffer().unwrap().contains("/o/oauth2/v2/auth?"));
    tmux.press(&["Escape"]);
    tmux.shows("nothing was stored");
    tmux.press(&["y", "y"]);
    tmux.shows("access token copied (tmux)");
    assert!(tmux.buffer().unwrap().starts_with("ya29."));
    tmux.press(&["q"]);
    wait_for("the token to be taken back", || {
        tmux.buffer().is_none().then_some(())
    });
}

/// An X display of our own.
struct Display {
    server: std::process::Child,
    name: String,
}

impl Display {
    fn start() -> Self {
        // The server picks a free number and writes it into a file that it inherits.
        let number = tempfile::NamedTempFile::new().unwrap();
        let path = number.path().display().to_string();
        let server = Command::new("sh")
            .arg("-c")
            .arg(format!("exec Xvfb -displayfd 3 -nolisten tcp 3>'{path}'"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let name = wait_for("Xvfb; .ci/run installs it", || {
            let text = std::fs::read_to_string(number.path()).ok()?;
            text.strip_suffix('\n').map(|number| format!(":{number}"))
        });
        Self { server, name }
    }

    fn xclip(&self, arguments: &[&str]) -> Command {
        let mut xclip = Command::new("xclip");
        xclip
            .args(["-selection", "clipboard"])
            .args(arguments)
            .env("DISPLAY", &self.name)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        xclip
    }

    fn pasted(&self) -> String {
        let output = self.xclip(&["-out"]).output();
        let output = output.unwrap_or_else(|e| panic!("no xclip ({e}); .ci/run installs it"));
        String::from_utf8(output.stdout).unwrap()
    }

    fn copy(&self, text: &str) {
        let mut xclip = self.xclip(&["-in"]);
        let mut xclip = xclip
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        xclip
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        xclip.wait().unwrap();
        // It says it is done while the one who answers for it is still on its way.
        wait_for("somebody else's copy", || {
            (self.pasted() == text).then_some(())
        });
    }

    /// gatepost in a terminal on this display.
    fn gatepost(&self, folder: &std::path::Path) -> Terminal {
        // Named, so that nothing but the desktop can have taken it.
        let config = folder.join("config.toml");
        std::fs::write(&config, "[ui]\nclipboard = \"native\"\n").unwrap();
        let arguments = ["--sandbox", "--config", config.to_str().unwrap()];
        let mut terminal = Terminal::start(120, 32, &arguments, &[("DISPLAY", &self.name)]);
        terminal.wait_for(READY);
        terminal.press(&format!("/{READY}\r"));
        terminal.wait_for("Accounts (1 of");
        terminal
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
#[ignore = "needs Xvfb and xclip; .ci/run installs them and runs this"]
fn the_desktop_s_clipboard_holds_a_token_only_as_long_as_it_is_ours() {
    let display = Display::start();
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = display.gatepost(folder.path());
    terminal.press("yy");
    terminal.wait_for("access token copied");
    assert!(!terminal.text().contains("unconfirmed"));
    assert!(display.pasted().starts_with("ya29."));
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert_eq!(display.pasted(), "", "taken back on leaving");

    let mut terminal = display.gatepost(folder.path());
    terminal.press("yy");
    terminal.wait_for("access token copied");
    display.copy("something of somebody else's");
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert_eq!(display.pasted(), "something of somebody else's");
}

#[test]
#[ignore = "needs Xvfb and xclip; .ci/run installs them and runs this"]
fn a_token_is_cleared_after_half_a_minute() {
    let display = Display::start();
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = display.gatepost(folder.path());
    terminal.press("yy");
    terminal.wait_for("access token copied");
    wait_for("the token to be cleared", || {
        terminal.text().contains("was cleared").then_some(())
    });
    assert_eq!(display.pasted(), "");
    terminal.press("q");
    terminal.wait();
}

#[test]
#[ignore = "needs Xvfb and xclip; .ci/run installs them and runs this"]
fn a_copied_link_can_be_pasted_while_gatepost_runs() {
    let display = Display::start();
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = display.gatepost(folder.path());
    terminal.press("c");
    terminal.wait_for(" left ━");
    terminal.press("u");
    terminal.wait_for("link copied");
    assert!(display.pasted().contains("/o/oauth2/v2/auth?"));
    let targets = display
        .xclip(&["-out", "-target", "TARGETS"])
        .output()
        .unwrap();
    let targets = String::from_utf8(targets.stdout).unwrap();
    assert!(targets.contains("x-kde-passwordManagerHint"), "{targets}");
    terminal.press("\u{3}");
    terminal.wait();
}
