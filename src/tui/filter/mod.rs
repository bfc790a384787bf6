//! The filter language: what a person writes behind `/`, and whom it lets through. Pure: the text
//! becomes terms once, and accounts are held against them. Knows nothing of rows or the screen.
//!
//! | term | lets through |
//! |---|---|
//! | `ana` | letters in this order and close together, in address, label or client; or a whole state word |
//! | `"ana w"` | exactly these letters, spaces too |
//! | `state:ready` | a state word that begins so; `state:sign` is whoever needs a sign-in |
//! | `scope:mail` `client:work` `label:lab` | a granted scope with a part that begins so; a client or a label with this in it |
//! | `ending<3d` `access>5m` | time left of the sign-in or of the access token |
//! | `!term` | everyone whom `term` does not let through |

mod parse;
mod sieve;
#[cfg(test)]
mod tests;

pub use self::sieve::Sieve;
use crate::domain::time::Span;

/// A filter as it was understood. All of its terms have to agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
    /// What could not be understood. It filters nothing.
    pub complaints: Vec<Complaint>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    negated: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// Not quoted: letters may lie between.
    Word(String),
    Exactly(String),
    State(String),
    Scope(String),
    Client(String),
    Label(String),
    Ending(Bound),
    Access(Bound),
}

/// How much time is left: up to this, or more than this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    below: bool,
    span: Span,
}

/// A term that means nothing, and what would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub term: String,
    pub means: String,
}

impl Filter {
    pub fn parse(text: &str) -> Self {
        parse::filter(text)
    }

    /// Whether everyone passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// The same text, letter for letter, with every bare word hidden but for its first letter: it may
/// be a part of somebody's address.
pub fn masked(text: &str, dot: char) -> String {
    let mut hidden = String::with_capacity(text.len());
    for token in parse::tokens(text) {
        if token.is_bare() {
            let mut is_first = true;
            for c in token.raw.chars() {
                let shown = !c.is_alphanumeric() || std::mem::take(&mut is_first);
                hidden.push(if shown { c } else { dot });
            }
        } else {
            hidden.push_str(token.raw);
        }
    }
    hidden
}
