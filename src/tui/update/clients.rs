//! The OAuth clients: their publishing status, their ID for the clipboard, and removing one.

use crate::domain::account::ClientId;
use crate::domain::client::{Client, Publishing};
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::{Effect, Tone};
use crate::tui::modal::{Choice, Item, Menu, Modal};

impl App {
    /// The client under the cursor of the clients' page.
    fn chosen_client(&self) -> Option<&Client> {
        let Some(Modal::Clients(scroll)) = self.modals.last() else {
            return None;
        };
        let clients = &self.snapshot.clients;
        clients.get(scroll.at.min(clients.len().saturating_sub(1)))
    }

    pub(super) fn act_in_clients(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        let Some(client) = self.chosen_client().cloned() else {
            return Vec::new();
        };
        match action {
            Action::ClientCopy => {
                return vec![Effect::CopyText {
                    what: "client ID",
                    text: client.client_id,
                }];
            }
            Action::ClientRemove => self.ask_to_remove_client(client.id, now),
            _ => self.modals.push(Modal::Menu(Menu::publishing(&client))),
        }
        Vec::new()
    }

    /// A client in use stays: its accounts could not renew themselves without it.
    pub(super) fn ask_to_remove_client(&mut self, id: ClientId, now: Timestamp) {
        let Some(client) = self.snapshot.clients.iter().find(|c| c.id == id) else {
            return;
        };
        let name = safe(&client.name);
        let users: Vec<&str> = self.snapshot.users_of(&client.name).collect();
        if users.is_empty() {
            let menu = Menu::remove_client(client);
            self.modals.push(Modal::Menu(menu));
            return;
        }
        let named = users.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = match users.len().saturating_sub(3) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let text = format!(
            "client {name} stays: {named}{more} sign in with it; remove or move them first \
             (reauth --client in a shell)"
        );
        self.toast(Tone::Warning, text, now);
    }
}

impl Menu {
    fn publishing(client: &Client) -> Self {
        let item = |key, label: &str, to| Item {
            key: Some(key),
            label: label.to_owned(),
            choice: Choice::Publishing(client.id, to),
        };
        let items = vec![
            item('t', "Testing: ends after 7 days", Publishing::Testing),
            item('p', "Production: no set end", Publishing::Production),
            item('i', "Internal: one organisation", Publishing::Internal),
        ];
        let at = match client.publishing {
            Publishing::Production => 1,
            Publishing::Internal => 2,
            _ => 0,
        };
        Self {
            title: format!("Status of {}", safe(&client.name)),
            items,
            at,
            about: vec![
                "As the Google console shows it, under Google Auth Platform > Audience. Google \
                 tells no program; gatepost warns by what you say here, and changes nothing there."
                    .into(),
            ],
        }
    }

    fn remove_client(client: &Client) -> Self {
        let item = |label: &str, choice| Item {
            key: None,
            label: label.to_owned(),
            choice,
        };
        Self {
            title: format!("Remove client {}", safe(&client.name)),
            items: vec![
                item("Cancel", Choice::Close),
                item("Remove from this machine", Choice::RemoveClient(client.id)),
            ],
            at: 0,
            about: vec![
                "No account uses it. Its secret is deleted here; at Google nothing changes, and \
                 its JSON file brings it back."
                    .into(),
            ],
        }
    }
}
