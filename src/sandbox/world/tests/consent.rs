//! What comes back from the browser, and when a refresh token comes of it.

use super::{Stage, parameter};

#[test]
fn a_refresh_token_comes_only_when_the_consent_page_was_shown_and_it_was_asked_for() {
    let mut stage = Stage::new();
    let gives = |stage: &mut Stage, changes: &[(&str, &str)]| {
        let code = stage.code("desk", changes);
        let (status, tokens) = stage.exchange("desk", &code);
        assert_eq!(status, 200);
        tokens.get("refresh_token").is_some()
    };
    assert!(!gives(&mut stage, &[("access_type", "online")]));
    assert!(gives(&mut stage, &[("prompt", "consent")]));
    assert!(
        !gives(&mut stage, &[("prompt", "")]),
        "agreed before: no page"
    );
    assert!(gives(&mut stage, &[("prompt", "select_account consent")]));
    let mut fresh = Stage::new();
    assert!(
        gives(&mut fresh, &[("prompt", "")]),
        "the first consent always shows it"
    );
}

#[test]
fn prompt_none_answers_at_once_either_way() {
    let mut stage = Stage::new();
    let ask = [
        ("prompt", "none"),
        ("login_hint", "ana@gmail.com"),
        ("state", "S"),
    ];
    let refused = stage.consent("desk", &ask);
    assert_eq!(
        parameter(&refused, "error").as_deref(),
        Some("interaction_required")
    );
    assert_eq!(
        parameter(&refused, "error_subtype").as_deref(),
        Some("access_denied")
    );
    assert_eq!(parameter(&refused, "state").as_deref(), Some("S"));
    stage.sign_in("desk");
    assert!(parameter(&stage.consent("desk", &ask), "code").is_some());
}

#[test]
fn the_redirect_carries_what_google_sends_along() {
    let mut stage = Stage::new();
    let redirect = stage.consent(
        "desk",
        &[
            ("state", "a b&c"),
            ("redirect_uri", "http://127.0.0.1:5000/cb?x=1"),
        ],
    );
    let value = |name| parameter(&redirect, name).unwrap_or_default();
    assert_eq!(redirect.path(), "/cb");
    assert_eq!(value("x"), "1");
    assert_eq!(value("state"), "a b&c");
    assert_eq!(value("iss"), "http://127.0.0.1:1");
    assert!(value("code").starts_with("4/0ASANDBOX") && value("code").len() <= 256);
    assert!(value("scope").contains("userinfo.email"));
    assert_eq!(
        (value("authuser"), value("prompt")),
        ("0".into(), "consent".into())
    );
    assert_eq!(
        parameter(&redirect, "hd"),
        None,
        "a consumer account has no domain"
    );
}
