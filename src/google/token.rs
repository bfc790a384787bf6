//! The token endpoint: a code for a grant, a refresh token for an access token. Speaks through
//! the `oauth2` crate; our own transport and verdict stand in between, so that crate's errors,
//! which quote bodies, are never shown.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, StandardRevocableToken, TokenUrl,
};

use super::Google;
use super::claims::{self, Claims};
use super::verdict::{Asked, judge_client};
use super::wire::TokenAnswer;
use crate::domain::client_check::ClientCheck;
use crate::domain::fault::Fault;
use crate::domain::grant::Access;
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::time::{Span, Timestamp};

/// Google says 3599; this is assumed where a stand-in says nothing.
const USUAL_LIFE: i64 = 3_600;

/// Google's live for an hour, or twelve at most; more than a day is a mistake.
const LONGEST_LIFE: i64 = 86_400;

/// Ten years: beyond this a stated end is a mistake and would overflow calendars.
const LONGEST_GRANT: i64 = 315_360_000;

/// How a client shows who it is, and where.
#[derive(Debug, Clone)]
pub struct ClientAuth {
    pub client_id: String,
    pub secret: Option<Secret>,
    pub token_endpoint: String,
}

/// What came back for a code or a refresh token.
#[derive(Debug, Clone)]
pub struct TokenGrant {
    pub access_token: Secret,
    pub access: Access,
    /// At consent: the grant itself. At refresh: usually absent; if present it replaces the old.
    pub refresh_token: Option<Secret>,
    pub scopes: Option<Scopes>,
    /// When the sign-in ends, if Google named an end.
    pub grant_expires_at: Option<Timestamp>,
    /// Whose it is, if identity scopes were granted. Checked against client and issuer.
    pub claims: Option<Claims>,
    /// Why its ID token is not believed.
    pub doubt: Option<Fault>,
}

impl TokenGrant {
    /// For a grant whose owner is known. Only a clock can make an ID token that was just made look
    /// stale, and nothing hangs on it then: the rest of the answer is good.
    pub fn of_known_owner(self) -> Result<Self, Fault> {
        match self.doubt {
            Some(doubt) if !doubt.diagnosis.is_transient() => Err(doubt),
            _ => Ok(self),
        }
    }
}

type OAuthClient = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Google {
    /// Trades the code of a consent for its tokens.
    pub async fn exchange(
        &self,
        client: &ClientAuth,
        code: &Secret,
        verifier: &Secret,
        redirect_uri: &str,
    ) -> Result<TokenGrant, Fault> {
        let redirect = RedirectUrl::new(redirect_uri.to_owned())
            .map_err(|_| self.unsendable("redirect_uri"))?;
        let wire = self.wire(Asked::Exchange, client, &[code, verifier]);
        let answer = self
            .oauth(client)?
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect))
            .request_async(&wire)
            .await;
        self.grant(client, answer, wire.sent_at.get())
    }

    /// Asks for a new access token. No scope is named: naming one that was not granted would
    /// fail the whole refresh, and leaving it out means "all that was granted".
    pub async fn refresh(
        &self,
        client: &ClientAuth,
        refresh_token: &Secret,
    ) -> Result<TokenGrant, Fault> {
        let wire = self.wire(Asked::Refresh, client, &[refresh_token]);
        let answer = self
            .oauth(client)?
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
            .request_async(&wire)
            .await;
        self.grant(client, answer, wire.sent_at.get())
    }

    /// Whether Google knows this client ID and secret: a code that cannot exist is offered.
    pub async fn check_client(&self, client: &ClientAuth) -> ClientCheck {
        let verifier = Secret::new("0".repeat(43));
        let answer = self
            .exchange(
                client,
                &Secret::new("4/0AX4-gatepost-client-check"),
                &verifier,
                "http://127.0.0.1:8080",
            )
            .await;
        match answer {
            Ok(_) => ClientCheck::Good,
            Err(fault) => judge_client(&fault),
        }
    }

    fn oauth(&self, client: &ClientAuth) -> Result<OAuthClient, Fault> {
        let token_url =
            TokenUrl::new(client.token_endpoint.clone()).map_err(|_| self.unsendable("token"))?;
        let mut oauth = oauth2::Client::new(ClientId::new(client.client_id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(token_url);
        if let Some(secret) = &client.secret {
            oauth = oauth.set_client_secret(ClientSecret::new(secret.expose().to_owned()));
        }
        Ok(oauth)
    }
}

impl Google {
    fn wire<'a>(&'a self, asked: Asked, client: &'a ClientAuth, sent: &[&'a Secret]) -> Wire<'a> {
        let sent = sent.iter().copied().chain(&client.secret).collect();
        Wire {
            google: self,
            asked,
            sent,
            sent_at: OnceLock::new(),
        }
    }

    fn grant(
        &self,
        client: &ClientAuth,
        answer: Result<TokenAnswer, RequestTokenError<Refused, BasicErrorResponse>>,
        sent_at: Option<&Timestamp>,
    ) -> Result<TokenGrant, Fault> {
        let answer = answer.map_err(|error| match error {
            RequestTokenError::Request(Refused(fault)) => *fault,
            // The other variants quote what they could not read.
            _ => self.not_google("holds no access token"),
        })?;
        if !answer.is_usable() {
            return Err(self.not_google("holds no usable token"));
        }
        let sent_at = sent_at.copied().unwrap_or_else(|| self.shared.clock.now());
        let issuers = self.endpoints().issuers_at(&client.token_endpoint);
        // It is stale only if it is by the other side's clock as well as by ours.
        let now = sent_at.min(sent_at + self.skew().unwrap_or_default());
        let identity = answer
            .id_token
            .as_ref()
            .and_then(|token| claims::read(&token.0, &client.client_id, &issuers, now));
        let (claims, doubt) = match identity {
            Some(Ok(claims)) => (Some(claims), None),
            Some(Err(why)) => (
                None,
                Some(self.fault(why.diagnosis(), "id-token", why.to_string())),
            ),
            None => (None, None),
        };
        let life = answer.expires_in.unwrap_or(USUAL_LIFE);
        Ok(TokenGrant {
            access: Access {
                obtained_at: sent_at,
                expires_at: sent_at + Span::seconds(life.clamp(0, LONGEST_LIFE)),
            },
            access_token: Secret::new(answer.access_token.into_secret()),
            refresh_token: answer
                .refresh_token
                .map(|token| Secret::new(token.into_secret()))
                .filter(|token| !token.is_empty()),
            scopes: answer
                .scope
                .map(|scope| Scopes::parse(&scope))
                .filter(|scopes| !scopes.is_empty()),
            grant_expires_at: answer
                .refresh_token_expires_in
                .filter(|life| *life > 0)
                .map(|life| sent_at + Span::seconds(life.min(LONGEST_GRANT))),
            claims,
            doubt,
        })
    }
}

/// What the `oauth2` crate sends through: our transport, and our verdict before it sees anything.
struct Wire<'a> {
    google: &'a Google,
    asked: Asked,
    sent: Vec<&'a Secret>,
    sent_at: OnceLock<Timestamp>,
}

/// A fault on its way through the `oauth2` crate.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
struct Refused(Box<Fault>);

impl Wire<'_> {
    async fn pass(&self, request: HttpRequest) -> Result<HttpResponse, Refused> {
        let mut reply = self
            .google
            .ask(self.asked, request, &self.sent)
            .await
            .map_err(|fault| Refused(Box::new(fault)))?;
        let _ = self.sent_at.set(reply.sent_at);
        // No headers: that the body is JSON has been seen, whatever its label says.
        Ok(HttpResponse::new(std::mem::take(&mut *reply.body)))
    }
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Refused>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.pass(request))
    }
}
