//! Who Google says it is: an address that would write on the terminal, pass for an option, or fill
//! the screen is as good as none, wherever it comes from. Nothing of it is stored or shown.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use serde_json::json;

use crate::cli::sealed::Sealed;

const ANA: &str = "ana@gmail.com";

fn addresses() -> Vec<String> {
    vec![
        "\u{1b}]0;owned\u{7}\u{1b}[31mred@example.com".into(),
        "right\u{202e}moc.liamg@left.com".into(),
        "two\nlines@example.com".into(),
        "--yes".into(),
        "-x@example.com".into(),
        format!("{}@example.com", "a".repeat(300_000)),
        String::new(),
    ]
}

fn answers(sealed: &Sealed, at: Endpoint, body: &serde_json::Value) {
    let reply = FaultKind::Reply {
        status: 200,
        content_type: "application/json".into(),
        body: body.to_string(),
    };
    sealed.control().add_fault(Fault::at(at, reply));
}

/// All that is shown of the vault, as it is written.
#[track_caller]
fn is_clean(sealed: &Sealed, what: &str) {
    for ask in [
        &["list"][..],
        &["list", "--json"],
        &["status", ANA],
        &["log"],
        &["log", "--json"],
    ] {
        let ran = sealed.run(ask);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(ANA), "{what} {ask:?}: {said}");
        assert!(said.len() < 20_000, "{what} {ask:?}: {} bytes", said.len());
        for sign in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(!said.contains(sign), "{what} {ask:?}: {said:?}");
        }
        for part in ["owned", "--yes", "-x@", "moc.liamg"] {
            assert!(!said.contains(part), "{what} {ask:?}: {said}");
        }
    }
}

#[test]
fn a_hostile_address_is_as_good_as_none() {
    let sealed = Sealed::with_account(ANA);
    let listed: serde_json::Value = sealed.run(&["list", "--json"]).json();
    let sub = &listed[0]["sub"];
    for address in addresses() {
        let what = address.chars().take(20).collect::<String>();
        answers(
            &sealed,
            Endpoint::Userinfo,
            &json!({"sub": sub, "email": address}),
        );
        answers(
            &sealed,
            Endpoint::Tokeninfo,
            &json!({"sub": sub, "email": address, "scope": "openid", "expires_in": 3599}),
        );
        answers(&sealed, Endpoint::Gmail, &json!({"emailAddress": address}));
        let verified = sealed.run(&["verify", ANA]);
        let said = format!("{}{}", verified.stdout, verified.stderr);
        assert!(
            !said.contains('\u{1b}') && !said.contains("owned"),
            "{what}: {said:?}"
        );
        is_clean(&sealed, &what);
        let again = sealed.sign_in(&["reauth", ANA], ANA);
        assert_eq!(again.code, Some(0), "{what}: {again}");
        is_clean(&sealed, &what);
        sealed.control().clear_faults();
    }
}

#[test]
fn nor_does_an_id_token_name_an_account_so() {
    for address in addresses() {
        let sealed = Sealed::with_client();
        let what = address.chars().take(20).collect::<String>();
        let client: serde_json::Value =
            serde_json::from_str(&sealed.sandbox.credentials_json("default").unwrap()).unwrap();
        let claims = json!({
            "iss": sealed.sandbox.base_url(), "aud": client["installed"]["client_id"],
            "sub": "1034", "email": address, "exp": 4_102_444_800_i64,
        });
        let claims = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        answers(
            &sealed,
            Endpoint::Token,
            &json!({
                "access_token": "ya29.SANDBOX", "expires_in": 3599, "refresh_token": "1//SANDBOX",
                "id_token": format!("e30.{claims}.c2ln"),
            }),
        );
        let ran = sealed.sign_in(&["add"], ANA);
        assert_eq!(ran.code, Some(4), "{what}: {ran}");
        let stored: serde_json::Value = sealed.run(&["list", "--json"]).json();
        assert_eq!(stored, json!([]), "{what}");
    }
}
