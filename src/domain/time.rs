//! Points in time and humane durations. The clock itself is elsewhere: everything in `domain`
//! that needs to know the time takes it as a value.

use std::fmt;

use super::wording::safe;

/// A moment, UTC. Stored in the vault as milliseconds since the Unix epoch.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

/// A signed span of time.
pub type Span = chrono::TimeDelta;

/// Reads back what [`millis`] wrote; values no calendar knows become the epoch.
pub fn from_millis(ms: i64) -> Timestamp {
    chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

pub fn millis(at: Timestamp) -> i64 {
    at.timestamp_millis()
}

/// RFC 3339 in UTC with whole seconds, the form every JSON document uses.
pub fn rfc3339(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// `90s`, `5m`, `2h`, `7d`: the only spellings of a duration that gatepost reads.
pub fn parse_span(text: &str) -> Result<Span, BadSpan> {
    let bad = || BadSpan(safe(text));
    let unit = text.chars().last().ok_or_else(bad)?;
    let seconds: i64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(bad()),
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    digits
        .parse::<i64>()
        .ok()
        .and_then(|n| n.checked_mul(seconds))
        .and_then(Span::try_seconds)
        .ok_or_else(bad)
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration; write 90s, 5m, 2h or 7d")]
pub struct BadSpan(String);

/// A countdown as the ACCESS column shows it: `58:07`, `1h04m`, `2d 03h`, at most seven columns.
pub fn countdown(left: Span) -> String {
    let s = left.num_seconds().max(0);
    match s {
        0..3_600 => format!("{}:{:02}", s / 60, s % 60),
        3_600..86_400 => format!("{}h{:02}m", s / 3_600, s % 3_600 / 60),
        _ => format!("{}d {:02}h", s / 86_400, s % 86_400 / 3_600),
    }
}

/// A rough age or distance in one unit: `12s`, `4m`, `3h`, `41d`.
pub fn rough(span: Span) -> Rough {
    Rough(span.num_seconds().abs())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rough(i64);

impl fmt::Display for Rough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s @ 0..60 => write!(f, "{s}s"),
            s @ 60..3_600 => write!(f, "{}m", s / 60),
            s @ 3_600..86_400 => write!(f, "{}h", s / 3_600),
            s => write!(f, "{}d", s / 86_400),
        }
    }
}

/// A distance in two units, for the sign-in clock: `1d 04h`, `5h 12m`, `48m`, `30s`.
pub fn distance(span: Span) -> String {
    let s = span.num_seconds().abs();
    match s {
        0..60 => format!("{s}s"),
        60..3_600 => format!("{}m", s / 60),
        3_600..86_400 => format!("{}h {:02}m", s / 3_600, s % 3_600 / 60),
        _ => format!("{}d {:02}h", s / 86_400, s % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_one_spelling_only() {
        assert_eq!(parse_span("90s"), Ok(Span::seconds(90)));
        assert_eq!(parse_span("5m"), Ok(Span::minutes(5)));
        assert_eq!(parse_span("2h"), Ok(Span::hours(2)));
        assert_eq!(parse_span("7d"), Ok(Span::days(7)));
        for bad in [
            "",
            "5",
            "m",
            "-5m",
            "5 m",
            "1.5h",
            "5min",
            "9999999999999999999d",
            "5µ",
        ] {
            assert!(parse_span(bad).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn countdowns_keep_their_width() {
        assert_eq!(countdown(Span::seconds(42)), "0:42");
        assert_eq!(countdown(Span::seconds(3_487)), "58:07");
        assert_eq!(countdown(Span::seconds(3_840)), "1h04m");
        assert_eq!(countdown(Span::seconds(-5)), "0:00");
        assert_eq!(countdown(Span::hours(51)), "2d 03h");
    }

    #[test]
    fn distances_round_down_and_never_go_negative() {
        assert_eq!(distance(Span::hours(28)), "1d 04h");
        assert_eq!(distance(Span::seconds(-61)), "1m");
        assert_eq!(rough(Span::days(41)).to_string(), "41d");
    }
}
