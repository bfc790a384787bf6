//! A filter ready for use: the matchers are made once and then see every account. Also says which
//! letters were found, and when the passing of time will change the answer.

use nucleo_matcher::pattern::Atom;
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use super::parse::is_sign_in;
use super::{Bound, Filter, Term, Test};
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::scope::short;
use crate::domain::snapshot::{AccountView, Busy};
use crate::domain::time::{Span, Timestamp};
use crate::tui::palette::fuzzy;

#[derive(Debug)]
pub struct Sieve<'a> {
    terms: Vec<(&'a Term, Option<Fuzzy>)>,
}

impl<'a> Sieve<'a> {
    pub fn new(filter: &'a Filter) -> Self {
        let fuzzy = |term: &Term| match &term.test {
            Test::Word(word) => Some(Fuzzy::new(word)),
            _ => None,
        };
        let terms = filter.terms.iter().map(|term| (term, fuzzy(term)));
        Self {
            terms: terms.collect(),
        }
    }

    pub fn admits(&mut self, account: &AccountView, state: State, now: Timestamp) -> bool {
        let mut terms = self.terms.iter_mut();
        terms.all(|(term, fuzzy)| {
            let found = match fuzzy {
                Some(fuzzy) => fuzzy.finds(account, state),
                None => term.test.finds(account, state, now),
            };
            found != term.negated
        })
    }

    /// When the answer for this account changes by itself, states apart.
    pub fn next_boundary(&self, account: &AccountView, now: Timestamp) -> Option<Timestamp> {
        let at = |(term, _): &(&Term, _)| term.test.boundary(account);
        let boundaries = self.terms.iter().filter_map(at);
        boundaries.filter(|at| *at > now).min()
    }

    /// Where in `address` the words were found, as offsets of bytes.
    pub fn letters(&mut self, address: &str) -> Vec<usize> {
        let mut letters = Vec::new();
        for (term, fuzzy) in self.terms.iter_mut().filter(|(term, _)| !term.negated) {
            match (&term.test, fuzzy) {
                (_, Some(fuzzy)) => letters.extend(fuzzy.letters(address)),
                (Test::Exactly(words), None) => {
                    letters.extend(exactly(words, address));
                }
                _ => {}
            }
        }
        letters
    }
}

impl Test {
    fn finds(&self, account: &AccountView, state: State, now: Timestamp) -> bool {
        match self {
            // Its matcher is asked instead.
            Self::Word(_) => false,
            Self::Exactly(words) => names(account).any(|name| has(name, words)),
            Self::State(start) => {
                let busy = account.busy.map(Busy::as_str);
                let mut words = [Some(state.as_str()), busy].into_iter().flatten();
                words.any(|word| word.starts_with(start.as_str()))
                    || (is_sign_in(start) && state.needs_consent())
            }
            Self::Scope(start) => {
                let grant = account.facts.grant.as_ref();
                grant.is_some_and(|g| g.granted.iter().any(|scope| begins(short(scope), start)))
            }
            Self::Client(word) => account.client.as_deref().is_some_and(|c| has(c, word)),
            Self::Label(word) => account.label.as_deref().is_some_and(|l| has(l, word)),
            Self::Ending(bound) => end(account).is_some_and(|end| bound.holds(end - now)),
            Self::Access(bound) => {
                let access = account.facts.access;
                access.is_some_and(|access| bound.holds(access.left(now)))
            }
        }
    }

    fn boundary(&self, account: &AccountView) -> Option<Timestamp> {
        match self {
            // A time that lies before all calendars is never reached.
            Self::Ending(bound) => end(account)?.checked_sub_signed(bound.span),
            Self::Access(bound) => {
                let access = account.facts.access?;
                access.expires_at.checked_sub_signed(bound.span)
            }
            _ => None,
        }
    }
}

impl Bound {
    fn holds(self, left: Span) -> bool {
        (left <= self.span) == self.below
    }
}

/// What Google no longer accepts has no end before it.
fn end(account: &AccountView) -> Option<Timestamp> {
    let facts = &account.facts;
    let refusal = facts.refusal().map(|fault| fault.diagnosis.state());
    let is_over = refusal.is_some_and(State::needs_consent);
    outlook::end(facts).filter(|_| !is_over)
}

fn names(account: &AccountView) -> impl Iterator<Item = &str> {
    let AccountView { label, client, .. } = account;
    [Some(&account.email), label.as_ref(), client.as_ref()]
        .into_iter()
        .flatten()
        .map(String::as_str)
}

/// Where the letters begin in which `text` has these small ones. A letter may be longer when it is
/// small, and two where it was one.
fn exactly(small: &str, text: &str) -> Vec<usize> {
    let (mut folded, mut origins) = (String::new(), Vec::new());
    for (at, letter) in text.char_indices() {
        folded.extend(letter.to_lowercase());
        origins.resize(folded.len(), at);
    }
    let found = folded.find(small);
    let mut letters = found.map_or_else(Vec::new, |at| origins[at..at + small.len()].to_vec());
    letters.dedup();
    letters
}

fn has(text: &str, small: &str) -> bool {
    text.to_lowercase().contains(small)
}

/// `mail.google.com` begins with `mail` and has a part that begins with `goo`.
fn begins(scope: &str, start: &str) -> bool {
    let scope = scope.to_lowercase();
    let mut parts = scope
        .match_indices(['.', '/'])
        .map(|(at, _)| &scope[at + 1..]);
    scope.starts_with(start) || parts.any(|part| part.starts_with(start))
}

/// What one letter is worth where nothing speaks for or against it.
const LETTER: u16 = 16;

/// One word, found also where other letters lie between its own.
struct Fuzzy {
    word: String,
    atom: Atom,
    matcher: Matcher,
    letters: Vec<char>,
    /// Any letters in the right order are found in any long address. Below this they are too far
    /// apart for the person to have meant them.
    least: u16,
}

impl std::fmt::Debug for Fuzzy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fuzzy").field(&self.word).finish()
    }
}

impl Fuzzy {
    fn new(word: &str) -> Self {
        let letters = u16::try_from(word.chars().count().min(fuzzy::LONGEST)).unwrap_or(u16::MAX);
        Self {
            word: word.to_owned(),
            atom: fuzzy::atom(word),
            matcher: Matcher::new(Config::DEFAULT),
            letters: Vec::new(),
            least: letters.saturating_mul(LETTER),
        }
    }

    fn finds(&mut self, account: &AccountView, state: State) -> bool {
        let is_word = |word: &str| word == self.word;
        is_word(state.as_str())
            || account.busy.is_some_and(|busy| is_word(busy.as_str()))
            || names(account).any(|name| {
                let name = Utf32Str::new(name, &mut self.letters);
                let found = self.atom.score(name, &mut self.matcher);
                found.is_some_and(|score| score >= self.least)
            })
    }

    /// Where in the address the found letters begin.
    fn letters(&mut self, address: &str) -> Vec<usize> {
        let mut found = Vec::new();
        let text = Utf32Str::new(address, &mut self.letters);
        let score = self.atom.indices(text, &mut self.matcher, &mut found);
        if score.is_none_or(|score| score < self.least) {
            return Vec::new();
        }
        // The matcher counts letters as they are seen, with their accents.
        let begins: Vec<usize> = address.grapheme_indices(true).map(|(at, _)| at).collect();
        let byte = |at: u32| begins.get(at as usize).copied();
        found.into_iter().filter_map(byte).collect()
    }
}
