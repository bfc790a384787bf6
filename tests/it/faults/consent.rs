//! The rows of the table that a sign-in meets: the code is refused, or no refresh token comes.

use gatepost::sandbox::{AllowScopes, Endpoint, Fault, FaultKind};

use crate::cli::sealed::{Ran, Sealed};

#[test]
fn a_code_that_is_refused_leaves_nothing_behind() {
    for words in [
        "Malformed auth code.",
        "Code was already redeemed.",
        "Missing code verifier.",
        "Invalid code verifier.",
        "code_verifier or verifier is not needed.",
    ] {
        let sealed = Sealed::with_client();
        let body = format!(r#"{{"error":"invalid_grant","error_description":"{words}"}}"#);
        let refusal = FaultKind::Reply {
            status: 400,
            content_type: "application/json".into(),
            body,
        };
        let fault = Fault::at(Endpoint::Token, refusal);
        sealed.control().add_fault(fault);
        let ran = sealed.sign_in(&["add"], "ana@gmail.com");
        assert_eq!(ran.code, Some(4), "{words}: {ran}");
        assert!(ran.stderr.contains("could not be completed"), "{ran}");
        assert_eq!(sealed.run(&["list", "--json"]).json().to_string(), "[]");
        assert_eq!(grants(&sealed), 0);
    }
}

/// Google shows no consent page then, and gives no refresh token.
fn sign_in_online(sealed: &Sealed, arguments: &[&str]) -> Ran {
    let mut waiting = sealed.begin_sign_in(arguments);
    let online = waiting
        .url
        .replace("access_type=offline", "access_type=online");
    assert_ne!(online, waiting.url);
    let redirect = sealed.browse(&online, "ana@gmail.com", AllowScopes::All);
    waiting.type_in(&redirect);
    let ran = waiting.finish(sealed).without_secrets();
    assert!(ran.stderr.contains("Google sent no refresh token"), "{ran}");
    ran
}

#[test]
fn a_sign_in_that_brings_no_refresh_token_replaces_nothing_good() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let before = refresh_token(&sealed);
    assert_eq!(sign_in_online(&sealed, &["reauth", "ana"]).code, Some(0));
    assert_eq!(refresh_token(&sealed), before);
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    assert_eq!(sealed.run(&["status", "ana"]).code, Some(0));
}

#[test]
fn a_first_sign_in_that_brings_none_is_signed_out() {
    let sealed = Sealed::with_client();
    assert_eq!(sign_in_online(&sealed, &["add"]).code, Some(4));
    let status = sealed.run(&["status", "ana", "--json"]);
    let account = &status.json()[0];
    assert_eq!(
        (status.code, &account["state"]),
        (Some(4), &"signed-out".into())
    );
    assert_eq!(account["problem"]["code"], "no-refresh-token");
    assert_eq!(grants(&sealed), 0);
}

#[test]
fn a_rotated_refresh_token_is_on_disk_before_anything_uses_it() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let rotated = Fault::at(Endpoint::Token, FaultKind::Rotated).times(1);
    sealed.control().add_fault(rotated);
    let before = refresh_token(&sealed);
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    assert_ne!(refresh_token(&sealed), before);
    let again = sealed.run(&["refresh", "ana"]);
    assert_eq!(again.code, Some(0), "the old one is dead: {again}");
    assert_eq!(grants(&sealed), 1);
}

fn grants(sealed: &Sealed) -> i64 {
    let conn = rusqlite::Connection::open(sealed.db()).unwrap();
    let count = "SELECT count(*) FROM grant WHERE refresh_token IS NOT NULL";
    conn.query_row(count, [], |row| row.get(0)).unwrap()
}

fn refresh_token(sealed: &Sealed) -> Vec<u8> {
    let conn = rusqlite::Connection::open(sealed.db()).unwrap();
    let sql = "SELECT refresh_token FROM grant WHERE stage = 'current'";
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}
