//! As much HTTP as a redirect needs: a request line and a `Host`. Anything that is not exactly
//! that is refused, and nothing is echoed. Pure.

use std::net::Ipv4Addr;

use zeroize::Zeroizing;

/// Larger heads are not from a browser that was redirected here.
pub(super) const LONGEST_HEAD: usize = 16 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    /// Wiped when dropped: it may hold a code.
    pub(super) query: Zeroizing<String>,
    /// The `Host` header, and the authority of an absolute target where there is one.
    pub(super) hosts: Vec<String>,
    pub(super) asker: Asker,
}

/// Who makes the browser ask, as far as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// A tab that goes to this address.
    Tab,
    /// Something on another page: a script, a picture, a frame.
    Page,
}

/// Where the head ends, if it has ended. What lies before `seen` was looked at before.
pub(super) fn head_end(bytes: &[u8], seen: usize) -> Option<usize> {
    // A mark may begin in what was seen.
    let from = seen.saturating_sub(3);
    let fresh = bytes.get(from..)?;
    let ends = |at: usize| fresh[at..].starts_with(b"\r\n\r\n").then_some(4);
    let bare = |at: usize| fresh[at..].starts_with(b"\n\n").then_some(2);
    (0..fresh.len()).find_map(|at| Some(from + at + ends(at).or_else(|| bare(at))?))
}

/// Nothing that begins so becomes a request: TLS, for one, would be waited for to no end.
pub(super) fn is_hopeless(bytes: &[u8]) -> bool {
    bytes
        .first()
        .is_some_and(|first| !first.is_ascii_uppercase())
}

/// `None` for whatever is not a plain HTTP/1 request without a body and with exactly one host. Of
/// two ways to read something neither is chosen: no browser leaves a choice.
pub(super) fn parse(head: &[u8]) -> Option<Request> {
    // Cookies of other programs on this machine come along, in whatever bytes they like.
    let head = Zeroizing::new(String::from_utf8_lossy(head).into_owned());
    let mut lines = head.strip_suffix("\r\n\r\n")?.split("\r\n");
    let (method, target) = request_line(lines.next()?)?;
    let headers = lines.map(header).collect::<Option<Vec<_>>>()?;
    if headers
        .iter()
        .any(|(name, value)| announces_body(name, value))
    {
        return None;
    }
    let (authority, target) = match target.strip_prefix("http://") {
        Some(rest) => {
            let slash = rest.find('/').unwrap_or(rest.len());
            (Some(&rest[..slash]), &rest[slash..])
        }
        None => (None, target),
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: Zeroizing::new(query.to_owned()),
        hosts: std::iter::once(one(&headers, "host").ok()??)
            .chain(authority)
            .map(str::to_owned)
            .collect(),
        asker: asker(&headers)?,
    })
}

/// Method and target.
fn request_line(line: &str) -> Option<(&str, &str)> {
    let mut parts = line.split(' ');
    let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
    let well_formed = parts.next().is_none()
        && matches!(version, "HTTP/1.1" | "HTTP/1.0")
        && !method.is_empty()
        && method.bytes().all(|b| b.is_ascii_uppercase())
        && !target.is_empty()
        && target.bytes().all(|b| b.is_ascii_graphic());
    well_formed.then_some((method, target))
}

/// Name and value; a continued line, a blank before the colon or a control is none.
fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let is_text = |b: u8| !b.is_ascii_control() || b == b'\t';
    let well_formed = !name.is_empty() && name.bytes().all(is_name) && value.bytes().all(is_text);
    well_formed.then(|| (name, value.trim_matches([' ', '\t'])))
}

fn announces_body(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("transfer-encoding")
        || (name.eq_ignore_ascii_case("content-length") && value != "0")
}

/// The header's value; twice the same name is an error, for somebody added one.
fn one<'a>(headers: &[(&str, &'a str)], wanted: &str) -> Result<Option<&'a str>, ()> {
    let mut values = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| *value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(()),
    }
}

/// Browsers say of every request what it is for, and no page can make them say otherwise. Old
/// ones only name the page whose script asks.
fn asker(headers: &[(&str, &str)]) -> Option<Asker> {
    let one = |name| one(headers, name).ok();
    let by_a_tab = match (one("sec-fetch-mode")?, one("sec-fetch-dest")?) {
        (None, None) => one("origin")?.is_none_or(|origin| origin == "null"),
        (mode, dest) => {
            mode.is_none_or(|mode| mode == "navigate") && dest.is_none_or(|dest| dest == "document")
        }
    };
    Some(if by_a_tab { Asker::Tab } else { Asker::Page })
}

/// Whether the browser meant this machine. A page elsewhere can point a name of its own here
/// (DNS rebinding), but it cannot make the browser send another `Host`. To the letter: a browser
/// has put its address into this form already.
pub(super) fn is_for_us(host: &str, port: u16) -> bool {
    let v4 = Ipv4Addr::LOCALHOST.to_string();
    let host = host.to_ascii_lowercase();
    [v4.as_str(), "localhost", "[::1]"].into_iter().any(|name| {
        let port_of = host.strip_prefix(name).map(|rest| rest.strip_prefix(':'));
        match port_of {
            Some(Some(given)) => given == port.to_string(),
            Some(None) => host == name && port == 80,
            None => false,
        }
    })
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
            (request.query.as_str(), request.hosts.as_slice()),
            ("a=b&c", &["localhost:8123".to_owned()][..])
        );
        let absolute = b"GET http://127.0.0.1:8123/?a HTTP/1.1\r\nHost: evil.example\r\n\r\n";
        let request = parse(absolute).unwrap();
        assert_eq!(request.path, "/");
        assert_eq!(request.hosts, ["evil.example", "127.0.0.1:8123"]);
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
            b"GET / HTTP/1.9\r\nHost: localhost\r\n\r\n",
            b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\nHost: localhost\n\n",
            b"GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\nOrigin: null\r\n\r\n",
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
            "localhost.:8123",
            "127.0.0.1.:8123",
            "127.1:8123",
            "2130706433:8123",
            "0x7f000001:8123",
            "127.0.0.1:08123",
            "127.0.0.1:",
            "127.0.0.1:8123:8123",
            "[::1]",
            "[::ffff:127.0.0.1]:8123",
            "[0:0:0:0:0:0:0:1]:8123",
            "::1:8123",
            "localhost8123",
        ] {
            assert!(!is_for_us(bad, 8123), "{bad}");
        }
        assert!(is_for_us("localhost", 80));
    }

    #[test]
    fn a_page_that_asks_is_told_from_a_tab() {
        let asker = |headers: &str| {
            let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
            parse(head.as_bytes()).unwrap().asker
        };
        for tab in [
            "",
            "Origin: null\r\n",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
        ] {
            assert_eq!(asker(tab), Asker::Tab, "{tab}");
        }
        for page in [
            "Origin: https://evil.example\r\n",
            "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
            "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nOrigin: null\r\n",
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
            "Sec-Fetch-Mode: websocket\r\n",
        ] {
            assert_eq!(asker(page), Asker::Page, "{page}");
        }
    }

    #[test]
    fn the_end_is_found_across_what_was_seen() {
        let head = b"GET / HTTP/1.1\r\n\r\nrest";
        for seen in 0..18 {
            assert_eq!(head_end(head, seen), Some(18), "{seen}");
        }
        assert_eq!(head_end(b"a\n\nb\r\n\r\n", 0), Some(3));
        assert_eq!(head_end(b"GET", 3), None);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
            let _ = head_end(&bytes, bytes.len() / 2);
            let _ = is_for_us(&String::from_utf8_lossy(&bytes), 1);
        }
    }
}
