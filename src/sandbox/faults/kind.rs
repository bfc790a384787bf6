//! The list of faults, each with what it does to a request.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::super::message::Reply;
use super::{Delivery, Garble, Stroke};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultKind {
    /// 408, 429, 500, 502, 503, 504 or any other, as JSON or as the HTML of a front end.
    Status {
        code: u16,
        #[serde(default)]
        retry_after: Option<u32>,
        #[serde(default)]
        html: bool,
    },
    /// 403 with the page about automated queries.
    Sorry,
    /// 400 `internal_failure`.
    InternalFailure,
    /// An answer of any kind.
    Reply {
        status: u16,
        content_type: String,
        body: String,
    },
    /// 200 with the login page of a network.
    Portal,
    /// The answer comes, a byte at a time.
    SlowBytes {
        pause_ms: u32,
    },
    /// The connection ends before the request is looked at.
    Cut,
    /// The request is carried out, the answer breaks off halfway.
    CutMidway,
    /// A TCP reset before the request is looked at.
    Reset,
    /// Nothing ever comes.
    Silence,
    /// The request is carried out, and the answer never arrives.
    AnswerLost,
    /// The answer is right, its Content-Type is not.
    WrongContentType,
    TruncatedJson,
    NoExpiresIn,
    ExpiresInAsText,
    NoTokenType,
    UnknownFields,
    /// Tokens of the greatest length that Google documents.
    LongTokens,
    /// A refresh hands out a new refresh token and ends the old one.
    Rotated,
    /// Every answer takes this much longer.
    Latency {
        ms: u32,
    },
}

const PORTAL: &str = include_str!("../../../assets/sandbox/portal.html");
const SORRY: &str = include_str!("../../../assets/sandbox/sorry.html");

impl FaultKind {
    /// A failure in JSON, without `Retry-After`.
    pub fn status(code: u16) -> Self {
        Self::Status {
            code,
            retry_after: None,
            html: false,
        }
    }

    /// Whether it leaves nothing for another fault to decide.
    pub(super) fn decides(&self) -> bool {
        let mut alone = Stroke::default();
        self.strike(&mut alone);
        alone.is_decided()
    }

    pub(super) fn strike(&self, stroke: &mut Stroke) {
        match self {
            Self::Status {
                code,
                retry_after,
                html,
            } => stroke.instead = Some(failure(*code, *retry_after, *html)),
            Self::Sorry => stroke.instead = Some(Reply::html(403, SORRY)),
            Self::InternalFailure => {
                let body =
                    json!({"error": "internal_failure", "error_description": "Backend Error"});
                stroke.instead = Some(Reply::json(400, &body));
            }
            Self::Reply {
                status,
                content_type,
                body,
            } => stroke.instead = Some(Reply::new(*status, content_type, body.clone())),
            Self::Portal => stroke.instead = Some(Reply::html(200, PORTAL)),
            Self::SlowBytes { pause_ms } => {
                stroke.delivery = Delivery::Drip(Duration::from_millis((*pause_ms).into()));
            }
            Self::Cut => stroke.unheard(Delivery::Cut),
            Self::Reset => stroke.unheard(Delivery::Reset),
            Self::Silence => stroke.unheard(Delivery::Silence),
            Self::CutMidway => stroke.delivery = Delivery::CutMidway,
            Self::AnswerLost => stroke.delivery = Delivery::Cut,
            Self::WrongContentType => stroke.garble.push(Garble::ContentType),
            Self::TruncatedJson => stroke.garble.push(Garble::Truncate),
            Self::NoExpiresIn => stroke.garble.push(Garble::Drop("expires_in")),
            Self::ExpiresInAsText => stroke.garble.push(Garble::AsText("expires_in")),
            Self::NoTokenType => stroke.garble.push(Garble::Drop("token_type")),
            Self::UnknownFields => stroke.garble.push(Garble::Strangers),
            Self::LongTokens => stroke.style.long = true,
            Self::Rotated => stroke.style.rotate = true,
            Self::Latency { ms } => stroke.delay += Duration::from_millis((*ms).into()),
        }
    }
}

impl Stroke {
    /// The world is not to see the request.
    fn unheard(&mut self, delivery: Delivery) {
        self.instead = Some(Reply::html(500, ""));
        self.delivery = delivery;
    }
}

fn failure(status: u16, retry_after: Option<u32>, html: bool) -> Reply {
    let reply = if html {
        Reply::html(
            status,
            format!(
                "<!DOCTYPE html><title>Error {status} (Server Error)!!1</title><p>That's an error."
            ),
        )
    } else {
        let (error, words) = match status {
            408 => ("request_timeout", "Request Timeout"),
            429 => ("rate_limit_exceeded", "Rate limit exceeded"),
            503 => (
                "temporarily_unavailable",
                "The service is currently unavailable.",
            ),
            _ => ("server_error", "Backend Error"),
        };
        Reply::json(status, &json!({"error": error, "error_description": words}))
    };
    match retry_after {
        Some(seconds) => reply.with("retry-after", seconds.to_string()),
        None => reply,
    }
}
