//! `token`: the formats, the promises, and who asks Google.

use std::process::Child;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use gatepost::sandbox::{Endpoint, Fault, FaultKind};

use super::sealed::{Ran, Sealed};

#[test]
fn a_live_token_asks_nobody() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.control().clear_requests();
    let ran = sealed.run(&["token", "ana@gmail.com"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
    assert!(ran.stdout.starts_with("ya29.") && ran.stdout.ends_with('\n'));
    assert_eq!(ran.stdout.lines().count(), 1);
    assert!(sealed.control().requests().is_empty());
}

#[test]
fn every_format_says_the_same_token_by_both_roads() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let token = sealed.run(&["token", "ana"]).stdout.trim().to_owned();
    let both = |format: &str| {
        let fast = sealed.run(&["token", "ana", "--format", format]);
        // A global option before the command makes it take the full road.
        let full = sealed.run(&["-q", "token", "ana", "--format", format]);
        assert_eq!(fast.code, Some(0), "{fast}");
        if format != "json" {
            assert_eq!(fast.stdout, full.stdout, "{format}");
        }
        fast.stdout.trim().to_owned()
    };
    assert_eq!(both("bare"), token);
    assert_eq!(both("header"), format!("Authorization: Bearer {token}"));
    let decoded = |format| BASE64_STANDARD.decode(both(format)).unwrap();
    assert_eq!(
        decoded("xoauth2"),
        format!("user=ana@gmail.com\u{1}auth=Bearer {token}\u{1}\u{1}").into_bytes()
    );
    assert_eq!(
        decoded("oauthbearer"),
        format!(
            "n,a=ana@gmail.com,\u{1}host=imap.gmail.com\u{1}port=993\u{1}auth=Bearer {token}\u{1}\u{1}"
        )
        .into_bytes()
    );
    let document: serde_json::Value = serde_json::from_str(&both("json")).unwrap();
    let keys: Vec<_> = document.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "access_token",
            "email",
            "expires_at",
            "expires_in",
            "scope",
            "token_type"
        ]
    );
    assert_eq!(document["access_token"], token);
    let json: serde_json::Value = sealed.run(&["token", "ana", "--json"]).json();
    assert_eq!(json["email"], "ana@gmail.com");
}

#[test]
fn an_oauthbearer_answer_names_the_server_that_it_is_for() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write(
        ".config/gatepost/config.toml",
        "[endpoints]\nsmtp = \"relay.example.com:587\"\n",
    );
    for (options, names) in [
        ("--protocol imap", "host=imap.gmail.com\u{1}port=993\u{1}"),
        (
            "--protocol smtp",
            "host=relay.example.com\u{1}port=587\u{1}",
        ),
        ("--protocol pop", "host=pop.gmail.com\u{1}port=995\u{1}"),
        (
            "--protocol smtp --port 465",
            "host=relay.example.com\u{1}port=465\u{1}",
        ),
        (
            "--host mx.example.org",
            "host=mx.example.org\u{1}port=993\u{1}",
        ),
        ("--host [::1] --port 1143", "host=[::1]\u{1}port=1143\u{1}"),
    ] {
        let mut words = vec!["token", "ana", "--format", "oauthbearer"];
        words.extend(options.split(' '));
        let ran = sealed.run(&words);
        assert_eq!(ran.code, Some(0), "{options}: {ran}");
        let plain = BASE64_STANDARD.decode(ran.stdout.trim()).unwrap();
        let plain = String::from_utf8(plain).unwrap();
        assert!(plain.starts_with("n,a=ana@gmail.com,\u{1}"), "{options}");
        assert!(plain.contains(names), "{options}");
    }
    // XOAUTH2 names no server; whoever says one all the same is not refused.
    let plain = sealed.run(&["token", "ana", "--format", "xoauth2"]).stdout;
    let said = sealed.run(&["token", "ana", "--format", "xoauth2", "--protocol", "smtp"]);
    assert_eq!(said.stdout, plain);
}

#[test]
fn a_server_is_refused_where_it_means_nothing_or_is_none() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&["token", "ana", "--protocol", "smtp"]);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 2
    err: gatepost: --protocol, --host and --port say which mail server a SASL answer is for
    err: hint: add `--format oauthbearer` or `--format xoauth#`
    "#);
    for (option, value) in [
        ("--protocol", "nntp"),
        ("--port", "0"),
        ("--port", "70000"),
        // It would end its field, and begin one of its own.
        ("--host", "x\u{1}auth=Bearer y"),
        ("--host", "two words"),
    ] {
        let ran = sealed.run(&["token", "ana", "--format", "oauthbearer", option, value]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
        assert!(ran.stderr.contains(option), "{ran}");
    }
}

#[test]
fn a_shell_takes_the_assignments_as_they_are() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let token = sealed.run(&["token", "ana"]).stdout.trim().to_owned();
    let fast = sealed.run(&["token", "ana", "--format", "env"]);
    let full = sealed.run(&["-q", "token", "ana", "--format", "env"]);
    assert_eq!((fast.code, &fast.stdout), (Some(0), &full.stdout), "{fast}");
    let shell = std::process::Command::new("sh")
        .arg("-c")
        .arg("eval \"$1\" && printf '%s|' \"$GATEPOST_ACCESS_TOKEN\" \"$GATEPOST_EMAIL\" \"$GATEPOST_EXPIRES_AT\"")
        .args(["sh", &fast.stdout])
        .output()
        .unwrap();
    let expires_at = sealed.run(&["list", "--json"]).json()[0]["access"]["expires_at"].clone();
    let expires_at = expires_at.as_str().unwrap();
    assert_eq!(
        String::from_utf8(shell.stdout).unwrap(),
        format!("{token}|ana@gmail.com|{expires_at}|")
    );
}

/// A vault whose access token has run out, without waiting an hour for it.
pub(crate) fn run_out(sealed: &Sealed) {
    let conn = rusqlite::Connection::open(sealed.db()).unwrap();
    let hours = 2 * 3_600_000;
    conn.execute(
        "UPDATE grant SET obtained_at = obtained_at - ?1, access_expires_at = access_expires_at - ?1",
        [hours],
    )
    .unwrap();
    sealed.control().clear_requests();
}

#[test]
fn twenty_who_ask_at_once_make_one_refresh() {
    let sealed = Sealed::with_account("ana@gmail.com");
    run_out(&sealed);
    let children: Vec<Child> = (0..20)
        .map(|_| sealed.command(&["token", "ana"]).spawn().unwrap())
        .collect();
    let ran: Vec<Ran> = children.into_iter().map(|c| sealed.finish(c)).collect();
    for one in &ran {
        assert_eq!(one.code, Some(0), "{one}");
        assert_eq!(one.stdout, ran[0].stdout);
    }
    assert_eq!(sealed.control().refreshes_for("ana@gmail.com"), 1);
}

#[test]
fn forced_it_asks_even_with_a_good_token() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let before = sealed.run(&["token", "ana"]).stdout;
    sealed.control().clear_requests();
    let after = sealed.run(&["token", "ana", "--force-refresh"]);
    assert_eq!(after.code, Some(0), "{after}");
    assert_ne!(before, after.stdout);
    assert_eq!(sealed.control().refreshes_for("ana@gmail.com"), 1);
}

#[test]
fn a_dead_sign_in_answers_at_once_and_says_what_helps() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.control().revoke("ana@gmail.com").unwrap();
    let ran = sealed.run(&["token", "ana", "--force-refresh"]);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 4
    err: gatepost: ana@gmail.com: Google no longer accepts this sign-in: “Token has been expired or revoked.”
    err: hint: sign in again: press c, or run `gatepost reauth ana@gmail.com`
    "#);
    sealed.control().clear_requests();
    let again = sealed.run(&["token", "ana"]);
    assert_eq!(
        (again.code, again.stdout.as_str()),
        (Some(4), ""),
        "{again}"
    );
    assert!(sealed.control().requests().is_empty());
    let status = sealed.run(&["status", "ana"]);
    insta::assert_snapshot!(status.without_secrets(), @r#"
    exit 4
    out: ✗ revoked ana@gmail.com
    out:   problem   Google no longer accepts this sign-in: “Token has been expired or revoked.”
    out:   cause     likely access removed in the Google account or by an administrator, or a changed password
    out:             - signed in Day # Month #:# UTC, #s before it was refused
    out:             - last worked Day # Month #:# UTC
    out:   remedy    sign in again: press c, or run `gatepost reauth ana@gmail.com`
    out:   access    #:#
    out:   sign-in   lost #s ago, granted Day # Month #:# UTC
    out:   scopes    mail.google.com, email, openid
    out:   client    default
    out:   refreshed #s ago
    "#);
}

#[test]
fn forced_it_asks_again_after_a_refusal() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let blocked = |on| sealed.control().session_control("ana@gmail.com", on);
    blocked(true).unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    assert_eq!(
        sealed.run(&["token", "ana"]).code,
        Some(0),
        "it still lives"
    );
    blocked(false).unwrap();
    sealed.control().clear_requests();
    let ran = sealed.run(&["token", "ana", "--force-refresh"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(sealed.control().refreshes_for("ana@gmail.com"), 1);
    assert_eq!(sealed.run(&["status", "ana"]).code, Some(0));
}

#[test]
fn when_google_is_down_a_live_token_still_serves() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let down = FaultKind::Status {
        code: 503,
        retry_after: None,
        html: true,
    };
    sealed.control().add_fault(Fault::at(Endpoint::Token, down));
    let served = sealed.run(&["token", "ana", "--min-valid", "60s"]);
    assert_eq!(served.code, Some(0), "{served}");
    let insisted = sealed.run(&["token", "ana", "--min-valid", "2h", "--max-wait", "1s"]);
    assert_eq!(
        (insisted.code, insisted.stdout.as_str()),
        (Some(5), ""),
        "{insisted}"
    );
    run_out(&sealed);
    let out = sealed.run(&["token", "ana", "--max-wait", "1s"]);
    assert_eq!((out.code, out.stdout.as_str()), (Some(5), ""), "{out}");
    assert_eq!(sealed.run(&["status", "ana"]).code, Some(5));
}

#[test]
fn who_took_it_is_remembered() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.run(&["token", "ana"]).code, Some(0));
    let entries = sealed.run(&["log", "--json"]).json();
    let taken = entries
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["what"] == "token")
        .unwrap();
    assert_eq!(taken["email"], "ana@gmail.com");
    assert!(taken["detail"].as_str().unwrap().starts_with("to "));
    assert!(sealed.run(&["list", "--json"]).json()[0]["last_used_at"].is_string());
}

#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = sealed.command(&["token", "ana"]);
    command.stdout(full);
    let ran = sealed.finish(command.spawn().unwrap());
    insta::assert_snapshot!(ran, @r#"
    exit 1
    err: gatepost: cannot write the output: No space left on device (os error #)
    "#);
}
