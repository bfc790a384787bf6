//! What a browser gets to see: four plain pages, and headers that keep the code in its address
//! from going anywhere. Nothing of the request is ever in an answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const FRAME: &str = include_str!("../../assets/pages/frame.html");
const STYLE: &str = include_str!("../../assets/pages/style.css");
const SCRIPT: &str = include_str!("../../assets/pages/forget.js");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Done,
    Denied,
    Waiting,
    WrongLink,
}

impl Page {
    fn text(self) -> &'static str {
        match self {
            Self::Done => include_str!("../../assets/pages/done.html"),
            Self::Denied => include_str!("../../assets/pages/denied.html"),
            Self::Waiting => include_str!("../../assets/pages/waiting.html"),
            Self::WrongLink => include_str!("../../assets/pages/wrong-link.html"),
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Done => "Signed in",
            Self::Denied => "Not signed in",
            Self::Waiting => "Waiting for Google",
            Self::WrongLink => "Wrong link",
        }
    }
}

#[derive(Debug)]
pub(super) struct Response {
    status: u16,
    kind: &'static str,
    security: String,
    body: String,
    with_body: bool,
}

/// A page of ours, in the frame that all share. Its script takes the code out of the address bar.
pub(super) fn page(status: u16, page: Page) -> Response {
    let body = FRAME
        .replace("{{title}}", page.title())
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT)
        .replace("{{text}}", page.text());
    let allow = |text: &str| STANDARD.encode(Sha256::digest(text));
    Response {
        status,
        kind: "text/html; charset=utf-8",
        security: format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
            allow(STYLE),
            allow(SCRIPT)
        ),
        body,
        with_body: true,
    }
}

impl Response {
    /// For whatever is not a redirect at all.
    pub(super) fn refused(status: u16) -> Self {
        Self {
            status,
            kind: "text/plain; charset=utf-8",
            security: "default-src 'none'; frame-ancestors 'none'".into(),
            body: format!("{}\n", reason(status)),
            with_body: true,
        }
    }

    pub(super) fn without_body(self) -> Self {
        Self {
            with_body: false,
            ..self
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        let allow = if self.status == 405 {
            "Allow: GET, HEAD\r\n"
        } else {
            ""
        };
        let mut text = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
             X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n\
             Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\
             Content-Security-Policy: {}\r\n{allow}\r\n",
            self.status,
            reason(self.status),
            self.kind,
            self.body.len(),
            self.security,
        );
        if self.with_body {
            text.push_str(&self.body);
        }
        text.into_bytes()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        _ => "Bad Request",
    }
}
