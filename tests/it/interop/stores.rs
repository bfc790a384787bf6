//! Stores of other programs, written by those programs themselves and taken in here; and what is
//! written here, read by them. gpg is the real one, with keys of its own.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::process::{Home, Process, Ran};
use super::sandbox::{ANA, Sandbox};
use super::{beside, tool};

/// A sandbox, a home that is signed in, and what it exported.
pub(super) struct Trade {
    pub(super) sandbox: Sandbox,
    pub(super) home: Home,
}

impl Trade {
    pub(super) fn begin() -> Self {
        let sandbox = Sandbox::serve();
        let home = sandbox.another_home(&[]);
        sandbox.sign_in(&home);
        Self { sandbox, home }
    }

    /// The client of `credentials.json`: id and secret.
    pub(super) fn client(&self) -> (String, String) {
        let file = std::fs::read_to_string(self.home.path("credentials.json")).unwrap();
        let file: serde_json::Value = serde_json::from_str(&file).unwrap();
        let text = |field: &str| file["installed"][field].as_str().unwrap().to_owned();
        (text("client_id"), text("client_secret"))
    }

    /// Ana goes to this link and allows; where the browser ends.
    pub(super) fn allow(&self, link: &str) -> String {
        let what = json!({ "url": link, "email": ANA });
        let answer = self.sandbox.order("consent", &what);
        answer["redirect"].as_str().unwrap().to_owned()
    }

    fn export(&self, format: &str, name: &str) {
        let arguments = ["export", ANA, "--format", format, "-o", name];
        self.home.run(&arguments).good();
    }

    fn path(&self, name: &str) -> String {
        self.home.path(name).display().to_string()
    }

    /// A program of somebody else's, in the home.
    pub(super) fn their(&self, program: PathBuf, arguments: &[&str]) -> Ran {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.home.path("."))
            .env_clear()
            .env("HOME", self.home.path("."))
            .env("PATH", "/usr/bin:/bin")
            .env("RCLONE_CONFIG", self.home.path("rclone.conf"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Process::start(&mut command).finish()
    }

    fn gpg(&self, arguments: &[&str]) -> Ran {
        let usual = ["--batch", "--quiet", "--no-tty"];
        self.their("gpg".into(), &[&usual, arguments].concat())
    }

    fn make_key(&self, whose: &str, passphrase: &str) {
        std::fs::create_dir_all(self.home.path(".gnupg")).unwrap();
        // Nobody to ask.
        self.home
            .write(".gnupg/gpg-agent.conf", "pinentry-program /bin/false\n");
        let unasked = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
        let make = ["--quick-generate-key", whose, "default", "default", "never"];
        self.gpg(&[&unasked[..], &make].concat()).good();
    }

    fn encrypt(&self, whose: &str, plain: &str, sealed: &str) {
        let to = ["--trust-model", "always", "--recipient", whose];
        let what = ["--output", sealed, "--encrypt", plain];
        self.gpg(&[&to[..], &what].concat()).good();
    }

    /// Taken in by another home, it gives this account's tokens.
    #[track_caller]
    pub(super) fn comes_in(&self, name: &str) {
        let third = self
            .sandbox
            .another_home(&[("GNUPGHOME", &self.path(".gnupg"))]);
        third.run(&["import", &self.path(name)]).good();
        let token = third.run(&["token", ANA, "--force-refresh"]).good();
        assert_eq!(self.sandbox.whose(token.trim()), ANA, "{name}");
    }
}

impl Drop for Trade {
    fn drop(&mut self) {
        if self.home.path(".gnupg").exists() {
            self.their("gpgconf".into(), &["--kill", "gpg-agent"]);
        }
    }
}

/// Its script as Debian ships it, set up as its README says.
fn mutt_oauth2(trade: &Trade) -> PathBuf {
    let script = tool("debian/usr/share/doc/mutt/examples/mutt_oauth2.py");
    let script = std::fs::read_to_string(script).unwrap();
    let file = std::fs::read_to_string(trade.home.path("credentials.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    let client = &file["installed"];
    let google = script.find("'google'").unwrap();
    let (before, after) = script.split_at(google);
    let id = format!("'client_id': {}", client["client_id"]);
    let secret = format!("'client_secret': {}", client["client_secret"]);
    let ours = after
        .replacen("'client_id': ''", &id, 1)
        .replacen("'client_secret': ''", &secret, 1)
        .replace(
            "https://accounts.google.com/o/oauth2/token",
            &format!("{}/token", trade.sandbox.base),
        );
    let whole = format!("{before}{ours}")
        .replace("'YOUR_GPG_IDENTITY'", "'ana', '--trust-model', 'always'");
    trade.home.write("mutt_oauth2.py", &whole);
    trade.home.path("mutt_oauth2.py")
}

#[test]
#[ignore = "needs mutt's script and gnupg; .ci/run fetches them and runs this"]
fn mutt_s_script_reads_what_is_exported_and_its_own_file_comes_in_through_gpg() {
    let trade = Trade::begin();
    trade.make_key("ana", "");
    trade.export("mutt", "plain");
    let text = std::fs::read_to_string(trade.home.path("plain")).unwrap();
    let mut tokens: serde_json::Value = serde_json::from_str(&text).unwrap();
    trade.encrypt("ana", "plain", "live.tokens");
    let ours = trade.home.run(&["token", ANA]).good();
    let script = mutt_oauth2(&trade).display().to_string();
    let run = |file: &str| {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(trade.home.path(file), private).unwrap();
        trade
            .their("/usr/bin/python3".into(), &[&script, file])
            .good()
    };
    let theirs = run("live.tokens");
    assert_eq!(
        theirs.trim(),
        ours.trim(),
        "it believes the end that was written"
    );
    // An hour later it refreshes by itself, and writes the file anew.
    tokens["access_token_expiration"] = json!("2020-01-01T00:00:00");
    trade.home.write("plain", &tokens.to_string());
    trade.encrypt("ana", "plain", "old.tokens");
    let theirs = run("old.tokens");
    assert_ne!(theirs.trim(), ours.trim());
    assert_eq!(trade.sandbox.whose(theirs.trim()), ANA);
    trade.comes_in("old.tokens");
}

#[test]
#[ignore = "needs gnupg; .ci/run installs it and runs this"]
fn a_key_that_is_locked_or_not_here_is_told_apart() {
    let trade = Trade::begin();
    trade.make_key("locked", "a passphrase");
    trade.make_key("lost", "");
    trade.export("mutt", "plain");
    for whose in ["locked", "lost"] {
        trade.encrypt(whose, "plain", whose);
    }
    let lost = trade.gpg(&["--with-colons", "--list-keys", "lost"]).good();
    let print = lost
        .lines()
        .find_map(|line| line.strip_prefix("fpr:::::::::"));
    let print = print.unwrap().trim_end_matches(':');
    trade.gpg(&["--yes", "--delete-secret-keys", print]).good();
    // The agent remembers what it was told at the making.
    trade.their("gpgconf".into(), &["--kill", "gpg-agent"]);
    let third = trade
        .sandbox
        .another_home(&[("GNUPGHOME", &trade.path(".gnupg"))]);
    for (file, words) in [
        ("locked", "its key is locked"),
        ("lost", "is not on this machine"),
    ] {
        let ran = third.run(&["import", &trade.path(file)]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(words), "{ran:?}");
    }
}

#[test]
#[ignore = "needs getmail; .ci/run fetches it and runs this"]
fn getmail_s_token_file_comes_in() {
    let trade = Trade::begin();
    trade.export("token-json", "token.json");
    let text = std::fs::read_to_string(trade.home.path("token.json")).unwrap();
    let token: serde_json::Value = serde_json::from_str(&text).unwrap();
    // What its documentation has one fill in, and what its own sign-in adds.
    let file = json!({
        "scope": "https://mail.google.com/", "user": ANA,
        "client_id": token["client_id"], "client_secret": token["client_secret"],
        "token_uri": token["token_uri"], "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "redirect_uri": "http://localhost", "refresh_token": token["refresh_token"],
        "access_token": "", "expires_at": 0,
    });
    trade.home.write("getmail.json", &file.to_string());
    let script = tool("debian/usr/bin/getmail-gmail-xoauth-tokens");
    let script = script.display().to_string();
    let theirs = trade.their("/usr/bin/python3".into(), &[&script, "getmail.json"]);
    assert_eq!(trade.sandbox.whose(theirs.good().trim()), ANA);
    trade.comes_in("getmail.json");
}

#[test]
#[ignore = "needs oauth2client and emailproxy; .ci/run installs them and runs this"]
fn what_python_programs_keep_comes_in() {
    let trade = Trade::begin();
    trade.export("token-json", "token.json");
    let script = beside("stores.py").display().to_string();
    for how in ["oauth2client", "emailproxy"] {
        let arguments = [script.as_str(), how, "token.json", how];
        trade.their(tool("venv/bin/python"), &arguments).good();
    }
    trade.comes_in("oauth2client");
    // Its tokens are encrypted under the mail password; its client is not.
    let third = Home::new(&[("GATEPOST_ENDPOINTS", &trade.sandbox.base)]);
    let ran = third.run(&["import", &trade.path("emailproxy")]);
    assert!(
        ran.err
            .contains(&format!("gatepost add {ANA} --client default")),
        "{ran:?}"
    );
    ran.good();
    trade.sandbox.sign_in(&third);
}

#[test]
#[ignore = "needs rclone; .ci/run fetches it and runs this"]
fn rclone_reads_what_is_exported_and_its_configuration_comes_in() {
    let trade = Trade::begin();
    let rclone = tool("debian/usr/bin/rclone");
    trade.export("rclone", "rclone.conf");
    let theirs = trade.their(rclone.clone(), &["config", "dump"]).json();
    let ours = &theirs["ana-at-gmail.com"];
    assert_eq!(ours["type"], "drive");
    let token: serde_json::Value = serde_json::from_str(ours["token"].as_str().unwrap()).unwrap();
    // Written once more by rclone itself, under another name.
    let set = |name: &str| ours[name].as_str().unwrap().to_owned();
    let made = [
        "config",
        "create",
        "mine",
        "drive",
        "client_id",
        &set("client_id"),
        "client_secret",
        &set("client_secret"),
        "scope",
        "drive.readonly",
        "token",
        &token.to_string(),
        "config_is_local",
        "false",
    ];
    std::fs::remove_file(trade.home.path("rclone.conf")).unwrap();
    trade.their(rclone, &made).good();
    let text = std::fs::read_to_string(trade.home.path("rclone.conf")).unwrap();
    assert!(text.contains("[mine]"), "{text}");
    trade.comes_in("rclone.conf");
}

/// Debian's lieer, which keeps oauth2client's files; its own class opens what was written for it.
#[test]
#[ignore = "needs lieer; .ci/run installs it and runs this"]
fn lieer_signs_in_with_what_is_exported() {
    let trade = Trade::begin();
    trade
        .their("gmi".into(), &["init", "--no-auth", ANA])
        .good();
    trade.export("lieer", ".credentials.gmailieer.json");
    let script = beside("lieer_credentials.py").display().to_string();
    let token = trade.their("/usr/bin/python3".into(), &[&script]).good();
    assert_eq!(trade.sandbox.whose(token.trim()), ANA);
    assert_eq!(trade.sandbox.refreshes(), 1, "lieer's own refresh");
    trade.comes_in(".credentials.gmailieer.json");

    // The later ones hand the file to google-auth, which refreshes nowhere but at Google.
    let later = "import sys\n\
                 from google.oauth2.credentials import Credentials\n\
                 kept = Credentials.from_authorized_user_file(sys.argv[1])\n\
                 assert kept.valid and kept.refresh_token\n\
                 print(kept.token)\n";
    trade.export("lieer", "fresh.json");
    let arguments = ["-c", later, "fresh.json"];
    let token = trade.their(tool("venv/bin/python"), &arguments).good();
    assert_eq!(trade.sandbox.whose(token.trim()), ANA);
}
