//! The only place that reads a clock. A `Clock` can be stepped, so that the sandbox can show an
//! hour passing, and it can follow tokio's paused time, so that tests can.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::domain::time::{Span, Timestamp, from_millis};

#[derive(Debug, Clone)]
pub struct Clock {
    base: Base,
    /// Milliseconds added to the base; shared by all clones.
    offset: Arc<AtomicI64>,
}

#[derive(Debug, Clone, Copy)]
enum Base {
    System,
    /// Wall time that moves as tokio's clock does.
    Tokio {
        start: Timestamp,
        since: tokio::time::Instant,
    },
}

impl Clock {
    pub fn system() -> Self {
        Self {
            base: Base::System,
            offset: Arc::default(),
        }
    }

    /// Starts at `start` and follows tokio's clock, paused or not.
    pub fn following_tokio(start: Timestamp) -> Self {
        Self {
            base: Base::Tokio {
                start,
                since: tokio::time::Instant::now(),
            },
            offset: Arc::default(),
        }
    }

    /// Wall time, in whole milliseconds, as the vault stores it.
    pub fn now(&self) -> Timestamp {
        let base = match self.base {
            Base::System => wall(),
            Base::Tokio { start, since } => {
                start + Span::from_std(since.elapsed()).unwrap_or_default()
            }
        };
        let now = base + Span::milliseconds(self.offset.load(Ordering::Relaxed));
        from_millis(now.timestamp_millis())
    }

    /// Moves this clock and all its clones, forwards or backwards.
    pub fn step(&self, by: Span) {
        self.offset
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

/// A clock may say anything, 1969 too.
fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = |time: Duration| i64::try_from(time.as_millis()).unwrap_or_default();
    from_millis(since.map_or_else(|before| -ms(before.duration()), ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_stepped_together() {
        let clock = Clock::system();
        let other = clock.clone();
        let before = other.now();
        clock.step(Span::hours(2));
        assert!(other.now() - before >= Span::hours(2));
    }
}
