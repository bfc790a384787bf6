//! How far a redirect address has come while it is being typed: which of its parts are there and
//! right. Tells no more than that, and judges nothing for good; `pasted` does. Pure.

use subtle::ConstantTimeEq;

use super::pasted::{self, PasteError};
use super::redirect::{Expected, is_code};

/// What can be said of an address that may not be whole yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// What will not come right, however much is added.
    pub wrong: Option<PasteError>,
    pub state: Part,
    pub code: Part,
    /// The address carries a refusal in place of a code.
    pub denied: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Not there, or not whole yet.
    Missing,
    Wrong,
    Right,
}

/// Looks at `text` as it stands.
pub fn check_typed(text: &str, expected: &Expected) -> Typed {
    let text = pasted::unwrapped(text);
    let (page, query) = text
        .split_once('?')
        .map_or((None, text.as_str()), |(page, query)| (Some(page), query));
    let mut typed = Typed {
        wrong: page.and_then(|page| pasted::check_page(page).err()),
        state: Part::Missing,
        code: Part::Missing,
        denied: false,
    };
    if page.is_none() && !query.contains('=') {
        typed.wrong = pasted::is_code_alone(query).then_some(PasteError::BareCode);
        return typed;
    }
    let query = query.split('#').next().unwrap_or_default();
    let last = query.rsplit('&').next().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        // Shorter than it has to be, and nothing after it: whoever types is not through with it.
        let is_growing = last.starts_with(&format!("{name}="));
        match name.as_ref() {
            "state" => typed.state = check_state(&value, expected, is_growing),
            "code" if is_code(&value) && !value.is_empty() => typed.code = Part::Right,
            "code" if !value.is_empty() => typed.code = Part::Wrong,
            "error" => typed.denied = !value.is_empty(),
            _ => {}
        }
    }
    typed
}

fn check_state(value: &str, expected: &Expected, is_growing: bool) -> Part {
    let wanted = expected.state.expose();
    if bool::from(value.as_bytes().ct_eq(wanted.as_bytes())) {
        Part::Right
    } else if value.is_empty() || (is_growing && value.len() < wanted.len()) {
        Part::Missing
    } else {
        Part::Wrong
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::secret::Secret;
    use crate::loopback::read_pasted;

    fn expected() -> Expected {
        Expected {
            state: Secret::new("S4fe"),
            issuers: Vec::new(),
        }
    }

    #[test]
    fn each_part_is_told_apart_as_it_comes() {
        use Part::{Missing, Right, Wrong};
        for (text, state, code) in [
            ("", Missing, Missing),
            ("http://127.0.0.1:81", Missing, Missing),
            ("http://127.0.0.1:8123/?sta", Missing, Missing),
            ("http://127.0.0.1:8123/?state=S4", Missing, Missing),
            ("http://127.0.0.1:8123/?state=S4fe", Right, Missing),
            ("http://127.0.0.1:8123/?state=S4&", Wrong, Missing),
            ("http://127.0.0.1:8123/?state=old1&code=4", Wrong, Right),
            ("code=4/0A&state=S4fe", Right, Right),
            ("code=4%0d/0A&state=S4fe", Right, Wrong),
        ] {
            let typed = check_typed(text, &expected());
            assert_eq!((typed.state, typed.code), (state, code), "{text}");
            assert_eq!(typed.wrong, None, "{text}");
        }
    }

    #[test]
    fn what_cannot_come_right_is_said_at_once() {
        let wrong = |text| check_typed(text, &expected()).wrong;
        assert_eq!(wrong("4/0AbC"), Some(PasteError::BareCode));
        assert_eq!(
            wrong("https://accounts.google.com/?"),
            Some(PasteError::OtherHost)
        );
        assert!(check_typed("?error=access_denied&state=S4fe", &expected()).denied);
    }

    proptest! {
        /// Where everything is said to be right, the address is one that would be taken.
        #[test]
        fn never_more_hopeful_than_the_judgement(text in "(http://127.0.0.1:1/\\?)?(state=S4fe|state=x|code=4/0A|code=|&|#|error=){0,6}") {
            let typed = check_typed(&text, &expected());
            let once = |name: &str| text.matches(name).count() == 1;
            if typed.wrong.is_none() && typed.state == Part::Right && typed.code == Part::Right
                && !typed.denied && once("state=") && once("code=") {
                prop_assert!(read_pasted(&text, &expected()).is_ok(), "{text}");
            }
        }
    }
}
