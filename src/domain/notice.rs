//! What a desktop notification says, from the words that a hook is told as well: which account,
//! what happened, what to do next. Shows nothing itself.

use super::hook::Hook;
use super::wording::{safe, veiled};

/// What happened, as a hook's environment has it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub hook: Hook,
    pub account: &'a str,
    pub state: &'a str,
    pub reason: &'a str,
    pub remedy: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Plain text.
    pub summary: String,
    /// Markup, as the desktops understand it.
    pub body: String,
    pub urgency: Urgency,
}

/// In the order of the desktops' numbers for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    Low,
    Normal,
    /// It stays until somebody has seen it.
    Critical,
}

/// `None` where nobody has to do anything.
pub fn notice(told: &Told<'_>) -> Option<Notice> {
    let account = shown(told.account);
    let (summary, urgency) = match told.hook {
        Hook::SigninNeeded => (format!("{account}: a sign-in is needed"), Urgency::Critical),
        Hook::Ending => (format!("{account}: the sign-in ends soon"), Urgency::Normal),
        Hook::Failed => (format!("{account}: {}", shown(told.state)), Urgency::Normal),
        Hook::Refreshed => return None,
    };
    let sentences = [told.reason, told.remedy].map(shown);
    let sentences = sentences.iter().filter(|sentence| !sentence.is_empty());
    let lines: Vec<_> = sentences.map(|sentence| sentence_case(sentence)).collect();
    Some(Notice {
        summary,
        body: without_markup(&lines.join("\n")),
        urgency,
    })
}

fn shown(text: &str) -> String {
    veiled(&safe(text))
}

fn sentence_case(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A desktop reads a body as markup, and shows nothing, or a link, where the words look like it.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(hook: Hook) -> Told<'static> {
        Told {
            hook,
            account: "ana@gmail.com",
            state: "blocked",
            reason: "the request was refused (x)",
            remedy: "sign in again: run `gatepost reauth ana@gmail.com`",
        }
    }

    #[test]
    fn it_says_who_what_and_what_to_do() {
        let needed = notice(&told(Hook::SigninNeeded)).unwrap();
        assert_eq!(needed.summary, "ana@gmail.com: a sign-in is needed");
        assert_eq!(
            needed.body,
            "The request was refused (x)\nSign in again: run `gatepost reauth ana@gmail.com`"
        );
        let failed = notice(&told(Hook::Failed)).unwrap();
        assert_eq!(failed.summary, "ana@gmail.com: blocked");
        assert!(needed.urgency == Urgency::Critical && failed.urgency == Urgency::Normal);
        assert_eq!(notice(&told(Hook::Refreshed)), None);
    }

    #[test]
    fn words_from_outside_stay_words() {
        let reason = "“<a href='x'>R&D</a>”\u{1b}[31m\u{202e} ya29.abcdefghijklmnop";
        let notice = notice(&Told {
            reason,
            remedy: "",
            ..told(Hook::Failed)
        });
        let body = notice.unwrap().body;
        assert!(
            body.starts_with("“&lt;a href='x'>R&amp;D&lt;/a>”"),
            "{body}"
        );
        assert!(!body.contains(['\u{1b}', '\u{202e}']) && !body.contains("abcdef"));
    }
}
