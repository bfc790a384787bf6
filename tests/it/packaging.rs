//! Manual pages as files, and what shells are answered: quiet, quick, and without the key.

use std::fs;

use crate::cli::sealed::{Ran, Sealed};
use crate::cli::service_accounts::{ROBOT, key_file};

/// As the script of a shell asks; the last word is the one to complete.
fn ask(sealed: &Sealed, shell: &str, words: &[&str]) -> Ran {
    let words = [&["--", "gatepost"], words].concat();
    let mut command = sealed.command(&words);
    command
        .env("GATEPOST_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 2).to_string());
    sealed.finish(command.spawn().unwrap())
}

fn ask_bash(sealed: &Sealed, line: &str, word: &str) -> String {
    let mut command = sealed.command(&["--"]);
    command
        .env("GATEPOST_COMPLETE", "bash")
        .env("GATEPOST_COMPLETE_LINE", line)
        .env("GATEPOST_COMPLETE_WORD", word);
    sealed.finish(command.spawn().unwrap()).stdout
}

#[test]
fn each_shell_is_told_the_accounts() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.run(&["label", "ana", "home"]).code, Some(0));
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        let ran = ask(&sealed, shell, &["token", "a"]);
        assert!(ran.stdout.starts_with("ana@gmail.com"), "{shell}: {ran}");
        let ran = ask(&sealed, shell, &["revoke", "h"]);
        assert!(ran.stdout.starts_with("home"), "{shell}: {ran}");
        let script = sealed.run(&["completions", shell]).stdout;
        assert!(script.contains("GATEPOST_COMPLETE"), "{shell}: {script}");
    }
    assert_eq!(
        ask_bash(&sealed, "gatepost token a", "a"),
        "ana@gmail.com\n"
    );
    // bash keeps what is before the `@` and the `=`.
    assert_eq!(
        ask_bash(&sealed, "gatepost token ana@g", "g"),
        "gmail.com\n"
    );
    // Options only for who asks for them, or where there is nothing else.
    assert_eq!(
        ask_bash(&sealed, "gatepost token ", ""),
        "ana@gmail.com\nhome\n"
    );
    assert!(ask_bash(&sealed, "gatepost token -", "-").contains("--format\n"));
    assert!(ask_bash(&sealed, "gatepost doctor ", "").contains("--json\n"));
    let formats = ask_bash(&sealed, "gatepost token a --format=h", "h");
    assert_eq!(formats, "header\n");
}

#[test]
fn names_are_read_without_the_key_and_leave_no_trace() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let key = sealed.path(".config/gatepost/vault.key");
    assert!(key.exists());
    fs::remove_file(key).unwrap();
    let before = fs::read(sealed.db()).unwrap();
    let ran = ask(&sealed, "fish", &["export", ""]);
    assert!(ran.stdout.starts_with("ana@gmail.com"), "{ran}");
    let ran = ask(&sealed, "fish", &["client", "set", ""]);
    assert_eq!(ran.stdout, "default\n", "{ran}");
    assert_eq!(before, fs::read(sealed.db()).unwrap());
}

#[test]
fn a_service_account_is_named_where_it_can_be_removed() {
    let sealed = Sealed::with_client();
    sealed.write("key.json", &key_file("0123").to_string());
    assert_eq!(sealed.run(&["import", "key.json"]).code, Some(0));
    let ran = ask(&sealed, "fish", &["client", "remove", ""]);
    assert_eq!(ran.stdout, format!("default\n{ROBOT}\n"), "{ran}");
    let ran = ask(&sealed, "fish", &["client", "set", ""]);
    assert_eq!(ran.stdout, "default\n", "{ran}");
}

#[test]
fn a_shell_hears_nothing_of_what_is_wrong() {
    let nobody = Sealed::new();
    let broken = Sealed::with_account("ana@gmail.com");
    broken.write(".local/share/gatepost/vault.db", "not a vault");
    for sealed in [&nobody, &broken] {
        for shell in ["bash", "zsh", "fish", "powershell", "elvish", "tcsh"] {
            let ran = ask(sealed, shell, &["token", "a"]);
            let said = (ran.code, ran.stdout.as_str(), ran.stderr.as_str());
            assert_eq!(said, (Some(0), "", ""), "{shell}");
        }
    }
    assert!(!nobody.db().exists());
    // The sandbox's accounts are not the vault's.
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = ask(&sealed, "fish", &["--sandbox", "token", "a"]);
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_name_that_a_terminal_would_obey_is_left_out() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let conn = rusqlite::Connection::open(sealed.db()).unwrap();
    let hostile = "UPDATE account SET label = 'x' || char(27) || '[2J'";
    assert_eq!(conn.execute(hostile, []).unwrap(), 1);
    drop(conn);
    let ran = ask(&sealed, "fish", &["token", ""]);
    assert!(ran.stdout.starts_with("ana@gmail.com"), "{ran}");
    assert!(!ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
}

#[test]
fn pages_are_written_and_written_again() {
    let sealed = Sealed::new();
    for _ in 0..2 {
        let ran = sealed.run(&["man", "--dir", "share/man1"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran}");
        assert!(ran.stderr.contains("pages are in `share/man1`"), "{ran}");
    }
    let page = fs::read_to_string(sealed.path("share/man1/gatepost-client-add.1")).unwrap();
    assert_eq!(page, sealed.run(&["man", "client", "add"]).stdout);
    for part in [
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
        "EXAMPLES",
        "SEE ALSO",
    ] {
        assert!(page.contains(&format!(".SH \"{part}\"")), "{part}: {page}");
    }
}

#[test]
fn what_is_not_ours_is_not_replaced() {
    let sealed = Sealed::new();
    sealed.write("man1/gatepost-token.1", ".TH SOMEBODY 1\n");
    let ran = sealed.run(&["man", "--dir", "man1"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("man1/gatepost-token.1"), "{ran}");
    assert_eq!(fs::read_dir(sealed.path("man1")).unwrap().count(), 1);
    sealed.write("file", "");
    let ran = sealed.run(&["man", "--dir", "file"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.stderr.contains("cannot write `file`"), "{ran}");
}

#[test]
fn a_page_that_is_not_there_is_named() {
    let sealed = Sealed::new();
    let ran = sealed.run(&["man", "client", "addd"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
    assert!(
        ran.stderr
            .contains("`gatepost client` has no command `addd`")
            && ran.stderr.contains("add, set, list, remove"),
        "{ran}"
    );
}
