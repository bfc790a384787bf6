//! Runs a person's own programs, and tells the desktop, when something happens to an account. Each
//! matter is claimed in the vault before its hook is started, so that of all processes one runs it,
//! at most once: a second alarm would teach people to ignore them, and the state itself stays to be
//! seen.
//!
//! What is started is a runner, which outlives us, ends the hook in time and logs how it ended:
//! nobody waits for a hook here.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::process::Stdio;

use tokio::process::Command;

use super::actor::Actor;
use crate::domain::account::AccountId;
use crate::domain::health::State;
use crate::domain::hook::{Hook, standing};
use crate::domain::outlook;
use crate::domain::problem::without_keys;
use crate::domain::schedule::Policy;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Timestamp, rfc3339};

/// Where a program that asked us for a token may keep it, when it starts us.
const TOKENS: [&str; 3] = [
    "GATEPOST_ACCESS_TOKEN",
    "CLOUDSDK_AUTH_ACCESS_TOKEN",
    "GOOGLE_OAUTH_ACCESS_TOKEN",
];
/// How Google's access tokens, refresh tokens and client secrets begin, under whatever name.
const BEGINNINGS: [&str; 3] = ["ya29.", "1//", "GOCSPX-"];

/// Which hooks there are.
#[derive(Debug, Clone, Default)]
pub struct Hooks {
    pub commands: BTreeMap<Hook, Vec<String>>,
    /// What runs them: the words before the hook's own.
    pub runner: Vec<OsString>,
    /// What tells the desktop, if it is to be told.
    pub notifier: Option<Vec<OsString>>,
}

impl Hooks {
    fn is_empty(&self) -> bool {
        self.commands.is_empty() && self.notifier.is_none()
    }

    /// What is to be started, program first: its hook, and the notification of what needs a person.
    fn listeners(&self, hook: Hook) -> Vec<(&'static str, Vec<OsString>)> {
        let mut found = Vec::new();
        if let Some(words) = self.commands.get(&hook) {
            let words = words.iter().map(OsString::from);
            found.push(("hook", self.runner.iter().cloned().chain(words).collect()));
        }
        if let Some(words) = self.notifier.as_ref().filter(|_| hook.needs_person()) {
            found.push(("notification", words.clone()));
        }
        found
    }
}

impl Actor {
    /// Looks for what stands and was not told yet.
    pub(super) async fn notice(&mut self) {
        if self.hooks.is_empty() {
            return;
        }
        let (policy, now) = (self.roster.policy(), self.crew.clock.now());
        let stands: Vec<_> = self
            .roster
            .views()
            .flat_map(|view| {
                standing(&view.facts, policy, now)
                    .into_iter()
                    .map(|one| (view.id, one))
            })
            .filter(|(_, one)| !self.hooks.listeners(one.matter.hook()).is_empty())
            .collect();
        self.told.retain(|known| stands.contains(known));
        let news: Vec<_> = stands
            .into_iter()
            .filter(|one| !self.told.contains(one))
            .collect();
        if news.is_empty() {
            return;
        }
        let asked = news.clone();
        match self.crew.store.with(move |vault| vault.claim(&asked)).await {
            Ok(claimed) => {
                self.told.extend(news);
                for (id, one) in claimed {
                    self.run_hook(id, one.matter.hook());
                }
            }
            // Without the record each process would run it: it waits for the next look.
            Err(error) => tracing::warn!(%error, "no hook was run"),
        }
    }

    /// Starts whatever is to hear of it, and does not look back.
    pub(super) fn run_hook(&self, id: AccountId, hook: Hook) {
        for (what, words) in self.hooks.listeners(hook) {
            self.start(id, hook, what, &words);
        }
    }

    fn start(&self, id: AccountId, hook: Hook, what: &'static str, words: &[OsString]) {
        let (Some((program, rest)), Some(view)) = (words.split_first(), self.roster.view(id))
        else {
            return;
        };
        let mut command = Command::new(program);
        command.args(rest);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for (name, value) in std::env::vars_os() {
            if holds_token(&name, &value) {
                command.env_remove(name);
            }
        }
        command.envs(environment(
            hook,
            view,
            self.roster.policy(),
            self.crew.clock.now(),
        ));
        // Dropped, a child is reaped as long as the runtime lives; it is not ended.
        match command.spawn() {
            Ok(_) => tracing::info!(account = view.email, hook = hook.as_str(), "{what} started"),
            Err(error) => tracing::warn!(%error, hook = hook.as_str(), "{what} not started"),
        }
    }
}

fn holds_token(name: &OsStr, value: &OsStr) -> bool {
    let value = value.to_string_lossy();
    let of_google = |beginning: &&str| value.split_whitespace().any(|w| w.starts_with(*beginning));
    TOKENS.iter().any(|known| name == *known) || BEGINNINGS.iter().any(of_google)
}

/// What a hook is told; a value that there is not is empty.
fn environment(
    hook: Hook,
    view: &AccountView,
    policy: &Policy,
    now: Timestamp,
) -> [(&'static str, String); 8] {
    let state = view.state(policy, now);
    let end = outlook::end(&view.facts).map(rfc3339).unwrap_or_default();
    let problem = view.problem(policy, now);
    let (code, reason, remedy) = match (hook, problem) {
        (Hook::Refreshed, _) | (_, None) => Default::default(),
        // A greater trouble beside it would speak of itself.
        (Hook::Ending, _) if state != State::Ending => (
            "sign-in-ending".into(),
            format!("the sign-in ends at {end}"),
            format!(
                "sign in before then: run `gatepost reauth {}`",
                view.shell_name()
            ),
        ),
        (_, Some(problem)) => {
            let remedy = without_keys(&problem.remedy);
            (problem.code, problem.message, remedy)
        }
    };
    [
        ("GATEPOST_HOOK", hook.as_str().into()),
        ("GATEPOST_ACCOUNT", view.email.clone()),
        ("GATEPOST_LABEL", view.label.clone().unwrap_or_default()),
        ("GATEPOST_STATE", state.as_str().into()),
        ("GATEPOST_CODE", code),
        ("GATEPOST_REASON", reason),
        ("GATEPOST_REMEDY", remedy),
        ("GATEPOST_ENDS_AT", end),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_place_and_by_its_beginning() {
        let holds = |name: &str, value: &str| holds_token(name.as_ref(), value.as_ref());
        assert!(holds("GATEPOST_ACCESS_TOKEN", "opaque"));
        assert!(holds("MINE", "ya29.abc") && holds("HEADER", "Authorization: Bearer ya29.abc"));
        assert!(holds("R", "1//0abc") && holds("S", "GOCSPX-abc"));
        assert!(!holds("NTFY_TOKEN", "tk_own") && !holds("PATH", "/usr/bin:/bin"));
    }
}
