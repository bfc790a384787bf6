//! One HTTP client for all accounts: what may be sent where, within which limits, and what a
//! failure on the way is called. Knows nothing of what the bodies mean.

use std::path::Path;
use std::pin::pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;
use zeroize::Zeroizing;

use super::{HttpOptions, failure, tls};
use crate::clock::Clock;
use crate::domain::address;
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::time::{Span, Timestamp};

pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that waits for the next request keeps what it wrote last in its buffer, and a bearer
/// token may be in that.
const IDLE: Duration = Duration::from_secs(5);

pub(super) const AGENT: &str = concat!("gatepost/", env!("CARGO_PKG_VERSION"));

/// Google's answers have a few kilobytes; whatever is longer is not one of them.
const LONGEST_BODY: usize = 1024 * 1024;

const USUAL_BODY: usize = 16 * 1024;

/// To read what has arrived.
const ALREADY_THERE: Duration = Duration::from_millis(100);

/// Longer waits than this are taken for a mistake of the server's.
const LONGEST_WAIT: Span = Span::hours(24);

const NOT_MEASURED: i64 = i64::MIN;

pub(super) struct Transport {
    options: HttpOptions,
    clock: Clock,
    /// For this machine's own addresses: never through a proxy.
    direct: OnceLock<reqwest::Client>,
    /// For the rest of the world: through the environment's proxies.
    outside: OnceLock<reqwest::Client>,
    /// Milliseconds that the other side's `Date` is ahead of our clock.
    skew: AtomicI64,
}

/// An answer, whatever it says.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    /// Wiped when dropped: it may hold tokens.
    pub(super) body: Zeroizing<Vec<u8>>,
    pub(super) retry_after: Option<Span>,
    /// When the request left: lifetimes count from here.
    pub(super) sent_at: Timestamp,
}

impl Transport {
    pub(super) fn new(options: HttpOptions, clock: Clock) -> Self {
        Self {
            options,
            clock,
            direct: OnceLock::new(),
            outside: OnceLock::new(),
            skew: AtomicI64::new(NOT_MEASURED),
        }
    }

    pub(super) async fn send(&self, request: http::Request<Vec<u8>>) -> Result<Reply, Fault> {
        let url = address::endpoint(&request.uri().to_string())
            .map_err(|why| self.fault(Diagnosis::Request, "bad-endpoint", why.to_string()))?;
        let whole = self.whole(&url, request);
        let answer = in_time(Instant::now() + self.options.timeout, whole).await;
        answer.unwrap_or_else(|| {
            let words = failure::too_slow(&url, self.options.timeout);
            Err(self.fault(Diagnosis::Network, failure::TIMEOUT, words))
        })
    }

    async fn whole(&self, url: &Url, request: http::Request<Vec<u8>>) -> Result<Reply, Fault> {
        let client = self.client(url)?;
        let failed = |error: &reqwest::Error| {
            failure::classify(error, url, &self.options, self.skew(), self.clock.now())
        };
        let request = reqwest::Request::try_from(request).map_err(|e| failed(&e))?;
        let sent_at = self.clock.now();
        let mut response = client.execute(request).await.map_err(|e| failed(&e))?;
        self.measure_skew(response.headers(), sent_at);
        let mut reply = Reply {
            status: response.status().as_u16(),
            content_type: text(response.headers(), &CONTENT_TYPE),
            retry_after: text(response.headers(), &RETRY_AFTER)
                .and_then(|wait| retry_after(&wait, response.headers(), self.clock.now())),
            // All the room of a usual answer at once: growing would leave copies behind.
            body: Zeroizing::new(Vec::with_capacity(USUAL_BODY)),
            sent_at,
        };
        while let Some(chunk) = response.chunk().await.map_err(|e| failed(&e))? {
            if reply.body.len() + chunk.len() > LONGEST_BODY {
                let words = format!("{} answered with more than 1 MiB", failure::place(url));
                return Err(self.fault(Diagnosis::Portal, "too-large", words));
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }

    pub(super) fn ca_file(&self) -> Option<&Path> {
        self.options.ca_file.as_deref()
    }

    pub(super) fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// How far the other side's clock was ahead of ours at the last answer.
    pub(super) fn skew(&self) -> Option<Span> {
        let ms = self.skew.load(Ordering::Relaxed);
        (ms != NOT_MEASURED).then(|| Span::milliseconds(ms))
    }

    pub(super) fn fault(&self, diagnosis: Diagnosis, code: &str, message: String) -> Fault {
        Fault {
            diagnosis,
            code: code.to_owned(),
            message,
            at: self.clock.now(),
            retry_after: None,
        }
    }

    fn client(&self, url: &Url) -> Result<&reqwest::Client, Fault> {
        let loopback = address::is_loopback(url);
        let slot = if loopback {
            &self.direct
        } else {
            &self.outside
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let client = self
            .build(loopback)
            .map_err(|words| self.fault(Diagnosis::Network, "tls", words))?;
        // Two first requests at once may both build one; the first to get here is kept.
        Ok(slot.get_or_init(|| client))
    }

    fn build(&self, loopback: bool) -> Result<reqwest::Client, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT.min(self.options.timeout))
            .pool_idle_timeout(IDLE)
            // A connection that died while the machine slept would swallow every request that
            // is put on it; it must be found out before the first of them gives up.
            .http2_keep_alive_interval(self.options.timeout / 3)
            .http2_keep_alive_timeout(self.options.timeout / 3)
            .tls_backend_preconfigured(tls::config(self.options.ca_file.as_deref())?);
        if loopback {
            builder = builder.no_proxy();
        }
        builder
            .build()
            .map_err(|_| "the HTTP client could not be made; see the proxy settings".to_owned())
    }

    fn measure_skew(&self, headers: &http::HeaderMap, sent_at: Timestamp) {
        if let Some(ahead) = ahead(headers, sent_at, self.clock.now()) {
            self.skew.store(ahead.num_milliseconds(), Ordering::Relaxed);
        }
    }
}

/// A process that was stopped for a while finds its time over and the answer there, both at once:
/// then the answer counts. It may hold a refresh token that comes only once.
pub(crate) async fn in_time<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    match timeout_at(deadline, &mut work).await {
        Ok(done) => Some(done),
        Err(_) => timeout(ALREADY_THERE, work).await.ok(),
    }
}

/// How far the other side's clock is ahead of ours, by its `Date`.
pub(super) fn ahead(
    headers: &http::HeaderMap,
    sent_at: Timestamp,
    received_at: Timestamp,
) -> Option<Span> {
    let theirs = text(headers, &DATE).and_then(|date| http_date(&date))?;
    // `Date` drops the fraction of its second; the answer was made about half way.
    let middle = sent_at + (received_at - sent_at) / 2;
    Some(theirs + Span::milliseconds(500) - middle)
}

pub(super) fn text(headers: &http::HeaderMap, name: &http::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn http_date(text: &str) -> Option<Timestamp> {
    chrono::DateTime::parse_from_rfc2822(text.trim())
        .ok()
        .map(|date| date.to_utc())
}

/// Seconds, or a date, which is compared with the server's own clock where it shows one.
fn retry_after(wait: &str, headers: &http::HeaderMap, now: Timestamp) -> Option<Span> {
    let span = if let Ok(seconds) = wait.trim().parse::<u32>() {
        Span::seconds(i64::from(seconds))
    } else {
        let from = text(headers, &DATE).and_then(|d| http_date(&d));
        http_date(wait)? - from.unwrap_or(now)
    };
    Some(span.clamp(Span::zero(), LONGEST_WAIT))
}
