//! Files in and out: clients, imports, exports.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};

use super::sealed::Sealed;

#[test]
fn what_is_exported_can_be_imported() {
    let sealed = Sealed::with_account("ana@gmail.com");
    for format in ["token-json", "adc"] {
        let ran = sealed.run(&[
            "export",
            "ana@gmail.com",
            "--format",
            format,
            "-o",
            "out.json",
        ]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran}");
        let mode = std::fs::metadata(sealed.path("out.json"))
            .unwrap()
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
        let ran = sealed.run(&["remove", "ana@gmail.com", "--yes"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        let ran = sealed.run(&["import", "out.json"]).without_secrets();
        assert_eq!(ran.code, Some(0), "{ran}");
        assert_eq!(
            sealed.run(&["list", "--json"]).json()[0]["email"],
            "ana@gmail.com"
        );
        assert_eq!(sealed.run(&["token", "ana"]).code, Some(0));
        std::fs::remove_file(sealed.path("out.json")).unwrap();
    }
}

#[test]
fn an_export_never_overwrites_unasked() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write("mine.json", "precious");
    let arguments = [
        "export",
        "ana@gmail.com",
        "--format",
        "adc",
        "-o",
        "mine.json",
    ];
    insta::assert_snapshot!(sealed.run(&arguments).without_secrets(), @r#"
    exit 2
    err: gatepost: `mine.json` exists already
    err: hint: `--force` replaces it
    "#);
    let text = || std::fs::read_to_string(sealed.path("mine.json")).unwrap();
    assert_eq!(text(), "precious");
    let forced = sealed.run(&[&arguments[..], &["--force"]].concat());
    assert_eq!(forced.code, Some(0), "{forced}");
    assert!(text().contains("authorized_user"));
    let ran = sealed.run(&["export", "ana@gmail.com", "--format", "adc", "-o", "-"]);
    assert_eq!(ran.stdout, text());
    assert_eq!(ran.stderr, "");
}

#[test]
fn an_export_takes_the_place_of_nothing_but_a_file() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let pipe = sealed.path("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    sealed.write("meant.json", "somebody's");
    std::os::unix::fs::symlink("meant.json", sealed.path("link")).unwrap();
    for name in ["pipe", "link"] {
        for force in [&[][..], &["--force"]] {
            let arguments = ["export", "ana@gmail.com", "--format", "adc", "-o", name];
            let ran = sealed.run(&[&arguments[..], force].concat());
            assert_eq!(ran.code, Some(2), "{ran}");
            assert!(ran.stderr.contains("is no file of its own"), "{ran}");
        }
    }
    assert!(pipe.symlink_metadata().unwrap().file_type().is_fifo());
    assert_eq!(
        std::fs::read_to_string(sealed.path("link")).unwrap(),
        "somebody's"
    );
}

#[test]
fn a_file_that_names_another_server_is_not_taken_in() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let export = [
        "export",
        "ana@gmail.com",
        "--format",
        "token-json",
        "-o",
        "token.json",
    ];
    assert_eq!(sealed.run(&export).code, Some(0));
    let ours = std::fs::read_to_string(sealed.path("token.json")).unwrap();
    let mut theirs: serde_json::Value = serde_json::from_str(&ours).unwrap();
    theirs["token_uri"] = "https://evil.example/token".into();
    sealed.write("theirs.json", &theirs.to_string());
    theirs["type"] = "authorized_user".into();
    sealed.write("adc.json", &theirs.to_string());
    sealed.credentials();
    let client = std::fs::read_to_string(sealed.path("credentials.json")).unwrap();
    let mut client: serde_json::Value = serde_json::from_str(&client).unwrap();
    client["installed"]["auth_uri"] = "https://evil.example/auth".into();
    sealed.write("client.json", &client.to_string());
    for arguments in [
        &["import", "theirs.json", "--force"][..],
        &["import", "theirs.json", "--dry-run"],
        &["import", "adc.json", "--force"],
        &["import", "client.json"],
        &["client", "add", "client.json", "--name", "theirs"],
    ] {
        let ran = sealed.run(arguments);
        assert_eq!(ran.code, Some(2), "{ran}");
        let why = "is for evil.example, not for Google";
        assert!(ran.stderr.contains(why), "{ran}");
    }
}

#[test]
fn an_export_that_has_no_place_to_go_takes_nothing_out() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut said = String::new();
    for place in ["nowhere/mine.json", ".config"] {
        let arguments = ["export", "ana@gmail.com", "--format", "adc", "--force"];
        let ran = sealed.run(&[&arguments[..], &["-o", place]].concat());
        said += &ran.without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 2
    err: gatepost: there is no directory `nowhere`
    exit 2
    err: gatepost: `.config` is a directory
    "#);
    let log = sealed.run(&["log", "--json"]).stdout;
    assert!(!log.contains("export"), "{log}");
}

#[test]
fn a_working_sign_in_is_not_replaced_unasked() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&[
        "export",
        "ana@gmail.com",
        "--format",
        "token-json",
        "-o",
        "out.json",
    ]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let before = sealed.run(&["list", "--json"]).json();
    insta::assert_snapshot!(sealed.run(&["import", "out.json"]).without_secrets(), @r#"
    exit 2
    err: gatepost: ana@gmail.com already has a working sign-in; `--force` replaces it
    "#);
    let after = sealed.run(&["list", "--json"]).json();
    assert_eq!(before[0]["grant"], after[0]["grant"]);
    assert_eq!(sealed.run(&["import", "out.json", "--force"]).code, Some(0));
}

#[test]
fn offline_an_import_claims_no_contact_with_google() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let arguments = [
        "export",
        "ana@gmail.com",
        "--format",
        "token-json",
        "-o",
        "mine.json",
    ];
    assert_eq!(sealed.run(&arguments).code, Some(0));
    assert_eq!(
        sealed.run(&["remove", "ana@gmail.com", "--yes"]).code,
        Some(0)
    );
    let mut command = sealed.command(&["import", "mine.json"]);
    command.env("GATEPOST_ENDPOINTS", "http://127.0.0.1:9");
    let ran = sealed.finish(command.spawn().unwrap());
    assert_eq!(ran.code, Some(0), "{ran}");
    let account = &sealed.run(&["status", "ana", "--json"]).json()[0];
    assert_eq!(account["verified"], false);
    assert!(account["last_refresh_at"].is_null(), "{account}");
}

#[test]
fn an_import_that_google_refuses_says_whose_fault_it_is() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let arguments = [
        "export",
        "ana@gmail.com",
        "--format",
        "adc",
        "-o",
        "mine.json",
    ];
    assert_eq!(sealed.run(&arguments).code, Some(0));
    let text = std::fs::read_to_string(sealed.path("mine.json")).unwrap();
    sealed.write("client.json", &text.replace(".apps.", ".gone."));
    let dead = text.replace("\"refresh_token\": \"1//", "\"refresh_token\": \"1//dead");
    sealed.write("dead.json", &dead.replace("ana@", "eve@"));
    let mut said = String::new();
    for file in ["client.json", "dead.json"] {
        let ran = sealed.run(&["import", file, "--force"]);
        said += &ran.without_secrets().to_string();
    }
    insta::assert_snapshot!(said, @r#"
    exit 7
    err: gatepost: `client.json`: Google refused the refresh token (invalid_client: “The OAuth client was not found.”)
    err: hint: bring in the client's current JSON with `gatepost client add FILE`; nothing was stored
    exit 4
    err: gatepost: `dead.json`: Google refused the refresh token (invalid_grant: “Bad Request”)
    err: hint: sign in afresh with `gatepost add`; nothing was stored
    "#);
}

#[test]
fn the_same_client_again_is_an_update_and_a_second_needs_a_name() {
    let sealed = Sealed::with_client();
    insta::assert_snapshot!(sealed.run(&["client", "add", "credentials.json"]), @r#"
    exit 0
    err: updated client `default` (#-#c#f#b#aba#b#ff#ed.apps.googleusercontent.com)
    "#);
    let other = std::fs::read_to_string(sealed.path("credentials.json"))
        .unwrap()
        .replace('-', "-x");
    sealed.write("other.json", &other);
    let ran = sealed.run(&["client", "add", "other.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
    let ran = sealed.run(&["client", "add", "other.json", "--name", "work"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let listed = sealed.run(&["client", "list", "--json"]).without_secrets();
    assert_eq!(listed.json()[1]["name"], "work");
}

#[test]
fn a_web_client_that_leads_elsewhere_is_refused_with_the_reason() {
    let sealed = Sealed::with_client();
    for uri in ["https://example.com/cb", "http://localhost:0/cb"] {
        let file = format!(
            r#"{{"web":{{"client_id":"w","client_secret":"s","redirect_uris":["{uri}"]}}}}"#
        );
        sealed.write("web.json", &file);
        let ran = sealed.run(&["client", "add", "web.json", "--name", "web"]);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(
            ran.stderr
                .contains("no registered redirect URI leads to this machine"),
            "{ran}"
        );
    }
    let listed = sealed.run(&["client", "list", "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn files_that_are_something_else_are_named_in_one_line() {
    let sealed = Sealed::new();
    sealed.write("empty", "");
    sealed.write("text", "GOCSPX-secret");
    sealed.write("list.json", "[]");
    sealed.write(
        "key.json",
        r#"{"type":"service_account","private_key":"GOCSPX-x"}"#,
    );
    sealed.write("web.json", r#"{"web":{"client_id":7}}"#);
    sealed.write("token.json", r#"{"refresh_token":"1//x"}"#);
    let mut said = String::new();
    for file in [
        "missing",
        "empty",
        "text",
        "list.json",
        "key.json",
        "web.json",
        "token.json",
        ".",
    ] {
        for command in [&["client", "add"][..], &["import"]] {
            let ran = sealed.run(&[command, &[file]].concat()).without_secrets();
            assert_eq!(
                (ran.code, ran.stdout.as_str()),
                (Some(2), ""),
                "{file}: {ran}"
            );
            let lines = ran.stderr.lines().filter(|l| l.starts_with("gatepost: "));
            assert_eq!(lines.count(), 1, "{file}: {ran}");
            said.push_str(&command.join(" "));
            said.push(' ');
            said.push_str(&ran.stderr);
        }
    }
    insta::assert_snapshot!(said, @r#"
    client add gatepost: cannot read `missing`: there is nothing of that name
    import gatepost: cannot read `missing`: there is nothing of that name
    client add gatepost: `empty`: the file is not JSON (line 1, column 0)
    import gatepost: `empty`: the file is none that gatepost knows: no client, no token, no key in it
    client add gatepost: `text`: the file is not JSON (line 1, column 1)
    import gatepost: `text`: the file is none that gatepost knows: no client, no token, no key in it
    client add gatepost: `list.json`: the file is JSON, but not an object
    import gatepost: `list.json`: the file is JSON, but not an object
    client add gatepost: `key.json`: this is a service account's key; gatepost needs an OAuth client of type Desktop app
    import gatepost: `key.json`: `client_email` is missing
    client add gatepost: `web.json`: `client_id` is missing
    import gatepost: `web.json`: `client_id` is missing
    client add gatepost: `token.json`: this is a token file, not a client file; bring it in with `gatepost import`
    import gatepost: `token.json`: `client_id` is missing
    client add gatepost: cannot read `.`: it is a directory
    import gatepost: cannot read `.`: it is a directory
    "#);
    assert!(
        !sealed.db().exists(),
        "a file that is no good makes no vault"
    );
}

#[test]
fn a_web_client_needs_an_address_on_this_machine() {
    let sealed = Sealed::new();
    let file = |uri: &str| {
        format!(
            r#"{{"web":{{"client_id":"1-a.apps.googleusercontent.com","client_secret":"GOCSPX-x","redirect_uris":["{uri}"]}}}}"#
        )
    };
    sealed.write("web.json", &file("https://example.com/callback"));
    let ran = sealed.run(&["client", "add", "web.json"]);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 2
    err: gatepost: `web.json`: no registered redirect URI leads to this machine; register `http://#.#.#.#:#/`, or make a Desktop client
    "#);
    assert!(!sealed.db().exists());
    sealed.write("web.json", &file("http://localhost:8080/callback"));
    assert_eq!(sealed.run(&["client", "add", "web.json"]).code, Some(0));
}

#[test]
fn a_grant_without_an_owner_is_kept_only_if_he_is_named() {
    let sealed = Sealed::new();
    sealed.write(
        "token.json",
        r#"{"token":"ya29.x","refresh_token":"1//abc","client_id":"9-z.apps.googleusercontent.com",
        "client_secret":"GOCSPX-y","scopes":["https://mail.google.com/"],"expiry":"2020-01-01T00:00:00Z"}"#,
    );
    let offline = |arguments: &[&str]| {
        let mut command = sealed.command(arguments);
        command.env("GATEPOST_ENDPOINTS", "http://127.0.0.1:9");
        sealed.finish(command.spawn().unwrap()).without_secrets()
    };
    insta::assert_snapshot!(offline(&["import", "token.json"]), @r#"
    exit 2
    err: gatepost: `token.json` does not say which account it belongs to, and Google could not be asked
    err: hint: name it with `--email ADDRESS`
    "#);
    let named = ["import", "token.json", "--email", "me@gmail.com"];
    insta::assert_snapshot!(offline(&named), @r#"
    exit 0
    err: imported me@gmail.com
    err: added client `project-#` from the file
    err: warning: Google could not be asked: me@gmail.com is kept as it stands in the file, unverified
    "#);
    let ran = offline(&["token", "me", "--max-wait", "1s"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(5), ""), "{ran}");
}

#[test]
fn a_desktop_client_of_google_s_is_taken_as_downloaded() {
    let sealed = Sealed::new();
    sealed.write(
        "client_secret.json",
        r#"{"installed":{"client_id":"123456789012-abc.apps.googleusercontent.com",
        "project_id":"my-project","auth_uri":"https://accounts.google.com/o/oauth2/auth",
        "token_uri":"https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url":"https://www.googleapis.com/oauth2/v1/certs",
        "client_secret":"GOCSPX-abcdef","redirect_uris":["http://localhost"]}}"#,
    );
    let ran = sealed.run(&["client", "add", "client_secret.json", "--status", "testing"]);
    insta::assert_snapshot!(ran.without_secrets(), @r#"
    exit 0
    err: added client `default` (#-abc.apps.googleusercontent.com)
    err: sign-ins that reach mail end after # days while the project is in Testing
    err: next: `gatepost add` signs in
    "#);
}
