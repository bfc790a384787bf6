//! A listener that catches one redirect: it holds its port, answers whatever else knocks, and
//! returns the first redirect that carries the right state. Knows nothing of who asked or what
//! the code is for, and never shows it.

mod connection;
mod pasted;
mod redirect;
mod registered;
mod request;
mod response;
mod typed;

pub use pasted::{PasteError, read_pasted};
pub use redirect::{Expected, Redirect};
pub use registered::{NoneFits, Registered};
pub use typed::{Part, Typed, check_typed};

use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use connection::Site;

use crate::domain::wording::why;

/// More connections than this at once, and the oldest has to go: a browser opens a handful,
/// and a newcomer must never wait behind somebody who keeps lines open.
const MOST_CONNECTIONS: usize = 32;

/// Whoever finds the system's queue full tries again a second later: the redirect must not be the
/// one that does.
const QUEUE: u32 = 1024;

const PAUSE: Duration = Duration::from_millis(50);

/// Holds its port from `bind` until it is dropped.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<TcpListener>,
    site: Arc<Site>,
}

impl Listener {
    /// Listens on 127.0.0.1; port 0 is any free one.
    pub fn bind(port: u16) -> Result<Self, BindError> {
        let socket = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let port = socket.local_addr().map_or(port, |at| at.port());
        Ok(Self {
            sockets: vec![socket],
            site: Arc::new(Site {
                uri: format!("http://127.0.0.1:{port}/"),
                path: "/".into(),
                port,
            }),
        })
    }

    /// Listens where a `web` client's registered redirect URI points, and only there.
    pub fn bind_registered(uri: &str) -> Result<Self, BindError> {
        let place =
            Registered::parse(uri).map_err(|why| BindError::NotLoopback(why.to_string()))?;
        let port = place.port();
        let mut sockets = Vec::new();
        // A browser tries either family for `localhost`; the second is welcome, not needed.
        if place.uses_v4() {
            sockets.push(listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
        }
        if place.uses_v6() {
            sockets.push(listen(SocketAddr::from((Ipv6Addr::LOCALHOST, port))));
        }
        let needed = sockets.remove(0)?;
        let sockets = std::iter::once(needed).chain(sockets.into_iter().flatten());
        Ok(Self {
            sockets: sockets.collect(),
            site: Arc::new(Site {
                uri: uri.to_owned(),
                path: place.path().to_owned(),
                port,
            }),
        })
    }

    /// What the consent address must name, to the letter.
    pub fn redirect_uri(&self) -> String {
        self.site.uri.clone()
    }

    pub fn port(&self) -> u16 {
        self.site.port
    }

    /// Waits for the first good redirect, and shows its browser the finished page. Dropping the
    /// future ends every connection; the port stays held.
    pub async fn catch(&self, expected: &Expected) -> Redirect {
        let expected = Arc::new(expected.clone());
        let mut visits = JoinSet::new();
        let mut open: VecDeque<AbortHandle> = VecDeque::new();
        loop {
            match self.news(&mut visits).await {
                News::Knock(Ok(stream)) => {
                    open.retain(|visit| !visit.is_finished());
                    if open.len() >= MOST_CONNECTIONS
                        && let Some(oldest) = open.pop_front()
                    {
                        oldest.abort();
                    }
                    let (site, expected) = (self.site.clone(), expected.clone());
                    let visit = async move { connection::serve(stream, &site, &expected).await };
                    open.push_back(visits.spawn(visit));
                    // Each gets its turn before the next is let in: in a crowd that comes at once
                    // the one good visit would be sent away unheard.
                    tokio::task::yield_now().await;
                }
                // Out of file handles, most likely: others must close some first.
                News::Knock(Err(_)) => tokio::time::sleep(PAUSE).await,
                News::Left(Some(redirect)) => return redirect,
                News::Left(None) => {}
            }
        }
    }

    /// What happens next: a visit ends, or somebody knocks at one of the doors.
    async fn news(&self, visits: &mut JoinSet<Option<Redirect>>) -> News {
        poll_fn(|cx| {
            if let Poll::Ready(Some(end)) = visits.poll_join_next(cx) {
                return Poll::Ready(News::Left(end.ok().flatten()));
            }
            for socket in &self.sockets {
                if let Poll::Ready(knock) = socket.poll_accept(cx) {
                    return Poll::Ready(News::Knock(knock.map(|(stream, _)| stream)));
                }
            }
            Poll::Pending
        })
        .await
    }
}

enum News {
    Knock(std::io::Result<TcpStream>),
    Left(Option<Redirect>),
}

fn listen(at: SocketAddr) -> Result<TcpListener, BindError> {
    let listening = || {
        let socket = match at {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // A port that a sign-in used a minute ago is free again.
        socket.set_reuseaddr(true)?;
        socket.bind(at)?;
        socket.listen(QUEUE)
    };
    listening().map_err(|source| BindError::Taken { at, source })
}

#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("cannot listen on {at}: {}", reason(.source))]
    Taken {
        at: SocketAddr,
        source: std::io::Error,
    },
    #[error("{0}")]
    NotLoopback(String),
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "another program has that port".into(),
        std::io::ErrorKind::PermissionDenied => "that port needs more rights".into(),
        _ => why(error),
    }
}
