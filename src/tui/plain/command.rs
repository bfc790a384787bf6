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
    Label,
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
    Guide,
    /// From a file: this one, or one to be looked for.
    Client(Option<String>),
    /// Files of other programs; none are looked for.
    Import(Vec<String>),
    Label(String, String),
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
            "label" => Self::Label,
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
            "guide" => Some(Self::Guide),
            // A path may have spaces of its own.
            "client" => Some(Self::Client(behind(line, first))),
            "import" => Some(Self::Import(paths(behind(line, first)))),
            "label" => match rest {
                [whom, _, ..] => {
                    let text = behind(line, first).and_then(|rest| behind(&rest, whom));
                    text.map(|text| Self::Label((*whom).to_owned(), text))
                }
                _ => None,
            },
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
                // An account may well be called `My label`.
                Some(verb) if verb != Verb::Label || first.parse::<usize>().is_ok() => {
                    Self::Do(verb, Some(owned(&words[..1])))
                }
                Some(_) => Self::Account(line.trim().to_owned()),
                None => Self::Account(line.trim().to_owned()),
            },
            (None, _) => Self::Account(line.trim().to_owned()),
        }
    }
}

/// What stands behind the first word, as it was typed.
fn behind(line: &str, first: &str) -> Option<String> {
    let rest = line.trim().strip_prefix(first)?.trim();
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// Several paths as a shell would take them apart.
fn paths(rest: Option<String>) -> Vec<String> {
    rest.map(|rest| shlex::split(&rest).unwrap_or_else(|| vec![rest]))
        .unwrap_or_default()
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
        let path = "~/My files/c.json";
        assert_eq!(
            Command::parse(&format!("client  {path}")),
            Command::Client(Some(path.into()))
        );
        assert_eq!(Command::parse("client"), Command::Client(None));
        assert_eq!(
            Command::parse("import a.json 'b c.json'"),
            Command::Import(vec!["a.json".into(), "b c.json".into()])
        );
        assert_eq!(
            Command::parse("label 1 my desk"),
            Command::Label("1".into(), "my desk".into())
        );
        assert_eq!(
            Command::parse("label 1"),
            Command::Do(Verb::Label, whom("1"))
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
