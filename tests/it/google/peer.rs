//! A server of a few lines: it gives each connection the next prepared answer, to the byte, and
//! keeps what it was sent.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(super) struct Peer {
    pub(super) base: String,
    pub(super) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

/// What to do with a connection once its request was read.
#[derive(Clone)]
pub(super) enum Answer {
    Bytes(Vec<u8>),
    /// The bytes, then silence with the line open.
    Stall(Vec<u8>),
    /// A head, then zeros for as long as anyone reads.
    Flood(Vec<u8>),
}

impl Peer {
    pub(super) async fn start(answers: Vec<Answer>) -> Self {
        Self::serving(TcpListener::bind("127.0.0.1:0").await.unwrap(), answers)
    }

    /// On a port that was taken beforehand, for answers that have to name it.
    pub(super) fn on(listener: std::net::TcpListener, status: &str, body: &str) -> Self {
        listener.set_nonblocking(true).unwrap();
        let answer = message(status, "Content-Type: application/json\r\n", body);
        let listener = TcpListener::from_std(listener).unwrap();
        Self::serving(listener, vec![Answer::Bytes(answer)])
    }

    fn serving(listener: TcpListener, answers: Vec<Answer>) -> Self {
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            for answer in answers {
                let (stream, _) = listener.accept().await.unwrap();
                serve(stream, answer, &seen).await;
            }
        });
        Self {
            base: format!("http://127.0.0.1:{port}"),
            port,
            requests,
        }
    }

    pub(super) async fn saying(status: &str, headers: &str, body: &str) -> Self {
        Self::start(vec![Answer::Bytes(message(status, headers, body))]).await
    }

    pub(super) async fn json(status: &str, body: &str) -> Self {
        Self::saying(
            status,
            "Content-Type: application/json; charset=utf-8\r\n",
            body,
        )
        .await
    }

    /// Everything that arrived: heads and bodies.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

pub(super) fn message(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

async fn serve(mut stream: TcpStream, answer: Answer, seen: &Mutex<Vec<String>>) {
    let request = read_request(&mut stream).await;
    seen.lock().unwrap().push(request);
    match answer {
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Answer::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read(&mut [0]).await;
        }
        Answer::Flood(head) => {
            let zeros = vec![b'0'; 65_536];
            let mut sent = stream.write_all(&head).await;
            while sent.is_ok() {
                sent = stream.write_all(&zeros).await;
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return text;
        }
    }
}
