//! Our own secrets in somebody else's words: plain, or in one of the spellings in which a server
//! may give back what it was sent. Knows no request and no answer.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use url::form_urlencoded::byte_serialize;

use crate::domain::secret::Secret;
use crate::domain::wording::{safe, veiled};

const DOTS: &str = "••••";

/// A shorter spelling would be found in words that have nothing to do with the secret.
const SHORTEST_SPELLING: usize = 8;

/// Foreign words, without our secrets in them and safe for a terminal. The secrets go first: the
/// cut of a long text could leave half of one. And they go once more, since one may have become
/// whole only when what was hidden between its letters was taken out. What looks like a secret,
/// though it is none that we sent, is nobody's to keep either.
pub(super) fn shown(text: &str, secrets: &[&Secret]) -> String {
    let spellings: Vec<_> = secrets.iter().flat_map(|s| spellings(s)).collect();
    veiled(&without(&safe(&without(text, &spellings)), &spellings))
}

fn without(text: &str, spellings: &[Secret]) -> String {
    spellings.iter().fold(text.to_owned(), |text, spelling| {
        text.replace(spelling.expose(), DOTS)
    })
}

fn spellings(secret: &Secret) -> Vec<Secret> {
    if secret.is_empty() {
        return Vec::new();
    }
    let bytes = secret.expose().as_bytes();
    let form: String = byte_serialize(bytes).collect();
    let mut encoded = vec![
        lowercase_escapes(&form),
        form,
        hex(bytes),
        hex(bytes).to_uppercase(),
    ];
    for before in 0..3 {
        encoded.extend(base64(bytes, before));
    }
    encoded.retain(|spelling| spelling.len() >= SHORTEST_SPELLING);
    let plain = std::iter::once(secret.clone());
    plain.chain(encoded.into_iter().map(Secret::new)).collect()
}

/// `%2F` as others write it: `%2f`.
fn lowercase_escapes(form: &str) -> String {
    let mut parts = form.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at(2);
        text.push('%');
        text.push_str(&escape.to_lowercase());
        text.push_str(rest);
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The letters of base64 that the secret alone decides, in both alphabets, where `before` bytes
/// more than a multiple of three stand in front of it.
fn base64(secret: &[u8], before: usize) -> [String; 2] {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret);
    let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    let letters = |text: String| text.get(from..to).unwrap_or_default().to_owned();
    [
        letters(STANDARD_NO_PAD.encode(&bytes)),
        letters(URL_SAFE_NO_PAD.encode(&bytes)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_have_nothing_to_do_with_it_stay() {
        for secret in ["", "a", "ab", "abc", "1//0gREFRESH"] {
            let secret = Secret::new(secret);
            assert_eq!(
                shown("Not 6d6f7265 or YWJj: %2F", &[&secret])
                    .matches(DOTS)
                    .count(),
                0
            );
        }
    }

    #[test]
    fn what_is_hidden_between_the_letters_does_not_save_it() {
        let secret = Secret::new("1//0gREFRESH-x");
        let encoded = URL_SAFE_NO_PAD.encode("1//0gREFRESH-x");
        let split = format!("{}\u{200b}{}", &encoded[..9], &encoded[9..]);
        let left = shown(&split, &[&secret]).replace(DOTS, "");
        assert!(left.len() < 3, "{left}");
    }
}
