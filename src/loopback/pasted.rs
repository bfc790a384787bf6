//! The redirect as a person brings it: an address copied from a browser, or the part of it that
//! matters. Says which part is wrong and never repeats any of it. Pure.

use url::Url;

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
        return Err(if looks_like_code(query) {
            PasteError::BareCode
        } else {
            PasteError::NotAnAddress
        });
    }
    Ok(redirect::read(query, expected)?)
}

/// Undoes what terminals, mail programs and markup do to a long address.
fn unwrapped(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    text.trim_matches(|c| "<>\"'`()“”‘’«»".contains(c))
        .replace("&amp;", "&")
}

fn is_address(text: &str) -> bool {
    text.contains("://")
}

/// The part before `?`: nothing, a path, or an address on this machine, with or without `http://`.
fn check_page(page: &str) -> Result<(), PasteError> {
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

fn looks_like_code(text: &str) -> bool {
    text.starts_with("4/")
        || text.to_ascii_lowercase().starts_with("4%2f")
        || (text.len() >= 20
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_/%".contains(&b)))
}
