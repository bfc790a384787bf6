//! Every refusal of the token endpoint and its neighbours, with status, code and words, in one
//! table. What is refused when is decided elsewhere.

use serde_json::json;

use super::super::message::Reply;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Revoked, run out, idle, pushed out, password changed: one text for all of them.
    TokenDead,
    TokenMalformed,
    CodeMalformed,
    CodeExpired,
    CodeRedeemed,
    VerifierMissing,
    VerifierWrong,
    VerifierNotNeeded,
    InvalidRapt,
    AccountDeleted,
    ClientUnknown,
    SecretWrong,
    SecretMissing,
    ClientUnnamed,
    ClientDeleted,
    ClientDisabled,
    ForeignToken,
    Missing(&'static str),
    RedirectMissing,
    RedirectMismatch,
    UnknownGrantType(String),
    ScopeWidened,
    AdminPolicy,
    /// What revoke says to a token it does not know any more.
    TokenGone,
    /// What tokeninfo says to anything it does not like.
    InvalidValue,
    DeviceScope(String),
    DeviceClient,
}

const SESSION_HELP: &str = "https://support.google.com/a/answer/9368756";

impl Refusal {
    /// HTTP status, `error`, `error_description`.
    fn row(&self) -> (u16, &'static str, String) {
        let (status, error, description) = match self {
            Self::TokenDead => (400, "invalid_grant", "Token has been expired or revoked."),
            Self::TokenMalformed | Self::CodeExpired => (400, "invalid_grant", "Bad Request"),
            Self::CodeMalformed => (400, "invalid_grant", "Malformed auth code."),
            Self::CodeRedeemed => (400, "invalid_grant", "Code was already redeemed."),
            Self::VerifierMissing => (400, "invalid_grant", "Missing code verifier."),
            Self::VerifierWrong => (400, "invalid_grant", "Invalid code verifier."),
            Self::VerifierNotNeeded => (
                400,
                "invalid_grant",
                "code_verifier or verifier is not needed.",
            ),
            Self::InvalidRapt => (400, "invalid_grant", "reauth related error (invalid_rapt)"),
            Self::AccountDeleted => (400, "invalid_grant", "Account has been deleted"),
            Self::ClientUnknown => (401, "invalid_client", "The OAuth client was not found."),
            Self::SecretWrong => (
                401,
                "invalid_client",
                "The provided client secret is invalid.",
            ),
            Self::SecretMissing => (400, "invalid_request", "client_secret is missing."),
            Self::ClientUnnamed => (
                400,
                "invalid_request",
                "Could not determine client ID from request.",
            ),
            Self::ClientDeleted => (401, "deleted_client", "The OAuth client was deleted."),
            Self::ClientDisabled => (401, "disabled_client", "The OAuth client was disabled."),
            Self::ForeignToken => (401, "unauthorized_client", "Unauthorized"),
            Self::Missing(name) => {
                let words = format!("Missing required parameter: {name}");
                return (400, "invalid_request", words);
            }
            Self::RedirectMissing => (400, "invalid_request", "Missing parameter: redirect_uri"),
            Self::RedirectMismatch => (400, "redirect_uri_mismatch", "Bad Request"),
            Self::UnknownGrantType(name) => {
                let words = format!("Invalid grant_type: {name}");
                return (400, "unsupported_grant_type", words);
            }
            Self::ScopeWidened => (400, "invalid_scope", "Bad Request"),
            Self::AdminPolicy => (400, "admin_policy_enforced", ""),
            Self::TokenGone => (400, "invalid_token", "Token expired or revoked"),
            Self::InvalidValue => (400, "invalid_token", "Invalid Value"),
            Self::DeviceScope(scope) => {
                let words = format!("Invalid device flow scope: {scope}");
                return (400, "invalid_scope", words);
            }
            Self::DeviceClient => (401, "invalid_client", "Invalid client type."),
        };
        (status, error, description.to_owned())
    }

    pub(crate) fn reply(&self) -> Reply {
        let (status, error, description) = self.row();
        let mut body = json!({ "error": error });
        if !description.is_empty() {
            body["error_description"] = description.into();
        }
        if *self == Self::InvalidRapt {
            body["error_subtype"] = "invalid_rapt".into();
            body["error_uri"] = SESSION_HELP.into();
        }
        Reply::json(status, &body)
    }
}
