//! The domain tells dates in UTC, for it knows no place: `Mon 23 Nov 18:20 UTC`. A person reads
//! them in the time of the clock on the wall, like every other time on the screen. Knows the form
//! of a date, and nothing of the sentence around it.

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveTime, Utc};

use crate::domain::time::Timestamp;

const MARK: &str = " UTC";
/// Day of the week, day, month, hour.
const WORDS: usize = 4;

/// The same sentence with its dates in local time. `now` tells which year is meant.
pub(super) fn local(text: String, offset: FixedOffset, now: Timestamp) -> String {
    if !text.contains(MARK) {
        return text;
    }
    let mut told = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(end) = rest.find(MARK) {
        let (before, behind) = (&rest[..end], &rest[end + MARK.len()..]);
        match date_at_end(before, now) {
            Some((from, at)) => {
                told.push_str(&before[..from]);
                let here = at.with_timezone(&offset).format("%a %-d %b %H:%M");
                told.push_str(&here.to_string());
            }
            None => told.push_str(&rest[..end + MARK.len()]),
        }
        rest = behind;
    }
    told + rest
}

/// Where the date begins that ends here, and which moment it is.
fn date_at_end(text: &str, now: Timestamp) -> Option<(usize, DateTime<Utc>)> {
    let mut from = text.len();
    for n in 0..WORDS {
        let until = if n == 0 { from } else { from - 1 };
        from = text[..until].rfind(' ').map_or(0, |space| space + 1);
        if from == 0 && n + 1 < WORDS {
            return None;
        }
    }
    // Whatever stands directly before the date, as a bracket does, stays.
    let opening = text[from..].find(|c: char| c.is_ascii_alphabetic())?;
    from += opening;
    Some((from, moment(&text[from..], now)?))
}

/// A date names no year: of those that fit its day of the week, the one nearest to now is meant.
fn moment(date: &str, now: Timestamp) -> Option<DateTime<Utc>> {
    let (day, hour) = date.rsplit_once(' ')?;
    let hour = NaiveTime::parse_from_str(hour, "%H:%M").ok()?;
    let year = now.year();
    let years = (year - 6..=year + 6).filter_map(|year| {
        let day = NaiveDate::parse_from_str(&format!("{day} {year}"), "%a %d %b %Y").ok()?;
        Some(day.and_time(hour).and_utc())
    });
    years.min_by_key(|at| (*at - now).abs().max(Duration::zero()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::wording::date;

    fn told(text: &str, hours: i32) -> String {
        let now = DateTime::parse_from_rfc3339("2026-11-22T23:00:00Z").unwrap();
        let offset = FixedOffset::east_opt(hours * 3_600).unwrap();
        local(text.into(), offset, now.to_utc())
    }

    #[test]
    fn dates_are_told_in_local_time_wherever_they_stand() {
        let both =
            "(signed in Sun 3 May 23:04 UTC, 202d before; last worked Sun 22 Nov 20:04 UTC).";
        assert_eq!(
            told(both, 1),
            "(signed in Mon 4 May 00:04, 202d before; last worked Sun 22 Nov 21:04)."
        );
        assert_eq!(told("(Thu 31 Dec 23:30 UTC)", 2), "(Fri 1 Jan 01:30)");
        assert_eq!(told("Fri 1 Jan 01:30 UTC", -3), "Thu 31 Dec 22:30");
        assert_eq!(told("Sun 22 Nov 20:04 UTC", 0), "Sun 22 Nov 20:04");
    }

    #[test]
    fn what_is_no_date_of_ours_stays_as_it_is() {
        for text in [
            "",
            " UTC",
            "ends 14:49:23 (13:49:23 UTC)",
            "Mon 22 Nov 20:04 UTC was a Sunday in no year near, and 31 Feb 20:04 UTC never",
            "Äää ö ü 20:04 UTC",
        ] {
            let kept = text.replace("Mon 22 Nov", "Xyz 22 Nov");
            assert_eq!(told(&kept, 1), kept);
        }
    }

    #[test]
    fn it_reads_what_the_domain_writes() {
        let now = DateTime::parse_from_rfc3339("2028-02-28T23:30:00Z").unwrap();
        let now = now.to_utc();
        let east = FixedOffset::east_opt(3_600).unwrap();
        assert_eq!(local(date(now), east, now), "Tue 29 Feb 00:30");
    }
}
