//! Tells Google to forget a grant. The token travels in the form, never in an address. What else
//! dies with it is for the caller to know.

use super::verdict::{self, Asked};
use super::{Google, form};
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
    /// Revokes the whole grant that a refresh or access token belongs to.
    pub async fn revoke(&self, token: &Secret) -> Result<Revoked, Fault> {
        let address = &self.endpoints().revocation;
        let request = form(address, &[("token", token.expose())])
            .map_err(|_| self.unsendable("revocation"))?;
        match self.ask(Asked::Revoke, request, &[token]).await {
            Ok(_) => Ok(Revoked::Confirmed),
            Err(fault) if verdict::is_already_dead(&fault) => Ok(Revoked::AlreadyDead),
            Err(fault) => Err(fault),
        }
    }
}
