//! `revoke` and `remove`: what is said before, what is left after.

use gatepost::sandbox::{Endpoint, Fault, FaultKind};

use super::sealed::Sealed;

#[test]
fn revoked_it_is_signed_out_and_stays_listed() {
    let sealed = Sealed::with_account("ana@gmail.com");
    insta::assert_snapshot!(sealed.run(&["revoke", "ana@gmail.com", "--yes"]), @r#"
    exit 0
    err: revoking ana@gmail.com ends its sign-in at Google: every program that uses it stops, on every machine
    err: ana@gmail.com: revoked at Google; the tokens are dropped
    "#);
    let account = &sealed.run(&["list", "--json"]).json()[0];
    assert_eq!(account["state"], "signed-out");
    assert!(account["grant"].is_null() && account["access"].is_null());
    let token = sealed.run(&["token", "ana"]);
    assert_eq!(
        (token.code, token.stdout.as_str()),
        (Some(4), ""),
        "{token}"
    );
}

#[test]
fn unconfirmed_by_google_the_tokens_are_kept() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let token = sealed.run(&["token", "ana"]).stdout;
    let down = FaultKind::Status {
        code: 503,
        retry_after: None,
        html: false,
    };
    sealed
        .control()
        .add_fault(Fault::at(Endpoint::Revocation, down));
    insta::assert_snapshot!(sealed.run(&["revoke", "ana@gmail.com", "--yes"]), @r#"
    exit 5
    err: revoking ana@gmail.com ends its sign-in at Google: every program that uses it stops, on every machine
    err: gatepost: ana@gmail.com: Google did not confirm the revocation (The service is currently unavailable); the tokens are kept, try again later
    "#);
    assert_eq!(sealed.run(&["token", "ana"]).stdout, token);
}

#[test]
fn dead_at_google_already() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.control().revoke("ana@gmail.com").unwrap();
    insta::assert_snapshot!(sealed.run(&["revoke", "ana@gmail.com", "--yes"]), @r#"
    exit 0
    err: revoking ana@gmail.com ends its sign-in at Google: every program that uses it stops, on every machine
    err: ana@gmail.com: was already dead at Google; the tokens are dropped
    "#);
    let again = sealed.run(&["revoke", "ana@gmail.com", "--yes"]);
    assert!(again.stderr.contains("revoked with gatepost"), "{again}");
    assert!(
        !again.stderr.contains("every program"),
        "nothing stops: {again}"
    );
    assert_eq!(again.code, Some(4), "nothing was left to revoke: {again}");
}

#[test]
fn of_a_grant_that_is_dead_nothing_is_said_to_live_on() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    insta::assert_snapshot!(sealed.run(&["remove", "ana@gmail.com", "--yes"]), @r#"
    exit 0
    err: removing ana@gmail.com forgets it on this machine; no grant of it is known to live
    err: ana@gmail.com: forgotten here
    "#);
}

#[test]
fn without_a_terminal_nothing_is_destroyed_unasked() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.control().clear_requests();
    insta::assert_snapshot!(sealed.run(&["revoke", "ana@gmail.com"]), @r#"
    exit 2
    err: gatepost: `gatepost revoke` asks first, and there is no terminal to ask on
    err: hint: add `--yes` if you are sure
    "#);
    insta::assert_snapshot!(sealed.run(&["remove", "ana@gmail.com"]), @r#"
    exit 2
    err: gatepost: `gatepost remove` asks first, and there is no terminal to ask on
    err: hint: add `--yes` if you are sure
    "#);
    assert!(sealed.control().requests().is_empty());
    assert_eq!(sealed.run(&["list", "--json"]).json()[0]["state"], "ready");
}

#[test]
fn an_abbreviation_will_not_do() {
    let sealed = Sealed::with_account("ana@gmail.com");
    insta::assert_snapshot!(sealed.run(&["remove", "ana", "--yes"]), @r#"
    exit 2
    err: gatepost: this command takes no abbreviation: write `ana@gmail.com` in full
    "#);
    let ran = sealed.run(&["export", "ana", "--format", "adc"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
}

#[test]
fn removed_it_is_forgotten_and_google_is_not_told() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.control().clear_requests();
    insta::assert_snapshot!(sealed.run(&["remove", "ana@gmail.com", "--yes"]), @r#"
    exit 0
    err: removing ana@gmail.com forgets it on this machine only: its grant lives on at Google
    err: to end the grant too: `gatepost revoke ana@gmail.com` before this, or https://myaccount.google.com/connections at any time
    err: ana@gmail.com: forgotten here
    "#);
    assert!(sealed.control().requests().is_empty());
    assert_eq!(sealed.run(&["list", "--json"]).stdout, "[]\n");
    let history = sealed.run(&["log", "ana@gmail.com", "--json"]).json();
    assert_eq!(history[0]["what"], "remove");
}

#[test]
fn of_several_all_are_attempted() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let ran = sealed.run(&["remove", "nobody@gmail.com", "ana@gmail.com", "--yes"]);
    insta::assert_snapshot!(ran, @r#"
    exit 3
    err: removing ana@gmail.com forgets it on this machine only: its grant lives on at Google
    err: to end the grant too: `gatepost revoke ana@gmail.com` before this, or https://myaccount.google.com/connections at any time
    err: gatepost: no account is called `nobody@gmail.com`
    err: hint: `gatepost list` shows every account
    err: ana@gmail.com: forgotten here
    err: gatepost: # of # accounts could not be removed
    "#);
    assert_eq!(sealed.run(&["list", "--json"]).stdout, "[]\n");
}

#[test]
fn a_client_in_use_is_not_removed() {
    let sealed = Sealed::with_account("ana@gmail.com");
    insta::assert_snapshot!(sealed.run(&["client", "remove", "default"]), @r#"
    exit 2
    err: gatepost: client `default` is in use by ana@gmail.com; remove or move those accounts first
    "#);
    assert_eq!(
        sealed.run(&["remove", "ana@gmail.com", "--yes"]).code,
        Some(0)
    );
    insta::assert_snapshot!(sealed.run(&["client", "remove", "default"]), @r#"
    exit 0
    err: removed client `default`
    "#);
}
