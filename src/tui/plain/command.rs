//! What a typed line means: a number, a word of the command line's, or the screen's letter for it.

/// What can be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    SignIn,
    Refresh,
    Verify,
    Pause,
    Resume,
    Copy,
    Forget,
    Revoke,
}

/// A line at the main prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Nothing,
    /// All, or those in whose row the text occurs.
    List(Option<String>),
    Help,
    Quit,
    Add,
    Events,
    Clients,
    Failed,
    Stop,
    Auto(bool),
    Sandbox,
    /// The menu of one account.
    Account(String),
    /// `None` is everyone.
    Do(Verb, Option<Vec<String>>),
    /// The verb alone: of whom?
    Whom(Verb),
}

impl Verb {
    pub(super) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "c" | "reauth" | "signin" => Self::SignIn,
            "r" | "refresh" => Self::Refresh,
            "v" | "verify" => Self::Verify,
            "p" | "pause" => Self::Pause,
            "resume" => Self::Resume,
            "y" | "copy" => Self::Copy,
            "f" | "forget" | "remove" => Self::Forget,
            "revoke" => Self::Revoke,
            _ => return None,
        })
    }
}

impl Command {
    pub(super) fn parse(line: &str) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((first, rest)) = words.split_first() else {
            return Self::Nothing;
        };
        let lower = first.to_lowercase();
        let text = || rest.join(" ");
        let simple = match lower.as_str() {
            "list" | "ls" | "l" => Some(Self::List((!rest.is_empty()).then(text))),
            "help" | "?" | "h" => Some(Self::Help),
            "quit" | "q" | "exit" => Some(Self::Quit),
            "add" | "a" => Some(Self::Add),
            "events" | "e" | "log" => Some(Self::Events),
            "clients" | "o" => Some(Self::Clients),
            "failed" | "w" => Some(Self::Failed),
            "stop" => Some(Self::Stop),
            "sandbox" | "!" => Some(Self::Sandbox),
            "auto" => match rest {
                ["on"] => Some(Self::Auto(true)),
                ["off"] => Some(Self::Auto(false)),
                _ => None,
            },
            _ => None,
        };
        if let Some(simple) = simple {
            return simple;
        }
        let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        match (Verb::parse(&lower), rest) {
            (Some(verb), []) => Self::Whom(verb),
            (Some(verb), ["all"]) => Self::Do(verb, None),
            (Some(verb), whom) => Self::Do(verb, Some(owned(whom))),
            // `3 refresh` says the same as `refresh 3`.
            (None, [word]) => match Verb::parse(&word.to_lowercase()) {
                Some(verb) => Self::Do(verb, Some(owned(&words[..1]))),
                None => Self::Account(line.trim().to_owned()),
            },
            (None, _) => Self::Account(line.trim().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_letters_and_numbers_mean_the_same() {
        let whom = |name: &str| Some(vec![name.to_owned()]);
        assert_eq!(Command::parse("  "), Command::Nothing);
        assert_eq!(Command::parse("3"), Command::Account("3".into()));
        assert_eq!(
            Command::parse("refresh 3"),
            Command::Do(Verb::Refresh, whom("3"))
        );
        assert_eq!(Command::parse("3 r"), Command::Do(Verb::Refresh, whom("3")));
        assert_eq!(
            Command::parse("refresh all"),
            Command::Do(Verb::Refresh, None)
        );
        assert_eq!(Command::parse("Verify"), Command::Whom(Verb::Verify));
        assert_eq!(
            Command::parse("list ana"),
            Command::List(Some("ana".into()))
        );
        assert_eq!(Command::parse("auto off"), Command::Auto(false));
        assert_eq!(
            Command::parse("auto maybe"),
            Command::Account("auto maybe".into())
        );
        assert_eq!(
            Command::parse("My label"),
            Command::Account("My label".into())
        );
    }
}
