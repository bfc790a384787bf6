//! Who may talk to the sandbox: programs of this machine, and its own pages. A web page from
//! elsewhere that found the port, or that had its name rebound to 127.0.0.1, may not.

use url::Url;

use super::message::{Reply, Request};

pub(super) fn refusal(request: &Request) -> Option<Reply> {
    let host = request.header("host").unwrap_or_default();
    if !is_loopback(&format!("http://{host}")) {
        let words = "the sandbox answers only to 127.0.0.1 and localhost\n";
        return Some(Reply::new(421, "text/plain; charset=utf-8", words));
    }
    let foreign = request
        .header("origin")
        .is_some_and(|origin| !is_loopback(origin));
    foreign.then(|| {
        let words = "the sandbox takes nothing from other origins\n";
        Reply::new(403, "text/plain; charset=utf-8", words)
    })
}

fn is_loopback(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| {
        matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
            && url.username().is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, Method};

    fn status(host: &'static str, origin: Option<&'static str>) -> Option<u16> {
        let mut headers = HeaderMap::new();
        headers.insert("host", host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().unwrap());
        }
        let request = Request {
            method: Method::POST,
            path: "/token".into(),
            query: String::new(),
            headers,
            body: Vec::new(),
        };
        refusal(&request).map(|reply| reply.status)
    }

    #[test]
    fn only_this_machine_is_answered() {
        assert_eq!(status("127.0.0.1:4180", None), None);
        assert_eq!(status("localhost:9", Some("http://127.0.0.1:4180")), None);
        assert_eq!(status("evil.example", None), Some(421));
        assert_eq!(status("127.0.0.1.evil.example:80", None), Some(421));
        assert_eq!(status("127.0.0.1@evil.example", None), Some(421));
        assert_eq!(status("127.0.0.1", Some("https://evil.example")), Some(403));
        assert_eq!(status("127.0.0.1", Some("null")), Some(403));
    }
}
