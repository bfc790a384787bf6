//! The command palette, the log and the clients in the real program: typed like a person, in a real
//! pseudo-terminal, against the sandbox.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use gatepost::tui::palette::verbs::VERBS;

use crate::support::pty::Terminal;

/// What the palette leaves to the shell, and why.
const NOT_HERE: [(&str, &str); 9] = [
    ("export", "writes a file for another program"),
    ("setup", "prints what is pasted or redirected into a file"),
    (
        "exec",
        "starts a program, which wants a terminal of its own",
    ),
    ("doctor", "prints a report of its own"),
    (
        "vault",
        "asks for passphrases on the terminal that the screen has",
    ),
    ("sandbox", "is a server of its own"),
    ("completions", "is for the shell"),
    ("man", "is for the shell"),
    ("help", "is clap's own"),
];

fn started(columns: u16, rows: u16) -> Terminal {
    let terminal = Terminal::start(columns, rows, &["--sandbox"], &[]);
    terminal.wait_for("jonas.berg");
    terminal
}

/// The commands that `gatepost … --help` lists.
fn commands(of: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_gatepost"))
        .args(of)
        .arg("--help")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let listed = text
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "));
    let name = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    listed
        .filter(|line| line.chars().nth(2) != Some(' '))
        .map(name)
        .collect()
}

#[test]
fn every_command_about_accounts_has_its_verb() {
    let verbs: BTreeSet<&str> = VERBS.iter().map(|verb| verb.name).collect();
    let missing = |command: &String| {
        !verbs.contains(command.as_str()) && !NOT_HERE.iter().any(|(name, _)| name == command)
    };
    let all = commands(&[]);
    assert!(all.contains("refresh") && all.len() > 12, "{all:?}");
    let missing: Vec<_> = all
        .iter()
        .filter(|c| *c != "client")
        .filter(|c| missing(c))
        .collect();
    assert!(missing.is_empty(), "no verb in the palette for {missing:?}");
    for command in commands(&["client"]) {
        let verb = format!("client {command}");
        assert!(
            verbs.contains(verb.as_str()) || command == "help",
            "no verb for `{verb}`"
        );
    }
}

#[test]
fn a_command_is_typed_completed_and_run() {
    let mut terminal = started(100, 30);
    terminal.press(":lab");
    terminal.wait_for("a name of your own");
    terminal.press("\r");
    terminal.wait_for(": label");
    terminal.press("jonas\t");
    terminal.wait_for("label jonas.berg@gmail.com");
    terminal.press("post office\r");
    terminal.wait_for("jonas.berg@gmail.com is called post office now");
    // Its label is as good as its address from now on.
    terminal.press(":status post\t\r");
    terminal.wait_until("its details", |screen| {
        screen.contains("(post office) ━") && screen.contains("━ Esc back ━")
    });
    // Esc and a colon in one breath would be Alt and a colon.
    terminal.press("\u{1b}");
    terminal.wait_for("Accounts (");
    terminal.press(":");
    terminal.wait_for("━ Command ━");
    terminal.press("\u{1b}[A");
    terminal.wait_for(": status jonas.berg@gmail.com");
    terminal.press("\u{15}refresh nobody\r");
    terminal.wait_for("no account is called `nobody`");
    terminal.press("\u{1b}");
    terminal.wait_until("the palette to close", |screen| {
        !screen.contains("━ Command ━")
    });
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn revoke_asks_in_the_palette_as_well() {
    let mut terminal = started(80, 24);
    terminal.press(":revoke li.wei@example.org\r");
    terminal.wait_for("[ Revoke ]");
    terminal.press("\t\r");
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert!(
        terminal.text().contains("[ Revoke ]"),
        "typed ahead means nothing"
    );
    terminal.press("\r");
    terminal.wait_until("the question to close", |screen| {
        !screen.contains("[ Revoke ]")
    });
    terminal.press(":log\r");
    terminal.wait_for("Events (");
    assert!(
        !terminal.text().contains("revoke   done"),
        "{}",
        terminal.text()
    );
    terminal.press("q");
    terminal.wait();
}

#[test]
fn the_log_is_filtered_and_saved() {
    let mut terminal = started(100, 30);
    terminal.press("e");
    terminal.wait_for("following");
    terminal.press("/refresh\r");
    terminal.wait_for("filter: refresh");
    let path = terminal.home().join("events.txt");
    terminal.press("s");
    terminal.wait_for("Save to:");
    terminal.press("\u{15}~/events.txt\r");
    terminal.wait_for("saved to");
    let saved = std::fs::read_to_string(&path).unwrap();
    assert!(
        !saved.is_empty() && saved.lines().all(|line| line.contains("refresh")),
        "{saved}"
    );
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    terminal.press("s\u{15}~/events.txt\r");
    terminal.wait_for("is a file of that name");
    terminal.press("q");
    terminal.wait();
}

#[test]
fn a_client_is_declared_on_its_page() {
    let mut terminal = started(80, 24);
    terminal.press("o");
    terminal.wait_for("OAuth clients (");
    terminal.press("s");
    terminal.wait_for("Internal: one organisation");
    terminal.press("i");
    terminal.wait_for("internal: only accounts of one organisation");
    terminal.press("X");
    terminal.wait_for("remove or move them");
    terminal.press("q");
    terminal.wait();
}

#[test]
fn the_right_button_and_a_click_beside_reach_the_real_program() {
    let mut terminal = started(80, 24);
    // Button 2 pressed in column 20, row 6, as terminals report it.
    terminal.press("\u{1b}[<2;20;6M");
    terminal.wait_for("verify with Google");
    terminal.press("\u{1b}[<0;1;1M");
    terminal.wait_until("the menu to close", |screen| {
        !screen.contains("verify with Google")
    });
    terminal.press("q");
    terminal.wait();
}
