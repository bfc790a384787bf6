//! What a redirect's query says. Decoded exactly once; believed only with the right state, which
//! is compared in constant time. Pure.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::wording::safe;

/// Codes have at most 256 bytes; what is far longer is not one.
const LONGEST_CODE: usize = 2048;

/// What makes a redirect ours.
#[derive(Debug, Clone)]
pub struct Expected {
    pub state: Secret,
    /// The names that `iss` may have, where it is present at all.
    pub issuers: Vec<String>,
}

/// How the person answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    Code {
        code: Secret,
        /// What was granted, as far as the redirect tells.
        scopes: Option<Scopes>,
    },
    Denied {
        error: String,
        subtype: Option<String>,
    },
}

/// Why a query is not the redirect that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stray {
    NoState,
    WrongState,
    WrongIssuer,
    NoCode,
}

/// Reads the part after `?`.
pub(super) fn read(query: &str, expected: &Expected) -> Result<Redirect, Stray> {
    // Decoded copies are wiped when dropped: one of them is the code.
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name, Zeroizing::new(value.into_owned())))
        .collect();
    // A parameter that comes twice is one that somebody added: it counts as absent.
    let one = |name: &str| {
        let mut all = pairs.iter().filter(|(key, _)| key == name);
        let first = all.next().map(|(_, value)| value.as_str());
        first.filter(|value| !value.is_empty() && all.next().is_none())
    };
    let state = one("state").ok_or(Stray::NoState)?;
    if !bool::from(state.as_bytes().ct_eq(expected.state.expose().as_bytes())) {
        return Err(Stray::WrongState);
    }
    let is_ours = |iss: &str| {
        let plain = |text: &str| text.trim_end_matches('/').to_owned();
        expected
            .issuers
            .iter()
            .any(|known| plain(known) == plain(iss))
    };
    if one("iss").is_some_and(|iss| !is_ours(iss)) {
        return Err(Stray::WrongIssuer);
    }
    if let Some(error) = one("error") {
        return Ok(Redirect::Denied {
            error: safe(error),
            subtype: one("error_subtype").map(safe),
        });
    }
    let code = one("code")
        .filter(|code| is_code(code))
        .ok_or(Stray::NoCode)?;
    Ok(Redirect::Code {
        code: Secret::new(code),
        scopes: one("scope").map(Scopes::parse),
    })
}

pub(super) fn is_code(code: &str) -> bool {
    code.len() <= LONGEST_CODE && code.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STATE: &str = "S4fe-state_0123456789";

    fn expected() -> Expected {
        Expected {
            state: Secret::new(STATE),
            issuers: vec![
                "https://accounts.google.com".into(),
                "accounts.google.com".into(),
            ],
        }
    }

    fn code(query: &str) -> Result<String, Stray> {
        match read(query, &expected())? {
            Redirect::Code { code, .. } => Ok(code.expose().to_owned()),
            Redirect::Denied { .. } => Ok("denied".into()),
        }
    }

    #[test]
    fn what_google_sends() {
        let recent = format!(
            "state={STATE}&iss=https://accounts.google.com&code=4/0Axx-y_z&scope=email+openid%20https%3A%2F%2Fmail.google.com%2F&authuser=0&hd=example.com&prompt=consent"
        );
        let Ok(Redirect::Code { code, scopes }) = read(&recent, &expected()) else {
            panic!("refused");
        };
        assert_eq!(code.expose(), "4/0Axx-y_z");
        let granted = Scopes::parse("https://mail.google.com/").with_identity();
        assert_eq!(scopes, Some(granted));
    }

    #[test]
    fn a_code_is_decoded_once() {
        for (sent, meant) in [("4/0A", "4/0A"), ("4%2F0A", "4/0A"), ("4%252F0A", "4%2F0A")] {
            assert_eq!(
                code(&format!("code={sent}&state={STATE}")),
                Ok(meant.into())
            );
        }
    }

    #[test]
    fn strays() {
        for (query, why) in [
            (String::new(), Stray::NoState),
            ("code=4/x".into(), Stray::NoState),
            ("code=4/x&state=".into(), Stray::NoState),
            (format!("code=4/x&state={STATE}x"), Stray::WrongState),
            (format!("code=4/x&state={}", &STATE[1..]), Stray::WrongState),
            (
                format!("code=4/x&state={STATE}&state={STATE}"),
                Stray::NoState,
            ),
            (format!("code=4/x&state=x&state={STATE}"), Stray::NoState),
            (format!("state={STATE}"), Stray::NoCode),
            (format!("state={STATE}&code="), Stray::NoCode),
            (format!("state={STATE}&code=a&code=b"), Stray::NoCode),
            (format!("state={STATE}&code=a%0d%0ab"), Stray::NoCode),
            (
                format!("state={STATE}&code={}", "x".repeat(3000)),
                Stray::NoCode,
            ),
            (
                format!("state={STATE}&code=a&iss=https://evil.example"),
                Stray::WrongIssuer,
            ),
        ] {
            assert_eq!(code(&query), Err(why), "{query}");
        }
        assert!(
            code(&format!(
                "state={STATE}&code=a&iss=https%3A%2F%2Faccounts.google.com/"
            ))
            .is_ok()
        );
    }

    #[test]
    fn a_denial_needs_the_state_too_and_its_words_are_safe() {
        assert_eq!(code("error=access_denied"), Err(Stray::NoState));
        let query = format!("error=access%1b[31m_denied&error_subtype=access_denied&state={STATE}");
        let denied = Redirect::Denied {
            error: "access_denied".into(),
            subtype: Some("access_denied".into()),
        };
        assert_eq!(read(&query, &expected()), Ok(denied));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_only_our_state_is_accepted(query in "\\PC{0,200}", code in "[ -~]{0,40}", state in "[A-Za-z0-9_-]{0,40}") {
            let _ = read(&query, &expected());
            let other = format!("{query}&code={code}&state={state}");
            if read(&other, &expected()).is_ok() {
                prop_assert!(other.contains(STATE));
            }
        }

        #[test]
        fn a_code_survives_its_encoding(code in "[!-~]{1,200}") {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("state", STATE)
                .append_pair("code", &code)
                .finish();
            prop_assert_eq!(super::tests::code(&query), Ok(code));
        }
    }
}
