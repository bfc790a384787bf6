//! Minting: access tokens, refresh tokens, ID tokens, and the answer that carries them.

use serde_json::{Map, Value, json};

use super::super::id_token::access_token_hash;
use super::super::message::Reply;
use super::World;
use super::directory::{AccountKey, ClientKey, ProjectKey};
use super::grants::{AccessToken, Claim, RefreshToken};
use super::scopes::Scopes;
use crate::domain::client::Publishing;
use crate::domain::time::{Span, Timestamp};

/// How this one answer differs from the usual, when a fault wants it so.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Style {
    /// Hand out a new refresh token.
    pub(crate) rotate: bool,
    /// Tokens as long as Google ever allows.
    pub(crate) long: bool,
}

/// Google states the end of a Testing sign-in one second short of seven days.
const TESTING_LIFE: Span = Span::seconds(604_799);

impl World {
    pub(crate) fn mint_access(
        &mut self,
        claim: Claim,
        offline: bool,
        style: Style,
        now: Timestamp,
    ) -> String {
        let token = self
            .rng
            .token("ya29.SANDBOX", if style.long { 2_048 } else { 220 });
        let record = AccessToken {
            claim,
            expires_at: now + self.habits.access_life,
            offline,
        };
        self.grants.keep_access(token.clone(), record, now);
        token
    }

    /// A refresh token for a sign-in of `granted_at` that lasts until `ends_at`.
    pub(crate) fn mint_refresh(
        &mut self,
        claim: Claim,
        granted_at: Timestamp,
        ends_at: Option<Timestamp>,
        style: Style,
        now: Timestamp,
    ) -> String {
        let token = self
            .rng
            .token("1//0SANDBOX", if style.long { 512 } else { 103 });
        let record = RefreshToken {
            claim,
            granted_at,
            last_used_at: now,
            ends_at,
            dead: false,
        };
        self.grants
            .keep_refresh(token.clone(), record, self.habits.token_limit);
        token
    }

    pub(crate) fn mint_code(&mut self) -> String {
        self.rng.token("4/0ASANDBOX", 73)
    }

    pub(crate) fn mint_secret(&mut self) -> String {
        self.rng.token("GOCSPX-SANDBOX", 35)
    }

    /// How long a sign-in of today would last, where that is limited.
    pub(crate) fn sign_in_life(&self, project: ProjectKey, scopes: &Scopes) -> Option<Span> {
        let testing = self.directory[project].publishing == Publishing::Testing
            && !scopes.beyond_sign_in().is_empty();
        self.habits
            .sign_in_life
            .or_else(|| testing.then_some(TESTING_LIFE))
    }

    /// The members every successful answer has.
    pub(crate) fn token_members(
        &self,
        access_token: &str,
        claim: &Claim,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Map<String, Value> {
        let mut members = Map::new();
        members.insert("access_token".into(), access_token.into());
        members.insert(
            "expires_in".into(),
            self.habits.access_life.num_seconds().into(),
        );
        members.insert("scope".into(), claim.scopes.to_string().into());
        members.insert("token_type".into(), "Bearer".into());
        if claim.scopes.identify() {
            let mut claims = self.id_claims(claim.account, claim.client, &claim.scopes, now);
            claims["at_hash"] = access_token_hash(access_token).into();
            if let Some(nonce) = nonce {
                claims["nonce"] = nonce.into();
            }
            members.insert("id_token".into(), self.signer.sign(&claims).into());
        }
        members
    }

    fn id_claims(
        &self,
        account: AccountKey,
        client: ClientKey,
        scopes: &Scopes,
        now: Timestamp,
    ) -> Value {
        let client_id = &self.directory[client].id;
        let mut claims = json!({
            "iss": self.issuer(),
            "azp": client_id,
            "aud": client_id,
            "iat": now.timestamp(),
            "exp": (now + Span::hours(1)).timestamp(),
        });
        if let Value::Object(claims) = &mut claims {
            claims.append(&mut self.profile(account, scopes));
        }
        claims
    }
}

/// The headers of every answer of the token endpoint.
pub(crate) fn with_token_headers(reply: Reply) -> Reply {
    reply
        .with(
            "cache-control",
            "no-cache, no-store, max-age=0, must-revalidate",
        )
        .with("pragma", "no-cache")
        .with("expires", "Mon, 01 Jan 1990 00:00:00 GMT")
        .with("vary", "Origin, X-Origin, Referer")
        .with("server", "scaffolding on HTTPServer2")
        .with("x-xss-protection", "0")
        .with("x-frame-options", "SAMEORIGIN")
        .with("x-content-type-options", "nosniff")
        .with("alt-svc", "h3=\":443\"; ma=2592000")
}
