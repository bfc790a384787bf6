//! Who was handed a token: at most once a minute, and never in anybody's way.

use std::fs;

use gatepost::vault::usage::{read, record};

use super::*;

const ANA: &str = "ana@example.com";

fn at(seconds: i64) -> Timestamp {
    noon() + Span::seconds(seconds)
}

#[test]
fn once_a_minute_for_each_account_and_program() {
    let home = Home::new();
    record(&home.paths, ANA, "mutt", at(0));
    record(&home.paths, ANA, "mutt", at(59));
    assert_eq!(read(&home.paths).last_used_at(ANA), Some(at(0)));
    record(&home.paths, ANA, "mbsync", at(30));
    record(&home.paths, "bob@example.com", "mutt", at(40));
    record(&home.paths, ANA, "mutt", at(60));
    let usage = read(&home.paths);
    let seen: Vec<_> = usage
        .handouts(ANA)
        .iter()
        .map(|handout| (handout.program.as_str(), handout.at))
        .collect();
    assert_eq!(seen, [("mutt", at(60)), ("mbsync", at(30))]);
    assert_eq!(usage.last_used_at("bob@example.com"), Some(at(40)));
    assert_eq!(usage.last_used_at("nobody@example.com"), None);
}

#[test]
fn a_clock_that_was_set_back_does_not_silence_it() {
    let home = Home::new();
    record(&home.paths, ANA, "mutt", at(3_600));
    record(&home.paths, ANA, "mutt", at(0));
    assert_eq!(read(&home.paths).last_used_at(ANA), Some(at(0)));
}

#[test]
fn programs_are_named_safely_and_only_the_latest_are_shown() {
    let home = Home::new();
    for n in 0..30 {
        record(&home.paths, ANA, &format!("p{n}\u{1b}[31m"), at(n));
    }
    let usage = read(&home.paths);
    let names: Vec<_> = usage
        .handouts(ANA)
        .iter()
        .map(|h| h.program.as_str())
        .collect();
    assert_eq!(names, ["p29", "p28", "p27", "p26", "p25"]);
}

#[test]
fn trouble_is_ignored() {
    let home = Home::new();
    assert!(read(&home.paths).handouts(ANA).is_empty());
    fs::create_dir_all(&home.paths.usage).unwrap();
    record(&home.paths, ANA, "mutt", at(0));
    assert!(read(&home.paths).handouts(ANA).is_empty());
}

#[test]
fn what_is_not_a_mark_is_overlooked() {
    let home = Home::new();
    fs::create_dir_all(home.paths.usage.parent().unwrap()).unwrap();
    fs::write(&home.paths.usage, "rubbish\t\t\n\u{0}".repeat(999)).unwrap();
    assert!(read(&home.paths).handouts(ANA).is_empty());
    record(&home.paths, ANA, "mutt", at(0));
    assert_eq!(read(&home.paths).last_used_at(ANA), Some(at(0)));
}

#[test]
fn the_file_does_not_grow_for_ever_and_keeps_the_latest() {
    let home = Home::new();
    record(&home.paths, "seldom@example.com", "mutt", at(0));
    let mut longest = 0;
    for minute in 0..12_000 {
        record(&home.paths, ANA, "mutt", at(60 * minute));
        longest = longest.max(fs::metadata(&home.paths.usage).unwrap().len());
    }
    let now = fs::metadata(&home.paths.usage).unwrap().len();
    assert!(longest < 300 * 1024 && now < longest, "{longest}, {now}");
    let usage = read(&home.paths);
    assert_eq!(usage.last_used_at(ANA), Some(at(60 * 11_999)));
    assert_eq!(usage.last_used_at("seldom@example.com"), Some(at(0)));
    assert_eq!(usage.handouts(ANA).len(), 1);
}
