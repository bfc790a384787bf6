//! Real mail programs sign in with exactly what `gatepost setup` printed, to Dovecot on this
//! machine, which asks the sandbox what a token is worth. Prints a table: see it with
//! `cargo test --test it interop::programs -- --ignored --nocapture`.

mod reading;
mod scripts;
mod sending;

use std::path::Path;
use std::process::Command;

use super::mail::MailLab;
use super::process::{Home, Process, Ran};
use super::sandbox::{ANA, Sandbox};

/// A server, a person's home, and gatepost on the search path.
struct Stage {
    lab: MailLab,
    home: Home,
    search_path: String,
    _sandbox: Sandbox,
}

impl Stage {
    fn new() -> Self {
        Self::with(Path::new(""))
    }

    /// With a folder of programs that no distribution has.
    fn with(programs: &Path) -> Self {
        let sandbox = Sandbox::serve();
        let lab = MailLab::start(&sandbox);
        let ours = Path::new(env!("CARGO_BIN_EXE_gatepost")).parent().unwrap();
        let theirs = std::env::var("PATH").unwrap();
        let search_path = format!("{}:{theirs}:{}", ours.display(), programs.display());
        let home = lab.home_with(&sandbox, &[("PATH", &search_path)]);
        Self {
            lab,
            home,
            search_path,
            _sandbox: sandbox,
        }
    }

    /// What `setup` prints for a program.
    #[track_caller]
    fn printed(&self, program: &str) -> String {
        let snippet = self.home.run(&["setup", program, "ana"]).good();
        assert!(!snippet.contains("ya29."), "a token in {snippet}");
        assert!(
            !snippet.contains('/') || !snippet.contains("debug/gatepost"),
            "{snippet}"
        );
        snippet
    }

    /// A program with the environment of a person's session.
    fn command(&self, argv: &[&str]) -> Command {
        let mut command = self.home.command(argv[0]);
        command
            .args(&argv[1..])
            .env("LC_ALL", "C.UTF-8")
            .env("TERM", "xterm")
            // Some take the home from the user database, and hand gatepost that one.
            .env("XDG_CONFIG_HOME", self.home.path(".config"))
            .env("XDG_DATA_HOME", self.home.path(".local/share"))
            .env("XDG_STATE_HOME", self.home.path(".local/state"));
        command
    }

    #[track_caller]
    fn run(&self, argv: &[&str]) -> Ran {
        Process::start(&mut self.command(argv)).finish()
    }

    /// `gatepost setup PROGRAM ana --check`.
    fn check(&self, program: &str) -> Ran {
        let gatepost = env!("CARGO_BIN_EXE_gatepost");
        self.run(&[gatepost, "setup", program, "ana", "--check"])
    }

    /// One row of the table, after the server has said that it happened.
    #[track_caller]
    #[expect(
        clippy::print_stdout,
        reason = "the table is what a person runs this for"
    )]
    fn report(&self, program: &str, protocol: &str, how: &str) {
        let mechanism = self.lab.signed_in(protocol, ANA);
        let document = self.home.run(&["setup", program, "ana", "--json"]).json();
        let version = document["version"].as_str().unwrap_or("-").to_owned();
        println!("| {program} | {version} | {protocol} | {mechanism} | {how} |");
    }
}

/// No file below this folder holds a token in the clear.
#[track_caller]
fn holds_no_token(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            holds_no_token(&path);
        } else if let Ok(bytes) = std::fs::read(&path) {
            let found = bytes.windows(5).any(|window| window == b"ya29.");
            assert!(!found, "a token lies in {}", path.display());
        }
    }
}
