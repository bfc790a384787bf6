//! Programs that keep tokens sign in by themselves, at the sandbox, and what they kept is taken in.

use super::process::Process;
use super::sandbox::ANA;
use super::stores::Trade;
use super::tool;

/// Known for whose it is, and it gives tokens.
#[track_caller]
fn comes_in(trade: &Trade, file: &str, format: &str) {
    // She is signed in there already.
    let dry = ["import", file, "--dry-run", "--force"];
    let report = trade.home.run(&dry).good();
    assert!(report.contains(format), "{report}");
    trade.comes_in(file);
}

/// It asks at the terminal for the address that the browser ends at.
#[test]
#[ignore = "needs mfauth; .ci/run builds it and runs this"]
fn mfauth_signs_in_and_its_cache_comes_in() {
    let trade = Trade::begin();
    let (id, secret) = trade.client();
    let base = &trade.sandbox.base;
    let config = format!(
        "[accounts.\"{ANA}\"]\nclient_id = \"{id}\"\nclient_secret = \"{secret}\"\n\
         scope = \"https://mail.google.com/ email\"\ntoken_url = \"{base}/token\"\n\
         authorize_url = \"{base}/o/oauth2/v2/auth?access_type=offline&prompt=consent\"\n"
    );
    trade.home.write("config.toml", &config);
    let typed = "(until test -f typed; do sleep 0.05; done; cat typed) | \
                 \"$0\" --config config.toml --cache cache.toml authorize \"$1\"";
    let mut command = trade.home.command("sh");
    command.args(["-c", typed]).arg(tool("mfauth/bin/mfauth"));
    let mut theirs = Process::start(command.arg(ANA).env("PATH", "/usr/bin:/bin"));
    let link = theirs.line(&format!("{base}/o/oauth2"));
    let end = format!("{}\n", trade.allow(&link));
    trade.home.write("whole", &end);
    std::fs::rename(trade.home.path("whole"), trade.home.path("typed")).unwrap();
    assert!(theirs.finish().good().contains("Authorization OK!"));
    comes_in(&trade, "cache.toml", "mfauth");
}

/// What it keeps goes through a command of one's own; without a terminal it signs in in two steps.
#[test]
#[ignore = "needs ortie; .ci/run builds it and runs this"]
fn ortie_signs_in_and_what_it_keeps_comes_in() {
    let trade = Trade::begin();
    let (id, secret) = trade.client();
    let base = &trade.sandbox.base;
    // Nobody listens at that port, and nobody goes there.
    let config = format!(
        "[accounts.ana]\ndefault = true\nclient-id = \"{id}\"\nclient-secret.raw = \"{secret}\"\n\
         endpoints.authorization = \"{base}/o/oauth2/v2/auth\"\nendpoints.token = \"{base}/token\"\n\
         endpoints.redirection = \"http://127.0.0.1:9\"\n\
         scopes = [\"https://mail.google.com/\", \"email\"]\n\
         extras.access_type = \"offline\"\nextras.prompt = \"consent\"\n\
         storage.read.command = \"cat kept\"\nstorage.write.command = \"cat >kept\"\n"
    );
    trade.home.write("ortie.toml", &config);
    let ortie = |arguments: &[&str]| {
        let usual = ["-c", "ortie.toml", "--json", "auth"];
        trade.their(tool("ortie/bin/ortie"), &[&usual, arguments].concat())
    };
    let asked = ortie(&["get"]).json();
    let text = |name: &str| asked[name].as_str().unwrap_or_else(|| panic!("{asked}"));
    let state = format!("--state={}", text("state"));
    let verifier = format!("--pkce={}", text("pkce_code_verifier"));
    let end = trade.allow(text("authorization_uri"));
    ortie(&["resume", &state, &verifier, &end]).good();
    comes_in(&trade, "kept", "ortie");
}
