//! A command line, read: from words to an order, or to one sentence that names the culprit and
//! the remedy. Changes nothing; who is meant without a name is part of the scene.

use super::Scene;
use super::fuzzy;
use super::verbs::{Means, VERBS, Verb, of_the_shell};
use crate::domain::account::{AccountId, ClientId, Naming, check_label};
use crate::domain::client::Publishing;
use crate::domain::wording::safe;
use crate::tui::keymap::Action;
use crate::tui::message::Op;

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    Press(Action),
    Do(Op, Vec<AccountId>),
    /// After the same question that `X` leads to.
    Confirm(Op, Vec<AccountId>),
    SignIn(Vec<AccountId>),
    Details(AccountId),
    Log(Option<AccountId>),
    /// What happened to an account that is not here any more.
    LogOfRemoved(String),
    Token(AccountId),
    Label(AccountId, Option<String>),
    Table,
    Publishing(ClientId, Publishing),
    AddClient {
        path: String,
        name: Option<String>,
    },
    RemoveClient(ClientId),
    Import(Vec<String>),
    ImportScan,
}

pub const STATUSES: [Publishing; 3] = [
    Publishing::Testing,
    Publishing::Production,
    Publishing::Internal,
];

pub fn read(line: &str, scene: &Scene<'_>) -> Result<Order, String> {
    if let Some(usage) = of_the_shell(line) {
        let word = line.split_whitespace().next().unwrap_or_default();
        return Err(format!("`{word}` is for the shell: gatepost {usage}"));
    }
    let Some((verb, rest)) = Verb::at_start_of(line) else {
        return Err(unknown(line));
    };
    let words = shlex::split(rest)
        .ok_or_else(|| "a quote is open: close it with the same mark".to_owned())?;
    let (verb, words) = with_its_options(verb, words)?;
    let order = match verb.means {
        Means::Press(action) => {
            nothing_more(verb, &words, 0)?;
            Order::Press(action)
        }
        Means::Table => {
            nothing_more(verb, &words, 0)?;
            Order::Table
        }
        Means::Do { op, all } => Order::Do(op, whom(verb, &words, scene, all, Naming::Prefix)?),
        Means::Destroy(op) => Order::Confirm(op, whom(verb, &words, scene, false, Naming::Exact)?),
        Means::SignIn => Order::SignIn(whom(verb, &words, scene, false, Naming::Prefix)?),
        Means::Details => Order::Details(one(verb, &words, scene)?),
        Means::Token => Order::Token(one(verb, &words, scene)?),
        Means::Log => log(verb, &words, scene)?,
        Means::Label => label(verb, &words, scene)?,
        Means::ClientAdd => {
            nothing_more(verb, &words, 2)?;
            Order::AddClient {
                path: files(verb, &words)?.swap_remove(0),
                name: words.get(1).cloned(),
            }
        }
        Means::Import => Order::Import(files(verb, &words)?),
        Means::ImportScan => {
            nothing_more(verb, &words, 0)?;
            Order::ImportScan
        }
        Means::ClientSet => client_set(verb, &words, scene)?,
        Means::ClientRemove => {
            nothing_more(verb, &words, 1)?;
            Order::RemoveClient(client(verb, words.first(), scene)?)
        }
    };
    Ok(order)
}

fn unknown(line: &str) -> String {
    let word = line.split_whitespace().next().unwrap_or_default();
    let word = safe(word);
    let names: Vec<&str> = VERBS.iter().map(|v| v.name).collect();
    match fuzzy::nearest(&word, &names) {
        Some(at) => format!(
            "there is no command `{word}`; did you mean `{}`?",
            names[at]
        ),
        None => format!("there is no command `{word}`; Ctrl-U empties the line and lists them all"),
    }
}

/// `verify ana --imap` is `verify --imap ana`.
fn with_its_options(
    verb: &'static Verb,
    words: Vec<String>,
) -> Result<(&'static Verb, Vec<String>), String> {
    if !verb.name.starts_with("verify") {
        return Ok((verb, words));
    }
    let longer = |word: &str| {
        let name = format!("verify {word}");
        VERBS.iter().find(|verb| verb.name == name)
    };
    let (options, others): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|word| longer(word).is_some());
    match (verb.name, options.as_slice()) {
        (_, []) => Ok((verb, others)),
        ("verify", [option]) => Ok((longer(option).unwrap_or(verb), others)),
        _ => Err(
            "one server at a time; the shell takes several: gatepost verify --imap --smtp".into(),
        ),
    }
}

fn nothing_more(verb: &Verb, words: &[String], most: usize) -> Result<(), String> {
    match words.get(most) {
        None => Ok(()),
        Some(word) => Err(format!(
            "`{}` is one word too many: {}",
            safe(word),
            verb.usage()
        )),
    }
}

/// Whether they are there and what is in them is for the service to say.
fn files(verb: &Verb, words: &[String]) -> Result<Vec<String>, String> {
    if words.is_empty() {
        return Err(format!("which file? {}", verb.usage()));
    }
    if let Some(option) = words.iter().find(|word| word.starts_with('-')) {
        let (option, name) = (safe(option), verb.name);
        return Err(format!(
            "`{option}` is no option here; `gatepost {name}` in the shell has more (a file of that name is ./{option})"
        ));
    }
    Ok(words.to_vec())
}

/// The accounts that are named, or those that the screen means.
fn whom(
    verb: &Verb,
    words: &[String],
    scene: &Scene<'_>,
    all: bool,
    naming: Naming,
) -> Result<Vec<AccountId>, String> {
    let accounts = &scene.snapshot.accounts;
    if words.iter().any(|w| w == "--all") {
        if !all {
            return Err(format!(
                "`{}` has no --all: mark them or name each",
                verb.name
            ));
        }
        if words.len() > 1 {
            return Err("--all or names, not both".into());
        }
        return nobody_is_an_error(accounts.iter().map(|a| a.id).collect());
    }
    if words.is_empty() {
        return nobody_is_an_error(scene.whom.clone());
    }
    let mut found: Vec<AccountId> = Vec::new();
    for word in words {
        let id = account(word, scene, naming)?;
        if !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
}

fn nobody_is_an_error(whom: Vec<AccountId>) -> Result<Vec<AccountId>, String> {
    if whom.is_empty() {
        return Err("there is no account yet: `add` makes one".into());
    }
    Ok(whom)
}

fn one(verb: &Verb, words: &[String], scene: &Scene<'_>) -> Result<AccountId, String> {
    nothing_more(verb, words, 1)?;
    match words.first() {
        Some(word) => account(word, scene, Naming::Prefix),
        None => match nobody_is_an_error(scene.whom.clone())?.as_slice() {
            [id, ..] if scene.whom.len() == 1 => Ok(*id),
            many => Err(format!(
                "`{}` is for one account and {} are marked: name one",
                verb.name,
                many.len()
            )),
        },
    }
}

fn account(word: &str, scene: &Scene<'_>, naming: Naming) -> Result<AccountId, String> {
    if let Some(option) = word.strip_prefix('-') {
        return Err(format!(
            "`-{}` is no option here; there are --all, and of verify --imap, --smtp and --pop",
            safe(option)
        ));
    }
    scene
        .snapshot
        .find(word, naming)
        .map_err(|error| error.to_string())
}

/// Of everyone, of an account, or of one that was removed: its history keeps the address.
fn log(verb: &Verb, words: &[String], scene: &Scene<'_>) -> Result<Order, String> {
    let Some(word) = words.first() else {
        return Ok(Order::Log(None));
    };
    let unknown = match one(verb, words, scene) {
        Ok(id) => return Ok(Order::Log(Some(id))),
        Err(unknown) => unknown,
    };
    let mut known = scene
        .snapshot
        .events
        .iter()
        .filter_map(|e| e.email.as_ref());
    let removed = known.find(|email| words.len() == 1 && email.eq_ignore_ascii_case(word));
    removed
        .map(|email| Order::LogOfRemoved(email.clone()))
        .ok_or(unknown)
}

fn label(verb: &Verb, words: &[String], scene: &Scene<'_>) -> Result<Order, String> {
    let [who, text @ ..] = words else {
        return Err(format!("whose, and what? {}", verb.usage()));
    };
    let id = account(who, scene, Naming::Prefix)?;
    if text.is_empty() {
        return Err("and the name? \"\" takes it away".into());
    }
    let text = text.join(" ");
    if text.trim().is_empty() {
        return Ok(Order::Label(id, None));
    }
    let text = check_label(&text).map_err(|bad| bad.to_string())?;
    let others = scene.snapshot.accounts.iter().filter(|a| a.id != id);
    if let Some(taken) = others.clone().find(|a| a.label.as_deref() == Some(&*text)) {
        return Err(format!(
            "`{text}` is {}'s name already: choose another",
            taken.email
        ));
    }
    Ok(Order::Label(id, Some(text)))
}

fn client_set(verb: &Verb, words: &[String], scene: &Scene<'_>) -> Result<Order, String> {
    let words: Vec<&str> = words
        .iter()
        .map(|w| w.strip_prefix("--status=").unwrap_or(w))
        .filter(|w| *w != "--status")
        .collect();
    let owned: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    nothing_more(verb, &owned, 2)?;
    let id = client(verb, owned.first(), scene)?;
    let choices = STATUSES.map(Publishing::as_str).join(", ");
    let Some(status) = owned.get(1) else {
        return Err(format!("which status? {choices}"));
    };
    let status = STATUSES.into_iter().find(|s| s.as_str() == status);
    let status = status.ok_or_else(|| {
        format!(
            "`{}` is no status: {choices}",
            safe(owned.get(1).map_or("", String::as_str))
        )
    })?;
    Ok(Order::Publishing(id, status))
}

fn client(verb: &Verb, name: Option<&String>, scene: &Scene<'_>) -> Result<ClientId, String> {
    let clients = &scene.snapshot.clients;
    let Some(name) = name else {
        return Err(format!("which client? {}", verb.usage()));
    };
    if let Some(client) = clients.iter().find(|c| c.name == *name) {
        return Ok(client.id);
    }
    let names: Vec<&str> = clients.iter().map(|c| c.name.as_str()).collect();
    let known = match names.as_slice() {
        [] => "there is none yet".to_owned(),
        names => format!("there is {}", names.join(", ")),
    };
    Err(format!("no client is called `{}`; {known}", safe(name)))
}
