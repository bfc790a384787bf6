//! Does a secret get out? Every command is run with secrets that are known to the test, at the
//! greatest verbosity; everything that was printed, every file that was written and what others
//! can see of the process while it runs is searched for them. Only `token`, `export` and the
//! sandbox of one's own print theirs, on stdout and nowhere else.

mod hook;
mod mail;
mod marks;
mod memory;
mod screen;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use gatepost::sandbox::{AllowScopes, Endpoint, Fault, FaultKind};

use crate::cli::sealed::{Ran, Sealed};
use crate::cli::service_accounts::{PEM, ROBOT, key_file};
use marks::Marks;

/// The formats that say whose sign-in it is.
const NAMED: [&str; 3] = ["adc", "mutt", "lieer"];

/// What a command may print on stdout.
#[derive(Clone, Copy, PartialEq)]
enum Stdout {
    NoSecret,
    /// It is what the command is for.
    ItsOwn,
}

/// A home whose secrets are known, and which commands were tried in it.
struct Watched {
    sealed: Sealed,
    marks: Marks,
    tried: BTreeSet<String>,
    /// What the configuration asks for; `auto` would look for this machine's keyring.
    key: &'static str,
}

impl Watched {
    /// Signed in, with all that came to be secret on the way.
    fn new() -> Self {
        let sealed = Sealed::new();
        let mut marks = Marks::default();
        let secret = sealed.sandbox.clients()[0].secret.clone();
        marks.add("client secret", secret.expose());
        let mut watched = Self {
            sealed,
            marks,
            tried: BTreeSet::new(),
            key: "file",
        };
        std::fs::create_dir(watched.sealed.path("tmp")).unwrap();
        watched.sealed.credentials();
        watched.run(&["client", "add", "credentials.json"], 0);
        // The download is the person's own; what gatepost wrote is what is searched.
        std::fs::remove_file(watched.sealed.path("credentials.json")).unwrap();
        watched.sign_in(&["add"], 0);
        watched.learn_key("");
        watched.learn_tokens("");
        watched
    }

    fn key_file(&self) -> std::path::PathBuf {
        self.sealed.path(".config/gatepost/vault.key")
    }

    fn learn_key(&mut self, when: &str) {
        let key = std::fs::read_to_string(self.key_file()).unwrap();
        self.marks.add(&format!("key{when}"), key.trim());
        let raw = BASE64_STANDARD.decode(key.trim()).unwrap();
        self.marks.add_bytes(&format!("raw key{when}"), &raw);
    }

    /// The tokens of this moment, by the two commands that may print them.
    fn learn_tokens(&mut self, when: &str) {
        let export = self.run_with(
            &["export", "ana@gmail.com", "--format", "token-json"],
            Stdout::ItsOwn,
            0,
        );
        let file = export.json();
        for (name, member) in [
            ("refresh token", "refresh_token"),
            ("access token", "token"),
        ] {
            let secret = file[member].as_str().unwrap();
            self.marks.add(&format!("{name}{when}"), secret);
        }
    }

    /// Out to every program and back in, by name and from its usual place.
    fn trade_with_other_programs(&mut self) {
        let ana = "ana@gmail.com";
        let home = ".config/rclone/rclone.conf";
        std::fs::create_dir_all(self.sealed.path(".config/rclone")).unwrap();
        for format in ["adc", "mutt", "sasl-xoauth2", "lieer", "rclone"] {
            self.run(&["export", ana, "--format", format, "-o", home], 0);
            self.run(
                &["import", home, "--dry-run"],
                if NAMED.contains(&format) { 2 } else { 0 },
            );
            self.run(&["import", home, "--dry-run", "--force", "--json"], 0);
            self.run(&["import", home, "--force", "--json"], 0);
            self.run(&["import", "--scan"], 0);
            self.run(&["import", "--scan", "--yes"], 2);
            std::fs::remove_file(self.sealed.path(home)).unwrap();
        }
    }

    /// Every format with something wrong in it that might be quoted.
    fn break_the_files_of_other_programs(&mut self) {
        let ana = "ana@gmail.com";
        for format in ["mutt", "sasl-xoauth2", "rclone"] {
            self.run(&["export", ana, "--format", format, "-o", "out"], 0);
            let text = std::fs::read_to_string(self.sealed.path("out")).unwrap();
            let half = &text[..text.len() * 3 / 4];
            let secret = text.lines().find(|line| line.contains("1//")).unwrap();
            let pizauth = format!("account \"a\" {{\n token_uri = \"x\"; client_secret = {secret}");
            let mfauth = format!("[accounts.a]\nrefresh_token = {secret}");
            for broken in [half, &pizauth, &mfauth] {
                self.sealed.write("broken", broken);
                self.run(&["import", "broken"], 2);
                self.run(&["import", "broken", "--dry-run", "--json"], 2);
            }
            for file in ["out", "broken"] {
                std::fs::remove_file(self.sealed.path(file)).unwrap();
            }
        }
    }

    fn run(&mut self, arguments: &[&str], code: i32) -> Ran {
        self.run_with(arguments, Stdout::NoSecret, code)
    }

    fn run_with(&mut self, arguments: &[&str], stdout: Stdout, code: i32) -> Ran {
        let child = self.start(arguments).stdin(Stdio::null()).spawn().unwrap();
        self.end(child, arguments, stdout, code)
    }

    fn start(&mut self, arguments: &[&str]) -> std::process::Command {
        self.tried.insert(arguments[0].to_owned());
        let mut command = self.sealed.command(arguments);
        command.arg("-vvv").env("TMPDIR", self.sealed.path("tmp"));
        command.env("GATEPOST_VAULT_KEY", self.key);
        command.env("GATEPOST_PASSPHRASE_FILE", self.sealed.path("passphrase"));
        command
    }

    fn end(&self, child: Child, arguments: &[&str], stdout: Stdout, code: i32) -> Ran {
        let seen = what_others_see(&child);
        let ran = self.sealed.finish(child);
        let name = arguments.join(" ");
        assert_eq!(ran.code, Some(code), "{name}: {ran}");
        self.marks
            .assert_none_in(&format!("/proc of `{name}`"), &seen);
        self.marks
            .assert_none_in(&format!("stderr of `{name}`"), ran.stderr.as_bytes());
        if stdout == Stdout::NoSecret {
            self.marks
                .assert_none_in(&format!("stdout of `{name}`"), ran.stdout.as_bytes());
        }
        ran
    }

    /// A consent by a pasted address; its code is one more secret.
    fn sign_in(&mut self, arguments: &[&str], code: i32) {
        self.tried.insert(arguments[0].to_owned());
        let arguments: Vec<_> = arguments.iter().copied().chain(["-vvv"]).collect();
        let mut waiting = self.sealed.begin_sign_in(&arguments);
        let redirect = self
            .sealed
            .browse(&waiting.url, "ana@gmail.com", AllowScopes::All);
        let query = url::Url::parse(&redirect).unwrap();
        let given = query
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap();
        self.marks.add("code", &given.1);
        // Somebody else's redirect first: it is refused, and its code is a secret as well.
        self.marks.add("forged code", "4/0FORGED-forged-forged");
        waiting.type_in("http://127.0.0.1:1/?state=x&code=4/0FORGED-forged-forged");
        waiting.until("warning:");
        let seen = what_others_see(&waiting.child);
        // This one is surely alive; a command that was faster than the look is no loss.
        let text = String::from_utf8_lossy(&seen);
        assert!(
            text.contains("--no-browser") && text.contains("HOME="),
            "{text}"
        );
        self.marks.assert_none_in("/proc of a sign-in", &seen);
        waiting.type_in(&redirect);
        let ran = waiting.finish(&self.sealed);
        assert_eq!(ran.code, Some(code), "{ran}");
        self.marks.assert_none_in(
            "a sign-in",
            format!("{}{}", ran.stderr, ran.stdout).as_bytes(),
        );
    }

    /// In, listed, replaced and out again; what is wrong with one is not quoted.
    fn keep_a_service_account(&mut self) {
        for line in PEM.lines().filter(|line| line.len() == 64) {
            self.marks.add("private key", line);
        }
        for (name, key) in [("key.json", "first"), ("other.json", "second")] {
            self.sealed.write(name, &key_file(key).to_string());
        }
        let mut broken = key_file("first");
        broken["private_key"] = PEM.replace("-----END", "----").into();
        self.sealed.write("broken.json", &broken.to_string());
        self.run(&["import", "broken.json"], 2);
        self.run(&["client", "add", "key.json"], 2);
        self.run(&["import", "key.json", "--dry-run"], 0);
        self.run(&["import", "key.json", "--json"], 0);
        self.run(&["import", "key.json"], 0);
        self.run(&["import", "other.json"], 2);
        self.run(&["import", "other.json", "--force"], 0);
        for name in ["key.json", "other.json", "broken.json"] {
            std::fs::remove_file(self.sealed.path(name)).unwrap();
        }
        self.run(&["client", "list"], 0);
        self.run(&["client", "list", "--json"], 0);
        self.run(&["token", ROBOT], 3);
    }

    /// Its own commands; each key and the passphrase is a secret of its own.
    fn run_through_the_vault(&mut self) {
        let passphrase = "correct horse battery staple";
        self.marks.add("passphrase", passphrase);
        self.sealed.write("passphrase", passphrase);
        self.run(&["vault", "backup", "backup.gatepost"], 0);
        let config = ".config/gatepost/config.toml";
        self.sealed.write(config, "[vault]\nremember = \"5m\"\n");
        self.run(&["vault", "rekey", "--key", "passphrase"], 0);
        self.key = "passphrase";
        for arguments in [
            &["vault", "status"][..],
            &["list"],
            &["vault", "lock"],
            &["vault", "rekey", "--key", "file"],
        ] {
            self.run(arguments, 0);
        }
        std::fs::remove_file(self.sealed.path(config)).unwrap();
        self.key = "file";
        self.learn_key(", after a rekey");
        self.run(&["vault", "check"], 0);
        self.run(&["vault", "restore", "backup.gatepost", "--force"], 0);
        std::fs::remove_file(self.sealed.path("passphrase")).unwrap();
    }

    /// Every file there is, sealed values and all.
    fn search_files(&self) {
        let mut looked_at = 0;
        self.search(self.sealed.home.path(), &mut looked_at);
        assert!(looked_at >= 4, "vault, usage, key and log were looked at");
    }

    fn search(&self, folder: &Path, looked_at: &mut usize) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                self.search(&path, looked_at);
                continue;
            }
            *looked_at += 1;
            let bytes = std::fs::read(&path).unwrap();
            let mode = path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", path.display());
            let found = self.marks.in_bytes(&bytes);
            let name = entry.file_name().into_string().unwrap();
            // A vault that was set aside keeps its key beside it.
            if name == "vault.key" || name.starts_with("vault.key.set-aside-") {
                assert_eq!(found.len(), 2, "its own key, in two shapes: {found:?}");
            } else {
                assert!(found.is_empty(), "{found:?} in {}", path.display());
            }
        }
    }
}

/// What any program of the same user can read of another, as long as it runs: again and again,
/// for a process may change both.
fn what_others_see(child: &Child) -> Vec<u8> {
    let mut seen = Vec::new();
    for _ in 0..5 {
        for name in ["cmdline", "environ", "comm"] {
            let read = std::fs::read(format!("/proc/{}/{name}", child.id()));
            seen.extend(read.unwrap_or_default());
        }
        std::thread::sleep(std::time::Duration::from_millis(4));
    }
    seen
}

#[test]
fn no_command_lets_a_secret_out() {
    let mut home = Watched::new();
    let ana = "ana@gmail.com";
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["status"],
        &["status", "--json"],
        &[
            "status",
            "--format",
            "{email} {label} {client} {problem} {needing}",
        ],
        &["client", "list"],
        &["client", "list", "--json"],
        &["client", "set", "default", "--status", "testing"],
        &["refresh", ana],
        &["refresh", "--all", "--json"],
        &["verify", ana],
        &["verify", ana, "--json"],
        &["label", ana, "home"],
        &["pause", ana],
        &["resume", ana],
        &["doctor"],
        &["doctor", "--json"],
        &["log"],
        &["log", "--json"],
        &["setup"],
        &["setup", "mutt", ana],
        &["setup", "postfix", ana, "--json"],
        &["exec", ana, "--", "sh", "-c", "env"],
        &["completions", "bash"],
        &["man"],
        &["--version"],
    ] {
        home.run(arguments, 0);
    }
    for format in ["bare", "header", "xoauth2", "oauthbearer", "json", "env"] {
        home.run_with(&["token", ana, "--format", format], Stdout::ItsOwn, 0);
    }
    home.learn_tokens(", refreshed");
    home.sign_in(&["reauth", ana], 0);
    home.learn_tokens(", after another consent");
    home.run(
        &["export", ana, "--format", "token-json", "-o", "token.json"],
        0,
    );
    home.run(&["import", "token.json", "--force"], 0);
    std::fs::remove_file(home.sealed.path("token.json")).unwrap();
    home.trade_with_other_programs();
    home.keep_a_service_account();
    home.run_through_the_vault();
    home.run(&["client", "remove", ROBOT], 0);
    home.run(&["revoke", ana, "--yes"], 0);
    home.run(&["remove", ana, "--yes"], 0);
    home.run(&["client", "remove", "default"], 0);
    home.run(&["log"], 0);
    home.search_files();

    // The sandbox prints a secret of its own making, and needs no home.
    home.tried.insert("sandbox".into());
    let help = home.run(&["--help"], 0);
    let commands = help.stdout.split("Commands:").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap().lines();
    for line in commands.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap();
        assert!(
            name == "help" || home.tried.contains(name),
            "`{name}` was not tried"
        );
    }
}

#[test]
fn no_failure_lets_a_secret_out() {
    let mut home = Watched::new();
    let ana = "ana@gmail.com";
    let tokens: serde_json::Value = home
        .run_with(
            &["export", ana, "--format", "token-json"],
            Stdout::ItsOwn,
            0,
        )
        .json();
    let secrets = format!("{} {}", tokens["refresh_token"], tokens["client_secret"]);

    // A server that repeats what it was sent.
    for (status, code) in [(400, 7), (503, 5)] {
        let body = serde_json::json!({"error": "echo", "error_description": secrets});
        let echo = FaultKind::Reply {
            status,
            content_type: "application/json".into(),
            body: body.to_string(),
        };
        home.sealed
            .control()
            .add_fault(Fault::at(Endpoint::Token, echo));
        home.run(&["refresh", ana], code);
        home.sealed.control().clear_faults();
    }
    home.run(&["status", "--json"], 7);
    home.run(&["log", "--json"], 0);
    home.run(&["doctor", "--json"], 7);

    // Files that are nearly right.
    let broken = format!("{{\"installed\": {{\"client_secret\": {secrets:?}, ");
    for file in ["client.json", "token.json"] {
        home.sealed.write(file, &broken);
    }
    home.run(&["client", "add", "client.json"], 2);
    home.run(&["import", "token.json"], 2);
    home.break_the_files_of_other_programs();
    home.sealed.write(
        ".config/gatepost/config.toml",
        &format!("[endpoints]\ntoken = {secrets:?}\n"),
    );
    home.run(&["refresh", ana], 2);
    for file in ["client.json", "token.json", ".config/gatepost/config.toml"] {
        std::fs::remove_file(home.sealed.path(file)).unwrap();
    }

    // A key that is there and does not fit, a vault that is none.
    let key = std::fs::read(home.key_file()).unwrap();
    std::fs::write(home.key_file(), &key[..20]).unwrap();
    home.run(&["list"], 6);
    home.run(&["doctor"], 6);
    std::fs::write(home.key_file(), key).unwrap();
    home.sealed.control().revoke(ana).unwrap();
    home.run(&["refresh", ana], 4);
    home.run(&["token", ana], 4);
    home.search_files();
}
