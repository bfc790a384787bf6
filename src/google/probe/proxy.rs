//! Which proxy stands between here and a server, found by the matcher that the HTTP client asks
//! too. The login that an address may carry is never shown.

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use std::net::IpAddr;

use super::target::{Speaks, Target};

/// A proxy in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Scheme, host and port, and nothing else.
    pub address: String,
    /// The variable that names it.
    pub variable: Option<&'static str>,
    pub has_login: bool,
    pub(super) tls: bool,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) login: Option<HeaderValue>,
    /// Neither http nor https: the HTTP client cannot go through it.
    pub foreign: Option<String>,
}

/// In the order in which they are heard. In the clear nothing is proxied: see `Target::clock_of`.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

pub(super) fn to(target: &Target) -> Option<Proxy> {
    if !matches!(target.speaks, Speaks::Https { .. }) || is_this_machine(&target.host) {
        return None;
    }
    let wanted: Uri = format!("https://{}/", target.name()).parse().ok()?;
    let found = Matcher::from_system().intercept(&wanted)?;
    let (scheme, host) = (found.uri().scheme_str()?, found.uri().host()?);
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = found.uri().port_u16().unwrap_or(usual);
    let login = found.basic_auth().cloned();
    Some(Proxy {
        address: format!("{scheme}://{host}:{port}"),
        variable: VARIABLES.into_iter().find(|name| is_set(name)),
        has_login: login.is_some() || found.raw_auth().is_some(),
        tls: scheme == "https",
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        login,
        foreign: (!matches!(scheme, "http" | "https")).then(|| scheme.to_owned()),
    })
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| !value.is_empty())
}

/// As the HTTP client has it: never through a proxy.
pub(super) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
