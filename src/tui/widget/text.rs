//! Text on a grid: measured, cut, padded and wrapped by display width, so that wide, combining
//! and right-to-left text cannot push a column out of its place. Knows nothing of accounts.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub fn width(text: &str) -> usize {
    text.width()
}

/// At most `room` columns; what is cut off is marked with `mark`.
pub fn cut<'a>(text: &'a str, room: usize, mark: &str) -> Cow<'a, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let Some(left) = room.checked_sub(width(mark)) else {
        return Cow::Borrowed("");
    };
    Cow::Owned(format!("{}{mark}", head(text, left)))
}

/// The longest start of `text` that fits.
pub fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > room {
            return &text[..at];
        }
    }
    text
}

/// The longest end of `text` that fits.
pub fn tail(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += width(grapheme);
        if used > room {
            return &text[at + grapheme.len()..];
        }
    }
    text
}

/// An address, cut in the domain first: the local part is what tells accounts apart.
pub fn cut_address<'a>(email: &'a str, room: usize, mark: &str) -> Cow<'a, str> {
    let Some((local, _)) = email.split_once('@') else {
        return cut(email, room, mark);
    };
    if width(email) > room && width(local) <= room && width(local) + 1 + width(mark) > room {
        return Cow::Borrowed(local);
    }
    cut(email, room, mark)
}

/// Breaks between words, and inside a word only where it would not fit on a line of its own.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    if room == 0 {
        return lines;
    }
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        if !line.is_empty() && width(&line) + 1 + width(word) > room {
            lines.push(std::mem::take(&mut line));
        }
        while width(word) > room {
            let start = head(word, room);
            if start.is_empty() {
                break;
            }
            lines.push(start.to_owned());
            word = &word[start.len()..];
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Wrapped to at most `most` lines; the last one says so when there was more, behind a whole word
/// if there is one.
pub fn wrap_within(text: &str, room: usize, most: usize, mark: &str) -> Vec<String> {
    let mut lines = wrap(text, room);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let start = head(last, room.saturating_sub(width(mark)));
            let whole = match start.rsplit_once(' ') {
                Some((whole, _)) if start.len() < last.len() => whole,
                _ => start,
            };
            *last = format!("{}{mark}", whole.trim_end());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_columns_and_never_inside_a_letter() {
        assert_eq!(cut("ana@gmail.com", 20, "…"), "ana@gmail.com");
        assert_eq!(cut("ana@gmail.com", 6, "…"), "ana@g…");
        // Each of these letters is two columns wide: four do not fit into eight with the mark.
        assert_eq!(cut("東京東京東京", 8, "…"), "東京東…");
        assert_eq!(width(&cut("東京東京東京", 8, "…")), 7);
        // A letter and its accent stay together.
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2, "…"), "e\u{301}…");
        assert_eq!(cut("abc", 0, "…"), "");
    }

    #[test]
    fn an_address_loses_its_domain_before_its_name() {
        assert_eq!(
            cut_address("ana.work@example.com", 13, "…"),
            "ana.work@exa…"
        );
        assert_eq!(cut_address("ana.work@example.com", 9, "…"), "ana.work");
        assert_eq!(cut_address("ana.work@example.com", 5, "…"), "ana.…");
    }

    #[test]
    fn words_wrap_and_long_words_break() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 5), ["abcde", "fgh", "ij"]);
        assert_eq!(wrap_within("one two three", 5, 2, "…"), ["one", "two…"]);
        assert_eq!(wrap_within("one two three", 7, 1, "…"), ["one…"]);
        assert_eq!(wrap_within("abcdefgh ij", 8, 1, "…"), ["abcdefg…"]);
        assert_eq!(wrap("東京", 1), ["東京"]);
        assert!(wrap("text", 0).is_empty());
    }

    #[test]
    fn the_end_of_a_text_can_be_kept() {
        assert_eq!(tail("abcdef", 3), "def");
        assert_eq!(tail("ab東京", 3), "京");
    }
}
