//! The way to a mail server: a name, an address, TLS by the same roots as everything else, and a
//! measure on what comes back. There is no way without TLS, not even to this machine.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::super::probe::Target;
use super::super::tls::{self, Roots};
use super::super::{Google, failure};
use crate::domain::fault::{Diagnosis, Fault};

/// One address of several may be dead; the next shall have its turn.
const PER_ADDRESS: Duration = Duration::from_secs(3);

/// A whole sign-in; the longest part is a list of folders.
const LONGEST_TALK: usize = 1024 * 1024;

pub(super) struct Line<'a> {
    google: &'a Google,
    place: String,
    stream: TlsStream<TcpStream>,
    heard: usize,
    buffer: [u8; 4096],
}

impl<'a> Line<'a> {
    pub(super) async fn dial(google: &'a Google, target: &Target) -> Result<Self, Fault> {
        let place = target.name();
        let fault = |diagnosis, code: &str, words: &str| {
            google.fault(diagnosis, code, format!("{place}: {words}"))
        };
        let network = |code: &str, words: &str| fault(Diagnosis::Network, code, words);
        let name = ServerName::try_from(target.host.clone())
            .map_err(|_| network("tls", "no certificate can be for that name"))?;
        let found = lookup_host((target.host.as_str(), target.port)).await;
        let found = found.map_err(|_| network("dns", "its name could not be looked up"))?;
        let stream = call(found)
            .await
            .map_err(|(code, words)| network(code, &words))?;
        let roots = Roots::new(google.ca_file());
        let config =
            tls::config_judged_by(Arc::new(roots)).map_err(|words| network("tls", &words))?;
        let connector = TlsConnector::from(Arc::new(config));
        let stream = connector.connect(name, stream).await.map_err(|error| {
            let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
            match tls {
                Some(tls) => {
                    let (diagnosis, words) = failure::refused_tls(tls, google.skew());
                    fault(diagnosis, "tls", &words)
                }
                None => network("tls", failure::stage_of(&error)),
            }
        })?;
        Ok(Self {
            google,
            place,
            stream,
            heard: 0,
            buffer: [0; 4096],
        })
    }

    pub(super) async fn say(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let said = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        let said = said.await;
        said.map_err(|error| self.broken(failure::stage_of(&error)))
    }

    /// What came since, at least one byte of it.
    pub(super) async fn hear(&mut self) -> Result<&[u8], Fault> {
        let read = match self.stream.read(&mut self.buffer).await {
            Ok(0) => return Err(self.broken("it hung up before the sign-in was over")),
            Ok(read) => read,
            Err(error) => return Err(self.broken(failure::stage_of(&error))),
        };
        self.heard += read;
        if self.heard > LONGEST_TALK {
            let words = format!("{}: it said more than 1 MiB", self.place);
            return Err(self.google.fault(Diagnosis::Portal, "too-large", words));
        }
        Ok(&self.buffer[..read])
    }

    fn broken(&self, words: &str) -> Fault {
        let words = format!("{}: {words}", self.place);
        self.google.fault(Diagnosis::Network, "unreachable", words)
    }
}

/// The first address that answers; otherwise what the last one failed of.
async fn call(
    addresses: impl Iterator<Item = SocketAddr>,
) -> Result<TcpStream, (&'static str, String)> {
    let mut last = ("dns", "its name has no address".to_owned());
    for address in addresses {
        last = match timeout(PER_ADDRESS, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => ("unreachable", failure::stage_of(&error).to_owned()),
            Err(_) => ("timeout", format!("no connection within {PER_ADDRESS:?}")),
        };
    }
    Err(last)
}
