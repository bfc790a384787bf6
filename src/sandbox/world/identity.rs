//! Who the person is: the members shared by ID tokens and userinfo.

use serde_json::{Map, Value, json};

use super::super::message::{Reply, Request};
use super::World;
use super::directory::AccountKey;
use super::scopes::Scopes;
use crate::domain::time::Timestamp;

impl World {
    pub(crate) fn userinfo(
        &self,
        request: &Request,
        access_token: Option<&str>,
        now: Timestamp,
    ) -> Reply {
        let token = request.bearer().or(access_token);
        let record = token.and_then(|token| self.live_access(token, now));
        match record {
            Some(record) if record.claim.scopes.identify() => {
                let members = self.profile(record.claim.account, &record.claim.scopes);
                Reply::json(200, &Value::Object(members))
            }
            Some(_) => Reply::json(
                403,
                &json!({"error": "insufficient_scope", "error_description": "The request requires identity scopes."}),
            )
            .with(
                "www-authenticate",
                "Bearer realm=\"https://accounts.google.com/\", error=\"insufficient_scope\"",
            ),
            None => Reply::json(
                401,
                &json!({"error": "invalid_request", "error_description": "Invalid Credentials"}),
            )
            .with(
                "www-authenticate",
                "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"",
            ),
        }
    }

    pub(crate) fn profile(&self, account: AccountKey, scopes: &Scopes) -> Map<String, Value> {
        let account = &self.directory[account];
        let mut members = Map::new();
        members.insert("sub".into(), account.sub.clone().into());
        if scopes.tells_email() {
            members.insert("email".into(), account.email.clone().into());
            members.insert("email_verified".into(), true.into());
        }
        if let Some(domain) = &account.hosted_domain {
            members.insert("hd".into(), domain.clone().into());
        }
        if scopes.tells_name() {
            members.insert("name".into(), account.name.clone().into());
            members.insert("given_name".into(), account.given_name().into());
            members.insert("family_name".into(), account.family_name().into());
            let picture = format!(
                "https://lh3.googleusercontent.com/a/SANDBOX-{}",
                account.sub
            );
            members.insert("picture".into(), picture.into());
        }
        members
    }
}
