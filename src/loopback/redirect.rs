//! What a redirect's query says. Decoded exactly once; believed only with the right state, which
//! is compared in constant time. Pure.

use subtle::ConstantTimeEq;

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
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    // A parameter that comes twice is one that somebody added: it counts as absent.
    let one = |name: &str| {
        let mut all = pairs.iter().filter(|(key, _)| key == name);
        let first = all.next().map(|(_, value)| value.as_ref());
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

fn is_code(code: &str) -> bool {
    code.len() <= LONGEST_CODE && code.bytes().all(|b| b.is_ascii_graphic())
}
