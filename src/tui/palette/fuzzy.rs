//! Fuzzy matching in one place: what fits a needle, best first. Knows only texts.

use frizbee::{CaseMatching, Config, Matcher};

/// The positions of those that fit, best first: the same text, then what begins so, then the rest
/// by how well it fits. Everything fits an empty needle, in its own order.
pub fn best<S: AsRef<str>>(needle: &str, among: &[S]) -> Vec<usize> {
    ranked(needle, among, 0)
}

/// The one that was probably meant by a misspelt word.
pub fn nearest<S: AsRef<str>>(needle: &str, among: &[S]) -> Option<usize> {
    let typos = (needle.chars().count() / 3).min(2) as u16;
    ranked(needle, among, typos).first().copied()
}

fn ranked<S: AsRef<str>>(needle: &str, among: &[S], typos: u16) -> Vec<usize> {
    let needle = needle.trim();
    if needle.is_empty() {
        return (0..among.len()).collect();
    }
    let config = Config::default()
        .casing(CaseMatching::Ignore)
        .max_typos(Some(typos));
    let mut found = Matcher::new(needle, &config).match_list(among);
    let lower = needle.to_lowercase();
    let begins = |at: u32| {
        among[at as usize]
            .as_ref()
            .to_lowercase()
            .starts_with(&lower)
    };
    found.sort_by_key(|m| {
        let score = std::cmp::Reverse(m.score);
        (!m.exact, !begins(m.index), score, m.index)
    });
    found.into_iter().map(|m| m.index as usize).collect()
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
