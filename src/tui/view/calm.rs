//! Times as they are told where nothing may move: in minutes, so that a line stands still for one.
//! Everywhere else they run as usual.

use super::ink::Ink;
use crate::domain::time::{Span, Timestamp, countdown, rough};
use crate::domain::wording;

impl Ink<'_> {
    fn is_calm(&self) -> bool {
        !self.app.look.motion
    }

    /// `58:07`; calmly `58m`.
    pub(super) fn countdown(&self, left: Span) -> String {
        if self.is_calm() && left < Span::hours(1) {
            minutes(left)
        } else {
            countdown(left)
        }
    }

    /// `12s`, `4m`; calmly `<1m`, `4m`.
    pub(super) fn age(&self, span: Span) -> String {
        if self.is_calm() && span.abs() < Span::minutes(1) {
            minutes(span)
        } else {
            rough(span).to_string()
        }
    }

    pub(super) fn ago(&self, then: Timestamp) -> String {
        let past = self.now - then;
        if self.is_calm() && past < Span::minutes(1) {
            "just now".into()
        } else {
            wording::ago(then, self.now)
        }
    }

    /// The ACCESS column: `58:07`, `out 2m`, `none`.
    pub(super) fn access(&self, left: Option<Span>) -> String {
        match left.filter(|_| self.is_calm()) {
            Some(left) if left > Span::zero() => self.countdown(left),
            Some(left) => format!("out {}", self.age(left)),
            None => wording::access(left),
        }
    }
}

fn minutes(span: Span) -> String {
    match span.abs().num_minutes() {
        0 => "<1m".into(),
        n => format!("{n}m"),
    }
}
