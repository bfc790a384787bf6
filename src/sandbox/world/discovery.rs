//! The discovery document and the keys, with this sandbox's own addresses.

use serde_json::json;

use super::super::message::Reply;
use super::World;

impl World {
    pub(crate) fn discovery(&self) -> Reply {
        let at = |path: &str| format!("{}{path}", self.base_url);
        Reply::json(
            200,
            &json!({
                "issuer": self.issuer(),
                "authorization_endpoint": at("/o/oauth2/v2/auth"),
                "device_authorization_endpoint": at("/device/code"),
                "token_endpoint": at("/token"),
                "userinfo_endpoint": at("/v1/userinfo"),
                "revocation_endpoint": at("/revoke"),
                "jwks_uri": at("/oauth2/v3/certs"),
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "authorization_response_iss_parameter_supported": true,
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "claims_supported": [
                    "aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss",
                    "name", "picture", "sub"
                ],
                "code_challenge_methods_supported": ["plain", "S256"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
            }),
        )
    }

    /// The key that signs ID tokens: a JWK set under `v3`, an X.509 certificate in PEM under `v1`.
    pub(crate) fn certs(&self, path: &str) -> Reply {
        let keys = if path.contains("/v1/") {
            self.signer.certificates()
        } else {
            self.signer.jwks()
        };
        Reply::json(200, &keys).with("cache-control", "public, max-age=21600")
    }
}
