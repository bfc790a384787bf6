//! From text to terms. Every text is a filter: a term that means nothing becomes a complaint that
//! says what would, and the other terms go on working.

use super::{Bound, Complaint, Filter, Term, Test};
use crate::domain::health::State;
use crate::domain::snapshot::Busy;
use crate::domain::time::parse_span;

/// A piece of the text: a term as it was written, or the space between two.
pub(super) struct Token<'a> {
    pub(super) raw: &'a str,
}

impl Token<'_> {
    /// A word to look for, rather than a term with a name.
    pub(super) fn is_bare(&self) -> bool {
        let (_, term) = unnegated(self.raw);
        named(term).is_none()
    }
}

/// All of the text, spaces included: a quote holds words together, and one that is never closed
/// reaches to the end, as it does while it is being typed.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let mut quoted = false;
        let end = if first.is_whitespace() {
            rest.find(|c: char| !c.is_whitespace())
        } else {
            rest.find(|c: char| {
                quoted ^= c == '"';
                !quoted && c.is_whitespace()
            })
        };
        let (raw, more) = rest.split_at(end.unwrap_or(rest.len()));
        rest = more;
        Some(Token { raw })
    })
}

pub(super) fn filter(text: &str) -> Filter {
    let mut filter = Filter::default();
    let written = tokens(text).map(|token| token.raw.trim());
    for raw in written.filter(|raw| !raw.is_empty()) {
        let (negated, term) = unnegated(raw);
        match test(term) {
            Ok(Some(found)) => filter.terms.push(Term {
                negated,
                test: found,
            }),
            // A quote or a `!` with nothing behind it yet.
            Ok(None) => {}
            Err(means) => filter.complaints.push(Complaint {
                term: raw.to_owned(),
                means,
            }),
        }
    }
    filter
}

/// `!!x` is `x` again.
fn unnegated(raw: &str) -> (bool, &str) {
    let term = raw.trim_start_matches('!');
    ((raw.len() - term.len()) % 2 == 1, term)
}

/// The name, the sign and the value of `state:ready` or `ending<3d`. A quote before the sign makes
/// it a word to look for.
fn named(term: &str) -> Option<(&str, char, &str)> {
    let at = term.find([':', '<', '>', '"'])?;
    let sign = term[at..].chars().next().filter(|sign| *sign != '"')?;
    Some((&term[..at], sign, &term[at + 1..]))
}

fn test(term: &str) -> Result<Option<Test>, String> {
    let Some((name, sign, value)) = named(term) else {
        let word = unquoted(term);
        let test = if term.contains('"') {
            Test::Exactly
        } else {
            Test::Word
        };
        return Ok((!word.is_empty()).then(|| test(word)));
    };
    let name = name.to_lowercase();
    match (name.as_str(), sign) {
        ("ending" | "access", '<' | '>') => time(&name, sign, value).map(Some),
        ("ending" | "access", _) => Err(format!("write {name}<3d or {name}>12h")),
        ("state" | "scope" | "client" | "label", ':') => words(&name, value).map(Some),
        ("state" | "scope" | "client" | "label", _) => Err(format!("write {name}:word")),
        _ => Err("try state: scope: client: label: ending< access<".into()),
    }
}

fn time(name: &str, sign: char, value: &str) -> Result<Test, String> {
    let value = value.strip_prefix('=').unwrap_or(value);
    let span = parse_span(&unquoted(value))
        .map_err(|_| "write a time, like 3d, 12h, 5m or 90s".to_owned())?;
    let bound = Bound {
        below: sign == '<',
        span,
    };
    Ok(if name == "ending" {
        Test::Ending(bound)
    } else {
        Test::Access(bound)
    })
}

fn words(name: &str, value: &str) -> Result<Test, String> {
    let value = unquoted(value);
    if value.is_empty() {
        return Err(match name {
            "state" => "write a state, like ready, or sign for whoever must sign in".into(),
            "scope" => "write a scope, like mail".into(),
            _ => format!("write a part of the {name}'s name"),
        });
    }
    match name {
        "state" if !is_state(&value) => {
            let words: Vec<_> = State::ALL.iter().rev().map(|s| s.as_str()).collect();
            Err(format!("no such state; there is {}", words.join(" ")))
        }
        "state" => Ok(Test::State(value)),
        "scope" => Ok(Test::Scope(value)),
        "client" => Ok(Test::Client(value)),
        _ => Ok(Test::Label(value)),
    }
}

fn is_state(start: &str) -> bool {
    let busy = Busy::ALL.map(Busy::as_str);
    let mut words = State::ALL.iter().map(|s| s.as_str()).chain(busy);
    words.any(|word| word.starts_with(start)) || is_sign_in(start)
}

/// `sign`, `sign-in`: not one state, but all those in which only a new sign-in helps.
pub(super) fn is_sign_in(word: &str) -> bool {
    word.len() >= "sign".len() && "sign-in".starts_with(word)
}

/// Small letters without quotes.
fn unquoted(text: &str) -> String {
    text.replace('"', "").to_lowercase()
}
