//! The pages themselves: templates from `assets/consent`, filled in. Everything that is filled in
//! is escaped here and nowhere else.

use std::fmt::Write as _;

use super::super::http::Reply;
use super::super::world::{Account, AccountKey, Asked, ErrorPage, World, describe};
use super::{PATH, boxed};
use crate::domain::client::Publishing;

const FRAME: &str = include_str!("../../../assets/consent/frame.html");
const STYLE: &str = include_str!("../../../assets/consent/style.css");
const CHOOSE: &str = include_str!("../../../assets/consent/choose.html");
const ANOTHER: &str = include_str!("../../../assets/consent/another.html");
const PERSON: &str = include_str!("../../../assets/consent/person.html");
const WARN: &str = include_str!("../../../assets/consent/warn.html");
const ASK: &str = include_str!("../../../assets/consent/ask.html");
const BOX: &str = include_str!("../../../assets/consent/box.html");
const ERROR: &str = include_str!("../../../assets/consent/error.html");

/// A placeholder is `{name}`; its value is escaped unless it is markup of our own.
enum Part<'a> {
    Text(&'a str),
    Markup(&'a str),
}
use Part::{Markup, Text};

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
    framed(200, "Choose an account", &body)
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
    framed(
        200,
        title,
        &form(asked, &carried(world, account, false), &body),
    )
}

/// The permissions, a box each and none ticked.
pub(super) fn ask(world: &World, asked: &Asked, account: AccountKey) -> Reply {
    let boxed = boxed(world, asked);
    let mut given = String::new();
    let mut boxes = String::new();
    for scope in asked.scopes.iter() {
        let words = describe(scope).unwrap_or(scope);
        if boxed.contains(scope) {
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
    framed(
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
    framed(error.status, &heading, &body)
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
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
        escape(value)
    )
}

fn form(asked: &Asked, carried: &str, body: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{PATH}\">{}{carried}{body}</form>",
        hidden("request", &asked.query)
    )
}

fn framed(status: u16, title: &str, body: &str) -> Reply {
    let page = fill(
        FRAME,
        &[
            ("title", Text(title)),
            ("style", Markup(STYLE)),
            ("body", Markup(body)),
        ],
    );
    Reply::html(status, page)
        .with(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        )
        .with("x-frame-options", "DENY")
        .with("cache-control", "no-store")
        .with("referrer-policy", "same-origin")
}

fn app<'a>(world: &'a World, asked: &Asked) -> &'a str {
    &world.directory[world.directory[asked.client].project].name
}

fn initial(account: &Account) -> &str {
    let end = account.name.chars().next().map_or(0, char::len_utf8);
    &account.name[..end]
}

/// One pass over the template, so that a value cannot bring placeholders of its own.
fn fill(template: &str, parts: &[(&str, Part<'_>)]) -> String {
    let mut page = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        page.push_str(&rest[..open]);
        rest = &rest[open..];
        let part = parts.iter().find(|(name, _)| {
            rest[1..]
                .strip_prefix(name)
                .is_some_and(|tail| tail.starts_with('}'))
        });
        if let Some((name, part)) = part {
            match part {
                Text(text) => page.push_str(&escape(text)),
                Markup(markup) => page.push_str(markup),
            }
            rest = &rest[name.len() + 2..];
        } else {
            page.push('{');
            rest = &rest[1..];
        }
    }
    page.push_str(rest);
    page
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' | '\'' => {
                let _ = write!(safe, "&#{};", u32::from(c));
            }
            c => safe.push(c),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_never_filled_in_again() {
        let page = fill(
            "<p>{a} {b}</p> {",
            &[("a", Text("{b}<i>\"'&")), ("b", Markup("<b>"))],
        );
        assert_eq!(page, "<p>{b}&lt;i&gt;&#34;&#39;&amp; <b></p> {");
    }
}
