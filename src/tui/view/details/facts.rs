//! What there is to say about one account, fact by fact, before it is laid out.

use super::clocks::{clocks, day, moment};
use super::history::history;
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::problem::Problem;
use crate::domain::scope::short;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Timestamp, distance};
use crate::domain::wording::{self, count};
use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;

/// A fact and its name, before it is broken into lines.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) words: Vec<String>,
    pub(super) role: Role,
    /// One long word, of which the start is enough.
    pub(super) cut: bool,
}

impl Fact {
    pub(super) fn line(name: &'static str, words: impl Into<String>) -> Self {
        Self::lines(name, vec![words.into()])
    }

    pub(super) fn lines(name: &'static str, words: Vec<String>) -> Self {
        Self {
            name,
            words,
            role: Role::Text,
            cut: false,
        }
    }
}

/// Groups of facts, the most pressing first.
pub(super) fn facts(ink: &Ink<'_>, account: &AccountView, brief: bool) -> Vec<Vec<Fact>> {
    let problem = account.problem(&ink.app.snapshot.policy, ink.now);
    let groups = vec![
        problem.map(|p| why(ink, &p)).unwrap_or_default(),
        clocks(ink, account, brief),
        history(ink, account),
        about(ink, account),
        vec![Fact::lines("SHELL", shell(ink, account))],
    ];
    groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect()
}

/// What the state means at this moment, in a few words.
pub(super) fn meaning(ink: &Ink<'_>, account: &AccountView, state: State) -> String {
    let now = ink.app.shown_at(ink.now);
    let facts = &account.facts;
    let left = |at: Timestamp| distance(at - now);
    match state {
        State::Revoked => "only a new sign-in helps".into(),
        State::Reauth => "the organisation wants a new sign-in".into(),
        State::Blocked => "Google refuses it".into(),
        State::SignedOut => "there is no sign-in".into(),
        State::Limited => "works, with fewer permissions".into(),
        State::Ending => match outlook::end(facts).filter(|end| *end > now) {
            Some(end) => format!("works; sign in within {}", left(end)),
            None => "works; its time is over".into(),
        },
        State::Retrying => match facts.held_back_until(now) {
            Some(until) => format!("failed; next try in {}", ink.age(until - now)),
            None => "failed; tried again at next use".into(),
        },
        State::Paused => "not renewed until you resume it".into(),
        State::Expired => "renews at next use".into(),
        State::Due => "about to renew".into(),
        State::Ready => "nothing to do".into(),
    }
}

fn why(ink: &Ink<'_>, problem: &Problem) -> Vec<Fact> {
    let mut facts = vec![Fact::line("WHY", problem.message.clone())];
    if let Some(cause) = &problem.cause {
        let words =
            std::iter::once(cause.text.clone()).chain(cause.facts.iter().map(|f| format!("- {f}")));
        facts.push(Fact::lines("CAUSE", words.collect()));
    }
    facts.push(Fact {
        role: Role::Strong,
        ..Fact::line("NEXT", remedy(ink, problem))
    });
    facts
}

/// What helps, with the keys as they are bound here.
pub(super) fn remedy(ink: &Ink<'_>, problem: &Problem) -> String {
    ink.app.keymap.retold(&problem.remedy)
}

/// The same without the command, where there is room for the key alone.
pub(super) fn short_remedy(ink: &Ink<'_>, account: &AccountView, problem: &Problem) -> String {
    let end = outlook::end(&account.facts).filter(|end| *end > ink.now);
    if let Some(end) = end.filter(|_| problem.code == "sign-in-ending") {
        let key = ink.app.keymap.key(Action::Consent);
        return format!("press {key} before {}", day(ink, end));
    }
    let whole = remedy(ink, problem);
    match whole.split_once(", or run `") {
        Some((keys, _)) => keys.to_owned(),
        None => whole,
    }
}

fn about(ink: &Ink<'_>, account: &AccountView) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(grant) = &account.facts.grant {
        facts.push(Fact::line("SCOPES", scopes(account)));
        let missing: Vec<_> = account
            .facts
            .missing_scopes()
            .iter()
            .map(|s| short(s).to_owned())
            .collect();
        if !missing.is_empty() {
            facts.push(Fact {
                role: Role::Strong,
                ..Fact::line("MISSING", missing.join(" "))
            });
        }
        if !grant.verified {
            facts.push(Fact::line("IMPORT", "not tried with Google yet"));
        }
    }
    facts.extend(client(ink, account));
    if !account.dies_with.is_empty() {
        facts.push(Fact::lines(
            "SIBLINGS",
            vec![
                account.dies_with.join(", "),
                "same mailbox and project: revoking one ends all".into(),
            ],
        ));
    }
    facts.extend(store(ink));
    facts
}

pub(super) fn scopes(account: &AccountView) -> String {
    let grant = account.facts.grant.as_ref();
    let names: Vec<_> = grant
        .map(|g| g.granted.iter().map(short).collect())
        .unwrap_or_default();
    if names.is_empty() {
        "none".into()
    } else {
        names.join(" ")
    }
}

/// Its name and where its project stands, its ID, and who else depends on it.
fn client(ink: &Ink<'_>, account: &AccountView) -> Vec<Fact> {
    let app = ink.app;
    let mut facts = vec![Fact::line("CLIENT", client_name(account))];
    let Some(name) = &account.client else {
        return facts;
    };
    let client = app.snapshot.clients.iter().find(|c| c.name == *name);
    facts.extend(client.map(|client| Fact {
        cut: true,
        ..Fact::line("", client.client_id.clone())
    }));
    let others = app.rows.of_client(name).saturating_sub(1);
    if others > 0 {
        let words = format!("shared with {}", count(others, "other account"));
        facts.push(Fact::line("", words));
    }
    facts
}

pub(super) fn client_name(account: &AccountView) -> String {
    let name = account.client.clone().unwrap_or_else(|| "none".into());
    match account.facts.client.publishing.as_str() {
        "unknown" => name,
        publishing => format!("{name} ({publishing})"),
    }
}

/// Where the tokens are; a path under somebody's home is nobody else's business.
fn store(ink: &Ink<'_>) -> Vec<Fact> {
    let vault = &ink.app.snapshot.vault;
    if vault.key.is_empty() {
        return Vec::new();
    }
    let mut facts = vec![Fact::line("STORE", format!("sealed with a {}", vault.key))];
    if !ink.app.masked {
        facts.push(Fact {
            cut: true,
            ..Fact::line("", vault.path.to_string_lossy())
        });
    }
    facts
}

fn shell(ink: &Ink<'_>, account: &AccountView) -> Vec<String> {
    let name = account.shell_name();
    let quoted = shlex::try_quote(name).map_or_else(|_| name.into(), String::from);
    let name = if ink.app.masked {
        ink.address(name)
    } else {
        quoted
    };
    vec![
        format!("gatepost token {name}"),
        format!("gatepost token {name} --format xoauth2"),
    ]
}

/// What to say of an account that has no problem: when it renews, and how long the sign-in holds.
pub(super) fn calm(ink: &Ink<'_>, account: &AccountView) -> [String; 2] {
    let now = ink.app.shown_at(ink.now);
    let sign_in = format!("sign-in {}", wording::sign_in(&account.facts, now));
    match account.next_refresh_at {
        Some(next) if next > now => [
            format!("renews by itself at {}", moment(ink, next)),
            sign_in,
        ],
        Some(_) => ["renews by itself now".into(), sign_in],
        None => [sign_in, String::new()],
    }
}
