//! How each syntax writes a text that may hold anything but control characters, so that it stays
//! one word there. Which texts are let in here at all is decided by the caller.

use super::Refusal;

/// One word for a POSIX shell, and for muttrc and s-nail, whose single quotes mean the same.
pub(super) fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    single(word)
}

/// The same, always within quotes.
pub(super) fn single(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

pub(super) fn shell_line(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| shell(word)).collect();
    words.join(" ")
}

/// Double quotes, with a backslash before what would end or escape: TOML, Lua, Emacs Lisp, Python,
/// JavaScript, Go, git's and mbsync's configuration agree on this much.
pub(super) fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

/// Several of them, separated by commas.
pub(super) fn strings(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| string(word)).collect();
    words.join(", ")
}

/// A part of an address: everything but letters, digits and `-._~` as `%XX`.
pub(super) fn url(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// For a syntax that has no way to write some of these.
pub(super) fn without(
    program: &'static str,
    text: &str,
    banned: &[&str],
    what: &'static str,
) -> Result<(), Refusal> {
    if banned.iter().any(|banned| text.contains(banned)) {
        return Err(Refusal::Unquotable {
            program,
            text: text.to_owned(),
            what,
        });
    }
    Ok(())
}
