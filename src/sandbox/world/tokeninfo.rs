//! /tokeninfo: what a token is worth. Numbers and booleans are strings here, at Google too.

use serde_json::{Map, Value};

use super::super::message::{Params, Reply, Request};
use super::World;
use super::directory::Standing;
use super::grants::AccessToken;
use super::refusal::Refusal;
use crate::domain::time::Timestamp;

impl World {
    pub(crate) fn tokeninfo(&self, request: &Request, params: &Params, now: Timestamp) -> Reply {
        let access = params.get("access_token").or_else(|| request.bearer());
        let members = match (access, params.get("id_token")) {
            (Some(token), _) => self.access_token_info(token, now),
            (None, Some(token)) => self.id_token_info(token, now),
            (None, None) => None,
        };
        members.map_or_else(
            || Refusal::InvalidValue.reply(),
            |members| Reply::json(200, &Value::Object(members)),
        )
    }

    fn access_token_info(&self, token: &str, now: Timestamp) -> Option<Map<String, Value>> {
        let record = self.live_access(token, now)?;
        let claim = &record.claim;
        let client_id = self.directory[claim.client].id.clone();
        let left = record.expires_at - now;
        let mut members = Map::new();
        let mut put = |name: &str, value: String| members.insert(name.to_owned(), value.into());
        put("azp", client_id.clone());
        put("aud", client_id);
        if claim.scopes.identify() {
            put("sub", self.directory[claim.account].sub.clone());
        }
        put("scope", claim.scopes.to_string());
        put("exp", record.expires_at.timestamp().to_string());
        put("expires_in", left.num_seconds().to_string());
        if claim.scopes.tells_email() {
            put("email", self.directory[claim.account].email.clone());
            put("email_verified", "true".into());
        }
        put(
            "access_type",
            if record.offline { "offline" } else { "online" }.into(),
        );
        Some(members)
    }

    fn id_token_info(&self, token: &str, now: Timestamp) -> Option<Map<String, Value>> {
        let Value::Object(claims) = self.signer.verify(token)? else {
            return None;
        };
        if claims.get("exp")?.as_i64()? <= now.timestamp() {
            return None;
        }
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let claims = claims.into_iter();
        Some(
            claims
                .map(|(name, value)| (name, text(value).into()))
                .collect(),
        )
    }

    /// An access token that still opens doors.
    pub(crate) fn live_access(&self, token: &str, now: Timestamp) -> Option<&AccessToken> {
        let record = self.grants.access.get(token)?;
        let outlived = self
            .grants
            .revoked_at(&record.claim)
            .is_some_and(|at| now >= at + self.habits.revoke_delay);
        let alive = record.expires_at > now
            && !outlived
            && !self.outdated_by_password(&record.claim)
            && self.directory[record.claim.account].standing == Standing::Active;
        alive.then_some(record)
    }
}
