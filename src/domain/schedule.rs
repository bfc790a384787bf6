//! When to ask again: ahead of expiry, and after a failure.

use super::account::AccountId;
use super::fault::{Diagnosis, Fault};
use super::grant::Facts;
use super::time::{Span, Timestamp};

/// The settings that opinions depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Refresh ahead of expiry without being asked.
    pub auto: bool,
    /// How long before its end an access token counts as due.
    pub lead: Span,
    /// How long before its end a sign-in counts as ending.
    pub ending_within: Span,
    /// How many requests may be in the air at once.
    pub concurrency: usize,
}

impl Default for Policy {
    fn default() -> Self {
        // Five minutes is Node's margin and the longest of Google's own libraries: nobody who
        // shares a token with them is handed one that they would refresh again.
        Self {
            auto: true,
            lead: Span::minutes(5),
            ending_within: Span::hours(72),
            concurrency: 16,
        }
    }
}

/// Google's libraries stop doubling within seconds; a program that runs all day may wait longer,
/// but a minute is as long as a person at the screen will believe in it.
const UPSTREAM_CAP_SECONDS: i64 = 60;
const THROTTLED_START_SECONDS: i64 = 30;
const THROTTLED_CAP_SECONDS: i64 = 15 * 60;
/// A `Retry-After` beyond an hour is taken for a mistake.
pub(super) const LONGEST_WAIT: Span = Span::hours(1);

/// How long to wait after the `failures`-th passing failure in a row. Full jitter, so that a
/// hundred accounts that failed together do not come back together.
pub fn wait_after(fault: &Fault, failures: u32, jitter: f64) -> Span {
    let (start, cap) = match fault.diagnosis {
        Diagnosis::Throttled => (THROTTLED_START_SECONDS, THROTTLED_CAP_SECONDS),
        _ => (1, UPSTREAM_CAP_SECONDS),
    };
    let doubled = start
        .saturating_mul(1 << failures.saturating_sub(1).min(20))
        .min(cap);
    let own = Span::milliseconds(
        (doubled as f64 * 1_000.0 * (0.5 + jitter.clamp(0.0, 1.0) / 2.0)) as i64,
    );
    fault.retry_after.map_or(own, |asked| {
        asked.clamp(Span::zero(), LONGEST_WAIT).max(own)
    })
}

/// When automatic refresh should next ask for this account; `None` when it should not at all.
pub fn next_refresh(
    id: AccountId,
    facts: &Facts,
    policy: &Policy,
    now: Timestamp,
) -> Option<Timestamp> {
    if !policy.auto || facts.paused || !facts.can_refresh() {
        return None;
    }
    let due = match &facts.access {
        Some(access) if access.is_live(now) => {
            access.expires_at - policy.lead + spread(id, policy.lead)
        }
        _ => now,
    };
    let held_back = facts.held_back_until(now);
    Some(held_back.map_or(due, |until| until.max(due)))
}

/// A fifth of the lead, the same for an account every time: accounts that were consented together
/// do not all ask in the same second, and a restart does not move anyone's turn.
fn spread(id: AccountId, lead: Span) -> Span {
    let mixed = (id.0 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let window = (lead / 5).num_milliseconds().max(1);
    Span::milliseconds((mixed as i64) % window)
}

#[cfg(test)]
mod tests {
    use super::super::time::from_millis;
    use super::*;

    fn fault(diagnosis: Diagnosis, retry_after: Option<Span>) -> Fault {
        Fault {
            diagnosis,
            code: String::new(),
            message: String::new(),
            at: from_millis(0),
            retry_after,
        }
    }

    #[test]
    fn waits_double_up_to_a_cap() {
        let upstream = fault(Diagnosis::Upstream, None);
        let waits: Vec<_> = (1..=8)
            .map(|n| wait_after(&upstream, n, 1.0).num_seconds())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        let throttled = fault(Diagnosis::Throttled, None);
        assert_eq!(wait_after(&throttled, 1, 1.0), Span::seconds(30));
        assert_eq!(wait_after(&throttled, 40, 1.0), Span::minutes(15));
    }

    #[test]
    fn jitter_never_goes_below_half() {
        let upstream = fault(Diagnosis::Upstream, None);
        assert_eq!(wait_after(&upstream, 3, 0.0), Span::seconds(2));
    }

    #[test]
    fn retry_after_is_honoured_within_reason() {
        let polite = fault(Diagnosis::Throttled, Some(Span::seconds(100)));
        assert_eq!(wait_after(&polite, 1, 0.0), Span::seconds(100));
        let absurd = fault(Diagnosis::Throttled, Some(Span::days(365)));
        assert_eq!(wait_after(&absurd, 1, 0.0), Span::hours(1));
    }

    #[test]
    fn accounts_take_turns_within_a_fifth_of_the_lead() {
        let lead = Span::minutes(5);
        let turns: std::collections::BTreeSet<_> =
            (1..50).map(|n| spread(AccountId(n), lead)).collect();
        assert!(turns.len() > 40);
        assert!(turns.iter().all(|t| *t < Span::minutes(1)));
    }
}
