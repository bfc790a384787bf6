//! One connection: read a head within the limits, answer it, close. Returns a redirect if this
//! was the one; by then its page has been sent.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::redirect::{self, Expected, Redirect, Stray};
use super::request::{self, Asker, LONGEST_HEAD, Request};
use super::response::{self, Page, Response};

/// For the whole connection. A browser that was redirected needs milliseconds.
const LIFE: Duration = Duration::from_secs(10);

/// Once the answer is known, a reader that does not take it is not waited for.
const WRITING: Duration = Duration::from_secs(2);

/// Where the redirect has to arrive.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) uri: String,
    pub(super) path: String,
    pub(super) port: u16,
}

pub(super) async fn serve(
    mut stream: TcpStream,
    site: &Site,
    expected: &Expected,
) -> Option<Redirect> {
    let head = timeout(LIFE, read_head(&mut stream)).await.ok()?;
    let (response, caught) = match head {
        Head::Whole(bytes) => match request::parse(&bytes) {
            Some(request) => answer(&request, site, expected),
            None => (Response::refused(400), None),
        },
        Head::Hopeless => (Response::refused(400), None),
        Head::TooLong => (Response::refused(431), None),
        Head::Cut => return None,
    };
    let sent = timeout(WRITING, async {
        stream.write_all(&response.into_bytes()).await?;
        stream.shutdown().await
    });
    // A browser that left early must not cost the person the sign-in.
    let _ = sent.await;
    if caught.is_none() {
        drain(&mut stream).await;
    }
    caught
}

enum Head {
    /// Wiped when dropped: it may hold a code.
    Whole(Zeroizing<Vec<u8>>),
    Hopeless,
    TooLong,
    Cut,
}

async fn read_head(stream: &mut TcpStream) -> Head {
    // All the room at once: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_HEAD + 1024));
    loop {
        let seen = bytes.len();
        match stream.read_buf(&mut *bytes).await {
            Ok(0) | Err(_) => return Head::Cut,
            Ok(_) => {}
        }
        if request::is_hopeless(&bytes) {
            return Head::Hopeless;
        }
        match request::head_end(&bytes, seen) {
            Some(end) if end <= LONGEST_HEAD => {
                bytes.truncate(end);
                return Head::Whole(bytes);
            }
            None if bytes.len() <= LONGEST_HEAD => {}
            _ => return Head::TooLong,
        }
    }
}

/// Closing with unread bytes would reset the connection and take our answer with it.
async fn drain(stream: &mut TcpStream) {
    let mut sink = [0; 4096];
    let rest = async {
        for _ in 0..64 {
            if !matches!(stream.read(&mut sink).await, Ok(1..)) {
                break;
            }
        }
    };
    let _ = timeout(Duration::from_millis(500), rest).await;
}

fn answer(request: &Request, site: &Site, expected: &Expected) -> (Response, Option<Redirect>) {
    let is_for_us = |host: &String| request::is_for_us(host, site.port);
    if !request.hosts.iter().all(is_for_us) {
        return (Response::refused(421), None);
    }
    let head_only = request.method == "HEAD";
    if !head_only && request.method != "GET" {
        return (Response::refused(405), None);
    }
    // Nothing but a tab that was sent here brings a code; the state alone would do, were it known.
    if request.asker == Asker::Page {
        return (Response::refused(403), None);
    }
    if request.path != site.path {
        return (Response::refused(404), None);
    }
    let (response, caught) = match redirect::read(&request.query, expected) {
        Ok(redirect) => {
            let page = match &redirect {
                Redirect::Code { .. } => Page::Done,
                Redirect::Denied { .. } => Page::Denied,
            };
            (response::page(200, page), Some(redirect))
        }
        Err(Stray::NoState) if request.query.is_empty() => {
            (response::page(200, Page::Waiting), None)
        }
        Err(_) => (response::page(400, Page::WrongLink), None),
    };
    if head_only {
        // Link checkers and previews look before a person does; the code is not theirs to use up.
        return (response.without_body(), None);
    }
    (response, caught)
}
