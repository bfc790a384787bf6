//! bash, which cuts a line into words at `@`, `=` and `:` as well: it is given the line itself, and
//! answers are cut as it cuts. Older than 4, as on macOS, it has neither `compopt` nor `mapfile`.

use std::ffi::OsString;
use std::path::Path;

use clap::CommandFactory;

use super::super::Cli;
use super::known::Known;

const LINE: &str = "GATEPOST_COMPLETE_LINE";
const WORD: &str = "GATEPOST_COMPLETE_WORD";

pub(super) const SCRIPT: &str = r#"_gatepost() {
    local candidate
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <(GATEPOST_COMPLETE=bash GATEPOST_COMPLETE_LINE="${COMP_LINE:0:$COMP_POINT}" \
        GATEPOST_COMPLETE_WORD="$2" gatepost -- 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[=/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
if [[ "${BASH_VERSINFO[0]}" -gt 4 || "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 ]]; then
    complete -o nosort -F _gatepost gatepost
else
    complete -F _gatepost gatepost
fi
"#;

pub(super) fn complete(current_dir: Option<&Path>) -> Option<String> {
    let line = Line::read(&std::env::var(LINE).ok()?)?;
    let replaced = std::env::var(WORD).unwrap_or_default();
    let words: Vec<_> = line.words.iter().map(OsString::from).collect();
    let mut command = Known::of(&words).teach(Cli::command());
    let at = words.len() - 1;
    let found = clap_complete::engine::complete(&mut command, words, at, current_dir).ok()?;
    let kept = line.kept(&replaced);
    let mut said = String::new();
    for candidate in found {
        let word = candidate.get_value().to_str()?;
        said.push_str(&line.quote(word.get(kept..)?));
        said.push('\n');
    }
    Some(said)
}

/// What was typed, up to the cursor.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    /// The last is the one to complete, and may be empty.
    words: Vec<String>,
    in_quotes: bool,
}

impl Line {
    fn read(typed: &str) -> Option<Self> {
        // Marks the cursor, so that there is a word even after a space.
        let cursor = '\u{1}';
        for end in ["", "'", "\""] {
            if let Some(mut words) = shlex::split(&format!("{typed}{cursor}{end}")) {
                words.last_mut()?.retain(|c| c != cursor);
                let in_quotes = !end.is_empty();
                return Some(Self { words, in_quotes });
            }
        }
        None
    }

    /// How much of the word stays on the line, since bash replaces its last part only.
    fn kept(&self, replaced: &str) -> usize {
        let word = self.words.last().map_or("", String::as_str);
        let rest = word.strip_suffix(replaced);
        rest.map_or(0, str::len)
    }

    fn quote(&self, word: &str) -> String {
        if self.in_quotes {
            return word.to_owned();
        }
        let is_plain = |c: char| !c.is_ascii() || c.is_alphanumeric() || "-_./@:+,=%~".contains(c);
        let mut quoted = String::new();
        for c in word.chars() {
            if !is_plain(c) {
                quoted.push('\\');
            }
            quoted.push(c);
        }
        quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(typed: &str) -> Line {
        Line::read(typed).unwrap()
    }

    #[test]
    fn the_word_at_the_cursor_is_found() {
        assert_eq!(line("gatepost token an").words, ["gatepost", "token", "an"]);
        assert_eq!(line("gatepost token ").words, ["gatepost", "token", ""]);
        assert_eq!(line("gatepost token 'my w").words[2], "my w");
        assert_eq!(line("gatepost token my\\ w").words[2], "my w");
        assert!(line("gatepost token \"my").in_quotes);
    }

    #[test]
    fn only_what_bash_replaces_is_said() {
        let typed = line("gatepost token ana@gm");
        assert_eq!(typed.kept("gm"), 4);
        assert_eq!(typed.kept("ana@gm"), 0);
        assert_eq!(line("gatepost token --format=").kept(""), 9);
        assert_eq!(typed.quote("my $w"), "my\\ \\$w");
    }
}
