//! When an access token ends, in the many ways in which programs write it down. What cannot be
//! read counts as over; what is written early, to be on the safe side, is taken as it stands.

use chrono::{DateTime, Local, NaiveDateTime, TimeZone};
use serde_json::Value;

use crate::domain::time::Timestamp;

/// Beyond this, seconds would lie in the year 5138: it is milliseconds.
const MILLIS_FROM: i64 = 100_000_000_000;

/// With an offset, or without one and meant in UTC; a fraction, a `Z`, a `T` or none.
pub(super) fn utc(text: &str) -> Option<Timestamp> {
    zoned(text).or_else(|| Some(naive(text)?.and_utc()))
}

/// With an offset, or without one and meant on the clock of this machine. Where that clock was
/// set back, the earlier of the two.
pub(super) fn local(text: &str) -> Option<Timestamp> {
    let on_the_wall = || Local.from_local_datetime(&naive(text)?).earliest();
    zoned(text).or_else(|| Some(on_the_wall()?.to_utc()))
}

/// Seconds or milliseconds since 1970: a number, a fraction, or either as a text.
pub(super) fn epoch(value: &Value) -> Option<Timestamp> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    if !number.is_finite() || number <= 0.0 || number > 1e15 {
        return None;
    }
    let whole = number as i64;
    let millis = if whole >= MILLIS_FROM {
        whole
    } else {
        (number * 1000.0) as i64
    };
    DateTime::from_timestamp_millis(millis)
}

fn zoned(text: &str) -> Option<Timestamp> {
    let at = DateTime::parse_from_rfc3339(&with_t(text)).ok()?;
    Some(at.to_utc())
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(&with_t(text), "%Y-%m-%dT%H:%M:%S%.f").ok()
}

fn with_t(text: &str) -> String {
    text.trim().replacen(' ', "T", 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EIGHT: i64 = 1_800_000_000_000;

    #[test]
    fn one_moment_in_every_spelling() {
        let millis = |at: Option<Timestamp>| at.map(|at| at.timestamp_millis());
        for text in [
            "2027-01-15T08:00:00Z",
            "2027-01-15T08:00:00",
            "2027-01-15 08:00:00.000000",
            "2027-01-15T09:30:00.0+01:30",
        ] {
            assert_eq!(millis(utc(text)), Some(EIGHT), "{text}");
        }
        for value in [
            json!(1_800_000_000),
            json!(1_800_000_000.0),
            json!("1800000000"),
            json!(1_800_000_000_000_i64),
            json!("1800000000000"),
        ] {
            assert_eq!(millis(epoch(&value)), Some(EIGHT), "{value}");
        }
        let wall = Local.timestamp_millis_opt(EIGHT).unwrap();
        let wall = wall.naive_local().format("%Y-%m-%dT%H:%M:%S%.6f");
        assert_eq!(millis(local(&wall.to_string())), Some(EIGHT));
        assert_eq!(millis(local("2027-01-15T08:00:00Z")), Some(EIGHT));
    }

    #[test]
    fn what_is_no_moment_is_over() {
        for text in ["", "tomorrow", "2027-13-01T00:00:00Z", "1e400"] {
            assert_eq!((utc(text), local(text)), (None, None), "{text}");
        }
        for value in [
            json!(null),
            json!(0),
            json!(-5),
            json!("1e400"),
            json!("NaN"),
            json!(1e300),
            json!([1]),
        ] {
            assert_eq!(epoch(&value), None, "{value}");
        }
    }
}
