//! Scopes: the permissions of a grant. Google answers in an order of its own and with aliases
//! spelled out, so sets are compared here and never as text.

use std::collections::BTreeSet;
use std::fmt;

/// The one scope that IMAP, POP and SMTP accept.
pub const MAIL: &str = "https://mail.google.com/";
pub const OPENID: &str = "openid";
pub const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";

/// Always asked for, so that the answer says whose account it is.
pub const IDENTITY: [&str; 2] = [OPENID, EMAIL];

/// A set of scopes in canonical spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Reads a space-separated list, as every OAuth document carries it.
    pub fn parse(text: &str) -> Self {
        text.split_whitespace().collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(canonical(scope))
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// This set with the identity scopes added.
    #[must_use]
    pub fn with_identity(mut self) -> Self {
        self.0.extend(IDENTITY.map(str::to_owned));
        self
    }

    /// What is wanted here and not found in `granted`. Sign-in scopes cannot be unticked, and
    /// Google adds or drops them at will, so they are never reported as missing.
    #[must_use]
    pub fn missing_from(&self, granted: &Self) -> Self {
        Self(
            self.0
                .difference(&granted.0)
                .filter(|scope| !is_sign_in(scope))
                .cloned()
                .collect(),
        )
    }

    /// Whether any scope reaches mail: such grants die with a password change and, in a Testing
    /// project, after seven days.
    pub fn reach_mail(&self) -> bool {
        self.0
            .iter()
            .any(|s| s == MAIL || s.contains("/auth/gmail."))
    }

    pub fn only_sign_in(&self) -> bool {
        self.0.iter().all(|s| is_sign_in(s))
    }
}

fn is_sign_in(scope: &str) -> bool {
    matches!(scope, OPENID | EMAIL | PROFILE)
}

/// RFC 6749 knows no scope with any other letters: nothing here needs to be made safe later.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

fn canonical(scope: &str) -> &str {
    match scope {
        "email" => EMAIL,
        "profile" => PROFILE,
        "https://mail.google.com" => MAIL,
        other => other,
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(scopes: I) -> Self {
        Self(
            scopes
                .into_iter()
                .filter(|scope| is_scope(scope))
                .map(|s| canonical(s).to_owned())
                .collect(),
        )
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, scope) in self.0.iter().enumerate() {
            write!(f, "{}{scope}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// A scope as a person recognises it: `mail.google.com`, `gmail.readonly`, `email`.
pub fn short(scope: &str) -> &str {
    let tail = scope
        .strip_prefix("https://www.googleapis.com/auth/")
        .unwrap_or(scope);
    let tail = tail.strip_prefix("userinfo.").unwrap_or(tail);
    tail.strip_prefix("https://")
        .unwrap_or(tail)
        .trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_aliases_do_not_matter() {
        let asked = Scopes::parse("email https://mail.google.com/ openid");
        let got = Scopes::parse(
            "openid https://www.googleapis.com/auth/userinfo.email https://mail.google.com/",
        );
        assert_eq!(asked, got);
        assert!(asked.missing_from(&got).is_empty());
    }

    #[test]
    fn an_unticked_box_is_missing_and_sign_in_never_is() {
        let asked = Scopes::parse("https://mail.google.com/ openid email");
        let got = Scopes::parse("openid");
        assert_eq!(asked.missing_from(&got), Scopes::parse(MAIL));
        assert!(got.only_sign_in());
        assert!(asked.reach_mail());
    }

    #[test]
    fn short_names_are_the_ones_people_know() {
        assert_eq!(short(MAIL), "mail.google.com");
        assert_eq!(short(EMAIL), "email");
        assert_eq!(
            short("https://www.googleapis.com/auth/gmail.readonly"),
            "gmail.readonly"
        );
    }
}
