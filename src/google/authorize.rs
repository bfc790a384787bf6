//! The consent address: PKCE, state, and what makes Google hand out a refresh token. Pure apart
//! from randomness; opening a browser and waiting for the answer are other people's work.

use oauth2::{CsrfToken, PkceCodeChallenge};
use url::form_urlencoded::Serializer;

use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;

/// One attempt at a consent. The verifier never leaves this machine before the exchange.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub url: String,
    pub state: Secret,
    pub verifier: Secret,
    pub redirect_uri: String,
}

/// Makes a consent address with a fresh state and a fresh PKCE pair.
pub fn attempt(
    endpoint: &str,
    client_id: &str,
    redirect_uri: &str,
    scopes: &Scopes,
    login_hint: Option<&str>,
) -> Attempt {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let state = CsrfToken::new_random_len(32);
    let mut query = Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", &scopes.to_string())
        .append_pair("state", state.secret())
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", challenge.method().as_str())
        // Both are needed: without the consent page a repeated sign-in gets no refresh token.
        .append_pair("access_type", "offline")
        .append_pair("prompt", "select_account consent");
    if let Some(hint) = login_hint {
        query.append_pair("login_hint", hint);
    }
    Attempt {
        url: format!("{endpoint}?{}", query.finish()),
        state: Secret::new(state.into_secret()),
        verifier: Secret::new(verifier.into_secret()),
        redirect_uri: redirect_uri.to_owned(),
    }
}
