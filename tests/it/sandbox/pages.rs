//! The consent pages, walked button by button.

use super::browser::Page;
use super::journey::{EMAIL, Journey, MAIL, query};

const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";

#[tokio::test]
async fn a_person_walks_from_the_chooser_to_the_redirect() {
    let journey = Journey::begin().await;
    let scope = format!("openid email {MAIL} {READ}");
    let page = Page::open(&journey, &journey.auth_url(&[("scope", &scope)])).await;
    assert!(page.shows("not Google") && page.shows("data-email=\"bob@example.com\""));
    let page = page.press("account-0", &[]).await;
    assert!(page.shows("This app isn&#39;t verified"));
    let page = page.press("continue-unverified", &[]).await;
    assert_eq!(page.answer.text.matches("name=\"scope\"").count(), 2);
    assert!(!page.shows("checked"), "nothing is ticked beforehand");
    let redirect = page.press("allow", &[("scope", MAIL)]).await.redirect();
    assert_eq!(query(&redirect, "state").as_deref(), Some("S"));
    let tokens = journey
        .exchange(&query(&redirect, "code").unwrap())
        .await
        .json();
    assert_eq!(tokens["scope"], format!("openid {EMAIL} {MAIL}"));
}

#[tokio::test]
async fn nothing_ticked_is_a_denial_only_without_sign_in_scopes() {
    let journey = Journey::begin().await;
    let allow_nothing = async |scope: &str| {
        let url = journey.auth_url(&[("scope", scope), ("login_hint", "ana@gmail.com")]);
        let page = Page::open(&journey, &url).await;
        let page = page.press("continue-unverified", &[]).await;
        page.press("allow", &[]).await.redirect()
    };
    let redirect = allow_nothing(MAIL).await;
    assert_eq!(query(&redirect, "error").as_deref(), Some("access_denied"));
    let redirect = allow_nothing(&format!("email {MAIL}")).await;
    assert!(
        !query(&redirect, "scope")
            .unwrap()
            .contains("mail.google.com")
    );
    assert!(query(&redirect, "code").is_some());
}

#[tokio::test]
async fn a_single_scope_needs_no_box_where_the_habit_says_so() {
    let journey = Journey::begin().await;
    journey
        .control
        .habits(|habits| habits.single_scope_without_box = true);
    let url = journey.auth_url(&[("login_hint", "ana@gmail.com")]);
    let page = Page::open(&journey, &url).await;
    let page = page.press("continue-unverified", &[]).await;
    assert!(!page.shows("name=\"scope\""));
    let redirect = page.press("allow", &[]).await.redirect();
    assert!(
        query(&redirect, "scope")
            .unwrap()
            .contains("mail.google.com")
    );
}

#[tokio::test]
async fn denying_works_on_either_page() {
    let journey = Journey::begin().await;
    let url = journey.auth_url(&[("login_hint", "ana@gmail.com")]);
    let warned = Page::open(&journey, &url).await.press("deny", &[]).await;
    assert_eq!(
        query(&warned.redirect(), "error").as_deref(),
        Some("access_denied")
    );
    let page = Page::open(&journey, &url).await;
    let page = page.press("continue-unverified", &[]).await;
    let redirect = page.press("deny", &[]).await.redirect();
    assert_eq!(query(&redirect, "error").as_deref(), Some("access_denied"));
    assert_eq!(query(&redirect, "state").as_deref(), Some("S"));
}

#[tokio::test]
async fn any_address_signs_in_and_a_wrong_one_is_told_so() {
    let journey = Journey::begin().await;
    let page = Page::open(&journey, &journey.auth_url(&[])).await;
    let page = page.press("next", &[("other", "no address")]).await;
    assert!(page.shows("is not a mail address"));
    let page = page
        .press("next", &[("other", "new.person@example.com")])
        .await;
    let page = page.press("continue-unverified", &[]).await;
    assert!(page.shows("new.person@example.com"));
    let redirect = page.press("allow", &[("scope", MAIL)]).await.redirect();
    assert_eq!(query(&redirect, "hd").as_deref(), Some("example.com"));
}

#[tokio::test]
async fn a_hint_skips_the_chooser_unless_it_was_asked_for() {
    let journey = Journey::begin().await;
    let hint = ("login_hint", "bob@example.com");
    let page = Page::open(&journey, &journey.auth_url(&[hint])).await;
    assert!(!page.shows("Choose an account"));
    let select = ("prompt", "select_account consent");
    let page = Page::open(&journey, &journey.auth_url(&[hint, select])).await;
    assert!(page.shows("id=\"account-0\" name=\"email\" value=\"bob@example.com\""));
    let page = Page::open(
        &journey,
        &journey.auth_url(&[("login_hint", "who@gmail.com")]),
    )
    .await;
    assert!(
        page.shows("value=\"who@gmail.com\""),
        "the field is filled in"
    );
}

#[tokio::test]
async fn nothing_from_outside_becomes_markup() {
    let journey = Journey::begin().await;
    let url = journey.auth_url(&[
        ("state", "\"><script>alert(1)</script>"),
        ("login_hint", "\"><img>"),
    ]);
    let page = Page::open(&journey, &url).await;
    assert!(!page.shows("<script>") && !page.shows("<img>"));
    assert!(
        page.answer.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'none'")
    );
}
