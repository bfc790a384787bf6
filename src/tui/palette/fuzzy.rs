//! Fuzzy matching in one place: what fits a needle, best first. Knows only texts.

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The positions of those that fit, best first: the same text, then what begins so, then the rest
/// by how well it fits. Everything fits an empty needle, in its own order.
pub fn best<S: AsRef<str>>(needle: &str, among: &[S]) -> Vec<usize> {
    let needle = needle.trim();
    if needle.is_empty() {
        return (0..among.len()).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let atom = atom(needle);
    let lower = needle.to_lowercase();
    let mut rank = |at: usize| {
        let text = among[at].as_ref();
        let score = atom.score(Utf32Str::new(text, &mut letters), &mut matcher)?;
        let text = text.to_lowercase();
        let first = (text != lower, !text.starts_with(&lower));
        Some((first, std::cmp::Reverse(score), at))
    };
    let mut found: Vec<_> = (0..among.len()).filter_map(&mut rank).collect();
    found.sort_unstable();
    found.into_iter().map(|(.., at)| at).collect()
}

/// Scores are small numbers, which the letters of a longer word would overflow.
pub const LONGEST: usize = 128;

/// A word of the person's, whatever its case; accents are letters of their own. Of one that nobody
/// types only the beginning counts.
pub fn atom(word: &str) -> Atom {
    let end = word.char_indices().nth(LONGEST).map(|(at, _)| at);
    let word = &word[..end.unwrap_or(word.len())];
    let (case, accents) = (CaseMatching::Ignore, Normalization::Never);
    Atom::new(word, case, accents, AtomKind::Fuzzy, false)
}

/// The one that was probably meant by a misspelt word.
pub fn nearest<S: AsRef<str>>(word: &str, among: &[S]) -> Option<usize> {
    const ALIKE: f64 = 0.75;
    let word = word.trim().to_lowercase();
    let likeness = |at: usize| strsim::jaro_winkler(&word, among[at].as_ref());
    let best = (0..among.len()).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)));
    best.filter(|at| likeness(*at) >= ALIKE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_comes_first_and_what_does_not_fit_not_at_all() {
        let all = ["resume", "refresh", "remove", "client remove"];
        let names =
            |needle| -> Vec<&str> { best(needle, &all).into_iter().map(|i| all[i]).collect() };
        assert_eq!(names(""), all);
        assert_eq!(names("remove"), ["remove", "client remove"]);
        assert_eq!(names("rfsh"), ["refresh"]);
        assert_eq!(names("REF"), ["refresh"]);
        assert!(names("zz").is_empty());
        assert_eq!(names("cl re"), ["client remove"]);
    }

    #[test]
    fn a_misspelt_word_is_recognised() {
        let all = ["refresh", "verify", "quit"];
        assert_eq!(nearest("refersh", &all), Some(0));
        assert_eq!(nearest("verfy", &all), Some(1));
        assert_eq!(nearest("xyzzy", &all), None);
    }

    #[test]
    fn any_text_may_be_looked_for_in_any_text() {
        let long = "x".repeat(5_000);
        let all = [
            "東京の人@例え.jp",
            "שלום@דוגמה.com",
            "",
            "e\u{301}lise@x.com",
            &long,
        ];
        for needle in ["東", "e\u{301}", "\u{202e}", "ם", &long, "  "] {
            assert!(best(needle, &all).len() <= all.len());
        }
        assert_eq!(best("東人", &all), [0]);
    }
}
