//! Bodies: reading one of bounded length, and sending one whole, drop by drop, or only half.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use super::faults::Delivery;
use super::server::BrokenOff;

/// Far beyond any form of OAuth's.
const LONGEST: usize = 256 * 1_024;

/// The whole body; `None` if it is too long or breaks off.
pub(super) async fn read(mut body: Incoming) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(bytes) = frame.ok()?.into_data() {
            whole.extend_from_slice(&bytes);
        }
        if whole.len() > LONGEST {
            return None;
        }
    }
    Some(whole)
}

/// Long enough for the first half to leave before the connection is cut.
const BEFORE_CUT: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Payload {
    rest: Bytes,
    delivery: Delivery,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Payload {
    pub(super) fn new(body: String, delivery: Delivery) -> Self {
        Self {
            rest: body.into(),
            delivery,
            pause: None,
        }
    }

    fn emit(&mut self, length: usize) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let paused = self.pause.is_some();
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
        }
        let whole = self.rest.len();
        match self.delivery {
            Delivery::Drip(pause) => {
                self.pause = Some(Box::pin(tokio::time::sleep(pause)));
                self.emit(1)
            }
            Delivery::CutMidway if paused => Poll::Ready(Some(Err(BrokenOff))),
            Delivery::CutMidway => {
                self.pause = Some(Box::pin(tokio::time::sleep(BEFORE_CUT)));
                self.emit(whole / 2)
            }
            _ => self.emit(whole),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
