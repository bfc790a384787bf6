//! Addresses that a secret may be sent to: https anywhere, plain http only where it cannot leave
//! this machine. Pure; nothing is looked up.

use url::{Host, Url};

/// Whether the host can only be this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Reads an endpoint's address. Query and fragment have no place in one.
pub fn endpoint(text: &str) -> Result<Url, BadAddress> {
    let url = Url::parse(text.trim()).map_err(|_| BadAddress::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadAddress::Login);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(BadAddress::Tail);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(BadAddress::PlainHttp),
        _ => Err(BadAddress::Scheme),
    }
}

/// Never repeats the address, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    #[error("that is not an address")]
    Unreadable,
    #[error("an address must not carry a user name or password")]
    Login,
    #[error("an address must not carry `?` or `#`")]
    Tail,
    #[error("plain http is only for this machine (127.0.0.1)")]
    PlainHttp,
    #[error("an address begins with https://")]
    Scheme,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in [
            "https://oauth2.googleapis.com/token",
            "http://127.0.0.1:9/token",
            "http://127.1.2.3/",
            "http://[::1]:9/x",
            "http://LOCALHOST:9",
        ] {
            assert!(endpoint(good).is_ok(), "{good} was refused");
        }
        for (bad, why) in [
            ("http://oauth2.googleapis.com/token", BadAddress::PlainHttp),
            ("http://localhost.example.com/", BadAddress::PlainHttp),
            ("http://127.0.0.1.example.com/", BadAddress::PlainHttp),
            ("http://0.0.0.0:9/", BadAddress::PlainHttp),
            ("https://ana:pw@example.com/", BadAddress::Login),
            ("https://example.com/?x", BadAddress::Tail),
            ("https://example.com/#x", BadAddress::Tail),
            ("ftp://127.0.0.1/", BadAddress::Scheme),
            ("example.com/token", BadAddress::Unreadable),
            ("", BadAddress::Unreadable),
        ] {
            assert_eq!(endpoint(bad), Err(why), "{bad}");
        }
    }
}
