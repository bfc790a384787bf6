//! Google's own Python libraries: what they write is read here, what is written here they read,
//! and their quickstart signs in at the sandbox.

use std::process::Command;

use serde_json::{Value, json};

use super::process::{Process, Ran};
use super::sandbox::{ANA, Sandbox};
use super::{beside, tool};

/// Runs Google's libraries.
fn google_auth(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    let python = match arguments[0] {
        "gam" => "gam/bin/python",
        _ => "venv/bin/python",
    };
    let mut command = Command::new(tool(python));
    command
        .arg(beside("google_auth.py"))
        .arg(&sandbox.base)
        .args(arguments)
        .current_dir(sandbox.home.path("."))
        .env_clear()
        .env("HOME", sandbox.home.path("."))
        .env(
            "GOOGLE_APPLICATION_CREDENTIALS",
            sandbox.home.path("adc.json"),
        )
        .env("OAUTHLIB_INSECURE_TRANSPORT", "1")
        .env("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Process::start(&mut command).finish()
}

#[test]
#[ignore = "needs google-auth-oauthlib; .ci/run installs it and runs this"]
fn the_quickstart_signs_in_and_its_token_file_is_taken_over() {
    let sandbox = Sandbox::serve();
    let said = google_auth(&sandbox, &["quickstart", "credentials.json", "token.json"]);
    // Before the facts it prints what it tells everybody to do.
    let facts: Value = serde_json::from_str(said.good().lines().last().unwrap()).unwrap();
    assert_eq!(facts["email"], ANA);
    assert_eq!(sandbox.refreshes(), 0);
    let home = &sandbox.home;
    home.run(&["import", "token.json"]).good();
    assert_eq!(sandbox.refreshes(), 1, "proved by one refresh");
    let account = &home.run(&["list", "--json"]).json()[0];
    assert_eq!(
        (&account["email"], &account["state"]),
        (&json!(ANA), &json!("ready"))
    );
    assert_eq!(account["scopes"]["missing"], json!([]));
    let token = home.run(&["token", ANA]).good();
    assert_ne!(token.trim(), facts["token"].as_str().unwrap());
    assert_eq!(sandbox.whose(token.trim()), ANA);
    let token = home.run(&["token", ANA, "--force-refresh"]).good();
    assert_eq!(
        (sandbox.whose(token.trim()), sandbox.refreshes()),
        (json!(ANA), 2)
    );
}

/// Signed in with what is in `credentials.json`, and taken over with all that it knows.
#[track_caller]
fn its_own_file_comes_in(how: &str, format: &str) -> Value {
    let sandbox = Sandbox::serve();
    google_auth(&sandbox, &[how, "credentials.json", "theirs"]).good();
    let home = &sandbox.home;
    let report = home.run(&["import", "theirs", "--dry-run"]).good();
    assert!(report.contains(format), "{report}");
    home.run(&["import", "theirs"]).good();
    assert_eq!(sandbox.refreshes(), 1, "proved by one refresh");
    let token = home.run(&["token", ANA, "--force-refresh"]).good();
    assert_eq!(sandbox.whose(token.trim()), ANA);
    let kept = std::fs::read_to_string(home.path("theirs")).unwrap();
    serde_json::from_str(&kept).unwrap()
}

#[test]
#[ignore = "needs google-auth-oauthlib[tool]; .ci/run installs it and runs this"]
fn google_oauthlib_tool_signs_in_and_what_it_saved_comes_in() {
    let kept = its_own_file_comes_in("tool", "google-auth token.json");
    assert_eq!(kept.get("token"), None, "it saves no access token");
}

#[test]
#[ignore = "needs GAM; .ci/run installs it and runs this"]
fn gam_s_oauth2_txt_comes_in() {
    let kept = its_own_file_comes_in("gam", "GAM oauth2.txt");
    assert_eq!(kept["decoded_id_token"]["email"], ANA);
}

#[test]
#[ignore = "needs google-auth; .ci/run installs it and runs this"]
fn a_token_file_goes_there_and_back() {
    let sandbox = Sandbox::serve();
    let home = sandbox.another_home(&[]);
    sandbox.sign_in(&home);
    let exported = home.run(&["export", ANA, "--format", "token-json"]).good();
    sandbox.home.write("token.json", &exported);
    let facts = google_auth(&sandbox, &["load", "token.json"]).json();
    let ours = home.run(&["token", ANA]).good();
    assert_eq!(
        (&facts["before"], &facts["valid_before"]),
        (&json!(ours.trim()), &json!(true))
    );
    assert_ne!(facts["token"], facts["before"]);
    assert_eq!(
        (&facts["email"], &facts["valid"]),
        (&json!(ANA), &json!(true))
    );
    assert_eq!(sandbox.refreshes(), 1);
    // What the library keeps of it is a token file of its own, and comes back.
    let third = sandbox.another_home(&[]);
    third.write("theirs.json", facts["kept"].as_str().unwrap());
    third.run(&["import", "theirs.json"]).good();
    let token = third.run(&["token", ANA]).good();
    assert_eq!(
        (sandbox.whose(token.trim()), sandbox.refreshes()),
        (json!(ANA), 2)
    );
}

#[test]
#[ignore = "needs google-auth; .ci/run installs it and runs this"]
fn application_default_credentials_go_there_and_back() {
    let sandbox = Sandbox::serve();
    let home = sandbox.another_home(&[]);
    sandbox.sign_in(&home);
    let path = sandbox.home.path("adc.json");
    let path = path.to_str().unwrap();
    home.run(&["export", ANA, "--format", "adc", "-o", path])
        .good();
    let facts = google_auth(&sandbox, &["default"]).json();
    assert_eq!(
        (&facts["email"], &facts["valid"]),
        (&json!(ANA), &json!(true))
    );
    assert_eq!((&facts["before"], sandbox.refreshes()), (&Value::Null, 1));
    let third = sandbox.another_home(&[]);
    third.run(&["import", path]).good();
    let token = third.run(&["token", ANA]).good();
    assert_eq!(
        (sandbox.whose(token.trim()), sandbox.refreshes()),
        (json!(ANA), 2)
    );
}
