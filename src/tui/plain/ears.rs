//! What can happen next, and the waiting for it.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use crate::domain::secret::Secret;
use crate::domain::snapshot::Snapshot;
use crate::tui::TuiError;
use crate::tui::effect::News;
use crate::tui::run::next_line;
use crate::tui::signals::Signals;

/// News that comes together is told together.
const LULL: Duration = Duration::from_secs(1);

pub(super) struct Ears {
    /// Until their end.
    lines: Option<mpsc::Receiver<Secret>>,
    news: mpsc::Receiver<News>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    quiet_until: Instant,
    said: Option<mpsc::UnboundedReceiver<String>>,
    signals: Signals,
}

/// What happened first.
pub(super) enum Turn {
    Line(Secret),
    NobodyTypes,
    News(News),
    Snapshot(Arc<Snapshot>),
    /// By the sandbox's hand.
    Said(String),
    Woke,
    Interrupt,
}

impl Ears {
    pub(super) fn new(
        news: mpsc::Receiver<News>,
        snapshots: watch::Receiver<Arc<Snapshot>>,
        said: Option<mpsc::UnboundedReceiver<String>>,
    ) -> io::Result<Self> {
        Ok(Self {
            lines: Some(read_lines()),
            news,
            snapshots,
            quiet_until: Instant::now(),
            said,
            signals: Signals::new()?,
        })
    }

    pub(super) fn can_hear_lines(&self) -> bool {
        self.lines.is_some()
    }

    /// The truth of this moment.
    pub(super) fn snapshot(&mut self) -> Arc<Snapshot> {
        self.snapshots.borrow_and_update().clone()
    }

    /// Waits for what comes first, `wait` at most. Lines are left where they are unless it `listens`.
    pub(super) async fn next(&mut self, listens: bool, wait: Duration) -> Result<Turn, TuiError> {
        let gathered = async {
            sleep_until(self.quiet_until).await;
            self.snapshots.changed().await
        };
        Ok(tokio::select! {
            line = next_typed(&mut self.lines), if listens => match line {
                Some(line) => Turn::Line(line),
                None => {
                    self.lines = None;
                    Turn::NobodyTypes
                }
            },
            news = self.news.recv() => Turn::News(news.ok_or(TuiError::Stopped)?),
            changed = gathered => {
                changed.map_err(|_| TuiError::Stopped)?;
                self.quiet_until = Instant::now() + LULL;
                Turn::Snapshot(self.snapshot())
            }
            line = next_line(&mut self.said) => match line {
                Some(line) => Turn::Said(line),
                None => {
                    self.said = None;
                    Turn::Woke
                }
            },
            () = sleep(wait) => Turn::Woke,
            _ = self.signals.interrupt.recv() => Turn::Interrupt,
            _ = self.signals.terminate.recv() => return Err(TuiError::Signal("SIGTERM")),
            _ = self.signals.hangup.recv() => return Err(TuiError::Signal("SIGHUP")),
        })
    }
}

async fn next_typed(lines: &mut Option<mpsc::Receiver<Secret>>) -> Option<Secret> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

/// Lines from standard input, until its end. A thread of its own, for a read cannot be given up; it
/// dies with the process. A line may be a redirect address, so it is a secret from the first.
fn read_lines() -> mpsc::Receiver<Secret> {
    let (typed, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let mut line = Vec::new();
            match input.read_until(b'\n', &mut line) {
                Ok(1..) => {}
                Ok(0) | Err(_) => break,
            }
            let line = String::from_utf8_lossy(&line).into_owned();
            if typed.blocking_send(Secret::new(line)).is_err() {
                break;
            }
        }
    });
    lines
}
