//! Google's libraries for Python and Node, unmodified, under `gatepost exec`; and another user of
//! this machine, who gets nothing.

use std::process::Command;

use serde_json::json;

use super::process::Process;
use super::sandbox::{ANA, Sandbox};
use super::{beside, tool};

/// Runs a program of this folder under `exec`; what it prints is one JSON object.
fn under_exec(program: &str, script: &str) -> serde_json::Value {
    let sandbox = Sandbox::serve();
    let home = sandbox.another_home(&[
        // What would lead it elsewhere, or through nobody.
        ("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("http_proxy", "http://127.0.0.1:9"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ]);
    sandbox.sign_in(&home);
    let (program, script) = (tool(program), beside(script));
    let library = tool("oidc/node_modules/google-auth-library");
    let words = [&program, &script, &library].map(|path| path.to_str().unwrap());
    let facts = home
        .run(&[&["exec", ANA, "--"], &words[..]].concat())
        .json();
    assert_eq!(sandbox.whose(facts["token"].as_str().unwrap()), ANA);
    assert_eq!(sandbox.refreshes(), 0, "the stored token was good");
    facts
}

#[test]
#[ignore = "needs google-auth; .ci/run installs it and runs this"]
fn python_s_library_takes_its_tokens_from_here() {
    let facts = under_exec("venv/bin/python", "exec_google_auth.py");
    assert_eq!(facts["kind"], "google.auth.compute_engine.credentials");
    assert_eq!(
        (&facts["email"], &facts["refresh_token"]),
        (&json!(ANA), &json!(null))
    );
}

#[test]
#[ignore = "needs google-auth-library; .ci/run installs it and runs this"]
fn node_s_library_takes_its_tokens_from_here() {
    let facts = under_exec("oidc/node_modules/.bin/node", "exec_google_auth.cjs");
    assert_eq!(facts["kind"], "Compute");
    // It puts a word of its own where others have a refresh token.
    assert_eq!(
        (&facts["email"], &facts["refresh_token"]),
        (&json!(ANA), &json!("compute-placeholder"))
    );
}

#[test]
#[ignore = "needs curl, and root to become another user; .ci/run has both"]
fn another_user_of_this_machine_gets_nothing() {
    let sandbox = Sandbox::serve();
    let home = sandbox.another_home(&[]);
    sandbox.sign_in(&home);
    let script = "echo host $GCE_METADATA_HOST; while [ ! -e done ]; do sleep 0.05; done";
    let mut running = home.start(&["exec", ANA, "--", "sh", "-c", script]);
    let host = running.line("host ").replace("host ", "");
    let asked_as = |user: Option<u32>| {
        use std::os::unix::process::CommandExt;
        let mut curl = Command::new("curl");
        let url =
            format!("http://{host}/computeMetadata/v1/instance/service-accounts/default/token");
        curl.args([
            "-sS",
            "--noproxy",
            "*",
            "-H",
            "Metadata-Flavor: Google",
            &url,
        ]);
        curl.current_dir("/");
        if let Some(user) = user {
            curl.uid(user);
        }
        Process::start(&mut curl).finish()
    };
    assert!(asked_as(None).good().contains("ya29."));
    let stranger = asked_as(Some(65_534));
    assert_ne!(stranger.code, Some(0), "{stranger:?}");
    assert_eq!(stranger.out, "");
    home.write("done", "");
    running.finish().good();
}
