//! Tells Google to forget a grant. The token travels in the form, never in an address. What else
//! dies with it is for the caller to know.

use super::verdict::{self, Asked};
use super::{ClientAuth, Google, form};
use crate::domain::fault::Fault;
use crate::domain::secret::Secret;

/// Either way the grant is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    Confirmed,
    /// Google knew nothing of the token any more.
    AlreadyDead,
}

impl Google {
    /// Revokes the whole grant that a refresh or access token belongs to. Google takes the token
    /// alone; other authorities may insist on the client, as RFC 7009 tells them to, and then are
    /// told it.
    pub async fn revoke(
        &self,
        token: &Secret,
        client: Option<&ClientAuth>,
    ) -> Result<Revoked, Fault> {
        match (self.ask_to_revoke(token, None).await, client) {
            (Err(fault), Some(client)) if verdict::wants_the_client(&fault) => {
                self.ask_to_revoke(token, Some(client)).await
            }
            (answer, _) => answer,
        }
    }

    async fn ask_to_revoke(
        &self,
        token: &Secret,
        client: Option<&ClientAuth>,
    ) -> Result<Revoked, Fault> {
        let address = &self.endpoints().revocation;
        let secret = client.and_then(|client| client.secret.as_ref());
        let mut pairs = vec![("token", token.expose())];
        pairs.extend(client.map(|client| ("client_id", client.client_id.as_str())));
        pairs.extend(secret.map(|secret| ("client_secret", secret.expose())));
        let request = form(address, &pairs).map_err(|_| self.unsendable("revocation"))?;
        let sent: Vec<&Secret> = std::iter::once(token).chain(secret).collect();
        match self.ask(Asked::Revoke, request, &sent).await {
            Ok(_) => Ok(Revoked::Confirmed),
            Err(fault) if verdict::is_already_dead(&fault) => Ok(Revoked::AlreadyDead),
            Err(fault) => Err(fault),
        }
    }
}
