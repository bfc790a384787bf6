//! The pages themselves: what each one shows of the request and the world. They carry the request
//! and the person's choices along in hidden fields.

use super::super::html::Part::{Markup, Text};
use super::super::html::{fill, page};
use super::super::message::Reply;
use super::super::world::{Account, AccountKey, Asked, ErrorPage, World, describe};
use super::{PATH, boxed};
use crate::domain::client::Publishing;

const CHOOSE: &str = include_str!("../../../assets/consent/choose.html");
const ANOTHER: &str = include_str!("../../../assets/consent/another.html");
const PERSON: &str = include_str!("../../../assets/consent/person.html");
const WARN: &str = include_str!("../../../assets/consent/warn.html");
const ASK: &str = include_str!("../../../assets/consent/ask.html");
const BOX: &str = include_str!("../../../assets/consent/box.html");
const ERROR: &str = include_str!("../../../assets/consent/error.html");

/// The account chooser, with a field for any other address.
pub(super) fn choose(world: &World, asked: &Asked, why: Option<&str>) -> Reply {
    let hint = asked.login_hint.as_deref().unwrap_or_default();
    let mut people: Vec<&Account> = world
        .directory
        .accounts()
        .map(|key| &world.directory[key])
        .filter(|account| {
            let wanted = asked.hosted_domain.as_deref();
            wanted.is_none_or(|domain| {
                domain == "*" || account.hosted_domain.as_deref() == Some(domain)
            })
        })
        .collect();
    people.sort_by_key(|account| account.email != hint && account.sub != hint);
    let known = people.iter().any(|account| account.email == hint);
    let mut list = String::new();
    for (n, account) in people.iter().enumerate() {
        list += &fill(
            PERSON,
            &[
                ("n", Text(&n.to_string())),
                ("email", Text(&account.email)),
                ("name", Text(&account.name)),
                ("initial", Text(initial(account))),
            ],
        );
    }
    let typed = if known { "" } else { hint };
    // Two forms, so that Enter in the field does not press the first account's button.
    let another = form(asked, "", &fill(ANOTHER, &[("typed", Text(typed))]));
    let body = fill(
        CHOOSE,
        &[
            ("app", Text(app(world, asked))),
            ("why", Text(why.unwrap_or_default())),
            ("people", Markup(&form(asked, "", &list))),
            ("another", Markup(&another)),
        ],
    );
    page(200, "Choose an account", &body)
}

/// The page in front of apps that Google has not verified, or that are in Testing.
pub(super) fn warn(world: &World, asked: &Asked, account: AccountKey) -> Reply {
    let project = &world.directory[world.directory[asked.client].project];
    let (title, words) = if project.publishing == Publishing::Testing {
        (
            "This app is being tested",
            "You've been given access to an app that is currently being tested. Continue only if you \
             know the developer that invited you.",
        )
    } else {
        (
            "This app isn't verified",
            "The app asks for sensitive information in your account, and its developer has not been \
             verified. Continue only if you trust the developer.",
        )
    };
    let body = fill(
        WARN,
        &[
            ("app", Text(&project.name)),
            ("title", Text(title)),
            ("words", Text(words)),
        ],
    );
    page(
        200,
        title,
        &form(asked, &carried(world, account, false), &body),
    )
}

/// The permissions, a box each and none ticked.
pub(super) fn ask(world: &World, asked: &Asked, account: AccountKey) -> Reply {
    let to_tick = boxed(world, asked);
    let mut given = String::new();
    let mut boxes = String::new();
    for scope in asked.scopes.iter() {
        let words = describe(scope).unwrap_or(scope);
        if to_tick.contains(scope) {
            let n = boxes.matches("name=\"scope\"").count().to_string();
            boxes += &fill(
                BOX,
                &[
                    ("n", Text(&n)),
                    ("scope", Text(scope)),
                    ("words", Text(words)),
                ],
            );
        } else {
            given += &fill("<li>{words}</li>", &[("words", Text(words))]);
        }
    }
    let person = &world.directory[account];
    let body = fill(
        ASK,
        &[
            ("app", Text(app(world, asked))),
            ("email", Text(&person.email)),
            ("initial", Text(initial(person))),
            ("given", Markup(&given)),
            ("boxes", Markup(&boxes)),
        ],
    );
    page(
        200,
        "Allow access",
        &form(asked, &carried(world, account, true), &body),
    )
}

/// Google's own error page: it leads nowhere, and the waiting program hears nothing.
pub(super) fn error(error: &ErrorPage) -> Reply {
    let heading = format!("Error {}: {}", error.status, error.error);
    let body = fill(
        ERROR,
        &[("heading", Text(&heading)), ("words", Text(&error.words))],
    );
    page(error.status, &heading, &body)
}

/// What the next page has to know, as hidden fields.
fn carried(world: &World, account: AccountKey, warned: bool) -> String {
    let email = &world.directory[account].email;
    let mut fields = hidden("email", email);
    if warned {
        fields += &hidden("warned", "1");
    }
    fields
}

fn hidden(name: &str, value: &str) -> String {
    let field = "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">";
    fill(field, &[("name", Text(name)), ("value", Text(value))])
}

fn form(asked: &Asked, carried: &str, body: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{PATH}\">{}{carried}{body}</form>",
        hidden("request", &asked.query)
    )
}

fn app<'a>(world: &'a World, asked: &Asked) -> &'a str {
    &world.directory[world.directory[asked.client].project].name
}

fn initial(account: &Account) -> &str {
    let end = account.name.chars().next().map_or(0, char::len_utf8);
    &account.name[..end]
}
