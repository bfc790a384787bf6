//! ^C, and being told to end. Until a command listens, it ends the program at once, as it does any
//! program; whoever has changed the terminal meanwhile puts it back first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Once};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::{flag, low_level};

use super::report::Failure;
use crate::domain::wording::why;

/// Ends at ^C, or when the program is told to end. From the call on, neither kills it.
pub(super) fn interrupted() -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    let mut told = {
        use tokio::signal::unix::{SignalKind, signal};
        let deaf =
            |error| Failure::Unexpected(format!("cannot listen for signals: {}", why(&error)));
        are_heard();
        [
            signal(SignalKind::interrupt()).map_err(deaf)?,
            signal(SignalKind::terminate()).map_err(deaf)?,
            signal(SignalKind::hangup()).map_err(deaf)?,
        ]
    };
    Ok(async move {
        #[cfg(unix)]
        futures_util::future::select_all(told.iter_mut().map(|one| Box::pin(one.recv()))).await;
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

const ENDING: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// Whether they end the program. Asked only once something was put before their effect: from then
/// on the kernel leaves them to us, and does not take them back.
static END_US: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(true)));
static ARE_OURS: Once = Once::new();

/// From now on somebody else listens, and they end the program no more.
pub(super) fn are_heard() {
    END_US.store(false, Ordering::SeqCst);
}

/// While this lives, whatever ends the program is kept waiting until things are as they were.
pub(super) struct Orderly {
    listening: Handle,
    ended_us: bool,
}

impl Orderly {
    /// `None` where nobody can listen: then things are as they would be without.
    pub(super) fn end(put_back: impl Fn() + Send + 'static) -> Option<Self> {
        let mut signals = Signals::new(heeded()).ok()?;
        let listening = signals.handle();
        ARE_OURS.call_once(|| {
            for number in heeded() {
                // Where that cannot be had, the kernel goes on ending us.
                let _ = flag::register_conditional_default(number, Arc::clone(&END_US));
            }
        });
        let ended_us = END_US.swap(false, Ordering::SeqCst);
        // Ends with the handle's closing.
        thread::spawn(move || {
            if let Some(number) = signals.forever().next() {
                put_back();
                let _ = low_level::emulate_default_handler(number);
            }
        });
        Some(Self {
            listening,
            ended_us,
        })
    }
}

impl Drop for Orderly {
    fn drop(&mut self) {
        END_US.store(self.ended_us, Ordering::SeqCst);
        self.listening.close();
    }
}

/// Without those that we were started deaf to (`nohup`, a job in the background).
fn heeded() -> impl Iterator<Item = i32> {
    let ignored = ignored();
    ENDING
        .into_iter()
        .filter(move |number| ignored >> (number - 1) & 1 == 0)
}

/// The signals that we were started deaf to, a bit for each. Only Linux tells.
pub(super) fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}
