//! The consent pages as a browser without scripts and cookies would walk them: read the form,
//! press a button, follow.

use gatepost::domain::client::Publishing;
use gatepost::sandbox::Scenario;

use super::journey::{Answer, EMAIL, Journey, MAIL, query};

const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";

/// One page, with the hidden fields of the form that its buttons belong to.
struct Page<'a> {
    journey: &'a Journey,
    answer: Answer,
}

impl<'a> Page<'a> {
    async fn open(journey: &'a Journey, url: &str) -> Self {
        let answer = Answer::of(journey.http.get(url).send().await.unwrap()).await;
        Self { journey, answer }
    }

    fn shows(&self, text: &str) -> bool {
        self.answer.text.contains(text)
    }

    fn hidden(&self) -> Vec<(String, String)> {
        let form = self.answer.text.split("<form").nth(1).unwrap_or_default();
        form.split("<input type=\"hidden\"")
            .skip(1)
            .map(|field| (attribute(field, "name"), attribute(field, "value")))
            .collect()
    }

    /// Presses the button with that ID, with these fields filled in besides.
    async fn press(self, id: &str, filled: &[(&str, &str)]) -> Page<'a> {
        let button = self
            .answer
            .text
            .split("<button")
            .find(|b| b.contains(&format!("id=\"{id}\"")));
        let button = button.unwrap_or_else(|| panic!("no #{id} on {}", self.answer.text));
        let mut form = self.hidden();
        if button.contains(" name=") {
            form.push((attribute(button, "name"), attribute(button, "value")));
        }
        form.extend(
            filled
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        let url = self.journey.url("/signin/oauth/consent");
        let request = self.journey.http.post(url).form(&form);
        let request = request.header("origin", self.journey.sandbox.base_url());
        Page {
            journey: self.journey,
            answer: Answer::of(request.send().await.unwrap()).await,
        }
    }

    /// Where the browser is sent back to.
    fn redirect(&self) -> String {
        assert_eq!(self.answer.status, 302, "{}", self.answer.text);
        self.answer.headers["location"].to_str().unwrap().to_owned()
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!("{name}=\"")).unwrap();
    let (value, _) = rest.split_once('"').unwrap();
    value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

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
async fn errors_of_the_request_stay_in_the_browser() {
    let journey = Journey::begin().await;
    let rows: [(&[(&str, &str)], u16, &str); 11] = [
        (
            &[("client_id", "")],
            400,
            "Missing required parameter: client_id",
        ),
        (
            &[("client_id", "x")],
            401,
            "The OAuth client was not found.",
        ),
        (
            &[("redirect_uri", "")],
            400,
            "Missing required parameter: redirect_uri",
        ),
        (
            &[("redirect_uri", "https://evil.example/")],
            400,
            "redirect_uri_mismatch",
        ),
        (
            &[("redirect_uri", "urn:ietf:wg:oauth:2.0:oob")],
            400,
            "Access blocked",
        ),
        (&[("redirect_uri", "myapp://back")], 400, "Access blocked"),
        (
            &[("response_type", "")],
            400,
            "Required parameter is missing: response_type",
        ),
        (
            &[("response_type", "token")],
            400,
            "Invalid response_type: token",
        ),
        (&[("scope", "")], 400, "Missing required parameter: scope"),
        (
            &[("scope", "openid foo<b>")],
            400,
            "{valid=[openid], invalid=[foo&lt;b&gt;]}",
        ),
        (
            &[("prompt", "none consent")],
            400,
            "none cannot be combined",
        ),
    ];
    for (changes, status, words) in rows {
        let page = Page::open(&journey, &journey.auth_url(changes)).await;
        assert_eq!(page.answer.status, status, "{changes:?}");
        assert!(page.shows(words), "{changes:?}: {}", page.answer.text);
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
    let gone = gatepost::sandbox::Standing::Deleted;
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
