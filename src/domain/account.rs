//! Who: accounts and clients, and how a person names them.

use std::fmt;

/// An account's immutable number. Never reused, so a late answer cannot find a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub i64);

/// A grant's number: one counter for the whole vault, never reused. It doubles as the generation
/// that tells whether an answer still belongs to what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantId(pub i64);

/// An OAuth client's number in the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub i64);

/// A mail address as Google spells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// Accepts what could be an address: one `@` with text on both sides, no spaces or controls, and
    /// nothing that moves a cursor.
    pub fn parse(text: &str) -> Result<Self, BadEmail> {
        let text = text.trim();
        let plausible = text.len() <= 320
            && text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && !domain.is_empty() && !domain.contains('@')
            })
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            // On a command line it would be an option.
            && !text.starts_with('-')
            && super::wording::is_terminal_safe(text);
        if plausible {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadEmail(super::wording::safe(text)))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn local_part(&self) -> &str {
        self.0
            .split_once('@')
            .map_or(self.0.as_str(), |(local, _)| local)
    }

    /// Whether two spellings reach the same mailbox. Gmail ignores case, dots and `+tags` in its
    /// own two domains; elsewhere only case is ignored.
    pub fn same_mailbox(&self, other: &Self) -> bool {
        self.mailbox() == other.mailbox()
    }

    /// The one spelling of all that reach the same mailbox.
    pub fn mailbox(&self) -> String {
        let lower = self.0.to_lowercase();
        let Some((local, domain)) = lower.split_once('@') else {
            return lower;
        };
        if domain != "gmail.com" && domain != "googlemail.com" {
            return lower;
        }
        let local = local.split('+').next().unwrap_or_default().replace('.', "");
        format!("{local}@gmail.com")
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a mail address")]
pub struct BadEmail(String);

/// A name of the person's own for an account. Unique, and without `@` so that it can never be
/// taken for an address.
pub fn check_label(text: &str) -> Result<String, BadLabel> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 60 {
        return Err(BadLabel("a label has 1 to 60 characters"));
    }
    if text.contains('@') {
        return Err(BadLabel(
            "a label cannot contain `@`; that is how addresses are told apart from labels",
        ));
    }
    if text.starts_with('-') || !super::wording::is_terminal_safe(text) {
        return Err(BadLabel(
            "a label starts with a letter or digit and has no control characters",
        ));
    }
    Ok(text.to_owned())
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadLabel(&'static str);

/// What a person may call an account by.
#[derive(Debug, Clone, Copy)]
pub struct Handle<'a> {
    pub id: AccountId,
    pub email: &'a str,
    pub label: Option<&'a str>,
}

/// Whether a prefix of an address will do. Destructive commands ask for the whole name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    Exact,
    Prefix,
}

/// Finds the account a person means: an exact address, else an exact label, else (where allowed)
/// an unambiguous prefix of an address.
pub fn find(
    accounts: &[Handle<'_>],
    wanted: &str,
    naming: Naming,
) -> Result<AccountId, NoSuchAccount> {
    let by = |test: &dyn Fn(&Handle<'_>) -> bool| accounts.iter().find(|h| test(h)).map(|h| h.id);
    if wanted.is_empty() {
        return Err(NoSuchAccount::Unknown {
            wanted: String::new(),
            nearest: None,
        });
    }
    if let Some(id) =
        by(&|h| h.email.eq_ignore_ascii_case(wanted)).or_else(|| by(&|h| h.label == Some(wanted)))
    {
        return Ok(id);
    }
    let lower = wanted.to_lowercase();
    let hits: Vec<_> = accounts
        .iter()
        .filter(|h| h.email.to_lowercase().starts_with(&lower))
        .collect();
    match (naming, hits.as_slice()) {
        (Naming::Prefix, [one]) => Ok(one.id),
        (Naming::Exact, [one]) => Err(NoSuchAccount::NeedsWholeName {
            wanted: super::wording::safe(wanted),
            whole: one.email.to_owned(),
        }),
        (_, []) => Err(NoSuchAccount::Unknown {
            wanted: super::wording::safe(wanted),
            nearest: nearest(accounts, &lower),
        }),
        (_, many) => Err(NoSuchAccount::Ambiguous {
            wanted: super::wording::safe(wanted),
            candidates: many.iter().map(|h| h.email.to_owned()).collect(),
        }),
    }
}

fn nearest(accounts: &[Handle<'_>], wanted: &str) -> Option<String> {
    accounts
        .iter()
        .flat_map(|h| std::iter::once(h.email).chain(h.label))
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), wanted), name))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned())
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchAccount {
    #[error("no account is called `{wanted}`{}", nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    Unknown {
        wanted: String,
        nearest: Option<String>,
    },
    #[error("`{wanted}` could be {}; write more of the address", candidates.join(" or "))]
    Ambiguous {
        wanted: String,
        candidates: Vec<String>,
    },
    #[error("this command takes no abbreviation: write `{whole}` in full")]
    NeedsWholeName { wanted: String, whole: String },
    #[error("{email} is a service account: its key is stored, but not usable yet")]
    ServiceAccount { email: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Vec<Handle<'static>> {
        vec![
            Handle {
                id: AccountId(1),
                email: "ana@gmail.com",
                label: Some("home"),
            },
            Handle {
                id: AccountId(2),
                email: "ana.work@example.com",
                label: Some("work"),
            },
            Handle {
                id: AccountId(3),
                email: "shop@example.com",
                label: None,
            },
        ]
    }

    #[test]
    fn exact_address_beats_label_beats_prefix() {
        let book = book();
        assert_eq!(
            find(&book, "ANA@gmail.com", Naming::Prefix),
            Ok(AccountId(1))
        );
        assert_eq!(find(&book, "work", Naming::Exact), Ok(AccountId(2)));
        assert_eq!(find(&book, "sh", Naming::Prefix), Ok(AccountId(3)));
    }

    #[test]
    fn doubt_is_an_error_that_names_the_candidates() {
        let book = book();
        let error = find(&book, "ana", Naming::Prefix).unwrap_err().to_string();
        assert_eq!(
            error,
            "`ana` could be ana@gmail.com or ana.work@example.com; write more of the address"
        );
        let error = find(&book, "shop", Naming::Exact).unwrap_err().to_string();
        assert_eq!(
            error,
            "this command takes no abbreviation: write `shop@example.com` in full"
        );
        let error = find(&book, "shpo@example.com", Naming::Exact)
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "no account is called `shpo@example.com`; did you mean `shop@example.com`?"
        );
    }

    #[test]
    fn gmail_spellings_are_one_mailbox() {
        let mail = |text| Email::parse(text).unwrap();
        assert!(mail("A.n.a+x@googlemail.com").same_mailbox(&mail("ana@gmail.com")));
        assert!(!mail("a.n.a@example.com").same_mailbox(&mail("ana@example.com")));
        assert!(Email::parse("no at").is_err());
        assert!(Email::parse("a@b\u{1b}[31m").is_err());
    }

    #[test]
    fn labels_cannot_pass_for_addresses() {
        assert_eq!(check_label(" work "), Ok("work".into()));
        for bad in ["", "a@b", "-x", "a\nb"] {
            assert!(check_label(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
