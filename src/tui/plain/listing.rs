//! The lists: accounts with their numbers, the latest events, the OAuth clients.

use std::sync::Arc;

use super::desk::Desk;
use super::words;
use crate::domain::snapshot::AccountView;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;

/// A longer list is told in part: who needs a person, and how to hear the rest.
const SHORT: usize = 30;
const EVENTS: usize = 20;

impl Desk {
    pub(super) fn list(&mut self, part: Option<&str>, may_shorten: bool, now: Timestamp) {
        let snapshot = Arc::clone(&self.snapshot);
        let policy = &snapshot.policy;
        self.say(words::health(&snapshot, now));
        if snapshot.accounts.is_empty() {
            // Whoever is told how to begin needs no shorter word for it.
            if !snapshot.clients.is_empty() {
                self.say("Type add to sign one in.");
            } else if !may_shorten {
                self.say("First the OAuth client: type client; guide says how to make one.");
            }
            return;
        }
        let mut views: Vec<&AccountView> = snapshot.accounts.iter().map(AsRef::as_ref).collect();
        views.sort_by_key(|view| (view.state(policy, now), view.email.to_lowercase()));
        self.numbers = views.iter().map(|view| view.id).collect();
        let shortens = may_shorten && views.len() > SHORT;
        let rows = views.iter().enumerate();
        let rows = rows.filter(|(_, v)| !shortens || v.state(policy, now).needs_person());
        let rows = rows.map(|(n, view)| words::row(n + 1, view, policy, now));
        let part = part.map(str::to_lowercase);
        let wanted = |row: &String| part.as_ref().is_none_or(|p| row.to_lowercase().contains(p));
        let rows: Vec<String> = rows.filter(wanted).collect();
        if shortens {
            self.say("Those who need you; type list to hear all:");
        }
        self.say_all(rows);
    }

    /// Nothing is stored yet.
    pub(super) fn is_new(&self) -> bool {
        self.snapshot.clients.is_empty() && self.snapshot.accounts.is_empty()
    }

    pub(super) fn events(&mut self) {
        let snapshot = Arc::clone(&self.snapshot);
        if snapshot.events.is_empty() {
            return self.say("Nothing has happened yet.");
        }
        self.say("The latest events, newest first:");
        for event in snapshot.events.iter().take(EVENTS) {
            let line = words::event(event, &self.time(event.at));
            self.say(line);
        }
    }

    pub(super) fn clients(&mut self) {
        let snapshot = Arc::clone(&self.snapshot);
        if snapshot.clients.is_empty() {
            return self
                .say("There is no OAuth client yet: type client; guide says how to make one.");
        }
        for client in &snapshot.clients {
            let trouble = match &client.fault {
                Some(fault) => format!("; trouble: {}", safe(&fault.words())),
                None => String::new(),
            };
            self.say(format!(
                "{}: {}, {}, {}{trouble}",
                safe(&client.name),
                client.kind.as_str(),
                client.publishing.as_str(),
                safe(&client.client_id),
            ));
        }
    }
}
