//! The secrets of one home, by name, and every shape in which they might get out.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use url::form_urlencoded::byte_serialize;

#[derive(Default)]
pub(super) struct Marks(Vec<Mark>);

pub(super) struct Mark {
    pub(super) name: String,
    shapes: Vec<Vec<u8>>,
}

impl Marks {
    pub(super) fn add(&mut self, name: &str, secret: &str) {
        assert!(secret.len() > 12, "{name}: too short to be looked for");
        let bytes = secret.as_bytes();
        self.push(name, bytes);
        let mark = self.0.last_mut().unwrap();
        let encoded: String = byte_serialize(bytes).collect();
        mark.shapes.push(encoded.into_bytes());
        mark.shapes.push(secret.replace('/', "\\/").into_bytes());
    }

    /// Bytes that are no text, as a key is.
    pub(super) fn add_bytes(&mut self, name: &str, secret: &[u8]) {
        self.push(name, secret);
    }

    fn push(&mut self, name: &str, secret: &[u8]) {
        let mut hex = String::new();
        for byte in secret {
            write!(hex, "{byte:02x}").unwrap();
        }
        self.0.push(Mark {
            name: name.to_owned(),
            shapes: vec![
                secret.to_owned(),
                BASE64_STANDARD.encode(secret).trim_end_matches('=').into(),
                BASE64_URL_SAFE_NO_PAD.encode(secret).into(),
                hex.into_bytes(),
            ],
        });
    }

    /// The names of those that stand in there.
    pub(super) fn in_bytes(&self, bytes: &[u8]) -> Vec<&str> {
        let found = |mark: &&Mark| mark.shapes.iter().any(|shape| contains(bytes, shape));
        let found = self.0.iter().filter(found);
        found.map(|mark| mark.name.as_str()).collect()
    }

    #[track_caller]
    pub(super) fn assert_none_in(&self, place: &str, bytes: &[u8]) {
        let found = self.in_bytes(bytes);
        let shown = String::from_utf8_lossy(bytes);
        assert!(found.is_empty(), "{found:?} in {place}:\n{shown}");
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let first = wanted[0];
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == first);
    let mut rests = starts.map(|(at, _)| &bytes[at..]);
    rests.any(|rest| rest.starts_with(wanted))
}

#[test]
fn every_shape_is_found() {
    let mut marks = Marks::default();
    marks.add("token", "1//0gSECRET-secret");
    for text in [
        "x 1//0gSECRET-secret y",
        "token=1%2F%2F0gSECRET-secret&",
        r#"{"t":"1\/\/0gSECRET-secret"}"#,
        "MS8vMGdTRUNSRVQtc2VjcmV0",
        "312f2f30675345435245542d736563726574",
    ] {
        assert_eq!(marks.in_bytes(text.as_bytes()), ["token"], "{text}");
    }
    assert!(marks.in_bytes(b"1//0gSECRET").is_empty());
}
