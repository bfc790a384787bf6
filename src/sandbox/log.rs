//! What was asked, and how it was answered. Names of parameters are kept, their values never:
//! a log that can be shown to anyone needs no redaction later.

use std::collections::VecDeque;

use serde::Serialize;

use super::faults::{Delivery, Subject};
use super::message::{Params, Reply, Request};
use super::world::Endpoint;
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;

/// One request, without a secret in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    pub at: Timestamp,
    pub method: String,
    pub path: String,
    pub endpoint: Endpoint,
    /// The parameters' names, as they came.
    pub form_keys: Vec<String>,
    pub grant_type: Option<String>,
    pub client_id: Option<String>,
    pub email: Option<String>,
    /// `None` when no complete answer was sent.
    pub status: Option<u16>,
    /// The `error` member of the answer.
    pub error: Option<String>,
}

impl LogEntry {
    pub(crate) fn new(
        endpoint: Endpoint,
        request: &Request,
        params: &Params,
        subject: &Subject,
        reply: &Reply,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Self {
        let error = reply.object().and_then(|mut body| body.remove("error"));
        Self {
            at: now,
            method: request.method.to_string(),
            path: safe(&request.path),
            endpoint,
            form_keys: params.names().map(safe).collect(),
            grant_type: params.get("grant_type").map(safe),
            client_id: subject.client_id.as_deref().map(safe),
            email: subject.email.clone(),
            status: delivery.completes().then_some(reply.status),
            error: error.and_then(|error| error.as_str().map(str::to_owned)),
        }
    }

    pub fn is_about(&self, email: &str) -> bool {
        let known = self.email.as_deref();
        known.is_some_and(|known| known.eq_ignore_ascii_case(email))
    }

    pub fn is_refresh(&self) -> bool {
        self.endpoint == Endpoint::Token && self.grant_type.as_deref() == Some("refresh_token")
    }
}

/// A server that runs for days forgets its first days.
const KEPT: usize = 50_000;

#[derive(Debug, Default)]
pub(crate) struct Log(VecDeque<LogEntry>);

impl Log {
    pub(crate) fn note(&mut self, entry: LogEntry) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &LogEntry> {
        self.0.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
