//! `[hooks]`: each a program and its arguments, and whether the desktop is told as well. Whether
//! there is such a program, or a desktop, is not asked here.

use super::HooksConfig;
use crate::domain::hook::Hook;

const NOTIFY: &str = "notify";

/// Nobody reads a notification that this program cannot send: then asking for one is a mistake.
const NO_NOTIFICATIONS: Option<&str> = match (
    cfg!(target_os = "linux"),
    cfg!(feature = "desktop-notifications"),
) {
    (true, true) => None,
    (true, false) => Some(
        "hooks.notify: this gatepost was built without desktop notifications; build it with \
         `cargo install --path . --locked --features desktop-notifications`, or take the line out",
    ),
    (false, _) => Some(
        "hooks.notify: gatepost shows desktop notifications on Linux only; take the line out, and \
         name a program that shows them as hooks.on_signin_needed, on_ending and on_failed",
    ),
};

pub(super) fn read(table: &toml::Table) -> Result<HooksConfig, String> {
    let notify = match table.get(NOTIFY) {
        None => false,
        Some(value) => value
            .as_bool()
            .ok_or("hooks.notify is a switch: write true or false")?,
    };
    if let (true, Some(refusal)) = (notify, NO_NOTIFICATIONS) {
        return Err(refusal.into());
    }
    let hooks = table.iter().filter_map(|(key, value)| {
        // The names were looked at before.
        let hook = Hook::parse(key)?;
        Some(words(key, value).map(|words| (hook, words)))
    });
    Ok(HooksConfig {
        commands: hooks.collect::<Result<_, _>>()?,
        notify,
    })
}

fn words(key: &str, value: &toml::Value) -> Result<Vec<String>, String> {
    let array = value.as_array().ok_or_else(|| {
        format!(
            "hooks.{key} runs without a shell: write the program and each argument apart, as in \
             [\"notify-send\", \"gatepost\"]"
        )
    })?;
    let words = array.iter().map(|word| word.as_str().map(str::to_owned));
    let words: Option<Vec<_>> = words.collect();
    let words = words.ok_or_else(|| format!("hooks.{key} is a list of strings only"))?;
    if words.first().is_none_or(String::is_empty) {
        return Err(format!(
            "hooks.{key} names no program; leave the line out for none"
        ));
    }
    if words.iter().any(|word| word.contains('\0')) {
        return Err(format!(
            "hooks.{key} has a NUL in it, which no program can be given"
        ));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<HooksConfig, String> {
        read(&text.parse().unwrap())
    }

    #[test]
    fn words_stay_as_they_are_written() {
        let hooks = of("on_failed = [\"sh\", \"-c\", \"echo $A; true\"]").unwrap();
        assert_eq!(hooks.commands[&Hook::Failed], ["sh", "-c", "echo $A; true"]);
    }

    #[test]
    fn a_notification_is_asked_for_by_a_switch() {
        assert!(!of("").unwrap().notify && !of("notify = false").unwrap().notify);
        let error = of("notify = \"yes\"").unwrap_err();
        assert!(error.contains("write true or false"), "{error}");
    }

    #[test]
    fn what_is_no_list_of_words_is_refused_with_the_way_to_write_it() {
        for (text, words) in [
            ("on_failed = \"notify-send x\"", "without a shell"),
            ("on_failed = 3", "without a shell"),
            ("on_failed = [3]", "strings only"),
            ("on_failed = []", "names no program"),
            ("on_failed = [\"\"]", "names no program"),
            ("on_failed = [\"a\", \"\\u0000\"]", "NUL"),
        ] {
            let error = of(text).unwrap_err();
            assert!(
                error.starts_with("hooks.on_failed") && error.contains(words),
                "{error}"
            );
        }
    }
}
