//! Which keys there are, and what is said of one that there is not.

use std::path::Path;

use super::ConfigError;
use crate::domain::wording::safe;

/// Every key there is; anything else in the file is a typo.
const KEYS: [(&str, &[&str]); 7] = [
    ("vault", &["key", "key_command", "remember"]),
    ("refresh", &["auto", "lead", "ending_within", "concurrency"]),
    ("consent", &["scopes", "browser", "port", "timeout"]),
    (
        "endpoints",
        &[
            "authorization",
            "token",
            "revocation",
            "tokeninfo",
            "userinfo",
            "gmail",
            "imap",
            "smtp",
            "pop",
            "ca_file",
        ],
    ),
    (
        "ui",
        &["theme", "ascii", "motion", "mouse", "title", "clipboard"],
    ),
    (
        "hooks",
        &[
            "on_signin_needed",
            "on_ending",
            "on_refreshed",
            "on_failed",
            "notify",
        ],
    ),
    // Its keys are the screen's actions; whoever knows those checks them.
    (ACTIONS, &[]),
];

const ACTIONS: &str = "keys";

pub(super) fn check_keys(table: &toml::Table, path: &Path) -> Result<(), ConfigError> {
    let unknown = |key: String, known: &mut dyn Iterator<Item = String>| ConfigError::UnknownKey {
        path: path.to_owned(),
        nearest: known
            .max_by(|a, b| likeness(a, &key).total_cmp(&likeness(b, &key)))
            .filter(|n| likeness(n, &key) > 0.7),
        key: safe(&key),
    };
    for (section, value) in table {
        let Some((_, keys)) = KEYS.iter().find(|(name, _)| name == section) else {
            // A key without its section is as near as a section misspelt.
            let homeless = KEYS
                .iter()
                .find(|(_, keys)| keys.contains(&section.as_str()));
            let whole = homeless.map(|(name, _)| format!("{name}.{section}"));
            let sections = KEYS.iter().map(|(name, _)| (*name).to_owned());
            return Err(match whole {
                Some(whole) => ConfigError::UnknownKey {
                    path: path.to_owned(),
                    key: safe(section),
                    nearest: Some(whole),
                },
                None => unknown(section.clone(), &mut { sections }),
            });
        };
        let Some(inner) = value.as_table() else {
            return Err(ConfigError::Invalid {
                path: path.to_owned(),
                what: format!("`{section}` is a section; write `[{section}]` above its keys"),
            });
        };
        let is_unknown = |key: &&String| section != ACTIONS && !keys.contains(&key.as_str());
        if let Some(key) = inner.keys().find(is_unknown) {
            let mut known = keys.iter().map(|known| format!("{section}.{known}"));
            return Err(unknown(format!("{section}.{key}"), &mut known));
        }
    }
    Ok(())
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

/// toml's message in one line, with the line it means.
pub(super) fn located(error: &toml::de::Error, text: &str) -> String {
    let line = error
        .span()
        .map(|span| text[..span.start.min(text.len())].lines().count().max(1));
    let what = error.message().lines().next().unwrap_or("not TOML");
    let what = safe(what)
        .replace("a sequence", "a list, as in [\"…\"]")
        .replace("u16", "a number from 0 to 65535");
    line.map_or(what.clone(), |line| format!("line {line}: {what}"))
}
