//! What would become of a part of a file, as far as that can be said without asking Google and
//! without writing anything. Pure.

use super::derived_name;
use crate::domain::client::Client;
use crate::domain::service_account::{ServiceAccountKey, short};
use crate::domain::snapshot::Snapshot;
use crate::service::ask::Wishes;
use crate::service::files::{Held, Part};

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Google would be asked, and the sign-in stored if it is good.
    Import {
        /// `None` until Google is asked.
        email: Option<String>,
        client: String,
        new_client: bool,
    },
    AddClient {
        name: String,
    },
    /// The client is known, and stays as it is.
    KnownClient {
        name: String,
    },
    StoreKey {
        key_id: String,
        /// The one that gives way to it.
        before: Option<String>,
    },
    /// The service account's key is here, and stays as it is.
    KnownKey {
        key_id: String,
    },
    /// There is nothing in it; why.
    Skip {
        why: String,
    },
    /// It would be refused; why.
    Refuse {
        email: Option<String>,
        why: String,
    },
}

pub fn plan(part: &Part, wishes: &Wishes, snapshot: &Snapshot) -> Plan {
    let known = |client_id: &str| snapshot.clients.iter().find(|c| c.client_id == client_id);
    let new_name = |client_id: &str| {
        let named = wishes.client.clone();
        named.unwrap_or_else(|| derived_name(client_id, &snapshot.clients))
    };
    match &part.held {
        Held::Nothing(why) => Plan::Skip { why: why.clone() },
        Held::ServiceAccount(key) => {
            let known = snapshot.service_account(&key.email);
            plan_for_key(key, known.map(|known| known.key_id.as_str()), wishes.force)
        }
        Held::Client { ask, .. } => match known(&ask.client_id).filter(|_| !wishes.force) {
            Some(Client { name, .. }) => Plan::KnownClient { name: name.clone() },
            None => Plan::AddClient {
                // The first of all has no need to be told from others.
                name: match (&wishes.client, snapshot.clients.is_empty()) {
                    (None, true) => "default".into(),
                    _ => new_name(&ask.client_id),
                },
            },
        },
        Held::Grant(ask) => {
            let email = wishes.email.as_ref().or(ask.email.as_ref());
            let email = email.map(ToString::to_string);
            let client = match &ask.client_id {
                None => client_meant(wishes.client.as_deref(), &snapshot.clients)
                    .map(|client| (client.name.clone(), false)),
                Some(id) => Ok(known(id).map_or_else(
                    || (new_name(id), true),
                    |client| (client.name.clone(), false),
                )),
            };
            let works = email.as_deref().is_some_and(|email| works(email, snapshot));
            let why = match (&client, works && !wishes.force) {
                (Err(Some(name)), _) => format!("no OAuth client is called `{name}`"),
                (Err(None), _) => {
                    "it has no OAuth client in it; name one of yours with `--client NAME`".into()
                }
                (_, true) => "it has a working sign-in already; `--force` replaces it".into(),
                (Ok((client, new_client)), false) => {
                    return Plan::Import {
                        email,
                        client: client.clone(),
                        new_client: *new_client,
                    };
                }
            };
            Plan::Refuse { email, why }
        }
    }
}

fn plan_for_key(key: &ServiceAccountKey, stored: Option<&str>, force: bool) -> Plan {
    let key_id = key.key_id.clone();
    match stored {
        Some(stored) if !force && stored == key_id => Plan::KnownKey { key_id },
        Some(stored) if !force => Plan::Refuse {
            email: Some(key.email.clone()),
            why: format!(
                "it is stored with another key ({}); `--force` replaces it",
                short(stored)
            ),
        },
        stored => Plan::StoreKey {
            key_id,
            before: stored.map(str::to_owned),
        },
    }
}

fn works(email: &str, snapshot: &Snapshot) -> bool {
    let mut accounts = snapshot.accounts.iter();
    let account = accounts.find(|view| view.email.eq_ignore_ascii_case(email));
    account.is_some_and(|view| view.facts.can_refresh())
}

/// The client that is named; without a name, the only one. Otherwise the name that is no client's,
/// if one was given.
pub(super) fn client_meant<'a, 'b>(
    name: Option<&'b str>,
    clients: &'a [Client],
) -> Result<&'a Client, Option<&'b str>> {
    match (name, clients) {
        (Some(name), clients) => clients.iter().find(|c| c.name == name).ok_or(Some(name)),
        (None, [only]) => Ok(only),
        (None, _) => Err(None),
    }
}
