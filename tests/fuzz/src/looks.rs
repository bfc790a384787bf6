//! Theme files, and foreign text on its way to the screen.

use std::path::PathBuf;

use gatepost::config::ThemeFile;
use gatepost::domain::account::Email;
use gatepost::domain::time::parse_span;
use gatepost::domain::wording::{is_terminal_safe, safe};
use gatepost::tui::theme::{Depth, Themes};

use super::marks::assert_sentence;

/// A theme can always be worn, and its complaints can be read.
pub fn theme(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let file = ThemeFile {
        name: "own".into(),
        path: PathBuf::from("own.toml"),
        text: Ok(text),
    };
    for depth in [Depth::Full, Depth::Indexed] {
        let themes = Themes::new(vec![file.clone()], depth);
        let opened = themes.open("own").expect("it is on the shelf");
        opened.complaints.iter().for_each(assert_sentence);
    }
}

/// `safe` keeps its word, and has nothing to do the second time.
pub fn wording(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let clean = safe(&text);
    assert!(is_terminal_safe(&clean), "{clean:?}");
    assert!(clean.chars().count() <= 301);
    assert_eq!(safe(&clean), clean);
    match Email::parse(&text) {
        Ok(email) => {
            assert!(is_terminal_safe(email.as_str()));
            assert_eq!(Email::parse(email.as_str()).as_ref(), Ok(&email));
            assert!(email.same_mailbox(&email), "{email:?}");
        }
        Err(error) => assert_sentence(&error),
    }
    if let Err(error) = parse_span(&text) {
        assert_sentence(&error);
    }
}
