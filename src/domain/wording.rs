//! One voice for both front ends, and the one place where foreign text is made safe to print.

use super::grant::Facts;
use super::outlook::Outlook;
use super::time::{Span, Timestamp, countdown, distance, rough};

/// Longer foreign text is cut: no error message of Google's comes near it.
const LONGEST_FOREIGN_TEXT: usize = 300;

/// Makes text that came from elsewhere fit for a terminal and a log: no control characters, no
/// escape sequences, no bidirectional overrides, one line, of bounded length.
pub fn safe(text: &str) -> String {
    let mut clean = String::new();
    let mut kept = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if kept == LONGEST_FOREIGN_TEXT {
            clean.push('…');
            break;
        }
        if c == '\u{1b}' {
            skip_escape(&mut chars);
            continue;
        }
        if c.is_control() || c == '\u{2028}' || c == '\u{2029}' {
            if !clean.ends_with(' ') {
                clean.push(' ');
                kept += 1;
            }
        } else if !is_invisible(c) {
            clean.push(c);
            kept += 1;
        }
    }
    clean.trim().to_owned()
}

/// Drops the rest of an escape sequence, so that `ESC [ 31 m` leaves no `[31m` behind.
fn skip_escape(chars: &mut std::str::Chars<'_>) {
    match chars.next() {
        Some('[') => {
            let _ = chars.find(|c| ('\u{40}'..='\u{7e}').contains(c));
        }
        Some(']' | 'P' | '_' | '^' | 'X') => {
            let mut last = ' ';
            let _ = chars.find(|&c| {
                let ended = c == '\u{7}' || c == '\u{9c}' || (last == '\u{1b}' && c == '\\');
                last = c;
                ended
            });
        }
        _ => {}
    }
}

/// Marks that reorder or hide text: bidirectional controls, zero-width characters, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}'
        | '\u{ad}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What a system call failed of, as a person says it, without the number.
pub fn why(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let words = match error.kind() {
        ErrorKind::NotFound => "there is nothing of that name",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::IsADirectory => "it is a directory",
        ErrorKind::NotADirectory => "a part of that name is not a directory",
        ErrorKind::StorageFull => "no space is left on the disk",
        ErrorKind::QuotaExceeded => "the quota for this disk is used up",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        ErrorKind::InvalidData => "it is not text (UTF-8)",
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error ").next().unwrap_or_default();
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_ascii_lowercase());
            return first.into_iter().chain(letters).collect();
        }
    };
    words.to_owned()
}

/// How Google's secrets begin.
const SECRETS_BEGIN: [&str; 4] = ["GOCSPX-", "ya29.", "1//", "4/0"];

/// An argument as it may be repeated: what looks like a secret, or like the JSON that holds one,
/// is dots.
pub fn veiled(text: &str) -> String {
    let text = match (text.find('{'), text.rfind('}')) {
        (Some(from), to) if text[from..].contains('"') => {
            let rest = to.filter(|to| *to > from).map_or("", |to| &text[to + 1..]);
            format!("{}{{…}}{rest}", &text[..from])
        }
        _ => text.to_owned(),
    };
    let mut shown = String::new();
    let mut rest = text.as_str();
    let next = |rest: &str| {
        SECRETS_BEGIN
            .iter()
            .filter_map(|mark| rest.find(mark))
            .min()
    };
    while let Some(at) = next(rest) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~/+=".contains(c);
        let secret = &rest[at..];
        let length = secret.find(|c| !is_part(c)).unwrap_or(secret.len());
        shown += &rest[..at];
        shown += "••••";
        rest = &secret[length..];
    }
    shown + rest
}

pub fn is_terminal_safe(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() || is_invisible(c) || c == '\u{2028}' || c == '\u{2029}')
}

/// The ACCESS column: `58:07`, `out 2m`, `none`.
pub fn access(left: Option<Span>) -> String {
    match left {
        None => "none".into(),
        Some(left) if left > Span::zero() => countdown(left),
        Some(left) => format!("out {}", rough(left)),
    }
}

/// The SIGN-IN column. What Google refused has no outlook, however long it was meant to live.
pub fn sign_in(facts: &Facts, now: Timestamp) -> String {
    let renews = facts
        .grant
        .as_ref()
        .is_some_and(|grant| grant.has_refresh_token);
    match facts.lost_sign_in() {
        Some(fault) => format!("lost {}", ago(fault.at, now)),
        None if !renews => outlook(None, now),
        None => outlook(super::outlook::of(facts, now), now),
    }
}

/// An outlook in a few words: `long-lived`, `1d 04h left`, `ended 2h ago`, `idle 41d/180`.
pub fn outlook(outlook: Option<Outlook>, now: Timestamp) -> String {
    match outlook {
        None => "none".into(),
        Some(Outlook::Stated { until } | Outlook::Testing { until }) if until > now => {
            format!("{} left", distance(until - now))
        }
        Some(Outlook::Stated { until } | Outlook::Testing { until }) => {
            format!("ended {} ago", rough(now - until))
        }
        Some(Outlook::Idle { since, until }) => {
            format!(
                "idle {}d/{}",
                (now - since).num_days(),
                (until - since).num_days()
            )
        }
        Some(Outlook::LongLived) => "long-lived".into(),
        Some(Outlook::Unknown) => "unknown".into(),
    }
}

/// A moment in the past: `just now`, `4m ago`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let past = now - then;
    if past < Span::seconds(2) {
        "just now".into()
    } else {
        format!("{} ago", rough(past))
    }
}

/// A date with its weekday, in UTC: `Mon 23 Nov 18:20 UTC`.
pub fn date(at: Timestamp) -> String {
    at.format("%a %-d %b %H:%M UTC").to_string()
}

/// `1 account`, `3 accounts`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::super::time::from_millis;
    use super::*;

    #[test]
    fn hostile_text_is_defused() {
        assert_eq!(safe("\u{1b}[31mred\u{1b}[0m"), "red");
        assert_eq!(safe("\u{1b}]0;owned\u{7}title"), "title");
        assert_eq!(safe("a\r\nb\tc"), "a b c");
        assert_eq!(safe("pay\u{202e}lru"), "paylru");
        assert_eq!(
            safe(&"x".repeat(10_000)).chars().count(),
            LONGEST_FOREIGN_TEXT + 1
        );
        assert_eq!(safe("zürich 東京"), "zürich 東京");
    }

    #[test]
    fn the_two_columns() {
        let now = from_millis(1_800_000_000_000);
        assert_eq!(access(None), "none");
        assert_eq!(access(Some(Span::seconds(3_487))), "58:07");
        assert_eq!(access(Some(Span::seconds(-130))), "out 2m");
        assert_eq!(
            outlook(
                Some(Outlook::Stated {
                    until: now + Span::hours(28)
                }),
                now
            ),
            "1d 04h left"
        );
        assert_eq!(
            outlook(
                Some(Outlook::Testing {
                    until: now - Span::hours(2)
                }),
                now
            ),
            "ended 2h ago"
        );
        let since = now - Span::days(41);
        assert_eq!(
            outlook(
                Some(Outlook::Idle {
                    since,
                    until: since + Span::days(180)
                }),
                now
            ),
            "idle 41d/180"
        );
    }
}
