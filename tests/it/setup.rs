//! From nothing to a first account, as a stranger does it: the real program in a real terminal,
//! an empty home, and the sandbox in Google's place.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatepost::clock::Clock;
use gatepost::sandbox::{AllowScopes, ConsentChoice, IssueSpec, Options, Sandbox, Scenario, start};
use tokio::runtime::Runtime;

use crate::support::bench::visit;
use crate::support::pty::Terminal;

/// Stands where `$BROWSER` points: keeps the link for whoever walks the pages.
const TAKE_THE_LINK: &str = r#"printf %s "$1" > "$0.tmp" && mv "$0.tmp" "$0.link""#;

struct World {
    runtime: Runtime,
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
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
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("open"), TAKE_THE_LINK).unwrap();
        Self {
            runtime,
            sandbox,
            folder,
        }
    }

    fn open(&self, columns: u16, rows: u16, more: &[(&str, &str)]) -> Terminal {
        let browser = format!("sh {} %s", self.folder.path().join("open").display());
        let base = self.sandbox.base_url();
        let mut environment = vec![("GATEPOST_ENDPOINTS", base.as_str()), ("BROWSER", &browser)];
        environment.extend(more);
        Terminal::start(columns, rows, &[], &environment)
    }

    fn credentials(&self) -> String {
        self.sandbox.credentials_json("default").unwrap()
    }

    /// What the person does in the browser, up to the redirect.
    fn allow(&self, email: &str) {
        let file = self.folder.path().join("open.link");
        let begun = Instant::now();
        let link = loop {
            if let Ok(link) = std::fs::read_to_string(&file) {
                break link;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "no link came");
            std::thread::sleep(Duration::from_millis(20));
        };
        let choice = ConsentChoice {
            email: email.to_owned(),
            allow_scopes: AllowScopes::All,
        };
        let redirect = self.sandbox.control().consent(&link, choice).unwrap();
        let status = self.runtime.block_on(visit(&redirect));
        assert_eq!(status, 200);
    }
}

fn write(home: &Path, name: &str, text: &str) -> PathBuf {
    let path = home.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

fn vault(home: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(home.join(".local/share/gatepost/vault.db")).unwrap()
}

fn rows(home: &Path, table: &str) -> i64 {
    let count = format!("SELECT count(*) FROM {table}");
    vault(home).query_row(&count, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_stranger_comes_from_nothing_to_a_ready_account() {
    let world = World::new();
    let mut terminal = world.open(80, 24, &[]);
    terminal.wait_for("Set up (3 steps");
    terminal.wait_for("2 ▸ Your Google OAuth client");
    // The download shows up while the screen is open.
    let name = "Downloads/client_secret_1.apps.googleusercontent.com.json";
    write(terminal.home(), name, &world.credentials());
    terminal.wait_for("use ~/Downloads/client_secr");
    terminal.press("\r");
    terminal.wait_for("Google knows this client ID");
    terminal.wait_for("▸ In production");
    assert_eq!(rows(terminal.home(), "client"), 0, "nothing is stored yet");
    terminal.press("\r");
    terminal.wait_for("3 ▸ First account");
    assert_eq!(rows(terminal.home(), "client"), 1);
    terminal.press("\r");
    terminal.wait_for("Sign in: new account");
    world.allow("ana@gmail.com");
    // The list, by itself.
    terminal.wait_until("the account in the list", |screen| {
        screen.contains("Accounts (1)")
            && screen
                .lines()
                .any(|l| l.contains("ready") && l.contains("ana@gmail.com"))
    });
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    for secret in ["GOCSPX-", "ya29.", "1//"] {
        assert!(!bytes.contains(secret), "{secret} was drawn");
    }
}

#[test]
fn a_wrong_secret_is_told_in_a_small_plain_window_and_can_be_kept_knowingly() {
    let world = World::new();
    let mut terminal = world.open(50, 15, &[("NO_COLOR", "1"), ("LANG", "C")]);
    terminal.wait_for("2 > Your Google OAuth client");
    let id = world.sandbox.clients()[0].client_id.clone();
    terminal.press("i");
    terminal.wait_for("Client secret:");
    terminal.press(&id);
    terminal.press("\rGOCSPX-not-this-one");
    terminal.wait_for("*****");
    assert!(!terminal.text().contains("not-this-one"));
    terminal.press("\r");
    terminal.wait_for("x The client ID is right, the secret is not.");
    assert!(terminal.text().is_ascii(), "{}", terminal.text());
    terminal.press("jj\r");
    terminal.wait_for("Is the app published?");
    terminal.press("jjj\r");
    terminal.wait_for("3 > First account");
    assert_eq!(rows(terminal.home(), "client"), 1);
    // The right file updates it: a typed path, completed with Tab.
    write(
        terminal.home(),
        "work/credentials-new.json",
        &world.credentials(),
    );
    terminal.press("jwor\t");
    terminal.wait_for("~/work/");
    terminal.press("\t");
    terminal.wait_for("~/work/credentials-new.json");
    terminal.press("\r");
    terminal.wait_for("Google knows this client ID");
    terminal.press("\r");
    terminal.wait_for("client `default` updated");
    assert_eq!(rows(terminal.home(), "client"), 1);
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn a_pasted_path_is_the_client_file_and_a_web_client_is_refused_with_the_reason() {
    let world = World::new();
    let mut terminal = world.open(80, 24, &[]);
    terminal.wait_for("2 ▸ Your Google OAuth client");
    let web = world.credentials().replacen("installed", "web", 1);
    let web = web.replace("http://localhost", "https://example.com/cb");
    let path = write(terminal.home(), "a folder/web.json", &web);
    // As a terminal pastes what was dropped on it.
    terminal.press(&format!("\u{1b}[200~'{}'\u{1b}[201~", path.display()));
    terminal.wait_for("no registered redirect URI leads");
    terminal.wait_for("or make a Desktop");
    assert!(!terminal.text().contains("Keep it"), "it could never work");
    terminal.press("\u{1b}");
    terminal.wait_for("Set up (3 steps");
    assert_eq!(rows(terminal.home(), "client"), 0);
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn only_looking_leads_into_the_sandbox_and_out_to_the_shell() {
    let world = World::new();
    let mut terminal = world.open(120, 32, &[]);
    terminal.wait_for("Set up (3 steps");
    terminal.press("e");
    terminal.wait_for("jonas.berg");
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    assert_eq!(
        rows(terminal.home(), "account"),
        0,
        "the real vault was left alone"
    );
    assert_eq!(rows(terminal.home(), "client"), 0);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    let (left, entered) = (bytes.rfind("\u{1b}[?1049l"), bytes.rfind("\u{1b}[?1049h"));
    assert!(left > entered, "the terminal was given back at the end");
}

#[test]
fn of_several_accounts_in_a_file_found_each_is_told() {
    let world = World::new();
    let card = world.sandbox.clients()[0].clone();
    let scopes = format!("{} openid email", gatepost::domain::scope::MAIL);
    let granted_at = Clock::system().now() - gatepost::domain::time::Span::days(3);
    let spec = IssueSpec::new("ana@gmail.com", "default", &scopes, granted_at);
    let issued = world.sandbox.control().issue(&spec).unwrap();
    let remote = |name: &str, token: &str| {
        let token = serde_json::json!({ "refresh_token": token });
        format!(
            "[{name}]\ntype = drive\nclient_id = {}\nclient_secret = {}\ntoken = {token}\n",
            card.client_id,
            card.secret.expose()
        )
    };
    let text = remote("good", issued.refresh_token.expose()) + &remote("dead", "1//dead");
    let mut terminal = world.open(80, 30, &[]);
    terminal.wait_for("Set up (3 steps");
    write(terminal.home(), ".config/rclone/rclone.conf", &text);
    terminal.press("m");
    terminal.wait_for("rclone, 2 accounts");
    terminal.press("\r");
    terminal.wait_for("ana@gmail.com imported: one refresh went well");
    terminal.wait_for("[dead]`: Google refused");
    terminal.wait_for("(invalid_grant");
    terminal.press("\u{3}");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn a_sign_in_of_gcloud_s_is_found_and_taken_in() {
    let world = World::new();
    let card = world.sandbox.clients()[0].clone();
    let scopes = format!("{} openid email", gatepost::domain::scope::MAIL);
    let granted_at = Clock::system().now() - gatepost::domain::time::Span::days(3);
    let spec = IssueSpec::new("ana@gmail.com", "default", &scopes, granted_at);
    let issued = world.sandbox.control().issue(&spec).unwrap();
    let adc = serde_json::json!({
        "type": "authorized_user",
        "client_id": card.client_id,
        "client_secret": card.secret.expose(),
        "refresh_token": issued.refresh_token.expose(),
    });
    let mut terminal = world.open(80, 24, &[]);
    terminal.wait_for("Set up (3 steps");
    let name = ".config/gcloud/application_default_credentials.json";
    write(terminal.home(), name, &adc.to_string());
    terminal.press("m");
    terminal.wait_for("▸ ~/.config/gcloud/");
    terminal.press("\r");
    terminal.wait_for("ana@gmail.com imported: one refresh went well");
    // Both other steps are done with it.
    terminal.press("\u{1b}");
    terminal.wait_for("3 ✓ First account");
    terminal.press("\r");
    terminal.wait_for("Accounts (1)");
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}
