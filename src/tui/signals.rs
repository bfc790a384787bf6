//! The signals that a front end must hear of itself: to be told to end is no reason to leave a
//! terminal in disorder.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

pub(super) struct Signals {
    pub(super) terminate: Signal,
    pub(super) hangup: Signal,
    pub(super) interrupt: Signal,
    /// Someone else stopped us and let us go on: the terminal may be in any state.
    pub(super) continued: Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let continued = rustix::process::Signal::CONT.as_raw();
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            continued: signal(SignalKind::from_raw(continued))?,
        })
    }
}
