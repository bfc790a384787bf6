//! `users.getProfile` of the Gmail API: the one call that shows a token really opens a mailbox.

use serde_json::{Value, json};

use super::super::message::{Reply, Request};
use super::World;
use super::directory::AccountKey;
use super::scopes::MAIL;
use crate::domain::time::Timestamp;

const REALM: &str = "Bearer realm=\"https://accounts.google.com/\"";

/// Everything Google's JSON error model wants to be told.
struct ApiError {
    code: u16,
    status: &'static str,
    reason: &'static str,
    message: String,
    details: Value,
}

impl World {
    /// `user` is the path's `me` or an address.
    pub(crate) fn gmail_profile(&self, request: &Request, user: &str, now: Timestamp) -> Reply {
        let Some(token) = request.bearer() else {
            return unauthenticated(
                "Request is missing required authentication credential. Expected OAuth 2 access token, \
                 login cookie or other valid authentication credential.",
            )
            .reply()
            .with("www-authenticate", REALM);
        };
        let Some(record) = self.live_access(token, now) else {
            return unauthenticated(
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login \
                 cookie or other valid authentication credential.",
            )
            .reply()
            .with("www-authenticate", format!("{REALM}, error=\"invalid_token\""));
        };
        let project = &self.directory[self.directory[record.claim.client].project];
        if !project.gmail_enabled {
            return api_off(&project.number).reply();
        }
        if !record.claim.scopes.read_profile() {
            return insufficient().reply().with(
                "www-authenticate",
                format!("{REALM}, error=\"insufficient_scope\", scope=\"{MAIL}\""),
            );
        }
        self.profile_of(record.claim.account, user)
    }

    fn profile_of(&self, account: AccountKey, user: &str) -> Reply {
        let account = &self.directory[account];
        if user != "me" && !user.eq_ignore_ascii_case(&account.email) {
            return ApiError {
                code: 403,
                status: "PERMISSION_DENIED",
                reason: "forbidden",
                message: format!("Delegation denied for {}", account.email),
                details: Value::Null,
            }
            .reply();
        }
        if !account.has_mailbox {
            return ApiError {
                code: 400,
                status: "FAILED_PRECONDITION",
                reason: "failedPrecondition",
                message: "Mail service not enabled".into(),
                details: Value::Null,
            }
            .reply();
        }
        // Numbers of the account's own, the same every time.
        let seed: u64 = account.sub[12..].parse().unwrap_or_default();
        Reply::json(
            200,
            &json!({
                "emailAddress": account.email,
                "messagesTotal": seed % 40_000,
                "threadsTotal": seed % 40_000 * 2 / 3,
                "historyId": (seed % 9_000_000).to_string(),
            }),
        )
    }
}

fn unauthenticated(message: &str) -> ApiError {
    ApiError {
        code: 401,
        status: "UNAUTHENTICATED",
        reason: "authError",
        message: message.to_owned(),
        details: Value::Null,
    }
}

fn insufficient() -> ApiError {
    ApiError {
        code: 403,
        status: "PERMISSION_DENIED",
        reason: "insufficientPermissions",
        message: "Request had insufficient authentication scopes.".into(),
        details: json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"service": "gmail.googleapis.com", "method": "caribou.api.proto.MailboxService.GetProfile"},
        }]),
    }
}

fn api_off(number: &str) -> ApiError {
    let link = format!(
        "https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project={number}"
    );
    ApiError {
        code: 403,
        status: "PERMISSION_DENIED",
        reason: "accessNotConfigured",
        message: format!(
            "Gmail API has not been used in project {number} before or it is disabled. Enable it by \
             visiting {link} then retry. If you enabled this API recently, wait a few minutes for the \
             action to propagate to our systems and retry."
        ),
        details: json!([{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "SERVICE_DISABLED",
            "domain": "googleapis.com",
            "metadata": {"service": "gmail.googleapis.com", "consumer": format!("projects/{number}")},
        }]),
    }
}

impl ApiError {
    fn reply(self) -> Reply {
        let mut error = json!({
            "code": self.code,
            "message": self.message,
            "errors": [{"message": self.message, "domain": "global", "reason": self.reason}],
            "status": self.status,
        });
        if !self.details.is_null() {
            error["details"] = self.details;
        }
        Reply::json(self.code, &json!({ "error": error }))
    }
}
