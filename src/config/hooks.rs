//! `[hooks]`: each a program and its arguments. Whether there is such a program is not asked here.

use std::collections::BTreeMap;

use crate::domain::hook::Hook;

pub(super) fn read(table: &toml::Table) -> Result<BTreeMap<Hook, Vec<String>>, String> {
    let hooks = table.iter().filter_map(|(key, value)| {
        // The names were looked at before.
        let hook = Hook::parse(key)?;
        Some(words(key, value).map(|words| (hook, words)))
    });
    hooks.collect()
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

    fn of(text: &str) -> Result<BTreeMap<Hook, Vec<String>>, String> {
        read(&text.parse().unwrap())
    }

    #[test]
    fn words_stay_as_they_are_written() {
        let hooks = of("on_failed = [\"sh\", \"-c\", \"echo $A; true\"]").unwrap();
        assert_eq!(hooks[&Hook::Failed], ["sh", "-c", "echo $A; true"]);
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
