//! `list`, `status`, `log`, `client list`: what they show, and that looking changes nothing.

use super::sealed::Sealed;

#[test]
fn looking_makes_nothing() {
    let sealed = Sealed::new();
    for command in ["list", "status", "log"] {
        let ran = sealed.run(&[command, "--json"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "[]\n"), "{ran}");
        assert_eq!(sealed.run(&[command]).code, Some(0));
    }
    assert_eq!(sealed.run(&["client", "list", "--json"]).stdout, "[]\n");
    assert_eq!(sealed.run(&["token", "ana"]).code, Some(3));
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(3));
    assert_eq!(sealed.run(&["refresh", "--all"]).code, Some(0));
    assert_eq!(sealed.run(&["pause", "ana"]).code, Some(3));
    assert_eq!(sealed.run(&["remove", "ana", "--yes"]).code, Some(3));
    let files: Vec<_> = std::fs::read_dir(sealed.home.path()).unwrap().collect();
    assert!(files.is_empty(), "{files:?}");
}

#[test]
fn the_json_of_list_is_the_contract_s() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&["list", "--json"]).without_secrets();
    let account = &ran.json()[0];
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(
        keys(account),
        [
            "access",
            "client",
            "email",
            "grant",
            "label",
            "last_refresh_at",
            "last_used_at",
            "paused",
            "problem",
            "scopes",
            "state",
            "sub"
        ]
    );
    assert_eq!(
        keys(&account["access"]),
        ["expires_at", "expires_in", "obtained_at"]
    );
    assert_eq!(
        keys(&account["grant"]),
        ["expires_at", "granted_at", "outlook"]
    );
    assert_eq!(keys(&account["scopes"]), ["granted", "missing"]);
    assert_eq!(account["email"], "ana@gmail.com");
    assert_eq!(account["state"], "ready");
    assert_eq!(account["client"], "default");
    assert_eq!(account["grant"]["outlook"], "long-lived");
    assert!(account["problem"].is_null() && account["label"].is_null());
    let expires_in = account["access"]["expires_in"].as_i64().unwrap();
    assert!((3_500..=3_600).contains(&expires_in), "{expires_in}");
    let at = account["access"]["expires_at"].as_str().unwrap();
    assert!(
        at.ends_with('Z') && at.len() == "2026-01-01T00:00:00Z".len(),
        "{at}"
    );

    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    let ran = sealed.run(&["list", "--json"]);
    let problem = &ran.json()[0]["problem"];
    assert_eq!(keys(problem), ["at", "cause", "code", "message", "remedy"]);
    assert_eq!(problem["code"], "invalid_grant");
    assert!(problem["cause"].as_str().unwrap().starts_with("likely"));
}

#[test]
fn the_log_tells_the_story_newest_first() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    insta::assert_snapshot!(sealed.run(&["log", "ana"]).without_secrets(), @r#"
    exit 0
    out: TIME                  ACCOUNT        WHAT     RESULT   DETAIL
    out: #-#-#T#:#:#Z  ana@gmail.com  refresh  refused  invalid_grant: Token has been expired or revoked.
    out: #-#-#T#:#:#Z  ana@gmail.com  refresh  done     in # ms, good for #:#
    out: #-#-#T#:#:#Z  ana@gmail.com  consent  done
    "#);
    assert_eq!(
        sealed.run(&["log", "--since", "0s", "--json"]).stdout,
        "[]\n"
    );
}

#[test]
fn a_client_s_status_decides_the_outlook() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&["client", "set", "default", "--status", "testing"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let account = &sealed.run(&["list", "--json"]).json()[0];
    assert_eq!(account["grant"]["outlook"], "testing");
    assert!(account["grant"]["expires_at"].is_string());
    insta::assert_snapshot!(sealed.run(&["client", "list"]).without_secrets(), @r#"
    exit 0
    out: NAME     STATUS   KIND       ACCOUNTS  PROBLEM  CLIENT ID
    out: default  testing  installed  #         -        #-#c#f#b#aba#b#ff#ed.apps.googleusercontent.com
    "#);
}

#[test]
fn verify_reports_what_google_says() {
    let sealed = Sealed::with_account("ana@gmail.com");
    insta::assert_snapshot!(sealed.run(&["verify", "ana"]).without_secrets(), @r#"
    exit 0
    out: ana@gmail.com
    out:   agrees   tokeninfo  accepted, # min left, scopes as granted
    out:   agrees   userinfo   belongs to ana@gmail.com
    out:   agrees   gmail      belongs to ana@gmail.com
    "#);
    let json = sealed.run(&["verify", "--all", "--json"]).json();
    assert_eq!(json[0]["holds"], true);
}

#[test]
fn refresh_of_several_reports_each_and_the_most_urgent_decides() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.sign_in(&["add"], "bob@example.com").code, Some(0));
    insta::assert_snapshot!(sealed.run(&["refresh", "--all"]), @r#"
    exit 0
    out:   STATE  ACCOUNT          RESULT
    out: ✓ ready  ana@gmail.com    refreshed, good for #:#
    out: ✓ ready  bob@example.com  refreshed, good for #:#
    "#);
    sealed.control().revoke("bob@example.com").unwrap();
    insta::assert_snapshot!(sealed.run(&["refresh", "ana", "bob", "carol"]), @r#"
    exit 4
    out:   STATE    ACCOUNT          RESULT
    out: ✓ ready    ana@gmail.com    refreshed, good for #:#
    out: ✗ revoked  bob@example.com  Google no longer accepts this sign-in: “Token has been expired or revoked.”
    out:   unknown  carol            no account is called `carol`
    err: gatepost: # of # accounts could not be refreshed
    "#);
    assert_eq!(sealed.run(&["status"]).code, Some(4));
    assert_eq!(sealed.run(&["status", "ana"]).code, Some(0));
}

#[test]
fn a_paused_account_says_so() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.run(&["pause", "ana"]).code, Some(0));
    assert_eq!(sealed.run(&["list", "--json"]).json()[0]["paused"], true);
    assert_eq!(sealed.run(&["token", "ana"]).code, Some(0));
    assert_eq!(sealed.run(&["resume", "ana"]).code, Some(0));
    assert_eq!(sealed.run(&["list", "--json"]).json()[0]["paused"], false);
}

#[test]
fn the_sandbox_shows_every_state_and_leaves_nothing() {
    let sealed = Sealed::new();
    let temporary = sealed.path("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = sealed.command(&["--sandbox", "list", "--json"]);
    command
        .env("TMPDIR", &temporary)
        .env_remove("GATEPOST_ENDPOINTS");
    let ran = sealed.finish(command.spawn().unwrap()).without_secrets();
    assert_eq!(ran.code, Some(0), "{ran}");
    let accounts = ran.json();
    let states: Vec<_> = accounts
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["state"].as_str().unwrap())
        .collect();
    for state in gatepost::domain::health::State::ALL {
        assert!(
            states.contains(&state.as_str()),
            "none is {}",
            state.as_str()
        );
    }
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sealed = Sealed::new();
    let mut child = sealed.command(&["man"]).spawn().unwrap();
    drop(child.stdout.take());
    let ran = sealed.finish(child);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
}

#[test]
fn a_line_of_one_s_own() {
    let sealed = Sealed::with_account("ana@gmail.com");
    assert_eq!(sealed.run(&["label", "ana", "home"]).code, Some(0));
    let ran = sealed.run(&["status", "--format", "{label}: {email} {state} [{problem}]"]);
    assert_eq!(ran.stdout, "home: ana@gmail.com ready []\n", "{ran}");
    let counts = ["status", "--format", "{{{needing}/{accounts}}}"];
    assert_eq!(sealed.run(&counts).stdout, "{0/1}\n");

    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    let ran = sealed.run(&counts);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(4), "{1/1}\n"),
        "{ran}"
    );
    let ran = sealed.run(&["status", "ana", "--format", "{state} {problem}"]);
    assert_eq!(ran.stdout, "revoked invalid_grant\n", "{ran}");
}

#[test]
fn what_reads_json_is_given_json() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let label = r#"the "big" one \ <3"#;
    assert_eq!(sealed.run(&["label", "ana", label]).code, Some(0));
    let waybar = r#"{{"text":"{needing}/{accounts}","class":{worst:json},"tooltip":{label:json}}}"#;
    let ran = sealed.run(&["status", "--format", waybar]);
    let read: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let wanted = serde_json::json!({ "text": "0/1", "class": "ready", "tooltip": label });
    assert_eq!(read, wanted, "{ran}");
    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    let ran = sealed.run(&["status", "--format", "{worst:json}"]);
    assert_eq!(ran.stdout, "\"revoked\"\n", "{ran}");
}

#[test]
fn a_misspelt_field_names_the_nearest_and_opens_nothing() {
    let sealed = Sealed::new();
    let ran = sealed.run(&["status", "--format", "{emial}"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
    assert!(ran.stderr.contains("did you mean {email}?"), "{ran}");
    let both = sealed.run(&["status", "--format", "{email}", "--json"]);
    assert_eq!((both.code, both.stdout.as_str()), (Some(2), ""), "{both}");
    let nobody = sealed.run(&["status", "--format", "{needing}"]);
    assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(0), "0\n"));
    assert_eq!(std::fs::read_dir(sealed.home.path()).unwrap().count(), 0);
}

/// A status bar has nobody at its terminal, and no right to write.
#[test]
fn a_prompt_needs_neither_the_key_nor_a_place_to_write() {
    let sealed = Sealed::with_account("ana@gmail.com");
    std::fs::remove_file(sealed.path(".config/gatepost/vault.key")).unwrap();
    let beside = || {
        std::fs::read_dir(sealed.db().parent().unwrap())
            .unwrap()
            .count()
    };
    let files = beside();
    let ran = sealed.run(&["status", "--format", "{email} {state} {needing}/{accounts}"]);
    assert_eq!(
        (ran.code, ran.stdout.trim()),
        (Some(0), "ana@gmail.com ready 0/1"),
        "{ran}"
    );
    assert_eq!(beside(), files);
    // Whoever wants to know more is told that the key is gone.
    assert_eq!(sealed.run(&["status"]).code, Some(6));
}
