//! The real program inside tmux, in a shell: what a person's own set-up does with it. A server of
//! its own for each test, so that nobody's sessions are touched.

use std::process::Command;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Tmux {
    home: tempfile::TempDir,
}

impl Tmux {
    /// A window with a shell in it, in a sealed home.
    pub(crate) fn start(columns: u16, rows: u16) -> Self {
        let tmux = Self {
            home: tempfile::tempdir().unwrap(),
        };
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let words = ["new-session", "-d", "-x", &columns, "-y", &rows];
        tmux.run(&[&words[..], &["env", "PS1=$ ", "sh", "-i"]].concat());
        tmux.wait_for("$");
        tmux
    }

    /// Runs one command of tmux's and returns what it printed.
    #[track_caller]
    pub(crate) fn run(&self, words: &[&str]) -> String {
        let socket = self.home.path().join("socket");
        let ran = Command::new("tmux")
            .args(["-f", "/dev/null", "-S"])
            .arg(socket)
            .args(words)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("BROWSER", "true")
            .output()
            .expect("tmux is needed; .ci/run installs it");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "tmux {words:?}: {said}");
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }

    /// Types a line into the shell.
    pub(crate) fn shell(&self, line: &str) {
        self.type_keys(line);
        self.run(&["send-keys", "Enter"]);
    }

    pub(crate) fn type_keys(&self, keys: &str) {
        self.run(&["send-keys", "-l", "--", keys]);
    }

    /// A key by tmux's name for it: `C-z`, `Enter`, `Escape`.
    pub(crate) fn key(&self, name: &str) {
        self.run(&["send-keys", name]);
    }

    pub(crate) fn gatepost(&self, arguments: &str) {
        let program = env!("CARGO_BIN_EXE_gatepost");
        self.shell(&format!("{program} {arguments}"));
    }

    pub(crate) fn text(&self) -> String {
        self.run(&["capture-pane", "-p"])
    }

    /// One of tmux's own facts about the pane: `mouse_any_flag`, `alternate_on`, `cursor_flag`.
    pub(crate) fn fact(&self, name: &str) -> String {
        let asked = format!("#{{{name}}}");
        self.run(&["display-message", "-p", &asked])
            .trim()
            .to_owned()
    }

    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, wanted: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !wanted(self) {
            let shown = self.text();
            assert!(begun.elapsed() < PATIENCE, "waited for {what}:\n{shown}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(text, |tmux| tmux.text().contains(text));
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let socket = self.home.path().join("socket");
        let _ = Command::new("tmux")
            .arg("-S")
            .arg(socket)
            .arg("kill-server")
            .output();
    }
}
