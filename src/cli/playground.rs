//! The playground: what a person can make happen at the sandbox's Google from the screen. Calls
//! the hand behind the scenes and says what it did; gatepost has to find out by itself.

use std::collections::{HashMap, HashSet};

use tokio::sync::mpsc;

use crate::domain::time::Span;
use crate::sandbox::{Control, Endpoint, Fault, FaultKind, Sandbox, Standing, Unknown};
use crate::tui::{Playground, PlaygroundChoice, PlaygroundEntry};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Trick {
    Revoke,
    Password,
    SessionControl,
    ExpireAccess,
    Client,
    Throttle,
    Down,
    Offline,
    HourPasses,
}

/// Key, what it does, and whether it concerns the account under the cursor.
const TRICKS: [(Trick, char, &str, bool); 9] = [
    (
        Trick::Revoke,
        'r',
        "revoke its access behind our back",
        true,
    ),
    (Trick::Password, 'p', "change its password", true),
    (
        Trick::SessionControl,
        's',
        "its organisation wants a new sign-in, or no longer",
        true,
    ),
    (Trick::ExpireAccess, 'x', "end its access token early", true),
    (
        Trick::Client,
        'c',
        "delete its OAuth client, or restore it",
        true,
    ),
    (
        Trick::Throttle,
        't',
        "Google limits requests for 30 s",
        false,
    ),
    (Trick::Down, 'd', "Google is down for 30 s", false),
    (
        Trick::Offline,
        'o',
        "the network goes away, or comes back",
        false,
    ),
    (Trick::HourPasses, 'h', "an hour passes", false),
];

const THROTTLE_SECONDS: u32 = 30;

/// The playground, and the task that has to run beside the screen.
pub(super) fn open(sandbox: &Sandbox) -> (Playground, impl Future<Output = ()> + 'static) {
    let (choose, mut chosen) = mpsc::unbounded_channel::<PlaygroundChoice>();
    let (say, said) = mpsc::unbounded_channel();
    let mut hand = Hand {
        control: sandbox.control(),
        clients: sandbox
            .samples()
            .iter()
            .map(|sample| (sample.spec.email.clone(), sample.spec.client.clone()))
            .collect(),
        on: HashSet::new(),
    };
    let playground = Playground {
        title: "Sandbox: make something happen at Google".into(),
        entries: TRICKS.map(entry).to_vec(),
        choose,
        said,
    };
    let work = async move {
        while let Some(choice) = chosen.recv().await {
            let line = hand
                .play(&choice)
                .unwrap_or_else(|unknown| unknown.to_string());
            if say.send(line).is_err() {
                break;
            }
        }
    };
    (playground, work)
}

fn entry((_, key, label, about_account): (Trick, char, &str, bool)) -> PlaygroundEntry {
    PlaygroundEntry {
        key,
        label: label.to_owned(),
        about_account,
    }
}

struct Hand {
    control: Control,
    /// Each account's client, by name.
    clients: HashMap<String, String>,
    /// What is switched on, and for whom.
    on: HashSet<(Trick, String)>,
}

impl Hand {
    fn play(&mut self, choice: &PlaygroundChoice) -> Result<String, Unknown> {
        let Some((trick, ..)) = TRICKS.get(choice.entry) else {
            return Err(Unknown("such trick".into()));
        };
        let email = choice.email.as_deref().unwrap_or_default();
        let control = self.control.clone();
        Ok(match trick {
            Trick::Revoke => {
                control.revoke(email)?;
                format!("{email}: access was removed at Google; the next refresh will tell")
            }
            Trick::Password => {
                control.change_password(email)?;
                format!("{email}: the password was changed; sign-ins that reach mail are dead")
            }
            Trick::SessionControl => {
                let on = self.switch(*trick, email);
                control.session_control(email, on)?;
                let word = if on { "wants" } else { "no longer wants" };
                format!("{email}: the organisation {word} a new sign-in")
            }
            Trick::ExpireAccess => {
                control.expire_access(email)?;
                format!("{email}: Google ended the access token early")
            }
            Trick::Client => self.client(email)?,
            Trick::Throttle => {
                control.add_fault(strike(429));
                "Google limits requests for 30 s".into()
            }
            Trick::Down => {
                control.add_fault(strike(503));
                "Google is down for 30 s".into()
            }
            Trick::Offline => {
                let off = self.switch(*trick, "");
                control.set_offline(off);
                let word = if off { "gone" } else { "back" };
                format!("the network is {word}")
            }
            Trick::HourPasses => {
                control.step_clock(Span::hours(1));
                "an hour has passed".into()
            }
        })
    }

    fn client(&mut self, email: &str) -> Result<String, Unknown> {
        let client = self.clients.get(email).map_or("default", String::as_str);
        let client = client.to_owned();
        let deleted = self.switch(Trick::Client, &client);
        let (standing, word) = if deleted {
            (Standing::Deleted, "deleted")
        } else {
            (Standing::Active, "restored")
        };
        self.control.set_client(&client, standing)?;
        Ok(format!("OAuth client `{client}` was {word}"))
    }

    /// Turns it on, or off again.
    fn switch(&mut self, trick: Trick, whom: &str) -> bool {
        let key = (trick, whom.to_owned());
        let was_on = self.on.remove(&key);
        if !was_on {
            self.on.insert(key);
        }
        !was_on
    }
}

fn strike(code: u16) -> Fault {
    let kind = FaultKind::Status {
        code,
        retry_after: None,
        html: false,
    };
    Fault::at(Endpoint::Token, kind).seconds(THROTTLE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_used_once() {
        let keys: HashSet<char> = TRICKS.iter().map(|trick| trick.1).collect();
        assert_eq!(keys.len(), TRICKS.len());
    }
}
