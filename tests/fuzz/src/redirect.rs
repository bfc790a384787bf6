//! The redirect, over the listener's own socket and as a person pastes it: nothing is accepted
//! without the state, and no answer repeats anything.

use gatepost::domain::secret::Secret;
use gatepost::loopback::{Expected, Listener, Part, Redirect, check_typed, read_pasted};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

const STATE: &str = "S4fe-state_0123456789";

/// Stands for the port that the listener really has.
const WRITTEN_PORT: &str = "8123";

struct House {
    runtime: Runtime,
    listener: Listener,
}

thread_local! {
    static HOUSE: House = {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(async { Listener::bind(0) });
        House { runtime, listener: listener.expect("a free port") }
    };
}

fn expected() -> Expected {
    Expected {
        state: Secret::new(STATE),
        issuers: vec!["https://accounts.google.com".into()],
    }
}

/// The bytes of a whole connection.
pub fn request(bytes: &[u8]) {
    HOUSE.with(|house| {
        let port = house.listener.port();
        let sent = with_port(bytes, port);
        let (caught, answer) = house.runtime.block_on(visit(&house.listener, &sent));
        let answer = String::from_utf8(answer).expect("answers are text");
        assert!(!answer.contains(STATE), "the state is repeated: {answer}");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 "),
            "{answer}"
        );
        if let Some(redirect) = caught {
            assert_ours(&redirect, &String::from_utf8_lossy(&sent));
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
    });
}

async fn visit(listener: &Listener, sent: &[u8]) -> (Option<Redirect>, Vec<u8>) {
    let expected = expected();
    let mut answer = Vec::new();
    let mut visitor = Box::pin(async {
        let mut stream = TcpStream::connect(("127.0.0.1", listener.port())).await?;
        // A refusal may come before all is written, and the rest is then nobody's.
        let _ = stream.write_all(sent).await;
        let _ = stream.shutdown().await;
        stream.read_to_end(&mut answer).await
    });
    let mut catch = Box::pin(listener.catch(&expected));
    let caught = tokio::select! {
        biased;
        redirect = &mut catch => {
            let _ = visitor.as_mut().await;
            Some(redirect)
        }
        _ = &mut visitor => tokio::select! {
            biased;
            redirect = &mut catch => Some(redirect),
            () = turns() => None,
        },
    };
    drop(visitor);
    (caught, answer)
}

/// Time for the visit's own task to hand over what it has caught.
async fn turns() {
    for _ in 0..4 {
        tokio::task::yield_now().await;
    }
}

pub(super) fn with_port(bytes: &[u8], port: u16) -> Vec<u8> {
    let mut rest = bytes;
    let mut sent = Vec::with_capacity(bytes.len());
    while let Some((&first, others)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(WRITTEN_PORT.as_bytes()) {
            sent.extend_from_slice(port.to_string().as_bytes());
            rest = after;
        } else {
            sent.push(first);
            rest = others;
        }
    }
    sent
}

/// An address on its way through a clipboard, whole and at every length while it is typed.
pub fn pasted(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let typed = check_typed(&text, &expected());
    match read_pasted(&text, &expected()) {
        Ok(redirect) => {
            assert_ours(&redirect, &text);
            assert_eq!(typed.wrong, None, "what is accepted was called wrong");
            assert_eq!(
                typed.state,
                Part::Right,
                "what is accepted was called wrong"
            );
        }
        Err(error) => super::marks::assert_sentence(&error),
    }
}

fn assert_ours(redirect: &Redirect, sent: &str) {
    let compact: String = sent
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    assert!(
        decoded(&compact).contains(STATE),
        "accepted without the state"
    );
    let shown = format!("{redirect:?}");
    match redirect {
        Redirect::Code { code, .. } => {
            assert!(!code.is_empty() && code.expose().bytes().all(|b| b.is_ascii_graphic()));
            let telling = code.expose().len() > 12;
            assert!(!telling || !shown.contains(code.expose()), "the code shows");
        }
        Redirect::Denied { error, subtype } => {
            for words in [Some(error), subtype.as_ref()].into_iter().flatten() {
                assert!(
                    gatepost::domain::wording::is_terminal_safe(words),
                    "{words:?}"
                );
            }
        }
    }
}

/// Percent signs undone, wherever they stand.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        let hex = others
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok());
        let byte = hex.and_then(|two| u8::from_str_radix(two, 16).ok());
        if let (b'%', Some(byte)) = (first, byte) {
            bytes.push(byte);
            rest = &others[2..];
        } else {
            bytes.push(first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
