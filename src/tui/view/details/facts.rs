//! What there is to say about one account, fact by fact, before it is laid out.

use crate::domain::event::Result;
use crate::domain::outlook;
use crate::domain::problem::Problem;
use crate::domain::scope::short;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Span, Timestamp};
use crate::domain::wording::{self, ago, date};
use crate::tui::theme::Role;
use crate::tui::view::ink::Ink;
use crate::tui::view::row::life;

/// A fact and its name, before it is broken into lines.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) words: Vec<String>,
    pub(super) role: Role,
}

pub(super) fn facts(ink: &Ink<'_>, account: &AccountView) -> Vec<Vec<Fact>> {
    let problem = account.problem(&ink.app.snapshot.policy, ink.now);
    let groups = vec![
        problem.map(|p| why(&p)).unwrap_or_default(),
        clocks(ink, account),
        about(ink, account),
        vec![fact(
            "SHELL",
            format!("gatepost token {}", ink.address(account.shell_name())),
        )],
    ];
    groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect()
}

fn fact(name: &'static str, words: impl Into<String>) -> Fact {
    Fact {
        name,
        words: vec![words.into()],
        role: Role::Text,
    }
}

fn why(problem: &Problem) -> Vec<Fact> {
    let mut facts = vec![fact("WHY", problem.message.clone())];
    if let Some(cause) = &problem.cause {
        let words =
            std::iter::once(cause.text.clone()).chain(cause.facts.iter().map(|f| format!("- {f}")));
        facts.push(Fact {
            words: words.collect(),
            ..fact("CAUSE", "")
        });
    }
    facts.push(Fact {
        role: Role::Strong,
        ..fact("NEXT", problem.remedy.clone())
    });
    facts
}

fn clocks(ink: &Ink<'_>, account: &AccountView) -> Vec<Fact> {
    let now = ink.app.shown_at(ink.now);
    let mut access = vec![access_left(ink, account, now)];
    if let Some(dates) = account.facts.access {
        let verb = if dates.is_live(now) { "ends" } else { "ended" };
        access.push(format!("{verb} {}", ink.moment(dates.expires_at)));
    }
    if let Some(next) = account.next_refresh_at {
        let when = if next <= now {
            "now".into()
        } else {
            format!("at {}", ink.moment(next))
        };
        access.push(format!("renews by itself {when}"));
    }
    let mut sign_in = vec![wording::sign_in(&account.facts, now)];
    sign_in.extend(outlook::end(&account.facts).map(|end| format!("until {}", date(end))));
    let given = account.facts.grant.as_ref().and_then(|g| g.granted_at);
    sign_in.extend(given.map(|at| format!("given {}", date(at))));
    vec![
        Fact {
            words: access,
            ..fact("ACCESS", "")
        },
        Fact {
            words: sign_in,
            ..fact("SIGN-IN", "")
        },
    ]
}

/// The countdown with its gauge.
pub(super) fn access_left(ink: &Ink<'_>, account: &AccountView, now: Timestamp) -> String {
    let left = account.facts.access.map(|a| a.left(now));
    let words = wording::access(left);
    if left.is_none_or(|left| left <= Span::zero()) {
        return words;
    }
    let glyphs = ink.glyphs();
    let full = (life(account, now) * 10.0).round().clamp(1.0, 10.0) as usize;
    format!(
        "{words} left {}{}",
        glyphs.full.repeat(full),
        glyphs.empty.repeat(10 - full)
    )
}

fn about(ink: &Ink<'_>, account: &AccountView) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(grant) = &account.facts.grant {
        facts.push(fact("SCOPES", scopes(account)));
        let missing: Vec<_> = account
            .facts
            .missing_scopes()
            .iter()
            .map(|s| short(s).to_owned())
            .collect();
        if !missing.is_empty() {
            facts.push(fact("MISSING", missing.join(" ")));
        }
        if !grant.verified {
            facts.push(fact("IMPORT", "not tried with Google yet"));
        }
    }
    facts.extend(
        account
            .checked
            .as_ref()
            .map(|_| fact("CHECKED", checked(ink, account))),
    );
    facts.push(fact("CLIENT", client(account)));
    facts.extend(
        (!account.handed_out.is_empty()).then(|| fact("USED BY", handed_out(ink, account))),
    );
    facts
        .extend((!account.recent.is_empty()).then(|| fact("LATEST", recent(ink, &account.recent))));
    if !account.dies_with.is_empty() {
        facts.push(fact(
            "SHARES",
            format!("its grant with {}", account.dies_with.join(", ")),
        ));
    }
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

pub(super) fn checked(ink: &Ink<'_>, account: &AccountView) -> String {
    account.checked.as_ref().map_or_else(
        || "never".into(),
        |c| format!("{}: {}", ago(c.at, ink.now), c.line),
    )
}

pub(super) fn client(account: &AccountView) -> String {
    let name = account.client.clone().unwrap_or_else(|| "none".into());
    match account.facts.client.publishing.as_str() {
        "unknown" => name,
        publishing => format!("{name} ({publishing})"),
    }
}

pub(super) fn handed_out(ink: &Ink<'_>, account: &AccountView) -> String {
    let each = account
        .handed_out
        .iter()
        .map(|h| format!("{} {}", h.program, ago(h.at, ink.now)));
    each.collect::<Vec<_>>().join(", ")
}

/// One mark for each of the latest refreshes, the newest at the right.
pub(super) fn recent(ink: &Ink<'_>, results: &[Result]) -> String {
    let glyphs = ink.glyphs();
    let mark = |result: &Result| match result {
        Result::Done => glyphs.done,
        Result::Failed => "!",
        Result::Refused => glyphs.failed,
        Result::Cancelled => "-",
    };
    results.iter().map(mark).collect()
}

/// What to say of an account that has no problem.
pub(super) fn calm(ink: &Ink<'_>, account: &AccountView) -> String {
    let now = ink.app.shown_at(ink.now);
    let sign_in = wording::sign_in(&account.facts, now);
    match account.next_refresh_at {
        Some(next) if next > now => {
            let at = ink.moment(next);
            format!("nothing to do: renews by itself at {at}; sign-in {sign_in}")
        }
        _ => format!("nothing to do; sign-in {sign_in}"),
    }
}
