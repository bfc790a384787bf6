//! gatepost without a screen: by a pipe, at a terminal that is only lines, and with a sign-in from
//! its link to its end. Nothing that moves a cursor is ever written.

use std::io::Write;
use std::process::Stdio;

use gatepost::sandbox::AllowScopes;
use rustix::process::{Pid, Signal, kill_process};

use super::sealed::{Ran, Sealed};
use crate::support::pty::Terminal;

/// Everything typed at once, as a script does it.
fn told(sealed: &Sealed, arguments: &[&str], environment: &[(&str, &str)], lines: &str) -> Ran {
    let mut command = sealed.command(arguments);
    command
        .stdin(Stdio::piped())
        .envs(environment.iter().copied());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(lines.as_bytes()).unwrap();
    drop(stdin);
    sealed.finish(child)
}

#[test]
fn a_script_is_served_line_by_line_until_its_end() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = told(
        &sealed,
        &["--plain"],
        &[],
        "refresh ana\nverify 1\npause 1\n1\n\ncopy 1\n4\n",
    );
    assert_eq!(ran.code, Some(0), "{ran}");
    let at = |words: &str| {
        ran.stdout
            .find(words)
            .unwrap_or_else(|| panic!("{words}\n{ran}"))
    };
    let order = [
        at("1 account."),
        at("1. ana@gmail.com: ready"),
        at("ana@gmail.com refreshed"),
        at("ana@gmail.com: Google agrees with what is stored"),
        at("ana@gmail.com paused"),
        at("resume automatic refresh"),
        at("there is no terminal here to take it"),
    ];
    assert!(order.is_sorted(), "{ran}");
    assert!(!ran.stdout.contains('\u{1b}'), "{ran}");
    assert!(!ran.stdout.contains("ya29."), "{ran}");
}

#[test]
fn accessible_asks_for_it_and_an_empty_one_does_not() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = told(&sealed, &[], &[("ACCESSIBLE", "1")], "quit\n");
    assert!(ran.stdout.starts_with("gatepost, plain mode."), "{ran}");
    let ran = told(&sealed, &[], &[("ACCESSIBLE", "")], "quit\n");
    assert!(ran.stdout.contains("STATE"), "{ran}");
}

#[test]
fn without_a_terminal_there_is_the_list_once() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let (alone, list) = (sealed.run(&[]), sealed.run(&["list"]));
    assert_eq!((alone.code, &alone.stdout), (Some(0), &list.stdout));
    assert!(
        alone.stderr.contains("the screen needs a terminal"),
        "{alone}"
    );
    let sandbox = sealed.run(&["--sandbox"]);
    assert_eq!(sandbox.code, Some(0));
    assert!(sandbox.stdout.contains("jonas.berg@gmail.com"), "{sandbox}");
    std::fs::write(sealed.db(), b"this is no vault").unwrap();
    assert_eq!(sealed.run(&[]).code, Some(6));
}

#[test]
fn a_dumb_terminal_gets_the_list_and_nothing_that_moves() {
    let mut terminal = Terminal::start(100, 30, &["--sandbox"], &[("TERM", "dumb")]);
    assert_eq!(terminal.wait(), 0);
    assert!(terminal.text().contains("jonas.berg@gmail.com"));
    assert!(!terminal.bytes().contains(&0x1b));
}

#[test]
fn a_person_types_and_hears_what_happens() {
    let mut terminal = Terminal::start(140, 60, &["--sandbox", "--plain"], &[]);
    terminal.wait_for("Number or word:");
    terminal.press("ana.berg\r");
    terminal.wait_for("What to do with ana.berg@gmail.com:");
    terminal.press("r\r");
    terminal.wait_for("ana.berg@gmail.com refreshed");
    // Google withdraws it: gatepost finds out, and says so by itself.
    terminal.press("sandbox\r");
    terminal.wait_for("Which one:");
    terminal.press("1\r");
    terminal.wait_for("For which account:");
    terminal.press("li.wei\r");
    terminal.wait_for("the next refresh will tell");
    terminal.press("refresh li.wei\r");
    terminal.wait_for("li.wei@example.org: Google no longer accepts this sign-in");
    terminal.press("\u{3}");
    terminal.wait_for("Nothing to cancel.");
    terminal.press("\u{3}");
    assert_eq!(terminal.wait(), 130);
    assert!(!terminal.bytes().contains(&0x1b), "{}", terminal.text());
}

#[test]
fn told_to_end_it_ends() {
    let mut terminal = Terminal::start(100, 40, &["--sandbox", "--plain"], &[]);
    terminal.wait_for("Number or word:");
    let process = Pid::from_raw(terminal.process_id().cast_signed()).unwrap();
    kill_process(process, Signal::TERM).unwrap();
    assert_eq!(terminal.wait(), 130);
}

#[test]
fn another_process_s_change_is_told_above_a_fresh_prompt() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let home = sealed.home.path().to_str().unwrap();
    let base = sealed.sandbox.base_url();
    let environment = [("HOME", home), ("GATEPOST_ENDPOINTS", base.as_str())];
    let terminal = Terminal::start(140, 40, &["--plain"], &environment);
    terminal.wait_for("Number or word:");
    sealed.control().end_sign_ins("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana@gmail.com"]).code, Some(4));
    terminal.wait_until("the news and a new prompt", |screen| {
        let news = screen.find("ana@gmail.com: revoked. Google no longer accepts");
        news.is_some_and(|at| screen[at..].contains("Number or word:"))
    });
}

#[test]
fn a_sign_in_goes_from_its_link_to_its_end() {
    let sealed = Sealed::with_client();
    let home = sealed.home.path().to_str().unwrap();
    let base = sealed.sandbox.base_url();
    let environment = [
        ("HOME", home),
        ("GATEPOST_ENDPOINTS", base.as_str()),
        ("BROWSER", ""),
    ];
    let mut terminal = Terminal::start(900, 40, &["--plain"], &environment);
    terminal.wait_for("Type add to sign one in.");
    terminal.press("add\r");
    terminal.wait_for("Address, or cancel:");
    let screen = terminal.text();
    let link = screen.lines().find(|line| line.starts_with(&base)).unwrap();
    terminal.press("cancel\r");
    terminal.wait_for("Cancelled; nothing was stored.");
    assert!(link.contains("code_challenge"));

    terminal.press("add\r");
    terminal.wait_until("a second link", |screen| {
        screen
            .lines()
            .filter(|line| line.starts_with(&base))
            .count()
            == 2
    });
    let screen = terminal.text();
    let link = screen
        .lines()
        .rfind(|line| line.starts_with(&base))
        .unwrap();
    let redirect = sealed.browse(link, "ana@gmail.com", AllowScopes::All);
    terminal.press("https://example.com/nothing\r");
    terminal.wait_for("That was no use:");
    terminal.press(&format!("{redirect}\r"));
    terminal.wait_for("ana@gmail.com added.");
    // The end of the input is a way out like any other.
    terminal.press("\u{4}");
    assert_eq!(terminal.wait(), 0);
    assert!(!terminal.bytes().contains(&0x1b));
}

#[test]
fn a_stranger_who_listens_comes_from_nothing_to_a_ready_account() {
    let sealed = Sealed::new();
    let client = sealed.sandbox.credentials_json("default").unwrap();
    sealed.write("Downloads/client_secret_1.json", &client);
    let home = sealed.home.path().to_str().unwrap();
    let base = sealed.sandbox.base_url();
    let environment = [
        ("HOME", home),
        ("GATEPOST_ENDPOINTS", base.as_str()),
        ("BROWSER", ""),
        ("ACCESSIBLE", "1"),
    ];
    let mut terminal = Terminal::start(900, 60, &[], &environment);
    terminal.wait_for("There is no OAuth client yet");
    terminal.wait_for("Step 6. Download JSON");
    terminal.press("add\r");
    terminal.wait_for("First the OAuth client: type client");
    terminal.press("client\r");
    terminal.wait_for("1. ~/Downloads/client_secret_1.json");
    terminal.press("1\r");
    terminal.wait_for("Google knows this client ID and its secret.");
    terminal.wait_for("Is it published:");
    terminal.press("1\r");
    terminal.wait_for("Now type add to sign in your first account.");
    terminal.press("add\r");
    terminal.wait_for("Address, or cancel:");
    let screen = terminal.text();
    let link = screen.lines().find(|line| line.starts_with(&base)).unwrap();
    let redirect = sealed.browse(link, "ana@gmail.com", AllowScopes::All);
    terminal.press(&format!("{redirect}\r"));
    terminal.wait_for("ana@gmail.com added.");
    terminal.press("label ana desk\r");
    terminal.wait_for("ana@gmail.com is called desk now");
    terminal.press("quit\r");
    assert_eq!(terminal.wait(), 0);
    assert!(!terminal.bytes().contains(&0x1b));
}

#[test]
fn a_script_takes_in_a_client_and_hears_why_files_do_not_come_in() {
    let sealed = Sealed::new();
    sealed.credentials();
    sealed.write("no.json", "no JSON at all");
    let lines = "client no.json\n\nclient ~\n\nclient gone.json\n\nclient credentials.json\n4\n\
                 import no.json gone.json credentials.json\nfailed\nclients\n";
    let ran = told(&sealed, &["--plain"], &[], lines);
    assert_eq!(ran.code, Some(0), "{ran}");
    for words in [
        "no.json",
        "client `default` added.",
        "Importing 3 files.",
        "1 of 3 imported, 2 failures.",
        "client `default` known already",
        "default: ",
    ] {
        assert!(ran.stdout.contains(words), "{words}\n{ran}");
    }
    assert_eq!(
        ran.stdout.matches("nothing was stored.").count(),
        3,
        "{ran}"
    );
}
