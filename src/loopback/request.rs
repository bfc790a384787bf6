//! As much HTTP as a redirect needs: a request line and a `Host`. Anything that is not exactly
//! that is refused, and nothing is echoed. Pure.

use url::Url;

use crate::domain::address::is_loopback;

/// Larger heads are not from a browser that was redirected here.
pub(super) const LONGEST_HEAD: usize = 16 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    /// The `Host` header, or the authority of an absolute target.
    pub(super) host: String,
}

/// Where the head ends, if it has ended.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let find = |mark: &[u8]| {
        bytes
            .windows(mark.len())
            .position(|w| w == mark)
            .map(|at| at + mark.len())
    };
    find(b"\r\n\r\n").or_else(|| find(b"\n\n"))
}

/// `None` for whatever is not a plain HTTP/1 request with exactly one host.
pub(super) fn parse(head: &[u8]) -> Option<Request> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut parts = lines.next()?.split(' ');
    let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
    let well_formed = parts.next().is_none()
        && version.starts_with("HTTP/1.")
        && !method.is_empty()
        && method.bytes().all(|b| b.is_ascii_uppercase());
    if !well_formed {
        return None;
    }
    let mut hosts = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim());
    let host = hosts.next()?;
    if hosts.next().is_some() {
        return None;
    }
    let (host, target) = match target.strip_prefix("http://") {
        Some(rest) => {
            let slash = rest.find('/').unwrap_or(rest.len());
            (&rest[..slash], &rest[slash..])
        }
        None => (host, target),
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        host: host.to_owned(),
    })
}

/// Whether the browser meant this machine. A page elsewhere can point a name of its own here
/// (DNS rebinding), but it cannot make the browser send another `Host`.
pub(super) fn is_for_us(host: &str, port: u16) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    if !host.bytes().all(plain) {
        return false;
    }
    let Ok(url) = Url::parse(&format!("http://{host}/")) else {
        return false;
    };
    is_loopback(&url) && url.port_or_known_default() == Some(port)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_request_line_and_a_host() {
        let head = b"GET /cb?a=b&c HTTP/1.1\r\nUser-Agent: x\r\nhost: localhost:8123 \r\n\r\n";
        let request = parse(head).unwrap();
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("GET", "/cb")
        );
        assert_eq!(
            (request.query.as_str(), request.host.as_str()),
            ("a=b&c", "localhost:8123")
        );
        let absolute = b"GET http://127.0.0.1:8123/?a HTTP/1.1\r\nHost: evil.example\r\n\r\n";
        let request = parse(absolute).unwrap();
        assert_eq!(
            (request.host.as_str(), request.path.as_str()),
            ("127.0.0.1:8123", "/")
        );
    }

    #[test]
    fn what_is_not_http() {
        for head in [
            &b"\x16\x03\x01\x02\x00\x01\r\n\r\n"[..],
            b"GET /\r\n\r\n",
            b"GET / HTTP/2\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1 x\r\nHost: localhost\r\n\r\n",
            b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
            b"",
        ] {
            assert_eq!(parse(head), None, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn only_this_machine_and_this_port() {
        for good in [
            "127.0.0.1:8123",
            "localhost:8123",
            "LOCALHOST:8123",
            "[::1]:8123",
        ] {
            assert!(is_for_us(good, 8123), "{good}");
        }
        for bad in [
            "",
            "127.0.0.1",
            "127.0.0.1:8124",
            "evil.example:8123",
            "localhost.evil.example:8123",
            "x@localhost:8123",
            "evil.example/@localhost:8123",
            "localhost:8123/x",
            "0.0.0.0:8123",
        ] {
            assert!(!is_for_us(bad, 8123), "{bad}");
        }
        assert!(is_for_us("localhost", 80));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
            let _ = head_end(&bytes);
            let _ = is_for_us(&String::from_utf8_lossy(&bytes), 1);
        }
    }
}
