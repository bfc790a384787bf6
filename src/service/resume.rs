//! Finishing what a crash cut short: candidates that were stored and never promoted.

use std::time::Duration;

use tokio::time::Instant;

use super::actor::Actor;
use super::error::GateError;
use super::gate::Arrival;
use crate::domain::event::What;
use crate::domain::fault::Diagnosis;
use crate::domain::time::Span;
use crate::google::TokenGrant;
use crate::vault::{Candidate, NewGrant, Vault};

/// A younger candidate may belong to a consent that another process is finishing right now.
const LEFT_BEHIND_AFTER: Span = Span::minutes(2);
/// Starting up does not wait longer than this for all of them.
const PATIENCE: Duration = Duration::from_secs(8);

impl Actor {
    pub(super) async fn resume_candidates(&mut self) -> Result<(), GateError> {
        let candidates = self.crew.store.with(|vault| vault.candidates()).await?;
        let deadline = Instant::now() + PATIENCE;
        for candidate in candidates {
            // Imports carry no date; they are over in a moment, so any that is left was cut short.
            let stored_at = candidate.grant.granted_at.unwrap_or_default();
            if self.crew.clock.now() - stored_at > LEFT_BEHIND_AFTER {
                self.resume(candidate, deadline).await?;
            }
        }
        Ok(())
    }

    /// Verified by one refresh, like an import. A passing failure leaves it for the next start.
    async fn resume(&mut self, candidate: Candidate, deadline: Instant) -> Result<(), GateError> {
        let id = candidate.grant.id;
        let Some(material) = candidate.material else {
            return self.crew.store.with(move |vault| vault.discard(id)).await;
        };
        let answer = self.crew.ask_google(&material, 1, deadline).await;
        let answer = match answer.and_then(TokenGrant::of_known_owner) {
            Ok(answer) => answer,
            Err(fault) if fault.diagnosis == Diagnosis::Reauth => {
                tracing::info!("a sign-in that was cut short is no longer accepted; dropped");
                return self.crew.store.with(move |vault| vault.discard(id)).await;
            }
            Err(_) => return Ok(()),
        };
        // Moved out of the way of the answer's other parts.
        let owner = match &answer.claims {
            Some(claims) => Some((claims.sub.clone(), claims.email.clone().unwrap_or_default())),
            None => self
                .crew
                .google
                .userinfo(&answer.access_token)
                .await
                .ok()
                .map(|o| (o.sub, o.email.unwrap_or_default())),
        };
        let mut grant = NewGrant {
            account: candidate.account,
            email: candidate.email,
            sub: candidate.sub,
            client: candidate.grant.client,
            requested: candidate.grant.requested,
            granted: answer.scopes.clone().unwrap_or(candidate.grant.granted),
            token_endpoint: candidate.grant.token_endpoint,
            granted_at: candidate.grant.granted_at,
            expires_at: answer.grant_expires_at.or(candidate.grant.expires_at),
            refresh_token: Some(answer.refresh_token.unwrap_or(material.refresh_token)),
            access: Some((answer.access, answer.access_token)),
            verified: true,
        };
        if let Some((sub, email)) = owner {
            let someone_else = grant
                .account
                .and_then(|id| self.roster.account(id))
                .is_some_and(|known| !known.sub.is_empty() && known.sub != sub);
            if someone_else {
                return self.crew.store.with(move |vault| vault.discard(id)).await;
            }
            grant.sub = sub;
            if !email.is_empty() {
                grant.email = email;
            }
        }
        if grant.email.is_empty() {
            return Ok(());
        }
        let named = {
            let grant = grant.clone();
            let renew = move |vault: &mut Vault| {
                let named = vault.store_candidate(&grant)?;
                vault.discard(id)?;
                Ok(named)
            };
            self.crew.store.insist(renew).await?
        };
        let arrival = Arrival {
            by: What::Consent,
            label: None,
        };
        self.promote(named, grant, arrival).await?;
        Ok(())
    }
}
