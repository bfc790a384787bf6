//! Google's replies, through the real client over a real connection. An input is one line `QUESTION
//! STATUS CONTENT-TYPE` and then the body. Whatever comes back, it is a value within its bounds or
//! one sentence, and neither repeats a secret: not those that were sent, not those that came.

use std::cell::RefCell;
use std::rc::Rc;

use gatepost::clock::Clock;
use gatepost::domain::fault::Fault;
use gatepost::domain::scope::Scopes;
use gatepost::domain::secret::Secret;
use gatepost::domain::time::Span;
use gatepost::domain::wording::is_terminal_safe;
use gatepost::google::{ClientAuth, Endpoints, Google, HttpOptions, TokenGrant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::marks::{MARK, assert_hidden, planted};

/// What the requests carry; a reply may repeat it.
const SENT: [&str; 3] = [
    "1//0gSENT-refresh+token",
    "GOCSPX-SENT-client-secret",
    "4/0ASENT-code/with=signs",
];

const CLIENT_ID: &str = "1-a.apps.googleusercontent.com";
const FRESH: &str = r#""exp":4102444800"#;

struct World {
    runtime: Runtime,
    tasks: LocalSet,
    google: Google,
    client: ClientAuth,
    reply: Rc<RefCell<Vec<u8>>>,
}

thread_local! {
    static WORLD: World = World::new();
}

impl World {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let tasks = LocalSet::new();
        let reply = Rc::new(RefCell::new(Vec::new()));
        let socket = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)));
        let socket = socket.expect("a free port");
        let port = socket.local_addr().expect("it is bound").port();
        tasks.spawn_local(serve(socket, Rc::clone(&reply)));
        let endpoints = Endpoints::under(&format!("http://127.0.0.1:{port}"));
        let endpoints = endpoints.expect("a loopback address");
        let client = ClientAuth {
            client_id: CLIENT_ID.into(),
            secret: Some(Secret::new(SENT[1])),
            token_endpoint: endpoints.token.clone(),
        };
        let google = Google::new(endpoints, HttpOptions::default(), Clock::system());
        Self {
            runtime,
            tasks,
            google,
            client,
            reply,
        }
    }

    /// The answer to `ask` when the other side says this.
    fn hear<T>(&self, head: &Head<'_>, body: &[u8], ask: impl Future<Output = T>) -> T {
        *self.reply.borrow_mut() = head.with(body);
        self.tasks.block_on(&self.runtime, ask)
    }
}

async fn serve(socket: TcpListener, reply: Rc<RefCell<Vec<u8>>>) {
    while let Ok((stream, _)) = socket.accept().await {
        tokio::task::spawn_local(converse(stream, Rc::clone(&reply)));
    }
}

async fn converse(mut stream: TcpStream, reply: Rc<RefCell<Vec<u8>>>) -> std::io::Result<()> {
    let mut heard = Vec::new();
    while stream.read_buf(&mut heard).await? > 0 {
        if is_whole(&heard) {
            heard.clear();
            let reply = reply.borrow().clone();
            stream.write_all(&reply).await?;
        }
    }
    Ok(())
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let lengths = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = lengths.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths
        .next()
        .and_then(|(_, length)| length.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// `refresh 200 application/json`.
struct Head<'a> {
    question: &'a str,
    status: u16,
    kind: &'a str,
}

impl<'a> Head<'a> {
    fn split(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let end = bytes.iter().take(200).position(|b| *b == b'\n')?;
        let mut words = std::str::from_utf8(&bytes[..end]).ok()?.splitn(3, ' ');
        let (question, status) = (words.next()?, words.next()?.parse().ok()?);
        let kind = words.next().unwrap_or_default();
        let sendable = (200..=599).contains(&status)
            && !matches!(status, 204 | 304)
            && kind.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
        sendable.then_some((
            Self {
                question,
                status,
                kind,
            },
            &bytes[end + 1..],
        ))
    }

    fn with(&self, body: &[u8]) -> Vec<u8> {
        let Self { status, kind, .. } = self;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }
}

/// Once as it is, once with marks in place of its tokens.
fn twice(body: &[u8], mut check: impl FnMut(&[u8])) {
    check(body);
    if let Ok(text) = std::str::from_utf8(body) {
        check(planted(text).as_bytes());
    }
}

/// Answers to a code, a refresh token and the check of a client.
pub fn token(bytes: &[u8]) {
    let Some((head, body)) = Head::split(bytes) else {
        return;
    };
    WORLD.with(|world| {
        let World { google, client, .. } = world;
        twice(body, |body| {
            let answer = match head.question {
                "exchange" => {
                    let (code, verifier) = (Secret::new(SENT[2]), Secret::new("0".repeat(43)));
                    let ask = google.exchange(client, &code, &verifier, "http://127.0.0.1:1/");
                    world.hear(&head, body, ask)
                }
                "check" => {
                    let check = world.hear(&head, body, google.check_client(client));
                    assert_hidden(&check);
                    return assert_nothing_sent(&format!("{check:?}"));
                }
                _ => {
                    let token = Secret::new(SENT[0]);
                    world.hear(&head, body, google.refresh(client, &token))
                }
            };
            assert_grant(answer);
        });
    });
}

/// The claims of an ID token, packed as Google packs them.
pub fn id_token(bytes: &[u8]) {
    let head = Head {
        question: "refresh",
        status: 200,
        kind: "application/json",
    };
    // The clock moves on; the corpus does not.
    let claims = String::from_utf8_lossy(bytes).replace(r#""exp":0"#, FRESH);
    WORLD.with(|world| {
        let packed = base64_url(claims.as_bytes());
        let body = serde_json::json!({
            "access_token": MARK, "expires_in": 3599, "id_token": format!("e30.{packed}.c2ln"),
        });
        let (token, body) = (Secret::new(SENT[0]), body.to_string());
        let ask = world.google.refresh(&world.client, &token);
        assert_grant(world.hear(&head, body.as_bytes(), ask));
    });
}

/// Answers about whose token it is, about the mailbox, and to a revocation.
pub fn identity(bytes: &[u8]) {
    let Some((head, body)) = Head::split(bytes) else {
        return;
    };
    let token = Secret::new(SENT[0]);
    WORLD.with(|world| {
        let google = &world.google;
        twice(body, |body| match head.question {
            "tokeninfo" => {
                let answer = world.hear(&head, body, google.tokeninfo(&token));
                let info = answered(answer);
                info.inspect(|info| assert_scopes(&info.scopes));
            }
            "userinfo" => {
                let who = answered(world.hear(&head, body, google.userinfo(&token)));
                assert!(who.is_none_or(|who| !who.sub.is_empty()));
            }
            "profile" => {
                answered(world.hear(&head, body, google.gmail_profile(&token)));
            }
            _ => {
                let ask = google.revoke(&token, Some(&world.client));
                answered(world.hear(&head, body, ask));
            }
        });
    });
}

fn answered<T: std::fmt::Debug>(answer: Result<T, Fault>) -> Option<T> {
    assert_hidden(&answer);
    match answer {
        Ok(value) => Some(value),
        Err(fault) => {
            assert_fault(&fault);
            None
        }
    }
}

fn assert_fault(fault: &Fault) {
    assert!(is_terminal_safe(&fault.code), "{:?}", fault.code);
    assert!(is_terminal_safe(&fault.words()), "{:?}", fault.message);
    assert!(!fault.code.is_empty() && fault.code.len() < 2_000 && fault.message.len() < 2_000);
    assert_nothing_sent(&format!("{fault:?}"));
}

fn assert_nothing_sent(said: &str) {
    for secret in SENT {
        assert!(!said.contains(secret), "a secret came back: {said}");
    }
}

fn assert_grant(answer: Result<TokenGrant, Fault>) {
    let Some(grant) = answered(answer) else {
        return;
    };
    let plain = |token: &Secret| token.expose().bytes().all(|b| b.is_ascii_graphic());
    assert!(!grant.access_token.is_empty() && plain(&grant.access_token));
    assert!(
        grant
            .refresh_token
            .is_none_or(|token| !token.is_empty() && plain(&token))
    );
    let (from, until) = (grant.access.obtained_at, grant.access.expires_at);
    assert!((Span::zero()..=Span::days(1)).contains(&(until - from)));
    let end = grant.grant_expires_at;
    assert!(end.is_none_or(|end| end > from && end - from < Span::days(3_660)));
    grant
        .scopes
        .as_ref()
        .inspect(|scopes| assert_scopes(scopes));
    if let Some(claims) = grant.claims {
        assert!(claims.aud == CLIENT_ID && claims.exp > from - Span::hours(1));
        assert!(claims.sub.bytes().all(|b| b.is_ascii_graphic()));
    }
}

fn assert_scopes(scopes: &Scopes) {
    for scope in scopes.iter() {
        assert!(!scope.is_empty() && is_terminal_safe(scope), "{scope:?}");
    }
}

fn base64_url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..=chunk.len() {
            let at = (bits >> (18 - 6 * place)) & 63;
            text.push(char::from(LETTERS[at as usize]));
        }
    }
    text
}
