//! The redirect URIs of a `web` client: which of them can be served from this machine, or why
//! none can. Google compares them letter by letter, so the one chosen is used as it is written.

use url::{Host, Url};

/// A loopback redirect URI, as registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    uri: String,
    url: Url,
}

impl Registered {
    /// Picks the first that can be served; one whose port needs no rights goes before others.
    pub fn from(uris: &[String]) -> Result<Self, NoneFits> {
        if uris.is_empty() {
            return Err(NoneFits::NoneAtAll);
        }
        let (good, bad): (Vec<_>, Vec<_>) = uris
            .iter()
            .map(|uri| Self::parse(uri))
            .partition(Result::is_ok);
        let mut good: Vec<_> = good.into_iter().flatten().collect();
        good.sort_by_key(|one| one.port() < 1024);
        match good.into_iter().next() {
            Some(best) => Ok(best),
            None => Err(bad
                .into_iter()
                .find_map(Result::err)
                .unwrap_or(NoneFits::NoneAtAll)),
        }
    }

    pub fn uri(&self) -> &str {
        &self.uri
    }

    pub(super) fn parse(uri: &str) -> Result<Self, NoneFits> {
        let url = Url::parse(uri).map_err(|_| NoneFits::NotLoopback)?;
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip == std::net::Ipv4Addr::LOCALHOST,
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        match url.scheme() {
            _ if !loopback => Err(NoneFits::NotLoopback),
            "https" => Err(NoneFits::Https),
            // It can be registered, and no browser goes there.
            "http" if url.port() == Some(0) => Err(NoneFits::NotLoopback),
            "http" if url.query().is_some() || url.fragment().is_some() => Err(NoneFits::Query),
            "http" => Ok(Self {
                uri: uri.to_owned(),
                url,
            }),
            _ => Err(NoneFits::NotLoopback),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(80)
    }

    pub(super) fn path(&self) -> &str {
        self.url.path()
    }

    pub(super) fn uses_v4(&self) -> bool {
        !matches!(self.url.host(), Some(Host::Ipv6(_)))
    }

    pub(super) fn uses_v6(&self) -> bool {
        !matches!(self.url.host(), Some(Host::Ipv4(_)))
    }
}

/// Why no registered redirect URI can be served from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoneFits {
    #[error(
        "the client has no redirect URI; register `http://127.0.0.1:8085/`, or make a Desktop client"
    )]
    NoneAtAll,
    #[error(
        "no registered redirect URI leads to this machine; register `http://127.0.0.1:8085/`, or make a Desktop client"
    )]
    NotLoopback,
    #[error(
        "the registered redirect URI is https on this machine, which no browser would trust; register it with http, or make a Desktop client"
    )]
    Https,
    #[error(
        "the registered redirect URI carries `?` or `#`; register it without, or make a Desktop client"
    )]
    Query,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(uris: &[&str]) -> Result<String, NoneFits> {
        let uris: Vec<_> = uris.iter().map(ToString::to_string).collect();
        Registered::from(&uris).map(|one| one.uri().to_owned())
    }

    #[test]
    fn the_first_that_can_be_served_is_used_as_it_is_written() {
        let uris = [
            "https://app.example/cb",
            "http://localhost",
            "http://LocalHost:8085/cb/",
        ];
        assert_eq!(
            from(&uris),
            Ok("http://LocalHost:8085/cb/".into()),
            "port 80 needs rights"
        );
        assert_eq!(from(&["http://localhost"]), Ok("http://localhost".into()));
        assert_eq!(from(&["http://[::1]:9/"]), Ok("http://[::1]:9/".into()));
    }

    #[test]
    fn or_it_says_why_none_can() {
        assert_eq!(from(&[]), Err(NoneFits::NoneAtAll));
        assert_eq!(
            from(&["https://app.example/cb"]),
            Err(NoneFits::NotLoopback)
        );
        assert_eq!(
            from(&["http://localhost.evil.example/"]),
            Err(NoneFits::NotLoopback)
        );
        assert_eq!(from(&["https://localhost:8085/"]), Err(NoneFits::Https));
        assert_eq!(from(&["http://localhost:8085/?x"]), Err(NoneFits::Query));
        assert_eq!(
            from(&["urn:ietf:wg:oauth:2.0:oob"]),
            Err(NoneFits::NotLoopback)
        );
    }
}
