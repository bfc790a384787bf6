//! Ending a grant at Google.

use tokio::time::Instant;

use super::{Crew, Landed, Report};
use crate::domain::account::AccountId;
use crate::domain::secret::Secret;
use crate::google::ClientAuth;
use crate::service::error::GateError;

impl Crew {
    /// Ends the grant at Google. Nothing is dropped here unless Google confirmed it.
    pub(in crate::service) async fn revoke(self, id: AccountId, deadline: Instant) -> Landed {
        let Ok(_seat) = self.seats.clone().acquire_owned().await else {
            return Report::Gone.into();
        };
        let lock = match self.store.lock(id, deadline).await {
            Ok(Some(lock)) => lock,
            Ok(None) => return Report::LockBusy.into(),
            Err(error) => return Report::Broke(error).into(),
        };
        let report = match self.revocable(id).await {
            Ok(Some((token, client))) => match self.google.revoke(&token, client.as_ref()).await {
                Ok(revoked) => Report::Revoked(revoked),
                Err(fault) => Report::NotRevoked(fault),
            },
            // Another process ended it since we looked.
            Ok(None) => Report::SignedOut,
            Err(error) => Report::Broke(error),
        };
        Landed {
            report,
            lock: Some(lock),
        }
    }

    /// The refresh token, or the access token where none ever came: either ends the whole grant.
    async fn revocable(
        &self,
        id: AccountId,
    ) -> Result<Option<(Secret, Option<ClientAuth>)>, GateError> {
        let (material, access) = self
            .store
            .with(move |vault| Ok((vault.material(id)?, vault.access_token(id)?)))
            .await?;
        let access = access.map(|(_, token)| (token, None));
        Ok(material.map_or(access, |material| {
            let client = self.auth(&material);
            Some((material.refresh_token, Some(client)))
        }))
    }
}
