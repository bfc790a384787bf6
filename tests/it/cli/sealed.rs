//! A home of its own, an environment with nothing in it, and a sandbox in place of Google. What
//! the program printed is compared as a whole; what changes from run to run is masked.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use gatepost::clock::Clock;
use gatepost::sandbox::{AllowScopes, ConsentChoice, Control, Options, Sandbox, Scenario, start};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) struct Sealed {
    pub(crate) home: TempDir,
    pub(crate) sandbox: Sandbox,
    /// Where the sandbox lives.
    _runtime: Runtime,
}

/// How a command ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Every token, code and secret of the sandbox begins like Google's.
const MARKERS: [&str; 5] = ["ya29.", "1//", "GOCSPX-", "4/0", "code_verifier"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// What a consent says on its way.
const STEPS: [&str; 3] = [
    "no browser was opened (as you asked); waiting for the sign-in",
    "signed in; trading the code for tokens",
    "asking Google whose account it is",
];

impl Sealed {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let options = Options {
            port: 0,
            seed: Some(7),
            scenario: Scenario::minimal(),
            clock: Clock::system(),
        };
        let sandbox = runtime.block_on(start(options)).unwrap();
        Self {
            home: TempDir::new().unwrap(),
            sandbox,
            _runtime: runtime,
        }
    }

    /// With a client, and nothing agreed to.
    pub(crate) fn with_client() -> Self {
        let sealed = Self::new();
        sealed.credentials();
        let ran = sealed.run(&["client", "add", "credentials.json"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        sealed
    }

    /// With this account signed in.
    pub(crate) fn with_account(email: &str) -> Self {
        let sealed = Self::with_client();
        let ran = sealed.sign_in(&["add", email], email);
        assert_eq!(ran.code, Some(0), "{ran}");
        sealed
    }

    pub(crate) fn control(&self) -> Control {
        self.sandbox.control()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.path(".local/share/gatepost/vault.db")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Puts the sandbox's `credentials.json` into the home.
    pub(crate) fn credentials(&self) {
        let text = self.sandbox.credentials_json("default").unwrap();
        self.write("credentials.json", &text);
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
        command
            .args(arguments)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("GATEPOST_ENDPOINTS", self.sandbox.base_url())
            // Never the keyring of whoever runs the tests.
            .env("GATEPOST_VAULT_KEY", "file")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.finish(self.command(arguments).spawn().unwrap())
    }

    pub(crate) fn finish(&self, child: Child) -> Ran {
        let output = child.wait_with_output().unwrap();
        self.ran(output.status.code(), &output.stdout, &output.stderr)
    }

    fn ran(&self, code: Option<i32>, stdout: &[u8], stderr: &[u8]) -> Ran {
        let plain = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.replace(&self.sandbox.base_url(), "SANDBOX")
                .replace(self.home.path().to_str().unwrap(), "HOME")
        };
        Ran {
            code,
            stdout: plain(stdout),
            stderr: plain(stderr),
        }
    }

    /// A whole consent: the browser's part is played by the sandbox, and its last address pasted.
    pub(crate) fn sign_in(&self, arguments: &[&str], email: &str) -> Ran {
        self.sign_in_with(arguments, email, AllowScopes::All)
    }

    pub(crate) fn sign_in_with(
        &self,
        arguments: &[&str],
        email: &str,
        allow_scopes: AllowScopes,
    ) -> Ran {
        let mut waiting = self.begin_sign_in(arguments);
        let redirect = self.browse(&waiting.url, email, allow_scopes);
        waiting.type_in(&redirect);
        waiting.finish(self)
    }

    pub(crate) fn browse(&self, url: &str, email: &str, allow_scopes: AllowScopes) -> String {
        let choice = ConsentChoice {
            email: email.to_owned(),
            allow_scopes,
        };
        self.control().consent(url, choice).unwrap()
    }

    /// Starts a consent and reads its link.
    pub(crate) fn begin_sign_in(&self, arguments: &[&str]) -> Waiting {
        let mut command = self.command(arguments);
        command.arg("--no-browser").stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let (mut said, mut url) = (String::new(), String::new());
        while url.is_empty() {
            let mut line = String::new();
            assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "no link:\n{said}");
            if line.starts_with(&self.sandbox.base_url()) {
                line.trim().clone_into(&mut url);
                line = "LINK\n".into();
            }
            said += &line;
        }
        Waiting {
            child,
            stderr,
            said,
            url,
        }
    }
}

/// A consent that waits for its browser.
pub(crate) struct Waiting {
    pub(crate) child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    said: String,
    pub(crate) url: String,
}

impl Waiting {
    pub(crate) fn type_in(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Reads on until it has said this.
    pub(crate) fn until(&mut self, words: &str) {
        while !self.said.contains(words) {
            let read = self.stderr.read_line(&mut self.said).unwrap();
            assert_ne!(read, 0, "`{words}` was never said:\n{}", self.said);
        }
    }

    pub(crate) fn close_stdin(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Leaves standard input open until the end, as a terminal would.
    pub(crate) fn finish(mut self, sealed: &Sealed) -> Ran {
        let stdin = self.child.stdin.take();
        let mut stdout = String::new();
        let mut out = self.child.stdout.take().unwrap();
        out.read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut self.said).unwrap();
        let status = self.child.wait().unwrap();
        drop(stdin);
        // A step that is over before it is printed is left out.
        let lines = self.said.split_inclusive('\n');
        self.said = lines
            .filter(|line| !STEPS.contains(&line.trim_end()))
            .collect();
        sealed.ran(status.code(), stdout.as_bytes(), self.said.as_bytes())
    }
}

impl Ran {
    /// Nothing that must not be seen was printed.
    #[track_caller]
    pub(crate) fn without_secrets(self) -> Self {
        for marker in MARKERS {
            let leaks = self.stdout.contains(marker) || self.stderr.contains(marker);
            assert!(!leaks, "`{marker}` was printed:\n{self}");
        }
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}:\n{self}"))
    }
}

/// The whole story, with every number masked.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("signal".into(), |code| code.to_string());
        writeln!(f, "exit {code}")?;
        for (name, text) in [("out", &self.stdout), ("err", &self.stderr)] {
            for line in masked(text).lines() {
                writeln!(f, "{}", format!("{name}: {line}").trim_end())?;
            }
        }
        Ok(())
    }
}

fn masked(text: &str) -> String {
    let mut masked = String::new();
    for c in text.chars() {
        let digit = c.is_ascii_digit();
        if !digit {
            masked.push(c);
        } else if !masked.ends_with('#') {
            masked.push('#');
        }
    }
    for day in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] {
        masked = masked.replace(&format!("{day} #"), "Day #");
    }
    for month in MONTHS {
        masked = masked.replace(&format!("# {month} #"), "# Month #");
    }
    // Two seconds are enough on an idle machine only.
    masked.replace("just now", "#s ago")
}
