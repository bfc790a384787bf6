//! The list: how it is filtered, sorted and laid out, and what it tells about one account.

use std::sync::Arc;

use crate::support::cases;
use gatepost::domain::account::AccountId;
use gatepost::domain::client::Publishing;
use gatepost::domain::event::{Event, Result, What};
use gatepost::domain::scope::Scopes;
use gatepost::domain::secret::Secret;
use gatepost::domain::snapshot::{AccountView, Checked, Handout, Snapshot};
use gatepost::domain::time::Span;
use gatepost::tui::app::{App, Sandbox};
use gatepost::tui::message::Msg;
use gatepost::tui::view::rest;
use proptest::prelude::*;
use ratatui::style::Modifier;

use super::gallery::gallery;
use super::properties::{any_text, check_grid, world};
use super::sample::{account, app, app_of, drawn, now, picture, press, press_at, snapshot};

/// The sample world after these keys.
fn after(keys: &str) -> App {
    let mut app = app();
    press(&mut app, keys);
    app
}

/// The address in each row.
fn shown(app: &App) -> Vec<&str> {
    let rows = (0..app.rows.len()).filter_map(|row| app.rows.get(&app.snapshot, row));
    rows.map(|(account, _)| account.email.as_str()).collect()
}

#[test]
fn filters() {
    gallery("filter_kept", || after("/!state:ready gml<Enter>"));
    gallery("filter_not_understood", || after("/ana ending<soon"));
    gallery("filter_not_understood_kept", || after("/colour:red<Enter>"));
    gallery("filter_masked", || after(".<Esc>/ana state:r"));
}

#[test]
fn sorted_by_another_column() {
    gallery("sorted", || after("33"));
}

#[test]
fn wide_screens() {
    let mut app = app_of(eventful());
    insta::assert_snapshot!("table_240x60", picture(&mut app, 240, 60));
    insta::assert_snapshot!("table_161x30", picture(&mut app, 161, 30));
    insta::assert_snapshot!("table_100x20", picture(&mut app, 100, 20));
}

/// An account about which there is everything to be said.
fn busy_life() -> AccountView {
    let mut one = account(1, "ana.work@example.com", 58 * 60 + 7);
    one.label = Some("work, the second".into());
    one.facts.client.publishing = Publishing::Testing;
    let grant = one.facts.grant.as_mut().unwrap();
    grant.granted = Scopes::parse("openid email https://www.googleapis.com/auth/gmail.readonly");
    grant.granted_at = Some(now() - Span::days(5));
    one.recent = vec![Result::Done; 24];
    one.recent[16] = Result::Failed;
    one.recent[3] = Result::Refused;
    one.checked = Some(Checked {
        at: now() - Span::minutes(3),
        ok: true,
        line: "tokeninfo, userinfo and Gmail agree".into(),
    });
    let took = |program: &str, minutes| Handout {
        program: program.into(),
        at: now() - Span::minutes(minutes),
    };
    one.handed_out = vec![took("mbsync", 4), took("msmtp", 63)];
    one.dies_with = vec!["ana.work+lists@example.com".into(), "aw@example.com".into()];
    one
}

fn eventful() -> Snapshot {
    let mut world = snapshot();
    let event = |minutes, result, code: &str, detail: &str| {
        Arc::new(Event {
            at: now() - Span::minutes(minutes),
            account: Some(AccountId(1)),
            email: Some("ana.work@example.com".into()),
            what: What::Refresh,
            result,
            code: code.into(),
            detail: detail.into(),
        })
    };
    world.accounts[0] = Arc::new(busy_life());
    world.events = vec![
        event(1, Result::Done, "", "in 181 ms, good for 59:59"),
        event(56, Result::Done, "", "in 240 ms, good for 59:59"),
        event(111, Result::Done, "", "in 190 ms, good for 59:59"),
        event(
            166,
            Result::Failed,
            "backend_error",
            "503 from the token endpoint",
        ),
    ];
    world
}

#[test]
fn all_that_there_is_to_say() {
    gallery("details_full", || {
        let mut app = app_of(eventful());
        press(&mut app, "/work<Enter><Enter>");
        app
    });
    gallery("details_scrolled", || {
        let mut app = app_of(eventful());
        press(&mut app, "/work<Enter><Enter>jjj");
        app
    });
}

#[test]
fn details_tell_every_fact_and_scroll_to_the_last() {
    let mut app = app_of(eventful());
    press(&mut app, "/work<Enter><Enter>");
    let whole = picture(&mut app, 120, 60);
    for words in [
        "limited",
        "MISSING",
        "mail.google.com",
        "in Testing",
        "2 of 24 failed, median 190 ms",
        "503 from the token endpoint",
        "mbsync 4m ago, msmtp 1h ago",
        "ana.work+lists@example.com, aw@example.com",
        "shared with 6 other accounts",
        "849301-8d1k.apps.googleusercontent.com",
        "vault.db",
        "gatepost token ana.work@example.com --format xoauth2",
    ] {
        assert!(whole.contains(words), "{words} is missing from\n{whole}");
    }
    let small = picture(&mut app, 40, 10);
    assert!(
        small.contains("more ▾") && !small.contains("xoauth2"),
        "{small}"
    );
    press(&mut app, "G");
    let end = picture(&mut app, 40, 10);
    assert!(end.contains("above ▴") && end.contains("xoauth2"), "{end}");
    app.masked = true;
    let masked = picture(&mut app, 120, 60);
    for told in ["example.com", "ana.work", "/home/ana"] {
        assert!(!masked.contains(told), "{told} is seen:\n{masked}");
    }
}

#[test]
fn times_are_told_in_the_persons_own_zone() {
    let mut app = app_of(eventful());
    app.place.offset = chrono::FixedOffset::east_opt(2 * 3_600).unwrap();
    press(&mut app, "/lab<Enter><Enter>");
    let seen = picture(&mut app, 120, 60);
    assert!(seen.contains("ends 16:49:23 (14:49:23 UTC)"), "{seen}");
    assert!(seen.contains("ends Tue 24 Nov 20:20, in 1d 04h"), "{seen}");
}

#[test]
fn a_filter_follows_the_clock() {
    let mut app = after("/access<3m<Enter>");
    let all = shown(&app).len();
    assert!(!shown(&app).contains(&"billing@example.com"));
    let boundary = now() + Span::seconds(51);
    assert!(app.rows.good_until().is_some_and(|until| until <= boundary));
    app.update(Msg::Tick, boundary);
    assert!(shown(&app).contains(&"billing@example.com"));
    assert_eq!(shown(&app).len(), all + 1);
}

#[test]
fn found_letters_stand_out() {
    let mut app = after("/ana.w<Enter>");
    let buffer = drawn(&mut app, 80, 24);
    let is_found = |x| buffer[(x, 4)].modifier.contains(Modifier::UNDERLINED);
    let row: String = (0..80).map(|x| buffer[(x, 4)].symbol()).collect();
    let found: String = row
        .chars()
        .enumerate()
        .filter(|(x, _)| is_found(*x as u16))
        .map(|(_, c)| c)
        .collect();
    assert_eq!(found, "ana.w", "{row}");
    app.masked = true;
    let buffer = drawn(&mut app, 80, 24);
    let any = (0..80).any(|x| buffer[(x, 4)].modifier.contains(Modifier::UNDERLINED));
    assert!(!any, "a masked address shows none");
}

#[test]
fn esc_takes_the_filter_off_and_n_still_finds_it() {
    let mut app = after("/!state:ready gml<Enter>");
    assert_eq!(shown(&app).len(), 3);
    press(&mut app, "<Esc>");
    assert_eq!(shown(&app).len(), 7);
    press(&mut app, "gg");
    let mut found = Vec::new();
    for _ in 0..3 {
        press(&mut app, "n");
        found.push(app.current().unwrap().0.email.clone());
    }
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "lab.testing@gmail.com",
            "newsletter@gmail.com",
            "old.archive@gmail.com"
        ]
    );
}

#[test]
fn digits_sort_and_0_leads_back() {
    let mut app = after("1");
    assert_eq!(shown(&app)[0], "ana.work@example.com");
    press(&mut app, "1");
    assert_eq!(shown(&app)[0], "shop@example.com");
    press(&mut app, "4");
    assert_eq!(shown(&app)[0], "lab.testing@gmail.com");
    press(&mut app, "0");
    assert_eq!(shown(&app)[0], "old.archive@gmail.com");
    press(&mut app, "0");
    assert_eq!(shown(&app)[0], "old.archive@gmail.com", "it is no switch");
}

#[test]
fn a_long_address_loses_its_domain_and_no_column_its_place() {
    let mut world = snapshot();
    let long = format!("{}@{}.com", "x".repeat(60), "y".repeat(130));
    world.accounts.push(Arc::new(account(9, &long, 1_800)));
    world
        .accounts
        .push(Arc::new(account(10, "שלום@דוגמה.com", 1_900)));
    world
        .accounts
        .push(Arc::new(account(11, "東京の人@例え.jp", 2_000)));
    gallery("foreign_addresses", || app_of(world.clone()));
}

#[test]
fn the_cursor_rests_on_the_chosen_address() {
    let mut app = app();
    for (width, height) in [(120, 32), (80, 24), (50, 15), (40, 10), (20, 3)] {
        press_at(&mut app, "j", now());
        let buffer = drawn(&mut app, width, height);
        let at = rest(&app).unwrap();
        let name = app.current().unwrap().0.email.clone();
        assert_eq!(buffer[at].symbol(), &name[..1], "{width}x{height}");
        assert!((0..at.x).any(|x| buffer[(x, at.y)].symbol() == "▸"));
    }
    press(&mut app, "s");
    assert_eq!(rest(&app), None, "a dialog has its own");
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn no_text_breaks_the_list_or_the_details(
        texts in prop::collection::vec((any_text(), -90_000i64..90_000), 1..12),
        filter in prop_oneof![any_text(), "[!:<>\"a-z3d ]{0,30}"],
        size in (1u16..=240, 1u16..=60),
        masked in any::<bool>(),
        down in 0usize..12,
    ) {
        let mut app = app_of(world(&texts));
        app.size = size;
        app.masked = masked;
        press(&mut app, &"j".repeat(down));
        check_grid(&mut app, now());
        press(&mut app, "<Enter>");
        for keys in ["", "jj", "G", "k"] {
            press(&mut app, keys);
            check_grid(&mut app, now());
        }
        press(&mut app, "<Esc>/");
        app.update(Msg::Paste(Secret::new(filter)), now());
        check_grid(&mut app, now());
        press(&mut app, "<Enter>");
        check_grid(&mut app, now());
        if let Some(at) = rest(&app) {
            prop_assert!(at.x < app.size.0 && at.y < app.size.1);
        }
    }
}

#[test]
fn a_suspended_refresh_is_told_at_every_width_that_has_a_header() {
    for (width, height) in [(120, 32), (80, 24), (50, 15)] {
        let mut app = app();
        app.sandbox = Some(Sandbox {
            title: "Sandbox".into(),
            entries: Vec::new(),
        });
        app.auto_suspended = true;
        let seen = picture(&mut app, width, height);
        let header = seen.lines().next().unwrap();
        assert!(header.contains("auto"), "{header}");
        assert!(!header.contains("auto on"), "{header}");
        assert!(header.contains("SANDBOX"), "{header}");
    }
}
