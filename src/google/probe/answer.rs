//! The last step: one request without any secret, and whether the answer is Google's or that of a
//! network's login page.

use std::error::Error;
use std::io;
use std::pin::{Pin, pin};

use futures_util::future::{Either, select};
use http::header::{CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use http::{HeaderMap, Request};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use url::Url;

use super::super::transport::{self, AGENT};
use super::super::{failure, verdict};
use super::dial::Line;
use super::target::Expects;
use super::{Break, Traveller};
use crate::domain::checkup::Stage;
use crate::domain::fault::Diagnosis::{Network, Portal, Upstream};
use crate::domain::time::Span;
use crate::domain::wording::safe;

/// Enough of a body to tell JSON from a page.
const BEGINNING: usize = 1_024;

struct Answer {
    status: u16,
    headers: HeaderMap,
    beginning: Vec<u8>,
    skew: Option<Span>,
}

impl Traveller<'_> {
    pub(super) async fn converse(
        &mut self,
        line: Line,
        path: &str,
        expects: Expects,
    ) -> Result<(), Break> {
        let answer = self.within(Stage::Http, self.ask(line, path)).await?;
        self.journey.status = Some(answer.status);
        self.journey.skew = answer.skew;
        answer.judge(expects)
    }

    async fn ask(&self, line: Line, path: &str) -> Result<Answer, Break> {
        let request = Request::get(path)
            .header(HOST, self.target.name())
            .header(USER_AGENT, AGENT)
            .body(String::new())
            .map_err(|_| broken("no request can be made for this address"))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(line))
            .await
            .map_err(|error| broken(why(&error)))?;
        let clock = &self.google.shared.clock;
        let exchange = async {
            let sent_at = clock.now();
            let response = sender.send_request(request).await;
            let (head, body) = response.map_err(|e| broken(why(&e)))?.into_parts();
            Ok(Answer {
                status: head.status.as_u16(),
                skew: transport::ahead(&head.headers, sent_at, clock.now()),
                headers: head.headers,
                beginning: beginning_of(body).await,
            })
        };
        match select(pin!(connection), pin!(exchange)).await {
            // The line is down; what came over it before is still to be read.
            Either::Left((_, exchange)) => exchange.await,
            Either::Right((answer, _)) => answer,
        }
    }
}

impl Answer {
    fn judge(&self, expects: Expects) -> Result<(), Break> {
        let portal = |words: String| Err(Break::new(Stage::Http, Portal, words));
        match self.status {
            407 => Err(Break::new(
                Stage::Http,
                Network,
                "a proxy on the way wants a login",
            )),
            511 => portal("this network wants a login first".into()),
            200..300 if expects == Expects::Json && !self.is_json() => {
                portal("a web page came back in place of Google's answer".into())
            }
            300..400 if expects == Expects::Json => portal(match self.leads_to() {
                Some(host) => format!("it sends one on to `{host}`"),
                None => "it sends one elsewhere".into(),
            }),
            status @ 500.. => {
                let words = format!("it answers with status {status}");
                Err(Break::new(Stage::Http, Upstream, words))
            }
            _ => Ok(()),
        }
    }

    /// A portal's page is a page whatever it claims to be.
    fn is_json(&self) -> bool {
        let kind = transport::text(&self.headers, &CONTENT_TYPE);
        !kind.is_some_and(|kind| verdict::is_html(&kind))
            && self.beginning.trim_ascii_start().first() == Some(&b'{')
    }

    fn leads_to(&self) -> Option<String> {
        let to = transport::text(&self.headers, &LOCATION)?;
        Some(safe(Url::parse(&to).ok()?.host_str()?))
    }
}

async fn beginning_of(mut body: Incoming) -> Vec<u8> {
    let mut beginning = Vec::new();
    while beginning.len() < BEGINNING
        && let Some(Ok(frame)) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await
    {
        if let Ok(bytes) = frame.into_data() {
            beginning.extend_from_slice(&bytes);
        }
    }
    beginning
}

fn broken(words: impl Into<String>) -> Break {
    Break::network(Stage::Http, words)
}

fn why(error: &hyper::Error) -> &'static str {
    if error.is_parse() {
        return "what answered does not speak HTTP";
    }
    match error.source().and_then(|e| e.downcast_ref::<io::Error>()) {
        Some(error) => failure::stage_of(error),
        None => "the connection broke before the whole answer was there",
    }
}
