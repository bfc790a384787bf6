//! Which path is which endpoint, and the way of every request through the world: find out whom
//! it is about, let a fault have its turn, answer, write it down.

use std::time::Duration;

use http::Method;
use serde::{Deserialize, Serialize};

use super::super::consent;
use super::super::faults::{Delivery, Subject};
use super::super::log::LogEntry;
use super::super::message::{Params, Reply, Request};
use super::World;
use super::issue::Style;
use super::token::Credentials;
use crate::domain::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    Authorization,
    /// The pages behind it.
    Consent,
    Token,
    Revocation,
    Tokeninfo,
    Userinfo,
    Gmail,
    Device,
    Discovery,
    Certs,
    Unknown,
}

impl Endpoint {
    /// Google's paths, the old ones too.
    pub(crate) fn of(path: &str) -> Self {
        match path {
            "/o/oauth2/v2/auth" | "/o/oauth2/auth" => Self::Authorization,
            consent::PATH => Self::Consent,
            "/token" | "/o/oauth2/token" | "/oauth2/v4/token" | "/oauth2/v3/token" => Self::Token,
            "/revoke" | "/o/oauth2/revoke" => Self::Revocation,
            "/tokeninfo" | "/oauth2/v3/tokeninfo" | "/oauth2/v1/tokeninfo" => Self::Tokeninfo,
            "/v1/userinfo" | "/oauth2/v3/userinfo" => Self::Userinfo,
            "/device/code" | "/o/oauth2/device/code" => Self::Device,
            "/.well-known/openid-configuration" => Self::Discovery,
            "/oauth2/v3/certs" | "/oauth2/v1/certs" => Self::Certs,
            path if gmail_user(path).is_some() => Self::Gmail,
            _ => Self::Unknown,
        }
    }

    fn allows(self, method: &Method) -> bool {
        match self {
            Self::Consent | Self::Token | Self::Revocation | Self::Device => method == Method::POST,
            Self::Tokeninfo | Self::Userinfo => method == Method::GET || method == Method::POST,
            _ => method == Method::GET,
        }
    }
}

fn gmail_user(path: &str) -> Option<&str> {
    path.strip_prefix("/gmail/v1/users/")?
        .strip_suffix("/profile")
        .filter(|user| !user.contains('/'))
}

/// A reply, and how it shall arrive.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) delay: Duration,
    pub(crate) delivery: Delivery,
}

impl World {
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp) -> Answer {
        let endpoint = Endpoint::of(&request.path);
        let params = request.params();
        let subject = self.subject(endpoint, request, &params);
        let fault = self.faults.strike(endpoint, &subject, now);
        let reply = match fault.instead {
            Some(reply) => reply,
            None => self.respond(endpoint, request, &params, fault.style, now),
        };
        let reply = fault
            .garble
            .into_iter()
            .fold(reply, |reply, how| how.apply(reply));
        self.log.note(LogEntry::new(
            endpoint,
            request,
            &params,
            &subject,
            &reply,
            &fault.delivery,
            now,
        ));
        Answer {
            reply,
            delay: fault.delay,
            delivery: fault.delivery,
        }
    }

    fn respond(
        &mut self,
        endpoint: Endpoint,
        request: &Request,
        params: &Params,
        style: Style,
        now: Timestamp,
    ) -> Reply {
        if endpoint != Endpoint::Unknown && !endpoint.allows(&request.method) {
            return Reply::html(405, "<title>Error 405 (Method Not Allowed)!!1</title>");
        }
        match endpoint {
            Endpoint::Authorization => consent::begin(self, &request.query, now),
            Endpoint::Consent => consent::proceed(self, params, now),
            Endpoint::Token => self.token(request, params, style, now),
            Endpoint::Revocation => self.revoke(params, now),
            Endpoint::Tokeninfo => self.tokeninfo(request, params, now),
            Endpoint::Userinfo => self.userinfo(request, params.get("access_token"), now),
            Endpoint::Gmail => {
                let user = gmail_user(&request.path).unwrap_or("me").to_owned();
                self.gmail_profile(request, &user.replace("%40", "@"), now)
            }
            Endpoint::Device => self.device_code(params),
            Endpoint::Discovery => self.discovery(),
            Endpoint::Certs => self.certs(&request.path),
            Endpoint::Unknown => Reply::html(404, "<title>Error 404 (Not Found)!!1</title>"),
        }
    }

    /// Whom a request is about, as far as it lets on.
    fn subject(&self, endpoint: Endpoint, request: &Request, params: &Params) -> Subject {
        let claims = |token: &str| {
            let refresh = self.grants.refresh.get(token).map(|t| &t.claim);
            let access = self.grants.access.get(token).map(|t| &t.claim);
            refresh
                .or(access)
                .map(|claim| (claim.account, claim.client))
        };
        let by_token = ["refresh_token", "token", "access_token"]
            .iter()
            .filter_map(|name| params.get(name))
            .chain(request.bearer())
            .find_map(claims);
        let by_code = || {
            let code = self.grants.codes.get(params.get("code")?)?;
            Some((code.account, code.client))
        };
        let found = by_token.or_else(by_code);
        let named = match endpoint {
            Endpoint::Token => Credentials::of(request, params).map(|c| c.id),
            _ => params.get("client_id").map(str::to_owned),
        };
        Subject {
            email: found.map(|(account, _)| self.directory[account].email.clone()),
            client_id: named.or_else(|| found.map(|(_, client)| self.directory[client].id.clone())),
        }
    }
}
