//! The consent round trip, a page at a time. What comes next follows from the request and from
//! what the person did so far, which every page carries along: no cookies, no script, no session.

mod page;

use super::message::{Params, Reply};
use super::world::{AccountKey, Asked, ErrorPage, Scopes, World};
use crate::domain::account::Email;
use crate::domain::client::Publishing;
use crate::domain::time::Timestamp;

/// Where every form is sent.
pub(crate) const PATH: &str = "/signin/oauth/consent";

/// What the person did so far.
#[derive(Debug, Clone, Default)]
struct Progress {
    email: Option<String>,
    /// The warning was passed.
    warned: bool,
    decision: Option<AllowScopes>,
}

/// The decision on the last page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowScopes {
    /// Every box ticked.
    All,
    /// These boxes ticked; sign-in scopes come along, as they have no box.
    Only(Vec<String>),
    Deny,
}

/// A whole consent, for tests that have no browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentChoice {
    pub email: String,
    pub allow_scopes: AllowScopes,
}

enum Step {
    /// With what was wrong with the address that was typed.
    Choose {
        why: Option<String>,
    },
    Warn(AccountKey),
    Ask(AccountKey),
    Redirect(String),
}

/// GET of the authorization endpoint.
pub(crate) fn begin(world: &mut World, query: &str, now: Timestamp) -> Reply {
    show(world, query, &Progress::default(), now)
}

/// A form of one of the pages.
pub(crate) fn proceed(world: &mut World, form: &Params, now: Timestamp) -> Reply {
    let other = form.get("other").map(str::trim);
    let decision = match form.get("decision") {
        Some("allow") => Some(AllowScopes::Only(
            form.all("scope").map(str::to_owned).collect(),
        )),
        Some("deny") => Some(AllowScopes::Deny),
        _ => None,
    };
    let progress = Progress {
        email: form.get("email").or(other).map(str::to_owned),
        warned: form.get("warned").is_some(),
        decision,
    };
    show(
        world,
        form.get("request").unwrap_or_default(),
        &progress,
        now,
    )
}

/// The same walk without pages: the redirect at its end, or the page that Google would not leave.
pub(crate) fn walk(
    world: &mut World,
    query: &str,
    choice: ConsentChoice,
    now: Timestamp,
) -> Result<String, ErrorPage> {
    let asked = world.read_request(query)?;
    let ConsentChoice {
        email,
        allow_scopes,
    } = choice;
    let mut progress = Progress::default();
    loop {
        match next(world, &asked, &progress, now)? {
            Step::Redirect(url) => return Ok(url),
            Step::Choose { why: Some(why) } => {
                return Err(ErrorPage {
                    status: 400,
                    error: "invalid_request",
                    words: why,
                });
            }
            Step::Choose { why: None } => progress.email = Some(email.clone()),
            // Somebody with another account in mind leaves the one that the hint brought up.
            Step::Warn(_) | Step::Ask(_) if progress.email.is_none() => {
                progress.email = Some(email.clone());
            }
            Step::Warn(_) => progress.warned = true,
            Step::Ask(_) => progress.decision = Some(allow_scopes.clone()),
        }
    }
}

fn show(world: &mut World, query: &str, progress: &Progress, now: Timestamp) -> Reply {
    let asked = match world.read_request(query) {
        Ok(asked) => asked,
        Err(error) => return page::error(&error),
    };
    match next(world, &asked, progress, now) {
        Ok(Step::Choose { why }) => page::choose(world, &asked, why.as_deref()),
        Ok(Step::Warn(account)) => page::warn(world, &asked, account),
        Ok(Step::Ask(account)) => page::ask(world, &asked, account),
        Ok(Step::Redirect(url)) => Reply::redirect(url),
        Err(error) => page::error(&error),
    }
}

fn next(
    world: &mut World,
    asked: &Asked,
    progress: &Progress,
    now: Timestamp,
) -> Result<Step, ErrorPage> {
    if asked.prompts("none") {
        return Ok(Step::Redirect(without_a_person(world, asked, now)));
    }
    let account = match &progress.email {
        Some(text) => match Email::parse(text) {
            Ok(email) => world.directory.persona(&email),
            Err(why) => {
                return Ok(Step::Choose {
                    why: Some(why.to_string()),
                });
            }
        },
        None => match hinted(world, asked) {
            Some(account) if !asked.prompts("select_account") => account,
            _ => return Ok(Step::Choose { why: None }),
        },
    };
    world.check_audience(asked, account)?;
    if !asked.prompts("consent") && world.is_agreed(asked, account) {
        let scopes = asked.scopes.clone();
        return Ok(Step::Redirect(
            world.approve(asked, account, scopes, false, now),
        ));
    }
    if progress.decision == Some(AllowScopes::Deny) {
        return Ok(Step::Redirect(asked.deny()));
    }
    if warns(world, asked) && !progress.warned {
        return Ok(Step::Warn(account));
    }
    Ok(match &progress.decision {
        None => Step::Ask(account),
        Some(decision) => {
            let scopes = allowed(world, asked, decision);
            Step::Redirect(if scopes.is_empty() {
                asked.deny()
            } else {
                world.approve(asked, account, scopes, true, now)
            })
        }
    })
}

/// `prompt=none`: a code if nothing is left to ask, else a refusal.
fn without_a_person(world: &mut World, asked: &Asked, now: Timestamp) -> String {
    let mut accounts = world.directory.accounts();
    let sole = accounts.next().filter(|_| accounts.next().is_none());
    let account = match &asked.login_hint {
        Some(_) => hinted(world, asked),
        None => sole,
    };
    match account {
        Some(account)
            if world.is_agreed(asked, account) && world.check_audience(asked, account).is_ok() =>
        {
            world.approve(asked, account, asked.scopes.clone(), false, now)
        }
        _ => asked.interaction_required(),
    }
}

fn hinted(world: &World, asked: &Asked) -> Option<AccountKey> {
    world.directory.account(asked.login_hint.as_deref()?)
}

/// Apps in Testing and apps that Google has not looked at put a page in front.
fn warns(world: &World, asked: &Asked) -> bool {
    let project = &world.directory[world.directory[asked.client].project];
    match project.publishing {
        Publishing::Testing => true,
        Publishing::Internal => false,
        Publishing::Production | Publishing::Unknown => {
            !project.verified && !asked.scopes.beyond_sign_in().is_empty()
        }
    }
}

/// Scopes that need a box: those beyond sign-in, unless the habit spares a single one.
fn boxed(world: &World, asked: &Asked) -> Scopes {
    let scopes = asked.scopes.beyond_sign_in();
    if world.habits.single_scope_without_box && scopes.iter().count() == 1 {
        Scopes::default()
    } else {
        scopes
    }
}

fn allowed(world: &World, asked: &Asked, decision: &AllowScopes) -> Scopes {
    let boxed = boxed(world, asked);
    let ticked = |scope: &str| match decision {
        AllowScopes::All => true,
        AllowScopes::Only(ticked) => ticked.iter().any(|t| t == scope),
        AllowScopes::Deny => false,
    };
    asked
        .scopes
        .iter()
        .filter(|scope| !boxed.contains(scope) || ticked(scope))
        .map(str::to_owned)
        .collect()
}
