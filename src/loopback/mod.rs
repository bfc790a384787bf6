//! A listener that catches one redirect: it holds its port, answers whatever else knocks, and
//! returns the first redirect that carries the right state. Knows nothing of who asked or what
//! the code is for, and never shows it.

mod connection;
mod pasted;
mod redirect;
mod registered;
mod request;
mod response;

pub use pasted::{PasteError, read_pasted};
pub use redirect::{Expected, Redirect};
pub use registered::{NoneFits, Registered};

use std::collections::VecDeque;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use connection::Site;

/// More connections than this at once, and the oldest has to go: a browser opens a handful,
/// and a newcomer must never wait behind somebody who keeps lines open.
const MOST_CONNECTIONS: usize = 32;

/// Holds its port from `bind` until it is dropped.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<Arc<TcpListener>>,
    site: Arc<Site>,
}

impl Listener {
    /// Listens on 127.0.0.1; port 0 is any free one.
    pub async fn bind(port: u16) -> Result<Self, BindError> {
        let socket = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let port = socket.local_addr().map_or(port, |at| at.port());
        Ok(Self {
            sockets: vec![Arc::new(socket)],
            site: Arc::new(Site {
                uri: format!("http://127.0.0.1:{port}/"),
                path: "/".into(),
                port,
            }),
        })
    }

    /// Listens where a `web` client's registered redirect URI points, and only there.
    pub async fn bind_registered(uri: &str) -> Result<Self, BindError> {
        let place =
            Registered::parse(uri).map_err(|why| BindError::NotLoopback(why.to_string()))?;
        let port = place.port();
        let mut sockets = Vec::new();
        // A browser tries either family for `localhost`; the second is welcome, not needed.
        if place.uses_v4() {
            sockets.push(listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await);
        }
        if place.uses_v6() {
            sockets.push(listen(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await);
        }
        let needed = sockets.remove(0)?;
        let sockets = std::iter::once(needed).chain(sockets.into_iter().flatten());
        Ok(Self {
            sockets: sockets.map(Arc::new).collect(),
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
        // One place: the first redirect wins, and those after it find nobody waiting.
        let (caught, mut first) = mpsc::channel(1);
        let mut doors = JoinSet::new();
        for socket in &self.sockets {
            let visitor = Visitor {
                site: self.site.clone(),
                expected: expected.clone(),
                caught: caught.clone(),
            };
            doors.spawn(accept(socket.clone(), visitor));
        }
        match first.recv().await {
            Some(redirect) => redirect,
            // The doors hold their senders for as long as they live, which is as long as we do.
            None => std::future::pending().await,
        }
    }
}

#[derive(Clone)]
struct Visitor {
    site: Arc<Site>,
    expected: Arc<Expected>,
    caught: mpsc::Sender<Redirect>,
}

async fn accept(socket: Arc<TcpListener>, visitor: Visitor) {
    let mut tasks = JoinSet::new();
    let mut open: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            // Out of file handles, most likely: others must close some first.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        while tasks.try_join_next().is_some() {}
        open.retain(|task| !task.is_finished());
        if open.len() >= MOST_CONNECTIONS
            && let Some(oldest) = open.pop_front()
        {
            oldest.abort();
        }
        let Visitor {
            site,
            expected,
            caught,
        } = visitor.clone();
        open.push_back(tasks.spawn(async move {
            if let Some(redirect) = connection::serve(stream, &site, &expected).await {
                // Full means that another was first.
                let _ = caught.try_send(redirect);
            }
        }));
    }
}

async fn listen(at: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(at)
        .await
        .map_err(|source| BindError::Taken { at, source })
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
        _ => error.to_string(),
    }
}
