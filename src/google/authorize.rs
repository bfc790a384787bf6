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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use oauth2::PkceCodeVerifier;

    use super::*;

    fn parameters(attempt: &Attempt) -> BTreeMap<String, String> {
        let url = url::Url::parse(&attempt.url).unwrap();
        url.query_pairs().into_owned().collect()
    }

    fn example(hint: Option<&str>) -> Attempt {
        attempt(
            "https://accounts.google.com/o/oauth2/v2/auth",
            "1-a.apps.googleusercontent.com",
            "http://127.0.0.1:8123/",
            &Scopes::parse("https://mail.google.com/").with_identity(),
            hint,
        )
    }

    #[test]
    fn the_address_asks_for_everything_that_brings_a_refresh_token() {
        let attempt = example(Some("ana+x@gmail.com"));
        let parameters = parameters(&attempt);
        let expected = [
            ("response_type", "code"),
            ("client_id", "1-a.apps.googleusercontent.com"),
            ("redirect_uri", "http://127.0.0.1:8123/"),
            (
                "scope",
                "https://mail.google.com/ https://www.googleapis.com/auth/userinfo.email openid",
            ),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
            ("prompt", "select_account consent"),
            ("login_hint", "ana+x@gmail.com"),
            ("state", attempt.state.expose()),
        ];
        for (name, value) in expected {
            assert_eq!(parameters[name], value, "{name}");
        }
        assert_eq!(parameters.len(), expected.len() + 1, "{parameters:?}");
        assert!(!attempt.url.contains(attempt.verifier.expose()));
        assert!(!format!("{attempt:?}").contains(attempt.verifier.expose()));
    }

    #[test]
    fn the_challenge_is_the_verifiers() {
        let attempt = example(None);
        let verifier = PkceCodeVerifier::new(attempt.verifier.expose().to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        assert_eq!(parameters(&attempt)["code_challenge"], challenge.as_str());
        assert!((43..=128).contains(&attempt.verifier.expose().len()));
        assert!(!parameters(&attempt).contains_key("login_hint"));
        // RFC 7636, appendix B.
        let vector = PkceCodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(
            PkceCodeChallenge::from_code_verifier_sha256(&vector).as_str(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn no_two_attempts_share_a_state_or_a_verifier() {
        let (one, other) = (example(None), example(None));
        assert_ne!(one.state, other.state);
        assert_ne!(one.verifier, other.verifier);
        assert!(one.state.expose().len() >= 43, "256 bits");
    }
}
