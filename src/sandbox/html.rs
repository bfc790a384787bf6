//! Templates, filled in and escaped here and nowhere else. No script, no engine: a placeholder is
//! a name in braces.

use std::fmt::Write as _;

use super::message::Reply;

const FRAME: &str = include_str!("../../assets/consent/frame.html");
const STYLE: &str = include_str!("../../assets/consent/style.css");

/// What takes a placeholder's place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// Escaped.
    Text(&'a str),
    /// Markup of our own, taken as it is.
    Markup(&'a str),
}
use Part::{Markup, Text};

/// A whole page in the sandbox's own dress, which says that it is not Google.
pub(crate) fn page(status: u16, title: &str, body: &str) -> Reply {
    let whole = fill(
        FRAME,
        &[
            ("title", Text(title)),
            ("style", Markup(STYLE)),
            ("body", Markup(body)),
        ],
    );
    Reply::html(status, whole)
        .with(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        )
        .with("x-frame-options", "DENY")
        .with("cache-control", "no-store")
        .with("referrer-policy", "same-origin")
}

/// One pass over the template, so that a value cannot bring placeholders of its own.
pub(crate) fn fill(template: &str, parts: &[(&str, Part<'_>)]) -> String {
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
