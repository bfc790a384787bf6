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
