//! What we are told by signals, and by whom: the child has to hear what was sent to us alone, and
//! must not hear twice what the terminal says to both.

use rustix::process::{Pid, Signal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::iterator::exfiltrator::origin::Origin;
use tokio::sync::mpsc;

use super::super::report::Failure;
use super::super::signals;
use crate::domain::wording::why;

const RELAYED: [(i32, Signal); 7] = [
    (SIGHUP, Signal::HUP),
    (SIGINT, Signal::INT),
    (SIGQUIT, Signal::QUIT),
    (SIGTERM, Signal::TERM),
    (SIGUSR1, Signal::USR1),
    (SIGUSR2, Signal::USR2),
    (SIGWINCH, Signal::WINCH),
];

/// From now on none of them ends this program by itself.
pub(super) struct Relay {
    told: mpsc::UnboundedReceiver<Told>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) signal: Signal,
    /// Who sent it; nobody, where the terminal did.
    sender: Option<i32>,
}

impl Relay {
    pub(super) fn listen() -> Result<Self, Failure> {
        signals::are_heard();
        let ignored = signals::ignored();
        // What we were started deaf to (`nohup`, a job in the background) the child is deaf to as well,
        // unless we begin to listen.
        let heard = RELAYED
            .iter()
            .filter(|(number, _)| ignored >> (number - 1) & 1 == 0);
        let mut signals =
            SignalsInfo::<WithOrigin>::new(heard.map(|(number, _)| number)).map_err(|error| {
                Failure::Unexpected(format!("cannot listen for signals: {}", why(&error)))
            })?;
        // A person sends few of them, and none may be lost.
        let (tell, told) = mpsc::unbounded_channel();
        // It waits for signals and for nothing else until the program ends, and holds nothing.
        std::thread::spawn(move || {
            for origin in signals.forever() {
                if Told::of(&origin).is_some_and(|told| tell.send(told).is_err()) {
                    return;
                }
            }
        });
        Ok(Self { told })
    }

    pub(super) async fn next(&mut self) -> Told {
        match self.told.recv().await {
            Some(told) => told,
            None => std::future::pending().await,
        }
    }

    /// While there is no child yet, they mean us.
    pub(super) async fn told_to_end(&mut self) {
        while self.next().await.signal == Signal::WINCH {}
    }
}

impl Told {
    fn of(origin: &Origin) -> Option<Self> {
        let (_, signal) = RELAYED
            .iter()
            .find(|(number, _)| *number == origin.signal)?;
        Some(Self {
            signal: *signal,
            sender: origin.process.map(|process| process.pid),
        })
    }

    /// Not what the terminal sent, which the child heard too, nor what it sent itself.
    pub(super) fn concerns(self, child: Pid) -> bool {
        self.sender
            .is_some_and(|pid| pid != child.as_raw_nonzero().get())
    }
}
