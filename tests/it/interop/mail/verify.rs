//! `gatepost verify --imap --smtp --pop` against a server that nobody here wrote.

use serde_json::{Value, json};

use super::super::process::{Home, Ran};
use super::super::sandbox::ANA;
use super::{MailLab, Mechanisms, Sandbox};

const EVERYWHERE: [&str; 5] = ["verify", ANA, "--imap", "--smtp", "--pop"];

/// What became of each protocol, with the problem's code.
fn steps(ran: &Ran) -> Vec<(String, String, Value)> {
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let steps = report[0]["steps"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    steps
        .map(|step| {
            let code = step["problem"]["code"].clone();
            (text(&step["name"]), text(&step["finding"]), code)
        })
        .collect()
}

fn json(home: &Home, arguments: &[&str]) -> Ran {
    home.run(&[arguments, &["--json"]].concat())
}

/// All three ended like this.
#[track_caller]
fn assert_all(ran: &Ran, exit: i32, finding: &str, code: &Value) {
    let expected = ["imap", "smtp", "pop"].map(|p| (p.into(), finding.into(), code.clone()));
    assert_eq!(steps(ran), expected, "{}", ran.out);
    assert_eq!(ran.code, Some(exit), "{}", ran.err);
    assert!(!format!("{}{}", ran.out, ran.err).contains("ya29."));
}

#[test]
#[ignore = "needs Dovecot; .ci/run installs it and runs this"]
fn it_signs_in_by_each_protocol_and_each_mechanism() {
    let sandbox = Sandbox::serve();
    for (mechanisms, method) in [
        (Mechanisms::Both, "XOAUTH2"),
        (Mechanisms::Xoauth2, "XOAUTH2"),
        (Mechanisms::Oauthbearer, "OAUTHBEARER"),
    ] {
        let lab = MailLab::offering(mechanisms, &sandbox);
        let home = lab.home(&sandbox);
        let ran = home.run(&["-vvv", "verify", ANA, "--imap", "--smtp", "--pop"]);
        let said = ran.good();
        for line in [
            format!(
                "works    imap  signed in to {} by {method}: 1 folder",
                lab.imap()
            ),
            format!(
                "works    smtp  signed in to {} by {method}: ready to send",
                lab.smtp()
            ),
            format!(
                "works    pop   signed in to {} by {method}: 1 message",
                lab.pop()
            ),
        ] {
            assert!(said.contains(&line), "{line}\n{said}");
        }
        for protocol in ["imap", "submission", "pop3"] {
            assert_eq!(lab.signed_in(protocol, ANA), method);
        }
        // The protocol's crates may log what they send; that must not reach our log.
        let log = std::fs::read_to_string(home.path(".local/state/gatepost/gatepost.log"));
        let token = home.run(&["token", ANA, "--format", "xoauth2"]).good();
        let log = log.unwrap();
        assert!(
            !log.contains("ya29.") && !log.contains(&token.trim()[..40]),
            "{log}"
        );
        assert_all(
            &json(&home, &["verify", "--all", "--imap", "--smtp", "--pop"]),
            0,
            "works",
            &Value::Null,
        );
        assert!(lab.sent().is_empty());
    }
}

#[test]
#[ignore = "needs Dovecot; .ci/run installs it and runs this"]
fn a_token_that_ran_out_is_renewed_before_it_is_shown() {
    let sandbox = Sandbox::serve();
    let lab = MailLab::start(&sandbox);
    let home = lab.home(&sandbox);
    // Google forgets the access token; the vault still believes in it.
    sandbox.order("expire-access", &json!({ "email": ANA }));
    let before = sandbox.refreshes();
    assert_all(&json(&home, &EVERYWHERE), 0, "works", &Value::Null);
    assert_eq!(sandbox.refreshes(), before + 1);
}

#[test]
#[ignore = "needs Dovecot; .ci/run installs it and runs this"]
fn a_sign_in_that_google_ended_is_told_as_that() {
    let sandbox = Sandbox::serve();
    let lab = MailLab::start(&sandbox);
    let home = lab.home(&sandbox);
    sandbox.order("revoke", &json!({ "email": ANA }));
    let ran = home.run(&EVERYWHERE);
    assert_eq!(ran.code, Some(4), "{}", ran.out);
    assert!(
        ran.err.contains("Google no longer accepts this sign-in"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("gatepost reauth ana@gmail.com"),
        "{}",
        ran.err
    );
}

#[test]
#[ignore = "needs Dovecot; .ci/run installs it and runs this"]
fn a_scope_that_does_not_reach_mail_is_named() {
    let sandbox = Sandbox::serve();
    let lab = MailLab::start(&sandbox);
    let home = sandbox.another_home(&[]);
    let narrow = "https://www.googleapis.com/auth/gmail.readonly";
    sandbox.sign_in_with(&home, &["--scope", narrow]);
    home.write(".config/gatepost/config.toml", &lab.config());
    assert_all(
        &json(&home, &EVERYWHERE),
        4,
        "fails",
        &json!("mail-scope-missing"),
    );
    let said = home.run(&EVERYWHERE).out;
    assert!(
        said.contains("gatepost reauth ana@gmail.com --scope https://mail.google.com/"),
        "{said}"
    );
}

#[test]
#[ignore = "needs Dovecot; .ci/run installs it and runs this"]
fn another_users_token_is_told_apart() {
    let sandbox = Sandbox::serve();
    let lab = MailLab::start(&sandbox);
    let home = lab.home(&sandbox);
    let vault = rusqlite::Connection::open(home.path(".local/share/gatepost/vault.db")).unwrap();
    let renamed = vault.execute("UPDATE account SET email = 'ben@gmail.com'", []);
    assert_eq!(renamed.unwrap(), 1);
    let arguments = ["verify", "ben@gmail.com", "--imap", "--smtp", "--pop"];
    assert_all(
        &json(&home, &arguments),
        4,
        "fails",
        &json!("user-mismatch"),
    );
    let said = home.run(&arguments).out;
    assert!(
        said.contains("the token belongs to ana@gmail.com, not to ben@gmail.com"),
        "{said}"
    );
}
