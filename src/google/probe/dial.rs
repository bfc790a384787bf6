//! The first steps: a name becomes an address, somebody takes the call, a proxy passes it on, and
//! whoever is at the other end shows a certificate.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::super::{failure, tls};
use super::proxy::{Proxy, is_this_machine};
use super::witness::Witness;
use super::{Break, Traveller};
use crate::domain::checkup::Stage;

/// One address of several may be dead; the next shall have its turn.
const PER_ADDRESS: Duration = Duration::from_secs(2);

/// A proxy's answer to CONNECT is a few lines.
const LONGEST_HEAD: usize = 8 * 1024;

/// A connection, with or without TLS around it.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}
pub(super) type Line = Box<dyn Duplex>;

impl Traveller<'_> {
    pub(super) async fn dial(&mut self, host: &str, port: u16) -> Result<Line, Break> {
        let looked_up = async {
            let found = lookup_host((host, port)).await;
            let found: Vec<_> = found
                .map_err(|_| Break::network(Stage::Dns, "the name could not be looked up"))?
                .collect();
            Ok(found)
        };
        let addresses = self.within(Stage::Dns, looked_up).await?;
        let mut last = Break::network(Stage::Dns, "the name has no address");
        let mut v6_failed = false;
        for &address in &addresses {
            match self.within(Stage::Tcp, call(address)).await {
                Ok(stream) => {
                    self.journey.address = Some(address);
                    self.journey.v6_is_broken = v6_failed && address.is_ipv4();
                    return Ok(Box::new(stream));
                }
                Err(broke) => last = broke,
            }
            v6_failed |= address.is_ipv6();
        }
        // The mark of a filter that answers for names it blocks.
        let blocked = |a: &SocketAddr| a.ip().is_loopback() || a.ip().is_unspecified();
        if let Some(odd) = addresses.iter().find(|a| blocked(a))
            && !is_this_machine(host)
        {
            last.stage = Stage::Dns;
            last.words = format!("the name leads to {}, which is not Google", odd.ip());
        }
        Err(last)
    }

    pub(super) async fn through(&mut self, proxy: &Proxy) -> Result<Line, Break> {
        let at_the_proxy = |broke: Break| Break {
            stage: Stage::Proxy,
            words: format!("{}: {}", proxy.address, broke.words),
            ..broke
        };
        if let Some(scheme) = &proxy.foreign {
            let words = format!("proxies of the kind `{scheme}` are not supported");
            return Err(Break::network(Stage::Proxy, words));
        }
        let mut line = self
            .dial(&proxy.host, proxy.port)
            .await
            .map_err(at_the_proxy)?;
        if proxy.tls {
            line = self
                .secure(line, &proxy.host, Witness::new(self.google.ca_file()))
                .await
                .map_err(at_the_proxy)?;
        }
        let target = format!("{}:{}", self.target.host, self.target.port);
        self.within(Stage::Proxy, tunnel(line, &target, proxy))
            .await
            .map_err(at_the_proxy)
    }

    pub(super) async fn shake_hands(&mut self, line: Line) -> Result<Line, Break> {
        let witness = Witness::new(self.google.ca_file());
        let shaken = self.secure(line, &self.target.host, witness.clone()).await;
        let seen = witness.seen();
        self.journey.papers = seen.papers;
        self.journey.root = seen.root;
        self.journey.voucher = seen.voucher;
        shaken
    }

    async fn secure(&self, line: Line, host: &str, judge: Arc<Witness>) -> Result<Line, Break> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Break::network(Stage::Tls, "no certificate can be for that name"))?;
        let config =
            tls::config_judged_by(judge).map_err(|words| Break::network(Stage::Tls, words))?;
        let handshake = async {
            let connector = TlsConnector::from(Arc::new(config));
            let shaken = connector.connect(name, line).await;
            let shaken = shaken.map_err(|error| self.refused_certificate(&error))?;
            let line: Line = Box::new(shaken);
            Ok(line)
        };
        self.within(Stage::Tls, handshake).await
    }
}

async fn call(address: SocketAddr) -> Result<TcpStream, Break> {
    match timeout(PER_ADDRESS, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Break::network(Stage::Tcp, failure::stage_of(&error))),
        Err(_) => {
            let words = format!("no answer from {} within {PER_ADDRESS:?}", address.ip());
            Err(Break::network(Stage::Tcp, words))
        }
    }
}

/// Asks a proxy to pass everything on.
async fn tunnel(mut line: Line, target: &str, proxy: &Proxy) -> Result<Line, Break> {
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(login) = &proxy.login {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(login.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let broken = |error: io::Error| Break::network(Stage::Proxy, failure::stage_of(&error));
    line.write_all(&request).await.map_err(broken)?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(Break::network(Stage::Proxy, "that is no proxy"));
        }
        head.push(line.read_u8().await.map_err(broken)?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    match status {
        Some(200_u16..=299) => Ok(line),
        Some(407) => Err(Break::network(Stage::Proxy, "it wants a login")),
        Some(status) => {
            let words = format!("it will not pass this on (status {status})");
            Err(Break::network(Stage::Proxy, words))
        }
        None => Err(Break::network(Stage::Proxy, "that is no proxy")),
    }
}
