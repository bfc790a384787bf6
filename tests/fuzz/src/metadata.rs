//! The metadata server that `gatepost exec` puts beside a program: only who says what Google's
//! libraries say, and to this server's own name, gets the token.

use gatepost::domain::secret::Secret;
use gatepost::metadata::{Handed, Identity, Metadata, Refused, Tokens};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::marks::MARK;
use super::redirect::with_port;

struct House {
    runtime: Runtime,
    metadata: Metadata,
}

thread_local! {
    static HOUSE: House = House::new();
}

struct One;

impl Tokens for One {
    async fn token(&self) -> Result<Handed, Refused> {
        Ok(Handed {
            token: Secret::new(MARK),
            expires_in: 3599,
        })
    }
}

impl House {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let identity = Identity {
            email: "ana@gmail.com".into(),
            scopes: vec!["https://mail.google.com/".into()],
            project: Some("gatepost".into()),
            project_number: Some("407718192204".into()),
        };
        let metadata = runtime.block_on(Metadata::bind(&identity));
        Self {
            runtime,
            metadata: metadata.expect("a free port"),
        }
    }
}

/// The bytes of a whole connection.
pub fn request(bytes: &[u8]) {
    HOUSE.with(|house| {
        let port = house.metadata.address().port();
        let sent = with_port(bytes, port);
        let answer = house.runtime.block_on(async {
            tokio::select! {
                () = house.metadata.serve(&One) => unreachable!("it serves until dropped"),
                answer = visit(port, &sent) => answer,
            }
        });
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1."),
            "{answer}"
        );
        if answer.contains(MARK) {
            assert_entitled(&String::from_utf8_lossy(&sent).to_lowercase(), port);
        }
    });
}

fn assert_entitled(sent: &str, port: u16) {
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    assert!(
        sent.trim_start().starts_with("get "),
        "not a question: {sent}"
    );
    assert!(sent.contains("/token"), "nobody asked for it: {sent}");
    assert!(
        own.iter().any(|name| sent.contains(name)),
        "another name: {sent}"
    );
    for said in ["metadata-flavor", "google", "host"] {
        assert!(sent.contains(said), "`{said}` was not said: {sent}");
    }
    let plain = sent.replace('\r', "");
    let head = plain.trim_start().split("\n\n").next().unwrap_or_default();
    for page in ["\norigin:", "\nsec-fetch-site:", "\nvia:", "\nforwarded:"] {
        assert!(
            !head.contains(page),
            "a web page or a proxy was answered: {sent}"
        );
    }
}

async fn visit(port: u16, sent: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await {
        // A refusal may come before all is written, and the rest is then nobody's.
        let _ = stream.write_all(sent).await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut answer).await;
    }
    answer
}
