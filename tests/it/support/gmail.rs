//! Gmail's mail servers as their transcripts show them: a script of what is said (`S:`) and what
//! must be heard (`C:`, the beginning of a line; alone: an empty line), over TLS.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use rustls::{ServerConnection, StreamOwned};
use tokio::net::TcpSocket;

use crate::google::tls::server_config;

type Tls = BufReader<StreamOwned<ServerConnection, TcpStream>>;

pub(crate) struct Gmail {
    pub(crate) port: u16,
    playing: JoinHandle<Result<(), String>>,
}

impl Gmail {
    /// Plays the script to the first who comes.
    pub(crate) fn play(script: &str) -> Self {
        Self::with_certificate("good.pem", script)
    }

    pub(crate) fn with_certificate(certificate: &str, script: &str) -> Self {
        let config = Arc::new(server_config(certificate));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let script: Vec<String> = script
            .lines()
            .map(|line| line.trim_start().to_owned())
            .collect();
        let playing = std::thread::spawn(move || {
            let stream = listener.accept().unwrap().0;
            let connection = ServerConnection::new(config).unwrap();
            let mut tls = BufReader::new(StreamOwned::new(connection, stream));
            let played = script.iter().try_for_each(|line| act(line, &mut tls));
            tls.get_mut().conn.send_close_notify();
            let _ = tls.get_mut().flush();
            played
        });
        Self { port, playing }
    }

    pub(crate) fn address(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// What came otherwise than the script has it, if anything.
    pub(crate) fn end(self) -> Result<(), String> {
        self.playing.join().unwrap()
    }
}

/// A port that nobody answers at, kept from others for as long as this lives.
pub(crate) struct Closed(TcpSocket);

impl Closed {
    pub(crate) fn keep() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub(crate) fn address(&self) -> String {
        format!("localhost:{}", self.0.local_addr().unwrap().port())
    }
}

fn act(line: &str, tls: &mut Tls) -> Result<(), String> {
    if let Some(words) = line.strip_prefix("S: ") {
        let stream = tls.get_mut();
        let said = stream.write_all(format!("{words}\r\n").as_bytes());
        return said
            .and_then(|()| stream.flush())
            .map_err(|error| error.to_string());
    }
    let Some(expected) = line.strip_prefix("C:") else {
        return Ok(());
    };
    let expected = expected.strip_prefix(' ').unwrap_or(expected);
    let mut heard = String::new();
    match tls.read_line(&mut heard) {
        Ok(1..) => {}
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error.to_string()),
        _ => return Err(format!("hung up before `{expected}`")),
    }
    let heard = heard.trim_end_matches(['\r', '\n']);
    let fits = if expected.is_empty() {
        heard.is_empty()
    } else {
        heard.starts_with(expected)
    };
    fits.then_some(())
        .ok_or_else(|| format!("`{heard}` instead of `{expected}`"))
}

/// How each protocol begins at Gmail, up to the answer to the token.
pub(crate) const IMAP: &str = "S: * OK Gimap ready for requests from 192.0.2.1 x1
    C: a1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER
    S: a1 OK Thats all she wrote! x1
    C: a2 AUTHENTICATE XOAUTH2 dXNlcj1hbmFAZ21haWwuY29tAWF1dGg9QmVhcmVy
    ";
pub(crate) const SMTP: &str = "S: 220 smtp.gmail.com ESMTP x1 - gsmtp
    C: EHLO [127.0.0.1]
    S: 250-smtp.gmail.com at your service, [192.0.2.1]
    S: 250-SIZE 35882577
    S: 250-8BITMIME
    S: 250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH
    S: 250-ENHANCEDSTATUSCODES
    S: 250 SMTPUTF8
    C: AUTH XOAUTH2 dXNlcj1hbmFAZ21haWwuY29tAWF1dGg9QmVhcmVy
    ";
pub(crate) const POP: &str = "S: +OK Gpop ready for requests from 192.0.2.1 x1
    C: CAPA
    S: +OK Capability list follows
    S: USER
    S: RESP-CODES
    S: SASL PLAIN XOAUTH2 OAUTHBEARER
    S: .
    C: AUTH XOAUTH2
    S: +
    C: dXNlcj1hbmFAZ21haWwuY29tAWF1dGg9QmVhcmVy
    ";
/// The explanation that comes before every refusal: expired, wrong user and no scope alike.
pub(crate) const EXPLANATION: &str = "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==";
