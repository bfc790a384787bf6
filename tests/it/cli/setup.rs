//! `gatepost setup` by the real binary: what goes where, and what is refused.

use super::sealed::Sealed;

#[test]
fn alone_it_lists_the_programs() {
    let sealed = Sealed::new();
    let ran = sealed.run(&["setup"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stdout.contains("neomutt") && ran.stdout.contains("gcloud"));
    let json = sealed.run(&["setup", "--json"]).json();
    assert!(
        json.as_array()
            .unwrap()
            .iter()
            .any(|p| p["program"] == "mbsync")
    );
}

#[test]
fn the_snippet_alone_is_on_stdout() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&["setup", "himalaya", "ana"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let table: toml::Table = ran.stdout.parse().unwrap();
    let account = &table["accounts"]["ana@gmail.com"];
    assert_eq!(
        account["imap"]["server"].as_str(),
        Some("imaps://imap.gmail.com:993")
    );
    let command = account["imap"]["sasl"]["xoauth2"]["token"]["command"].as_array();
    // Nothing is on this test's search path, so that the whole path is needed.
    assert_eq!(
        command.unwrap()[0].as_str(),
        Some(env!("CARGO_BIN_EXE_gatepost"))
    );
    // The words around it are comments of the program's own.
    assert!(
        ran.stderr.lines().all(|line| line.starts_with("# ")),
        "{ran}"
    );
    assert!(ran.stderr.contains("none was found here"), "{ran}");
    let json = sealed.run(&["setup", "himalaya", "ana", "--json"]).json();
    assert_eq!(json["snippet"], ran.stdout.as_str());
    assert_eq!(json["place"], "~/.config/himalaya/config.toml");
}

#[test]
fn the_configuration_in_use_is_carried_over() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write(
        "my own.toml",
        "[endpoints]\nsmtp = \"mail.example.com:4465\"\n",
    );
    let ran = sealed.run(&["--config", "my own.toml", "setup", "msmtp", "ana"]);
    let path = sealed.path("my own.toml");
    let carried = "--config 'HOME/my own.toml' token ana@gmail.com\"";
    assert!(ran.stdout.contains(carried), "{ran}");
    assert!(
        ran.stdout.contains("host mail.example.com\nport 4465\n"),
        "{ran}"
    );
    let mut command = sealed.command(&["setup", "msmtp", "ana"]);
    let from_environment = command.env("GATEPOST_CONFIG", &path).output().unwrap();
    let printed = String::from_utf8(from_environment.stdout).unwrap();
    assert!(
        printed.contains(&format!("--config '{}' token", path.display())),
        "{printed}"
    );
}

#[test]
fn refusals_name_the_way_on() {
    let sealed = Sealed::with_account("ana@gmail.com");
    for (arguments, code, said) in [
        (
            &["setup", "neomut", "ana"][..],
            2,
            "did you mean `neomutt`?",
        ),
        (&["setup", "mutt"][..], 2, "`gatepost setup mutt ACCOUNT`"),
        (
            &["setup", "mutt", "carol"][..],
            3,
            "no account is called `carol`",
        ),
        (
            &["setup", "aerc", "ana", "--check"][..],
            2,
            "aerc cannot be checked from here",
        ),
    ] {
        let ran = sealed.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{ran}");
        assert!(ran.stderr.contains(said), "{ran}");
    }
}

#[test]
fn what_is_not_installed_is_not_checked() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut command = sealed.command(&["setup", "msmtp", "ana", "--check"]);
    let ran = command.env("PATH", sealed.home.path()).output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("hint: install msmtp first"), "{said}");
}

#[test]
fn a_grant_without_mail_is_told_apart() {
    let sealed = Sealed::with_client();
    let scope = "https://www.googleapis.com/auth/gmail.readonly";
    let ran = sealed.sign_in(&["add", "ana@gmail.com", "--scope", scope], "ana@gmail.com");
    assert_eq!(ran.code, Some(0), "{ran}");
    let ran = sealed.run(&["setup", "msmtp", "ana"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(
        ran.stderr
            .contains("has not granted https://mail.google.com/"),
        "{ran}"
    );
    assert!(
        !sealed
            .run(&["setup", "python", "ana"])
            .stderr
            .contains("has not granted")
    );
    assert_eq!(
        sealed.run(&["setup", "msmtp", "ana", "--check"]).code,
        Some(4)
    );
}

#[test]
fn what_will_not_work_yet_is_said() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&["setup", "mutt", "ana"]);
    assert!(!ran.stderr.contains("gives no tokens"), "{ran}");
    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    let ran = sealed.run(&["setup", "mutt", "ana"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stderr.contains("gives no tokens now (revoked"), "{ran}");
    assert!(ran.stderr.contains("gatepost reauth"), "{ran}");
}
