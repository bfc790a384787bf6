//! The way to a server, made one step at a time so that the step that breaks can be named: proxy,
//! name, connection, TLS, answer. Carries no secret and stores nothing. What it means for a person
//! is decided above.

mod answer;
mod dial;
mod proxy;
mod target;
mod witness;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::certificate::Papers;
use super::{Google, failure};
use crate::domain::checkup::Stage;
use crate::domain::fault::Diagnosis;
use crate::domain::time::Span;

pub use proxy::Proxy;
pub use target::{Speaks, Target};
pub use witness::Voucher;

/// How far a probe came, and what it saw on its way.
#[derive(Debug, Clone, Default)]
pub struct Journey {
    pub proxy: Option<Proxy>,
    /// Who took the call: the server, or the proxy.
    pub address: Option<SocketAddr>,
    /// An address of the newer kind was tried first, in vain.
    pub v6_is_broken: bool,
    pub papers: Option<Papers>,
    /// Who signed the last certificate of the chain that was shown.
    pub root: Option<String>,
    pub voucher: Option<Voucher>,
    pub status: Option<u16>,
    /// How far the server's clock is ahead of ours.
    pub skew: Option<Span>,
    pub took: Duration,
    pub broke: Option<Break>,
}

/// Where a journey ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    pub stage: Stage,
    pub diagnosis: Diagnosis,
    /// Without the host, which the reader knows.
    pub words: String,
}

impl Break {
    fn new(stage: Stage, diagnosis: Diagnosis, words: impl Into<String>) -> Self {
        Self {
            stage,
            diagnosis,
            words: words.into(),
        }
    }

    fn network(stage: Stage, words: impl Into<String>) -> Self {
        Self::new(stage, Diagnosis::Network, words)
    }
}

impl Google {
    /// Which proxy a request to this target would take.
    pub fn proxy_for(&self, target: &Target) -> Option<Proxy> {
        proxy::to(target)
    }

    /// Goes all the way, or as far as it gets within `limit`.
    pub async fn probe(&self, target: &Target, limit: Duration) -> Journey {
        let begun = Instant::now();
        let mut traveller = Traveller {
            google: self,
            target,
            deadline: begun + limit,
            limit,
            journey: Journey::default(),
        };
        let end = traveller.travel().await;
        Journey {
            broke: end.err(),
            took: begun.elapsed(),
            ..traveller.journey
        }
    }
}

/// One journey under way.
struct Traveller<'a> {
    google: &'a Google,
    target: &'a Target,
    deadline: Instant,
    limit: Duration,
    journey: Journey,
}

impl Traveller<'_> {
    async fn travel(&mut self) -> Result<(), Break> {
        let target = self.target;
        self.journey.proxy = proxy::to(target);
        let line = match self.journey.proxy.clone() {
            Some(proxy) => self.through(&proxy).await?,
            None => self.dial(&target.host, target.port).await?,
        };
        let line = match target.speaks {
            Speaks::Http { .. } => line,
            Speaks::Https { .. } | Speaks::Tls => self.shake_hands(line).await?,
        };
        match &target.speaks {
            Speaks::Http { path, expects } | Speaks::Https { path, expects } => {
                self.converse(line, path, *expects).await
            }
            Speaks::Tls => Ok(()),
        }
    }

    /// A step that takes its time is the one that failed.
    async fn within<T>(
        &self,
        stage: Stage,
        step: impl Future<Output = Result<T, Break>>,
    ) -> Result<T, Break> {
        match timeout_at(self.deadline, step).await {
            Ok(done) => done,
            Err(_) => Err(Break::network(
                stage,
                format!("no answer within {:?}", self.limit),
            )),
        }
    }

    fn refused_certificate(&self, error: &std::io::Error) -> Break {
        let tls = error.get_ref().and_then(|e| e.downcast_ref());
        let Some(tls) = tls else {
            return Break::network(Stage::Tls, failure::stage_of(error));
        };
        let (diagnosis, words) = failure::refused_tls(tls, self.google.skew());
        Break::new(Stage::Tls, diagnosis, words)
    }
}
