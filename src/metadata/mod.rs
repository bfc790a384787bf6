//! A Google Compute Engine metadata server on loopback, for one account: Google's own libraries,
//! unmodified, find it by the environment and take access tokens from it. It knows no vault and no
//! Google; where a token comes from is `Tokens`.
//!
//! The libraries take a host and a port and nothing else, so there is no room for a password:
//! whoever finds the port may ask. What can be checked is checked: the user who asks (`peer`) and
//! that no web page does (`origin`).

mod origin;
mod peer;
mod tree;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::domain::secret::Secret;
pub use tree::Identity;
use tree::{Found, Tree};

/// More at once wait in the system's queue.
const CONVERSATIONS: usize = 64;
/// Until a question is asked in full: whoever only connects keeps the others waiting.
const QUESTION: Duration = Duration::from_secs(5);
/// From the first byte of a question to the last of its answer; a token may take 30 s.
const PATIENCE: Duration = Duration::from_secs(60);
/// Descriptors do not come free at once; asking again without a pause would eat a core.
const AFTER_REFUSAL: Duration = Duration::from_millis(10);

/// Every answer bears this one, or the libraries believe they are elsewhere.
const FLAVOR: (&str, &str) = ("Metadata-Flavor", "Google");
const AS_GOOGLE_S: [(&str, &str); 3] = [
    ("Server", "Metadata Server for VM"),
    ("X-XSS-Protection", "0"),
    ("X-Frame-Options", "SAMEORIGIN"),
];

/// Where tokens come from.
pub trait Tokens {
    fn token(&self) -> impl Future<Output = Result<Handed, Refused>>;
}

/// A token on its way to whoever asked.
#[derive(Debug)]
pub struct Handed {
    pub token: Secret,
    /// Whole seconds.
    pub expires_in: i64,
}

/// Why there is none, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The libraries give up at once and show the words.
    ForGood(String),
    /// The libraries try again.
    ForNow(String),
}

/// Listens; nobody is answered before `serve`.
#[derive(Debug)]
pub struct Metadata {
    listener: TcpListener,
    address: SocketAddrV4,
    tree: Tree,
}

impl Metadata {
    pub async fn bind(identity: &Identity) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self {
            listener,
            address: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port),
            tree: Tree::of(identity),
        })
    }

    pub fn address(&self) -> SocketAddrV4 {
        self.address
    }

    /// Serves until dropped, and every connection with it.
    pub async fn serve(&self, tokens: &impl Tokens) {
        let arriving = stream::unfold((), async |()| Some((self.arrival().await, ())));
        arriving
            .for_each_concurrent(CONVERSATIONS, |stream| self.converse(stream, tokens))
            .await;
    }

    /// Whoever is let in. Out of descriptors, or a client that left at once: neither ends the server.
    async fn arrival(&self) -> TcpStream {
        loop {
            match self.listener.accept().await {
                Ok((stream, from)) if peer::may_ask(from, self.address) => return stream,
                Ok((_, from)) => {
                    tracing::warn!(
                        port = from.port(),
                        "another user asked for a token; refused"
                    );
                }
                Err(_) => tokio::time::sleep(AFTER_REFUSAL).await,
            }
        }
    }

    /// One question and one answer.
    async fn converse(&self, stream: TcpStream, tokens: &impl Tokens) {
        let service = service_fn(async |request: Request<Incoming>| {
            Ok::<_, Infallible>(self.answer(&request, tokens).await.into_response())
        });
        let talk = http1::Builder::new()
            .keep_alive(false)
            .timer(TokioTimer::new())
            .header_read_timeout(QUESTION)
            .auto_date_header(true)
            .serve_connection(TokioIo::new(stream), service);
        // A connection that breaks off, or says nothing, has nobody to complain to.
        let _ = tokio::time::timeout(PATIENCE, talk).await;
    }

    async fn answer(&self, request: &Request<Incoming>, tokens: &impl Tokens) -> Answer {
        if let Some((status, why)) = origin::refusal(request, self.address) {
            return Answer::text(status, why);
        }
        if request.method() != Method::GET {
            return Answer::text(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered");
        }
        let query = request.uri().query().unwrap_or_default();
        match self.tree.find(request.uri().path(), query) {
            Found::Text(text) => Answer::text(StatusCode::OK, text),
            Found::Json(text) => Answer::json(Secret::new(text)),
            Found::Token => match tokens.token().await {
                Ok(handed) => Answer::json(handed.document()),
                Err(Refused::ForGood(why)) => Answer::text(StatusCode::BAD_REQUEST, why),
                Err(Refused::ForNow(why)) => Answer::text(StatusCode::SERVICE_UNAVAILABLE, why),
            },
            Found::Nothing => Answer::text(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }
}

impl Handed {
    /// A token is of letters, digits and marks that JSON takes as they are; whatever else one might
    /// be is quoted all the same.
    fn document(&self) -> Secret {
        let token = serde_json::Value::from(self.token.expose());
        let document = serde_json::json!({
            "access_token": token,
            "expires_in": self.expires_in,
            "token_type": "Bearer",
        });
        Secret::new(document.to_string())
    }
}

struct Answer {
    status: StatusCode,
    kind: &'static str,
    body: Secret,
}

impl Answer {
    fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self {
            status,
            kind: "application/text",
            body: Secret::new(body.into()),
        }
    }

    fn json(body: Secret) -> Self {
        Self {
            status: StatusCode::OK,
            kind: "application/json",
            body,
        }
    }

    fn into_response(self) -> Response<String> {
        let mut response = Response::new(self.body.expose().to_owned());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.kind.parse().expect("a plain word"));
        for (name, value) in [FLAVOR].into_iter().chain(AS_GOOGLE_S) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a plain word");
            headers.insert(name, value.parse().expect("plain words"));
        }
        response
    }
}
