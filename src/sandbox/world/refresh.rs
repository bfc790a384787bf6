//! `grant_type=refresh_token`, and everything that can have ended one.

use serde_json::Value;

use super::super::message::{Params, Reply};
use super::World;
use super::directory::{ClientKey, Standing};
use super::grants::{Claim, RefreshToken};
use super::issue::Style;
use super::refusal::Refusal;
use super::scopes::Scopes;
use crate::domain::time::Timestamp;

impl World {
    pub(crate) fn refresh(
        &mut self,
        client: ClientKey,
        params: &Params,
        style: Style,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let text = params
            .get("refresh_token")
            .ok_or(Refusal::Missing("refresh_token"))?;
        let token = self.grants.refresh.get(text).ok_or_else(|| unknown(text))?;
        if token.claim.client != client {
            return Err(Refusal::ForeignToken);
        }
        self.check_alive(token, now)?;
        let (granted_at, ends_at) = (token.granted_at, token.ends_at);
        let whole = token.claim.clone();
        // The official Rust library says `scopes` where everybody else says `scope`.
        let asked = params.get("scope").or_else(|| params.get("scopes"));
        let claim = narrowed(&whole, asked)?;
        if let Some(token) = self.grants.refresh.get_mut(text) {
            token.last_used_at = now;
        }
        let access_token = self.mint_access(claim.clone(), true, style, now);
        let mut members = self.token_members(&access_token, &claim, None, now);
        if self.habits.rotates || style.rotate {
            if let Some(token) = self.grants.refresh.get_mut(text) {
                token.dead = true;
            }
            let next = self.mint_refresh(whole, granted_at, ends_at, style, now);
            members.insert("refresh_token".into(), next.into());
        }
        Ok(Reply::json(200, &Value::Object(members)))
    }

    fn check_alive(&self, token: &RefreshToken, now: Timestamp) -> Result<(), Refusal> {
        let claim = &token.claim;
        let account = &self.directory[claim.account];
        let project = &self.directory[self.directory[claim.client].project];
        if account.standing != Standing::Active {
            return Err(Refusal::AccountDeleted);
        }
        if token.has_lapsed(now)
            || self.grants.revoked_at(claim).is_some()
            || self.outdated_by_password(claim)
        {
            return Err(Refusal::TokenDead);
        }
        if account
            .session_limit
            .is_some_and(|since| token.granted_at <= since)
        {
            return Err(Refusal::InvalidRapt);
        }
        if project.restricted.contains(account.domain()) {
            return Err(Refusal::AdminPolicy);
        }
        Ok(())
    }

    /// A new password ends what reaches mail, and nothing else.
    pub(crate) fn outdated_by_password(&self, claim: &Claim) -> bool {
        claim.epoch < self.directory[claim.account].password_epoch && claim.scopes.reach_mail()
    }
}

/// A token of this sandbox's form was real once, in another run; anything else is damaged or
/// somebody else's.
fn unknown(token: &str) -> Refusal {
    if token.starts_with("1//0SANDBOX") && matches!(token.len(), 103 | 512) {
        Refusal::TokenDead
    } else {
        Refusal::TokenMalformed
    }
}

fn narrowed(whole: &Claim, asked: Option<&str>) -> Result<Claim, Refusal> {
    let Some(asked) = asked else {
        return Ok(whole.clone());
    };
    let scopes = Scopes::parse(asked);
    if !whole.scopes.covers(&scopes) {
        return Err(Refusal::ScopeWidened);
    }
    Ok(Claim {
        scopes,
        ..whole.clone()
    })
}
