//! The redirect as a person brings it: an address copied from a browser, or the part of it that
//! matters. Says which part is wrong and never repeats any of it. Pure.

use url::Url;
use zeroize::Zeroizing;

use super::redirect::{self, Expected, Redirect, Stray};
use crate::domain::address::is_loopback;

/// Longer than any redirect, and short enough to look at with every key press.
const LONGEST_PASTE: usize = 16 * 1024;

/// What is wrong with what was pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    #[error("that is not an address; copy the whole address of the page that failed to load")]
    NotAnAddress,
    #[error(
        "that is only the code; copy the whole address, since it also proves where the code came from"
    )]
    BareCode,
    #[error(
        "that is the address of another page; copy the one that begins with http://127.0.0.1 or http://localhost"
    )]
    OtherHost,
    #[error("the address carries no `state`; it may have been cut: copy all of it")]
    NoState,
    #[error("the address belongs to another sign-in; use the link shown here")]
    WrongState,
    #[error("the address does not come from Google")]
    WrongIssuer,
    #[error("the address carries no `code`; it may have been cut: copy all of it")]
    NoCode,
}

impl From<Stray> for PasteError {
    fn from(stray: Stray) -> Self {
        match stray {
            Stray::NoState => Self::NoState,
            Stray::WrongState => Self::WrongState,
            Stray::WrongIssuer => Self::WrongIssuer,
            Stray::NoCode => Self::NoCode,
        }
    }
}

/// Reads a whole address, or `code=…&state=…`. A bare code is refused: without its state nobody
/// can tell whose sign-in it would complete.
pub fn read_pasted(text: &str, expected: &Expected) -> Result<Redirect, PasteError> {
    if text.len() > LONGEST_PASTE {
        return Err(PasteError::NotAnAddress);
    }
    let text = unwrapped(text);
    let query = match text.split_once('?') {
        Some((page, query)) => {
            check_page(page)?;
            query
        }
        None if is_address(&text) => {
            check_page(&text)?;
            return Err(PasteError::NoState);
        }
        None => text.as_str(),
    };
    let query = query.split('#').next().unwrap_or_default();
    if !query.contains('=') {
        return Err(if is_code_alone(query) {
            PasteError::BareCode
        } else {
            PasteError::NotAnAddress
        });
    }
    Ok(redirect::read(query, expected)?)
}

/// Undoes what terminals, mail programs and markup do to a long address.
/// Wiped when dropped: it may hold a code.
pub(super) fn unwrapped(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let kept = text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control());
    plain.extend(kept);
    let bare = plain.trim_matches(|c| "<>\"'`()“”‘’«»".contains(c));
    Zeroizing::new(bare.replace("&amp;", "&"))
}

fn is_address(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The part before `?`: nothing, a path, or an address on this machine, with or without `http://`.
pub(super) fn check_page(page: &str) -> Result<(), PasteError> {
    if page.is_empty() || page.starts_with('/') {
        return Ok(());
    }
    let url = if is_address(page) {
        Url::parse(page)
    } else {
        Url::parse(&format!("http://{page}"))
    };
    let url = url.map_err(|_| PasteError::NotAnAddress)?;
    if is_loopback(&url) {
        Ok(())
    } else {
        Err(PasteError::OtherHost)
    }
}

pub(super) fn is_code_alone(text: &str) -> bool {
    text.starts_with("4/")
        || text.to_ascii_lowercase().starts_with("4%2f")
        || (text.len() >= 20
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_/%".contains(&b)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::secret::Secret;

    fn expected() -> Expected {
        Expected {
            state: Secret::new("S4fe"),
            issuers: vec!["https://accounts.google.com".into()],
        }
    }

    #[test]
    fn however_it_comes_it_is_the_same_redirect() {
        for text in [
            "http://127.0.0.1:8123/?state=S4fe&iss=https://accounts.google.com&code=4/0Axx&scope=openid",
            "http://localhost:8123/?state=S4fe&code=4%2F0Axx",
            "http://[::1]:8123/?state=S4fe&code=4%2F0Axx",
            "127.0.0.1:8123/?state=S4fe&code=4/0Axx",
            "localhost:8123/?state=S4fe&code=4/0Axx",
            "/?state=S4fe&code=4/0Axx",
            "?state=S4fe&code=4/0Axx",
            "code=4/0Axx&state=S4fe",
            "  <http://127.0.0.1:8123/?state=S4fe&code=4/0Axx>\n",
            "\"http://127.0.0.1:8123/?state=S4fe&amp;code=4/0Axx\"",
            "http://127.0.0.1:8123/?sta\n   te=S4fe&co\r\nde=4/0Axx",
            "http://127.0.0.1:8123/?state=S4fe&code=4/0Axx#",
            "https://127.0.0.1/?state=S4fe&code=4/0Axx",
        ] {
            let Ok(Redirect::Code { code, .. }) = read_pasted(text, &expected()) else {
                panic!("{text} was refused");
            };
            assert_eq!(code.expose(), "4/0Axx", "{text}");
        }
    }

    #[test]
    fn each_mistake_has_its_own_words() {
        let long = "x".repeat(20_000);
        let cases = [
            ("", PasteError::NotAnAddress),
            ("yes", PasteError::NotAnAddress),
            (long.as_str(), PasteError::NotAnAddress),
            ("http://127.0.0.1:8123/?", PasteError::NotAnAddress),
            ("4/0Axx", PasteError::BareCode),
            ("4%2F0Axx", PasteError::BareCode),
            ("0AdLIrYd-abcdefghijklmnop", PasteError::BareCode),
            (
                "https://accounts.google.com/o/oauth2/v2/auth?client_id=x&state=S4fe",
                PasteError::OtherHost,
            ),
            ("https://accounts.google.com/signin", PasteError::OtherHost),
            (
                "http://127.0.0.1.evil.example/?state=S4fe&code=x",
                PasteError::OtherHost,
            ),
            ("http://127.0.0.1:8123/", PasteError::NoState),
            ("http://127.0.0.1:8123/?code=4/0Axx", PasteError::NoState),
            ("code=4/0Axx", PasteError::NoState),
            (
                "http://127.0.0.1:8123/?state=old&code=4/0Axx",
                PasteError::WrongState,
            ),
            ("http://127.0.0.1:8123/?state=S4fe", PasteError::NoCode),
            (
                "code=x&state=S4fe&iss=https://evil.example",
                PasteError::WrongIssuer,
            ),
        ];
        for (text, why) in cases {
            let error = read_pasted(text, &expected()).unwrap_err();
            assert_eq!(error, why, "{text}");
            assert!(!error.to_string().contains("0A"), "nothing is repeated");
        }
    }

    #[test]
    fn a_denial_can_be_pasted_as_well() {
        let text = "http://127.0.0.1:8123/?error=access_denied&state=S4fe";
        let denied = read_pasted(text, &expected());
        assert!(matches!(denied, Ok(Redirect::Denied { .. })), "{denied:?}");
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_is_accepted_without_the_state(text in "\\PC{0,300}") {
            if read_pasted(&text, &expected()).is_ok() {
                prop_assert!(text.contains("S4fe"));
            }
        }
    }
}
