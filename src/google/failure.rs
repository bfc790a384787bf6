//! A request that got no answer: at which stage it failed, in words that name the host and the
//! stage and nothing of the request. The texts of other crates are read here and never shown.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::CertificateError;
use url::Url;

use super::HttpOptions;
use super::tls::Refusal;
use super::transport::CONNECT_TIMEOUT;
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::time::{Span, Timestamp};

/// A machine's clock that is closer than this to the server's is not why a certificate is refused.
const CLOCK_IS_FINE: Span = Span::minutes(5);

pub(super) const TIMEOUT: &str = "timeout";

pub(super) fn classify(
    error: &reqwest::Error,
    url: &Url,
    options: &HttpOptions,
    skew: Option<Span>,
    now: Timestamp,
) -> Fault {
    let place = place(url);
    let (diagnosis, code, message) = if let Some(tls) = find::<rustls::Error>(error) {
        let (diagnosis, what) = refused_tls(tls, skew);
        (diagnosis, "tls", format!("{place}: {what}"))
    } else if says(error, "proxy authorization required") {
        let words = format!("{place}: the proxy on the way wants a login");
        (Diagnosis::Network, "proxy-auth", words)
    } else if error.is_timeout() {
        // The whole request has a limit of its own, outside of this one.
        let limit = CONNECT_TIMEOUT.min(options.timeout);
        let words = format!("{place}: no connection within {limit:?}");
        (Diagnosis::Network, TIMEOUT, words)
    } else if says(error, "dns error") {
        let words = format!("{place}: its name could not be looked up");
        (Diagnosis::Network, "dns", words)
    } else {
        let words = format!("{place}: {}", stage(error));
        (Diagnosis::Network, "unreachable", words)
    };
    Fault {
        diagnosis,
        code: code.to_owned(),
        message,
        at: now,
        retry_after: None,
    }
}

pub(super) fn too_slow(url: &Url, limit: Duration) -> String {
    format!("{}: no whole answer within {limit:?}", place(url))
}

/// The host, with its port where that is not the usual one. Never user, path or query.
pub(super) fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or("an address without a host");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Why a certificate was refused, without the host.
pub(super) fn refused_tls(error: &rustls::Error, skew: Option<Span>) -> (Diagnosis, String) {
    use CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet,
        NotValidYetContext, Other, UnknownIssuer,
    };
    match error {
        rustls::Error::InvalidCertificate(NotValidYet | NotValidYetContext { .. }) => (
            by_the_clock(skew),
            "its certificate is not valid yet by this computer's clock".to_owned(),
        ),
        rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. }) => (
            by_the_clock(skew),
            "its certificate has run out by this computer's clock".to_owned(),
        ),
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => (
            Diagnosis::Network,
            "its certificate is for another name".to_owned(),
        ),
        rustls::Error::InvalidCertificate(UnknownIssuer) => (
            Diagnosis::Network,
            "nobody known here vouches for its certificate".to_owned(),
        ),
        rustls::Error::InvalidCertificate(Other(other)) => {
            let words = match other.0.downcast_ref::<Refusal>() {
                Some(why) => why.to_string(),
                None => "its certificate was refused".to_owned(),
            };
            (Diagnosis::Network, words)
        }
        _ => (Diagnosis::Network, "the TLS handshake failed".to_owned()),
    }
}

/// A certificate whose dates do not fit: our clock's fault unless it is known to be right.
fn by_the_clock(skew: Option<Span>) -> Diagnosis {
    match skew {
        Some(skew) if skew.abs() < CLOCK_IS_FINE => Diagnosis::Network,
        _ => Diagnosis::Clock,
    }
}

fn stage(error: &reqwest::Error) -> &'static str {
    match find::<io::Error>(error).and_then(known) {
        Some(words) => words,
        None if error.is_connect() => "no connection could be made",
        None => BROKE,
    }
}

/// What a step over a socket failed of.
pub(super) fn stage_of(error: &io::Error) -> &'static str {
    known(error).unwrap_or(BROKE)
}

const BROKE: &str = "the connection broke before the whole answer was there";

fn known(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some("the connection was refused"),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            Some("there is no way to it from this network")
        }
        io::ErrorKind::ConnectionReset => Some("the connection was reset"),
        _ => None,
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn Error + 'static)| {
        // An `io::Error` hides what it wraps: its `source` is that of the wrapped one.
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// Some stages exist only as another crate's words; the tests hold them to it.
fn says(error: &(dyn Error + 'static), words: &str) -> bool {
    causes(error).any(|cause| cause.to_string().contains(words))
}
