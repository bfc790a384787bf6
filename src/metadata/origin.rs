//! Who asks, as far as the question says: a library that means a metadata server, and not a web
//! page that was led here or a proxy that passes something on. Pure.

use std::net::SocketAddrV4;

use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::{Request, StatusCode, Uri};

const FORWARDED: [HeaderName; 3] = [
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("via"),
];
/// What every browser says of what it loads.
const FETCHED: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why this question is not answered.
pub(super) fn refusal<B>(
    request: &Request<B>,
    own: SocketAddrV4,
) -> Option<(StatusCode, &'static str)> {
    let headers = request.headers();
    let forbidden = |why| Some((StatusCode::FORBIDDEN, why));
    if !is_meant(headers, request.uri(), own) {
        return forbidden("this server has another name");
    }
    if FORWARDED.iter().any(|name| headers.contains_key(name)) {
        return forbidden("nothing is answered through a proxy");
    }
    if headers.contains_key(ORIGIN) || headers.contains_key(FETCHED) {
        return forbidden("no web page is answered");
    }
    // The libraries find out where they are by asking for the root, some without the header.
    let flavor = headers.get("metadata-flavor");
    let says_so = flavor.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"google"));
    if !says_so && request.uri().path() != "/" {
        return forbidden("Missing Metadata-Flavor:Google header.");
    }
    None
}

/// A name that a stranger made to point here is in `Host`.
fn is_meant(headers: &HeaderMap, uri: &Uri, own: SocketAddrV4) -> bool {
    let names = [own.to_string(), format!("localhost:{}", own.port())];
    let is_own = |host: &[u8]| {
        names
            .iter()
            .any(|name| host.eq_ignore_ascii_case(name.as_bytes()))
    };
    let mut hosts = headers.get_all(HOST).iter();
    let one = hosts.next().is_some_and(|host| is_own(host.as_bytes())) && hosts.next().is_none();
    one && uri
        .authority()
        .is_none_or(|named| is_own(named.as_str().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn asked(path: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        let own = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 4321);
        refusal(&request, own).map(|(status, _)| status.as_u16())
    }

    const HERE: (&str, &str) = ("host", "127.0.0.1:4321");
    const FLAVOR: (&str, &str) = ("metadata-flavor", "Google");

    #[test]
    fn a_library_is_answered() {
        assert_eq!(asked("/x", &[HERE, FLAVOR]), None);
        assert_eq!(asked("/x", &[("host", "LOCALHOST:4321"), FLAVOR]), None);
        assert_eq!(asked("http://127.0.0.1:4321/x", &[HERE, FLAVOR]), None);
        assert_eq!(asked("/", &[HERE]), None, "detection");
    }

    #[test]
    fn others_are_not() {
        for (path, headers) in [
            ("/x", &[HERE][..]),
            ("/x", &[FLAVOR]),
            ("/x", &[HERE, ("metadata-flavor", "Vanilla")]),
            ("/x", &[HERE, HERE, FLAVOR]),
            ("/x", &[("host", "evil.example:4321"), FLAVOR]),
            ("/x", &[("host", "127.0.0.1"), FLAVOR]),
            ("/x", &[("host", "127.0.0.1:4322"), FLAVOR]),
            ("/", &[("host", "evil.example")]),
            ("http://evil.example/x", &[HERE, FLAVOR]),
            ("/x", &[HERE, FLAVOR, ("origin", "https://evil.example")]),
            ("/x", &[HERE, FLAVOR, ("sec-fetch-site", "cross-site")]),
            ("/x", &[HERE, FLAVOR, ("x-forwarded-for", "10.0.0.1")]),
            ("/x", &[HERE, FLAVOR, ("via", "1.1 proxy")]),
        ] {
            assert_eq!(asked(path, headers), Some(403), "{path} {headers:?}");
        }
    }
}
