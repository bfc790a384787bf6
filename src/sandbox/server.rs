//! Sockets and nothing else: takes connections, reads requests, and delivers answers the way they
//! are to be delivered, be it whole, byte by byte, or not at all. Loopback only.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::control::Control;
use super::faults::Delivery;
use super::message::{Reply, Request, date};
use super::payload::{self, Payload};
use super::world::Answer;
use super::{origin, remote};
use crate::domain::time::Timestamp;

/// Descriptors do not come free at once; asking again without a pause would eat a core.
const AFTER_REFUSAL: Duration = Duration::from_millis(10);

pub(super) async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Serves until dropped, and every connection with it.
pub(super) async fn serve(listener: TcpListener, control: Control) {
    let mut conversations = JoinSet::new();
    loop {
        // Out of descriptors, or a client that left at once: neither ends the server.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(AFTER_REFUSAL).await;
            continue;
        };
        while conversations.try_join_next().is_some() {}
        conversations.spawn(converse(stream, control.clone()));
    }
}

/// One connection. Whoever answers may order it broken off; hyper then lets go of the socket
/// without a word, and a reset needs one more touch before the socket is dropped.
async fn converse(stream: TcpStream, control: Control) {
    if control.is_offline() {
        let _ = stream.set_zero_linger();
        return;
    }
    let _ = stream.set_nodelay(true);
    let resets = Arc::new(AtomicBool::new(false));
    let order = Arc::clone(&resets);
    let service = service_fn(move |incoming| {
        let (control, order) = (control.clone(), Arc::clone(&order));
        async move { respond(incoming, &control, &order).await }
    });
    let mut connection = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = (&mut connection).await;
    if resets.load(Ordering::Relaxed) {
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

/// The connection is to end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("broken off on purpose")]
pub(super) struct BrokenOff;

async fn respond(
    incoming: hyper::Request<Incoming>,
    control: &Control,
    resets: &AtomicBool,
) -> Result<Response<Payload>, BrokenOff> {
    let break_off = || {
        resets.store(true, Ordering::Relaxed);
        Err(BrokenOff)
    };
    if control.is_offline() {
        return break_off();
    }
    let (head, body) = incoming.into_parts();
    let Some(body) = payload::read(body).await else {
        return Ok(response(
            &Reply::new(413, "text/plain", "too large"),
            Delivery::Whole,
            control.shown_time(),
        ));
    };
    let request = Request {
        // hyper leaves the body of an answer to HEAD away by itself.
        method: match head.method {
            Method::HEAD => Method::GET,
            other => other,
        },
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    let answer = answer(control, &request);
    // Even a sleep of nothing lasts until the timer's next millisecond.
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    match answer.delivery {
        Delivery::Cut => Err(BrokenOff),
        Delivery::Reset => break_off(),
        Delivery::Silence => std::future::pending().await,
        delivery => Ok(response(&answer.reply, delivery, control.shown_time())),
    }
}

fn answer(control: &Control, request: &Request) -> Answer {
    let own = origin::refusal(request).or_else(|| remote::answer(control, request));
    match own {
        Some(reply) => Answer {
            reply,
            delay: Duration::ZERO,
            delivery: Delivery::Whole,
        },
        None => control.answer(request),
    }
}

fn response(reply: &Reply, delivery: Delivery, now: Timestamp) -> Response<Payload> {
    let mut builder = Response::builder()
        .status(reply.status)
        .header("content-type", &reply.content_type)
        .header("date", date(now));
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    let payload = Payload::new(reply.body.clone(), delivery);
    builder.body(payload).unwrap_or_else(|_| {
        // A fault with a status or a type that HTTP cannot express.
        let mut failed = Response::new(Payload::new(String::new(), Delivery::Whole));
        *failed.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
