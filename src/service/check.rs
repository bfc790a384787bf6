//! Testing a client's ID and secret without a user, before it is stored and after. Nothing is
//! written: what is found is for the person who asked.

use super::actor::Actor;
use super::ask::ClientAsk;
use super::error::GateError;
use super::gate::{Entry, Gate};
use super::import::derived_name;
use crate::domain::account::ClientId;
use crate::domain::client::{Client, ClientKind, Publishing};
use crate::domain::client_check::ClientCheck;
use crate::google::ClientAuth;

impl Gate {
    /// Asks Google about a client that is stored.
    pub async fn check_client(&self, id: ClientId) -> Result<ClientCheck, GateError> {
        let auth = self.book(|reply| Entry::ClientAuth(id, reply)).await?;
        Ok(self.google.check_client(&auth).await)
    }

    /// Asks Google about a client that is not stored yet.
    pub async fn try_client(&self, ask: &ClientAsk) -> ClientCheck {
        let known = self.known_client(&ask.client_id);
        let token_uri = ask.token_uri.clone();
        let token_uri = token_uri.or_else(|| known.and_then(|client| client.token_uri));
        let auth = ClientAuth {
            client_id: ask.client_id.clone(),
            secret: ask.secret.clone(),
            token_endpoint: self.token_endpoint(token_uri),
        };
        self.google.check_client(&auth).await
    }

    /// A name for a client that comes without one, if it needs one.
    pub fn name_for_client(&self, client_id: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let first = snapshot.clients.is_empty();
        let known = snapshot.clients.iter().any(|c| c.client_id == client_id);
        (!first && !known).then(|| derived_name(client_id, &snapshot.clients))
    }

    pub(super) fn known_client(&self, client_id: &str) -> Option<Client> {
        let snapshot = self.snapshot();
        let mut clients = snapshot.clients.iter();
        clients.find(|c| c.client_id == client_id).cloned()
    }

    /// Where the secret of a client with this `token_uri` may be sent: there, or to Google,
    /// unless somebody set another place by hand.
    pub(super) fn token_endpoint(&self, token_uri: Option<String>) -> String {
        self.google.endpoints().token_for(&Client {
            id: ClientId(0),
            name: String::new(),
            client_id: String::new(),
            kind: ClientKind::Installed,
            project: None,
            publishing: Publishing::Unknown,
            auth_uri: None,
            token_uri,
            redirect_uris: Vec::new(),
            fault: None,
            added_at: self.clock.now(),
        })
    }
}

impl Actor {
    pub(super) async fn client_auth(&self, id: ClientId) -> Result<ClientAuth, GateError> {
        let client = self.client(id)?;
        let read = self
            .crew
            .store
            .with(move |vault| vault.client_secret(id))
            .await;
        Ok(ClientAuth {
            client_id: client.client_id.clone(),
            secret: read?,
            token_endpoint: self.crew.google.endpoints().token_for(client),
        })
    }
}
