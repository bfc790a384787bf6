//! Whose token is this, with which scopes, and does the mailbox answer. Three questions to
//! Google; comparing the answers with what is stored is the caller's part.

use serde::de::DeserializeOwned;

use super::verdict::Asked;
use super::wire::{ProfileAnswer, TokenInfoAnswer, UserInfoAnswer};
use super::{Google, bearer, claims, form};
use crate::domain::fault::Fault;
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::time::Span;

/// What the token itself is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    /// Only with identity scopes, as `sub`.
    pub email: Option<String>,
    pub sub: Option<String>,
    pub scopes: Scopes,
    pub expires_in: Option<Span>,
    /// The client ID that it was issued to.
    pub audience: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub sub: String,
    pub email: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub email: String,
    pub messages_total: u64,
}

impl Google {
    /// Asks by POST, so that the token is in no address.
    pub async fn tokeninfo(&self, access_token: &Secret) -> Result<TokenInfo, Fault> {
        let address = &self.endpoints().tokeninfo;
        let request = form(address, &[("access_token", access_token.expose())])
            .map_err(|_| self.unsendable("tokeninfo"))?;
        let answer: TokenInfoAnswer = self.read(Asked::Identity, request, access_token).await?;
        Ok(TokenInfo {
            email: answer.email.as_deref().and_then(claims::address),
            sub: answer.sub.filter(|sub| claims::is_subject(sub)),
            scopes: Scopes::parse(&answer.scope),
            expires_in: answer.expires_in.and_then(Span::try_seconds),
            audience: answer.aud,
        })
    }

    pub async fn userinfo(&self, access_token: &Secret) -> Result<Identity, Fault> {
        let request = bearer(&self.endpoints().userinfo, access_token)
            .map_err(|_| self.unsendable("userinfo"))?;
        let answer: UserInfoAnswer = self.read(Asked::Identity, request, access_token).await?;
        if !claims::is_subject(&answer.sub) {
            return Err(self.not_google("names no user"));
        }
        Ok(Identity {
            sub: answer.sub,
            email: answer.email.as_deref().and_then(claims::address),
        })
    }

    /// The best proof that mail works: the token is good, the API enabled, the mailbox there.
    pub async fn gmail_profile(&self, access_token: &Secret) -> Result<Profile, Fault> {
        let request = bearer(&self.endpoints().profile(), access_token)
            .map_err(|_| self.unsendable("gmail"))?;
        let answer: ProfileAnswer = self.read(Asked::Mailbox, request, access_token).await?;
        let email = claims::address(&answer.email_address);
        Ok(Profile {
            email: email.ok_or_else(|| self.not_google("names no mailbox"))?,
            messages_total: answer.messages_total,
        })
    }

    async fn read<T: DeserializeOwned>(
        &self,
        asked: Asked,
        request: http::Request<Vec<u8>>,
        token: &Secret,
    ) -> Result<T, Fault> {
        let reply = self.ask(asked, request, &[token]).await?;
        serde_json::from_slice(&reply.body)
            .map_err(|_| self.not_google("is not what was asked for"))
    }
}
