//! What could stand on the line: verbs while a verb is typed, then what the verb takes, each with
//! the whole line it would make. Fuzzy, and never more than can be looked at.

use std::borrow::Cow;

use super::Scene;
use super::fuzzy;
use super::line::STATUSES;
use super::verbs::{Means, Slot, VERBS, Verb};

/// More than any window shows; ten thousand accounts are matched, not listed.
const MOST: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The line that taking it makes.
    pub line: String,
    /// How it is listed: a verb with what it takes, or the value alone.
    pub name: String,
    pub does: String,
    /// The key that does the same, as the key map has it now.
    pub key: String,
    /// Another word may follow.
    pub goes_on: bool,
}

pub fn offers(line: &str, scene: &Scene<'_>) -> Vec<Offer> {
    match Verb::at_start_of(line) {
        // A space behind the verb: now it is about what the verb takes.
        Some((verb, rest)) if !rest.is_empty() => values(line, verb, rest, scene),
        _ => matching_verbs(line, scene),
    }
}

fn matching_verbs(line: &str, scene: &Scene<'_>) -> Vec<Offer> {
    let needle = line.trim();
    let names: Vec<&str> = VERBS.iter().map(|v| v.name).collect();
    let mut found = fuzzy::best(needle, &names);
    // Whoever does not know the verb describes it.
    let lower = needle.to_lowercase();
    let described = |at: &usize| lower.len() > 2 && VERBS[*at].does.contains(&lower);
    let others: Vec<usize> = (0..VERBS.len())
        .filter(|at| !found.contains(at))
        .filter(described)
        .collect();
    found.extend(others);
    found
        .into_iter()
        .map(|at| of_verb(&VERBS[at], scene))
        .collect()
}

fn of_verb(verb: &Verb, scene: &Scene<'_>) -> Offer {
    let goes_on = verb.is_incomplete_alone();
    Offer {
        line: format!("{}{}", verb.name, if goes_on { " " } else { "" }),
        name: verb.usage(),
        does: verb.does.to_owned(),
        key: verb
            .key
            .map(|action| scene.keymap.key(action).to_owned())
            .unwrap_or_default(),
        goes_on,
    }
}

fn values(line: &str, verb: &Verb, rest: &str, scene: &Scene<'_>) -> Vec<Offer> {
    let start = last_word(rest);
    let before = &line[..line.len() - (rest.len() - start)];
    let word = rest[start..].trim_matches(['"', '\'']);
    if word.starts_with('-') && verb.slot(0) != Slot::Client {
        return options(line);
    }
    let place = shlex::split(&rest[..start])
        .map_or(0, |words| words.iter().filter(|w| *w != "--status").count());
    match verb.slot(place) {
        Slot::Account => accounts(before, word, scene),
        Slot::Client => clients(before, word, scene),
        Slot::Status => statuses(before, word),
        Slot::Nothing => Vec::new(),
    }
}

/// What half an option at the end of the line can become.
pub fn options(line: &str) -> Vec<Offer> {
    let Some((verb, rest)) = Verb::at_start_of(line) else {
        return Vec::new();
    };
    let (before, word) = rest.split_at(last_word(rest));
    if !word.starts_with('-') {
        return Vec::new();
    }
    let option = |line: String, name: &str, does: &str| Offer {
        line,
        name: name.to_owned(),
        does: does.to_owned(),
        key: String::new(),
        goes_on: false,
    };
    let begun = VERBS
        .iter()
        .filter(|longer| longer.name.starts_with(line.trim_start()))
        .map(|longer| option(longer.name.to_owned(), &longer.usage(), longer.does));
    let takes_all = matches!(verb.means, Means::Do { all: true, .. });
    let all = (takes_all && "--all".starts_with(word) && word != "--all").then(|| {
        option(
            format!("{}{before}--all", verb.name),
            "--all",
            "every account",
        )
    });
    begun.chain(all).collect()
}

/// Where the word begins at which the cursor stands.
fn last_word(rest: &str) -> usize {
    let mut quote = None;
    let mut start = 0;
    for (at, letter) in rest.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), close) if open == close => quote = None,
            (None, ' ') => start = at + 1,
            _ => {}
        }
    }
    start
}

/// By address or label; what is put on the line is always the address, which is never in doubt.
fn accounts(before: &str, word: &str, scene: &Scene<'_>) -> Vec<Offer> {
    let accounts = &scene.snapshot.accounts;
    let texts: Vec<String> = accounts
        .iter()
        .map(|a| match &a.label {
            Some(label) => format!("{} {label}", a.email),
            None => a.email.clone(),
        })
        .collect();
    let found = fuzzy::best(word, &texts);
    let offer = |at: usize| {
        let account = &accounts[at];
        Offer {
            line: format!("{before}{} ", quoted(&account.email)),
            name: account.email.clone(),
            does: account.label.clone().unwrap_or_default(),
            key: String::new(),
            goes_on: true,
        }
    };
    found.into_iter().take(MOST).map(offer).collect()
}

fn clients(before: &str, word: &str, scene: &Scene<'_>) -> Vec<Offer> {
    let clients = &scene.snapshot.clients;
    let names: Vec<&str> = clients.iter().map(|c| c.name.as_str()).collect();
    let offer = |at: usize| Offer {
        line: format!("{before}{} ", quoted(names[at])),
        name: names[at].to_owned(),
        does: clients[at].publishing.as_str().to_owned(),
        key: String::new(),
        goes_on: true,
    };
    let found = fuzzy::best(word, &names);
    found.into_iter().take(MOST).map(offer).collect()
}

fn statuses(before: &str, word: &str) -> Vec<Offer> {
    let does = [
        "sign-ins that reach mail end after 7 days",
        "sign-ins have no set end",
        "only accounts of one organisation",
    ];
    let names = STATUSES.map(|s| format!("--status {}", s.as_str()));
    let before = before.strip_suffix("--status ").unwrap_or(before);
    let offer = |at: usize| Offer {
        line: format!("{before}{}", names[at]),
        name: names[at].clone(),
        does: does[at].to_owned(),
        key: String::new(),
        goes_on: false,
    };
    fuzzy::best(word, &names).into_iter().map(offer).collect()
}

fn quoted(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| String::new(), Cow::into_owned)
}
