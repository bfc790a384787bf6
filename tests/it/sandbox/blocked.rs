//! Pages on which a consent ends without the client ever hearing of it.

use gatepost::domain::client::Publishing;
use gatepost::sandbox::{Scenario, Standing};

use super::browser::Page;
use super::journey::Journey;

#[tokio::test]
async fn errors_of_the_request_stay_in_the_browser() {
    let journey = Journey::begin().await;
    let rows = [
        (
            "client_id",
            "",
            400,
            "Missing required parameter: client_id",
        ),
        ("client_id", "x", 401, "The OAuth client was not found."),
        (
            "redirect_uri",
            "",
            400,
            "Missing required parameter: redirect_uri",
        ),
        (
            "redirect_uri",
            "https://evil.example/",
            400,
            "redirect_uri_mismatch",
        ),
        (
            "redirect_uri",
            "urn:ietf:wg:oauth:2.0:oob",
            400,
            "Access blocked",
        ),
        ("redirect_uri", "myapp://back", 400, "Access blocked"),
        (
            "response_type",
            "",
            400,
            "parameter is missing: response_type",
        ),
        (
            "response_type",
            "token",
            400,
            "Invalid response_type: token",
        ),
        ("scope", "", 400, "Missing required parameter: scope"),
        (
            "scope",
            "openid foo<b>",
            400,
            "{valid=[openid], invalid=[foo&lt;b&gt;]}",
        ),
        ("prompt", "none consent", 400, "none cannot be combined"),
    ];
    for (name, value, status, words) in rows {
        let page = Page::open(&journey, &journey.auth_url(&[(name, value)])).await;
        assert_eq!(page.answer.status, status, "{name}={value}");
        assert!(page.shows(words), "{name}={value}: {}", page.answer.text);
        assert!(!page.answer.headers.contains_key("location"));
    }
}

#[tokio::test]
async fn who_is_not_invited_is_told_on_a_page_that_leads_nowhere() {
    let journey = Journey::begin().await;
    let url = journey.auth_url(&[("login_hint", "ana@gmail.com")]);
    let refused = async |status: u16, error: &str| {
        let page = Page::open(&journey, &url).await;
        assert_eq!(page.answer.status, status, "{error}");
        assert!(page.shows(error), "{}", page.answer.text);
    };
    journey
        .control
        .restrict("default", "gmail.com", true)
        .unwrap();
    refused(400, "admin_policy_enforced").await;
    journey
        .control
        .publish("default", Publishing::Internal)
        .unwrap();
    refused(403, "org_internal").await;
    journey
        .control
        .publish("default", Publishing::Testing)
        .unwrap();
    refused(403, "has not completed the Google verification process").await;
    journey
        .control
        .restrict("default", "gmail.com", false)
        .unwrap();
    journey
        .control
        .add_test_user("default", "ana@gmail.com")
        .unwrap();
    let page = Page::open(&journey, &url).await;
    assert!(page.shows("This app is being tested"));
    let gone = Standing::Deleted;
    journey.control.set_client("default", gone).unwrap();
    refused(401, "deleted_client").await;
}

#[tokio::test]
async fn web_clients_get_only_what_they_registered() {
    let scenario = "people = ['ana@gmail.com']\n[[project]]\nname='Site'\nnumber='9'\npublishing='production'\nverified=true\n\
                    client=[{ name='site', kind='web', redirect_uris=['http://127.0.0.1:8080/cb'] }]";
    let journey = Journey::in_scenario(Scenario::parse(scenario).unwrap()).await;
    let page = Page::open(&journey, &journey.auth_url(&[])).await;
    assert!(page.shows("redirect_uri_mismatch"));
    let url = journey.auth_url(&[
        ("redirect_uri", "http://127.0.0.1:8080/cb"),
        ("login_hint", "ana@gmail.com"),
    ]);
    let page = Page::open(&journey, &url).await;
    assert!(page.shows("id=\"allow\""), "a verified app has no warning");
}
