//! Mistakes and mishaps: one line, the right code, nothing changed.

use super::sealed::{Ran, Sealed};

#[track_caller]
fn refused(ran: Ran, code: i32) -> String {
    let ran = ran.without_secrets();
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{ran}");
    let lines = ran
        .stderr
        .lines()
        .filter(|line| line.starts_with("gatepost: "));
    assert_eq!(lines.count(), 1, "{ran}");
    ran.stderr
}

#[test]
fn usage_is_one_line_and_the_usage() {
    let sealed = Sealed::new();
    let mut said = String::new();
    for arguments in [
        &["lst"][..],
        &["token"],
        &["list", "--jsn"],
        &["token", "ana", "--min-valid", "soon"],
        &["token", "ana", "--format", "sasl"],
        &["refresh"],
        &["label", "ana"],
        &["client", "set", "default", "--status", "public"],
        &["add", "not-an-address"],
        &["add", "--label", "a@b"],
    ] {
        said += &refused(sealed.run(arguments), 2);
    }
    insta::assert_snapshot!(said, @r#"
    gatepost: unrecognized subcommand 'lst'
    hint: a similar subcommand exists: 'list'
    Usage: gatepost [OPTIONS] [COMMAND]
    gatepost: the following required arguments were not provided: <ACCOUNT>
    Usage: gatepost token <ACCOUNT>
    gatepost: unexpected argument '--jsn' found
    hint: a similar argument exists: '--json'
    Usage: gatepost list --json
    gatepost: invalid value 'soon' for '--min-valid <DUR>': `soon` is not a duration; write 90s, 5m, 2h or 7d
    Usage: gatepost token [OPTIONS] <ACCOUNT>
    gatepost: invalid value 'sasl' for '--format <FORMAT>' [possible values: bare, header, xoauth2, oauthbearer, json, env]
    Usage: gatepost token [OPTIONS] <ACCOUNT>
    gatepost: the following required arguments were not provided: <ACCOUNT>...
    Usage: gatepost refresh <ACCOUNT>...
    gatepost: the following required arguments were not provided: <TEXT>
    Usage: gatepost label <ACCOUNT> <TEXT>
    gatepost: invalid value 'public' for '--status <STATUS>' [possible values: testing, production, internal]
    Usage: gatepost client set [OPTIONS] --status <STATUS> <NAME>
    gatepost: `not-an-address` is not a mail address
    gatepost: a label cannot contain `@`; that is how addresses are told apart from labels
    "#);
}

#[test]
fn a_theme_is_for_the_screen_alone() {
    let sealed = Sealed::new();
    for command in [&["list"][..], &["token", "ana"], &["completions", "bash"]] {
        let arguments = [&["--theme", "dark"], command].concat();
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused(sealed.run(&arguments), 2), @r"
            gatepost: `--theme` is for the screen, which a command does not open
            hint: leave it away; `--color` is for the commands
            ");
        }
    }
}

#[test]
fn a_stranger_is_led_to_the_next_step() {
    let sealed = Sealed::new();
    let list = sealed.run(&["list"]);
    assert!(list.stderr.contains("gatepost client add FILE"), "{list}");
    let group = sealed.run(&["client"]);
    assert_eq!((group.code, group.stdout.as_str()), (Some(2), ""));
    assert!(group.stderr.contains("Commands:\n  add "), "{group}");
}

#[test]
fn hostile_arguments_do_not_reach_the_terminal() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let said = refused(sealed.run(&["token", "\u{1b}[31mred\u{7}"]), 3);
    assert!(
        !said.contains('\u{1b}') && !said.contains('\u{7}'),
        "{said:?}"
    );
}

#[test]
fn a_nearly_right_name_is_suggested() {
    let sealed = Sealed::with_account("ana@gmail.com");
    insta::assert_snapshot!(sealed.run(&["status", "anna@gmail.com"]), @r#"
    exit 3
    err: gatepost: no account is called `anna@gmail.com`; did you mean `ana@gmail.com`?
    err: hint: `gatepost list` shows every account
    "#);
}

#[test]
fn labels_are_unique() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.sign_in(&["add"], "bob@example.com").code, Some(0));
    assert_eq!(sealed.run(&["label", "ana", "home"]).code, Some(0));
    let said = refused(sealed.run(&["label", "bob", "home"]), 2);
    insta::assert_snapshot!(said, @"gatepost: the label `home` already belongs to ana@gmail.com");
    assert_eq!(
        sealed.run(&["status", "home", "--json"]).json()[0]["email"],
        "ana@gmail.com"
    );
    assert_eq!(sealed.run(&["label", "home", ""]).code, Some(0));
    assert!(sealed.run(&["list", "--json"]).json()[0]["label"].is_null());
}

#[test]
fn a_bad_configuration_is_named_by_every_command() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write(".config/gatepost/config.toml", "[refresh]\nlaed = \"5m\"\n");
    insta::assert_snapshot!(refused(sealed.run(&["list"]), 2), @"gatepost: unknown key `refresh.laed` in `HOME/.config/gatepost/config.toml`; did you mean `refresh.lead`?");
    refused(sealed.run(&["token", "ana"]), 2);
    let missing = sealed.run(&["--config", "nowhere.toml", "list"]);
    insta::assert_snapshot!(refused(missing, 2), @"gatepost: cannot read the configuration `nowhere.toml`: there is nothing of that name");
    sealed.write(
        ".config/gatepost/config.toml",
        "[endpoints]\ntoken = \"http://example.com/\"\n",
    );
    let mut command = sealed.command(&["refresh", "ana"]);
    command.env_remove("GATEPOST_ENDPOINTS");
    insta::assert_snapshot!(refused(sealed.finish(command.spawn().unwrap()), 2), @"gatepost: `HOME/.config/gatepost/config.toml`: endpoint `token`: plain http is only for this machine (127.0.0.1)");
}

#[test]
fn a_base_address_that_is_none_is_blamed_on_the_variable() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut command = sealed.command(&["refresh", "ana"]);
    command.env("GATEPOST_ENDPOINTS", "http://example.com");
    insta::assert_snapshot!(refused(sealed.finish(command.spawn().unwrap()), 2), @"gatepost: `GATEPOST_ENDPOINTS`: endpoint `endpoints`: plain http is only for this machine (127.0.0.1)");
}

#[test]
fn a_log_that_cannot_be_kept_stops_nobody() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let _ = std::fs::remove_file(sealed.path(".local/state/gatepost/gatepost.log"));
    std::fs::create_dir_all(sealed.path(".local/state/gatepost/gatepost.log")).unwrap();
    let ran = sealed.run(&["-v", "list"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.stdout.contains("ana@gmail.com"), "{ran}");
    assert!(ran.stderr.starts_with("warning: cannot write"), "{ran}");
}

#[test]
fn a_vault_that_cannot_be_read_is_left_as_it_is() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let key = sealed.path(".config/gatepost/vault.key");
    let right_key = std::fs::read(&key).unwrap();
    std::fs::write(&key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").unwrap();
    insta::assert_snapshot!(refused(sealed.run(&["token", "ana"]), 6), @"
    gatepost: the key file is not this vault's
    hint: put the right one back; failing that only a backup helps: `gatepost vault restore FILE --force`
    ");
    std::fs::remove_file(&key).unwrap();
    insta::assert_snapshot!(refused(sealed.run(&["list"]), 6), @"
    gatepost: the key file `HOME/.config/gatepost/vault.key` is missing; without it the vault cannot be read
    hint: put it back; failing that only a backup helps: `gatepost vault restore FILE --force`
    ");
    assert!(!key.exists(), "no new key is made for an old vault");
    std::fs::write(&key, right_key).unwrap();
    assert_eq!(sealed.run(&["token", "ana"]).code, Some(0));

    std::fs::write(sealed.db(), "this is not a vault").unwrap();
    let _ = std::fs::remove_file(sealed.db().with_extension("db-wal"));
    insta::assert_snapshot!(refused(sealed.run(&["list"]), 6), @"
    gatepost: the vault `HOME/.local/share/gatepost/vault.db` cannot be used: file is not a database
    hint: `gatepost vault check` says what is wrong with it; with a backup, `gatepost vault restore FILE --force` sets it aside and starts from that; without one, move it away and sign in again
    ");
    refused(sealed.run(&["token", "ana"]), 6);
    assert_eq!(std::fs::read(sealed.db()).unwrap(), b"this is not a vault");
}

#[test]
fn no_secret_is_on_disk_in_plain_text_or_in_the_log() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.run(&["-vvv", "refresh", "ana"]).code, Some(0));
    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["-vvv", "refresh", "ana"]).code, Some(4));
    let mut looked_at = 0;
    let mut directories = vec![
        sealed.home.path().join(".local"),
        sealed.home.path().join(".config"),
    ];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            for marker in ["ya29.", "1//", "GOCSPX-"] {
                assert!(
                    !text.contains(marker),
                    "{marker} in {}",
                    entry.path().display()
                );
            }
            looked_at += 1;
        }
    }
    assert!(looked_at >= 3, "vault, key and log were looked at");
}
