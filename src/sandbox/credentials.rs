//! Clients as their owner downloads them: `credentials.json`, pointing at this sandbox.

use serde_json::json;

use super::world::{ClientKey, World};
use crate::domain::client::{ClientKind, Publishing};
use crate::domain::secret::Secret;

/// What the console would show of a client.
#[derive(Debug, Clone)]
pub struct ClientCard {
    pub name: String,
    pub client_id: String,
    pub secret: Secret,
    pub kind: ClientKind,
    pub project: String,
    pub publishing: Publishing,
}

pub(super) fn cards(world: &World) -> Vec<ClientCard> {
    world
        .directory
        .clients()
        .map(|key| card(world, key))
        .collect()
}

fn card(world: &World, key: ClientKey) -> ClientCard {
    let client = &world.directory[key];
    let project = &world.directory[client.project];
    ClientCard {
        name: client.name.clone(),
        client_id: client.id.clone(),
        secret: Secret::new(client.secrets.last().cloned().unwrap_or_default()),
        kind: client.kind,
        project: project.name.clone(),
        publishing: project.publishing,
    }
}

/// The ID of the first client, which is the one most callers want.
pub(super) fn first(world: &World) -> Option<String> {
    let key = world.directory.clients().next()?;
    Some(world.directory[key].id.clone())
}

/// The file for a client, by ID or name.
pub(super) fn file(world: &World, client: &str) -> Option<String> {
    let key = world.directory.client_called(client)?;
    let client = &world.directory[key];
    let project = &world.directory[client.project];
    let redirect_uris = match client.kind {
        ClientKind::Installed => vec!["http://localhost".to_owned()],
        ClientKind::Web => client.redirect_uris.clone(),
    };
    let body = json!({
        "client_id": client.id,
        "project_id": project.name.to_lowercase().replace(' ', "-"),
        "auth_uri": format!("{}/o/oauth2/auth", world.base_url),
        "token_uri": format!("{}/token", world.base_url),
        "auth_provider_x509_cert_url": format!("{}/oauth2/v3/certs", world.base_url),
        "client_secret": client.secrets.last(),
        "redirect_uris": redirect_uris,
    });
    Some(json!({ client.kind.as_str(): body }).to_string())
}
