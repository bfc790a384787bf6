//! POST /revoke: either kind of token ends the whole grant, for all clients of the project.

use serde_json::json;

use super::super::message::{Params, Reply};
use super::World;
use super::grants::Claim;
use super::issue::with_token_headers;
use super::refusal::Refusal;
use crate::domain::time::Timestamp;

impl World {
    pub(crate) fn revoke(&mut self, params: &Params, now: Timestamp) -> Reply {
        let reply = match self.revoke_token(params, now) {
            Ok(()) => Reply::json(200, &json!({})),
            Err(refusal) => refusal.reply(),
        };
        with_token_headers(reply)
    }

    fn revoke_token(&mut self, params: &Params, now: Timestamp) -> Result<(), Refusal> {
        let token = params.get("token").ok_or(Refusal::Missing("token"))?;
        let claim = self.live_claim(token, now).ok_or(Refusal::TokenGone)?;
        let (account, project) = (claim.account, self.directory[claim.client].project);
        if self.grants.revoke(account, project, now) {
            Ok(())
        } else {
            Err(Refusal::TokenGone)
        }
    }

    fn live_claim(&self, token: &str, now: Timestamp) -> Option<&Claim> {
        let refresh = self.grants.refresh.get(token);
        let refresh = refresh
            .filter(|token| !token.has_lapsed(now))
            .map(|t| &t.claim);
        let access = self.grants.access.get(token);
        let access = access
            .filter(|token| token.expires_at > now)
            .map(|t| &t.claim);
        refresh
            .or(access)
            .filter(|claim| self.grants.revoked_at(claim).is_none())
            .filter(|claim| !self.outdated_by_password(claim))
    }
}
