//! POST /token: who asks, with which secret, for what. The two grant types are next door.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::message::{Params, Reply, Request};
use super::World;
use super::directory::{ClientKey, Standing};
use super::issue::{Style, with_token_headers};
use super::refusal::Refusal;
use crate::domain::time::Timestamp;

impl World {
    pub(crate) fn token(
        &mut self,
        request: &Request,
        params: &Params,
        style: Style,
        now: Timestamp,
    ) -> Reply {
        let reply = self
            .answer_token(request, params, style, now)
            .unwrap_or_else(|refusal| refusal.reply());
        with_token_headers(reply)
    }

    /// The client is judged first: a wrong secret is reported even with a bogus code.
    fn answer_token(
        &mut self,
        request: &Request,
        params: &Params,
        style: Style,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let client = self.authenticate(request, params)?;
        match params.get("grant_type") {
            Some("authorization_code") => self.exchange(client, params, style, now),
            Some("refresh_token") => self.refresh(client, params, style, now),
            Some(other) => Err(Refusal::UnknownGrantType(other.to_owned())),
            None => Err(Refusal::Missing("grant_type")),
        }
    }

    fn authenticate(&self, request: &Request, params: &Params) -> Result<ClientKey, Refusal> {
        let credentials = Credentials::of(request, params).ok_or(Refusal::ClientUnnamed)?;
        let key = self
            .directory
            .client(&credentials.id)
            .ok_or(Refusal::ClientUnknown)?;
        let client = &self.directory[key];
        match client.standing {
            Standing::Active => {}
            Standing::Disabled => return Err(Refusal::ClientDisabled),
            Standing::Deleted => return Err(Refusal::ClientDeleted),
        }
        // Desktop clients too, whatever the documentation calls optional.
        let secret = credentials.secret.ok_or(Refusal::SecretMissing)?;
        if client.secrets.contains(&secret) {
            Ok(key)
        } else {
            Err(Refusal::SecretWrong)
        }
    }
}

/// What the client says of itself, in the header or in the body.
pub(crate) struct Credentials {
    pub(crate) id: String,
    secret: Option<String>,
}

impl Credentials {
    pub(crate) fn of(request: &Request, params: &Params) -> Option<Self> {
        Self::from_basic(request).or_else(|| {
            Some(Self {
                id: params.get("client_id")?.to_owned(),
                secret: params.get("client_secret").map(str::to_owned),
            })
        })
    }

    fn from_basic(request: &Request) -> Option<Self> {
        let (scheme, encoded) = request.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = pair.split_once(':')?;
        // RFC 6749 wants both halves form-encoded; neither of ours has a character that differs.
        Some(Self {
            id: id.to_owned(),
            secret: (!secret.is_empty()).then(|| secret.to_owned()),
        })
    }
}
