//! Other programs' files: whatever they are taken for, no error and no `Debug` shows a secret of
//! theirs, and what was read can be read again.

use gatepost::formats::{credentials, detect};
use gatepost::loopback::Registered;

use super::marks::{assert_hidden, assert_sentence, planted};

pub fn file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    read(&text);
    read(&planted(&text));
}

fn read(text: &str) {
    let found = detect(text);
    assert_hidden(&found);
    assert_eq!(found, detect(text), "read twice, and twice different");
    if let Err(error) = found {
        assert_sentence(&error);
    }
    let client = credentials::parse(text);
    assert_hidden(&client);
    match client {
        Ok(client) => {
            assert!(client.client_id.bytes().all(|b| b.is_ascii_graphic()));
            assert!(client.secret.expose().bytes().all(|b| b.is_ascii_graphic()));
            if let Err(none) = Registered::from(&client.redirect_uris) {
                assert_sentence(&none);
            }
        }
        Err(error) => assert_sentence(&error),
    }
}
