//! The settings file with its `[keys]`: settings, or one sentence.

use std::io::Write;
use std::path::Path;

use gatepost::config::Config;
use gatepost::domain::time::Span;
use gatepost::tui::keymap::{self, Keymap};

use super::marks::assert_sentence;

pub fn file(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    let config = match load(file.path()) {
        Ok(config) => config,
        Err(said) => return assert_sentence(&said),
    };
    assert!((1..=256).contains(&config.policy.concurrency));
    assert!(config.policy.lead >= Span::seconds(10) && config.policy.lead <= Span::minutes(50));
    match keymap::check(&config.ui.keys) {
        Err(error) => assert_sentence(&error),
        Ok(()) => {
            let (_, clashes) = Keymap::built_in().with(&config.ui.keys);
            clashes.iter().for_each(assert_sentence);
        }
    }
}

fn load(path: &Path) -> Result<Config, String> {
    // The file has a new name each time, and the sentence is to be the same each time.
    Config::load(path, true, &|_| None).map_err(|error| {
        error
            .to_string()
            .replace(&path.display().to_string(), "FILE")
    })
}
