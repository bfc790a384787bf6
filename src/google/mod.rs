//! Everything that is asked of Google. The only folder that knows its URLs, JSON and error
//! strings. Knows nothing of accounts, the vault, or whether the other end is the sandbox.

mod authorize;
mod certificate;
mod claims;
mod endpoints;
mod failure;
mod identity;
mod mail;
mod mask;
mod probe;
mod revoke;
mod tls;
mod token;
mod transport;
mod verdict;
mod wire;

pub use authorize::{Attempt, attempt};
pub use certificate::Papers;
pub use claims::Claims;
pub use endpoints::{BadEndpoint, Endpoints};
pub use identity::{Identity, Profile, TokenInfo};
pub use mail::{SignedIn, Snag};
pub use probe::{Break, Journey, Proxy, Speaks, Target, Voucher};
pub use revoke::Revoked;
pub use token::{ClientAuth, TokenGrant};
pub use verdict::{Asked, Finding, judge};

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use url::form_urlencoded::Serializer;

use crate::clock::Clock;
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::secret::Secret;
use crate::domain::time::Span;
use mask::shown;
pub(crate) use transport::in_time;
use transport::{Reply, Transport};

/// A handle on Google; clones share one HTTP client, its connections and its measured skew.
#[derive(Clone)]
pub struct Google {
    shared: Arc<Shared>,
}

struct Shared {
    endpoints: Endpoints,
    transport: Transport,
    clock: Clock,
}

#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// An extra root, e.g. a company proxy's.
    pub ca_file: Option<PathBuf>,
    /// For a whole request, from name resolution to the last byte.
    pub timeout: Duration,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            ca_file: None,
            timeout: Duration::from_secs(10),
        }
    }
}

impl std::fmt::Debug for Google {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Google")
            .field("endpoints", &self.shared.endpoints)
            .finish_non_exhaustive()
    }
}

impl Google {
    /// Builds nothing: clients, roots and connections come with the first request.
    pub fn new(endpoints: Endpoints, http: HttpOptions, clock: Clock) -> Self {
        let transport = Transport::new(http, clock.clone());
        Self {
            shared: Arc::new(Shared {
                endpoints,
                transport,
                clock,
            }),
        }
    }

    pub fn endpoints(&self) -> &Endpoints {
        &self.shared.endpoints
    }

    /// How far Google's `Date` was ahead of this machine's clock at the last answer.
    pub fn skew(&self) -> Option<Span> {
        self.shared.transport.skew()
    }

    fn ca_file(&self) -> Option<&Path> {
        self.shared.transport.ca_file()
    }

    /// Sends and judges. `sent` are the secrets of the request: should the other side repeat one
    /// in its complaint, it stops here.
    async fn ask(
        &self,
        asked: Asked,
        request: Request<Vec<u8>>,
        sent: &[&Secret],
    ) -> Result<Reply, Fault> {
        let reply = self.shared.transport.send(request).await?;
        match verdict::judge(
            asked,
            reply.status,
            reply.content_type.as_deref(),
            &reply.body,
        ) {
            None => Ok(reply),
            Some(finding) => Err(self.refusal(&finding, &reply, sent)),
        }
    }

    fn refusal(&self, finding: &Finding, reply: &Reply, sent: &[&Secret]) -> Fault {
        let code = shown(&finding.code, sent);
        Fault {
            retry_after: reply.retry_after,
            ..self.fault(finding.diagnosis, &code, shown(&finding.message, sent))
        }
    }

    fn fault(&self, diagnosis: Diagnosis, code: &str, message: impl Into<String>) -> Fault {
        self.shared.transport.fault(diagnosis, code, message.into())
    }

    fn unsendable(&self, endpoint: &str) -> Fault {
        let words = format!("no request can be made for the endpoint `{endpoint}`");
        self.fault(Diagnosis::Request, "bad-request", words)
    }

    /// JSON of the right kind but without what is needed: whoever answered, it was not Google.
    fn not_google(&self, what: &str) -> Fault {
        self.fault(Diagnosis::Portal, "not-json", format!("the answer {what}"))
    }
}

/// A form in the body, where no log of addresses can pick it up.
fn form(address: &str, pairs: &[(&str, &str)]) -> Result<Request<Vec<u8>>, http::Error> {
    let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
    Request::builder()
        .method(Method::POST)
        .uri(address)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
}

/// A question that an access token pays for.
fn bearer(address: &str, token: &Secret) -> Result<Request<Vec<u8>>, http::Error> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))?;
    value.set_sensitive(true);
    Request::builder()
        .uri(address)
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, value)
        .body(Vec::new())
}
