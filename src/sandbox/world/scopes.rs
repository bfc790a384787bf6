//! Scopes as this Google knows them: a catalogue, aliases, and an order of its own, so that no
//! client comes to rely on the order it asked in. Written apart from `domain::scope` on purpose:
//! two readings of the protocol check each other.

use std::collections::BTreeSet;

pub(crate) const MAIL: &str = "https://mail.google.com/";
const OPENID: &str = "openid";
const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";
const PREFIX: &str = "https://www.googleapis.com/auth/";

/// Below the prefix, with the words of the consent page.
const CATALOGUE: [(&str, &str); 18] = [
    ("gmail.readonly", "View your email messages and settings"),
    (
        "gmail.modify",
        "Read, compose, and send emails from your Gmail account",
    ),
    ("gmail.compose", "Manage drafts and send emails"),
    ("gmail.insert", "Add emails into your Gmail mailbox"),
    (
        "gmail.metadata",
        "View your email message metadata such as labels and headers, but not the email body",
    ),
    (
        "gmail.settings.basic",
        "See, edit, create, or change your email settings and filters in Gmail",
    ),
    (
        "gmail.settings.sharing",
        "Manage your sensitive mail settings, including who can manage your mail",
    ),
    ("gmail.send", "Send email on your behalf"),
    ("gmail.labels", "See and edit your email labels"),
    (
        "gmail.addons.current.message.metadata",
        "View your email message metadata when the add-on is running",
    ),
    (
        "gmail.addons.current.message.readonly",
        "View your email messages when the add-on is running",
    ),
    (
        "gmail.addons.current.action.compose",
        "Manage drafts and send emails when you interact with the add-on",
    ),
    (
        "gmail.addons.current.message.action",
        "View your email messages when you interact with the add-on",
    ),
    (
        "calendar",
        "See, edit, share, and permanently delete all the calendars you can access",
    ),
    (
        "calendar.readonly",
        "See and download any calendar you can access",
    ),
    (
        "contacts",
        "See, edit, download, and permanently delete your contacts",
    ),
    (
        "drive.file",
        "See, edit, create, and delete only the specific Google Drive files you use with this app",
    ),
    (
        "drive.appdata",
        "See, create, and delete its own configuration data in your Google Drive",
    ),
];

/// A set in canonical spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes(BTreeSet<String>);

impl Scopes {
    pub(crate) fn parse(text: &str) -> Self {
        text.split_whitespace()
            .map(|scope| match scope {
                "email" => EMAIL,
                "profile" => PROFILE,
                other => other,
            })
            .map(str::to_owned)
            .collect()
    }

    /// Google adds `openid` to whoever asks who it is.
    #[must_use]
    pub(crate) fn with_openid(mut self) -> Self {
        if self.contains(EMAIL) || self.contains(PROFILE) {
            self.0.insert(OPENID.to_owned());
        }
        self
    }

    pub(crate) fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    pub(crate) fn unknown(&self) -> Vec<&str> {
        self.iter()
            .filter(|scope| describe(scope).is_none())
            .collect()
    }

    pub(crate) fn sign_in(&self) -> Self {
        self.filtered(is_sign_in)
    }

    pub(crate) fn beyond_sign_in(&self) -> Self {
        self.filtered(|scope| !is_sign_in(scope))
    }

    pub(crate) fn tells_email(&self) -> bool {
        self.contains(EMAIL)
    }

    pub(crate) fn tells_name(&self) -> bool {
        self.contains(PROFILE)
    }

    /// An ID token comes with these.
    pub(crate) fn identify(&self) -> bool {
        !self.sign_in().is_empty()
    }

    /// Whether a password change ends them.
    pub(crate) fn reach_mail(&self) -> bool {
        self.iter().any(|scope| {
            scope == MAIL || scope.starts_with("https://www.googleapis.com/auth/gmail.")
        })
    }

    /// The five that `users.getProfile` accepts.
    pub(crate) fn read_profile(&self) -> bool {
        [
            "gmail.modify",
            "gmail.compose",
            "gmail.readonly",
            "gmail.metadata",
        ]
        .iter()
        .any(|tail| self.contains(&format!("{PREFIX}{tail}")))
            || self.contains(MAIL)
    }

    fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        self.iter().filter(|s| keep(s)).map(str::to_owned).collect()
    }
}

impl FromIterator<String> for Scopes {
    fn from_iter<I: IntoIterator<Item = String>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

/// Last letter first: as arbitrary as Google's order, but the same every time.
impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, scope) in self.0.iter().rev().enumerate() {
            write!(f, "{}{scope}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

fn is_sign_in(scope: &str) -> bool {
    matches!(scope, OPENID | EMAIL | PROFILE)
}

/// What the consent page says of a scope; `None` for one that does not exist.
pub(crate) fn describe(scope: &str) -> Option<&'static str> {
    match scope {
        MAIL => Some("Read, compose, send, and permanently delete all your email from Gmail"),
        OPENID => Some("Associate you with your personal info on Google"),
        EMAIL => Some("See your primary Google Account email address"),
        PROFILE => Some("See your personal info, including any you've made publicly available"),
        other => {
            let tail = other.strip_prefix(PREFIX)?;
            CATALOGUE
                .iter()
                .find(|(name, _)| *name == tail)
                .map(|(_, words)| *words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_spelled_out_and_openid_comes_along() {
        let scopes = Scopes::parse("email https://mail.google.com/").with_openid();
        assert_eq!(
            scopes.to_string(),
            "openid https://www.googleapis.com/auth/userinfo.email https://mail.google.com/"
        );
        assert!(!Scopes::parse(MAIL).with_openid().identify());
    }

    #[test]
    fn typos_are_unknown() {
        let scopes = Scopes::parse("openid https://www.googleapis.com/auth/gmail.reedonly foo");
        assert_eq!(
            scopes.unknown(),
            ["foo", "https://www.googleapis.com/auth/gmail.reedonly"]
        );
    }

    #[test]
    fn profile_is_read_with_five_scopes_only() {
        let with = |tail: &str| Scopes::parse(&format!("{PREFIX}{tail}"));
        assert!(with("gmail.metadata").read_profile());
        assert!(!with("gmail.send").read_profile());
        assert!(with("gmail.send").reach_mail());
    }
}
