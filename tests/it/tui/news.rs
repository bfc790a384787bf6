//! What happened and what is said about it: the event log, the clients and the toasts.

use std::sync::Arc;

use chrono::FixedOffset;
use gatepost::domain::account::{AccountId, ClientId};
use gatepost::domain::client::{ClientKind, Publishing};
use gatepost::domain::event::{Event, Result as Ended, What};
use gatepost::domain::fault::{Diagnosis, Fault};
use gatepost::domain::snapshot::Snapshot;
use gatepost::domain::time::Span;
use gatepost::tui::app::App;
use gatepost::tui::keymap::Action;
use gatepost::tui::message::{Effect, Failure, Msg, Op, Tone};
use gatepost::tui::modal::Modal;
use gatepost::tui::view;

use super::gallery::gallery;
use super::sample::{account, app, app_of, client, now, picture, press, snapshot};

fn event(ago: Span, detail: &str) -> Arc<Event> {
    Arc::new(Event {
        at: now() - ago,
        account: Some(AccountId(5)),
        email: Some("ana.work@example.com".into()),
        what: What::Refresh,
        result: Ended::Done,
        code: String::new(),
        detail: detail.into(),
    })
}

fn with_events(events: Vec<Arc<Event>>) -> App {
    app_of(Snapshot {
        events,
        ..snapshot()
    })
}

fn after(keys: &str) -> App {
    let mut app = app();
    press(&mut app, keys);
    app
}

fn days() -> App {
    let mut world = snapshot();
    world.events.extend([
        event(Span::hours(20), "in 170 ms, good for 59:59"),
        event(Span::hours(40), "in 171 ms, good for 59:59"),
        event(Span::days(9), "in 172 ms, good for 59:59"),
    ]);
    app_of(world)
}

#[test]
fn log_screens() {
    gallery("log_days", || {
        let mut app = days();
        press(&mut app, "eG");
        app
    });
    gallery("log_wrapped", || after("ew"));
    gallery("log_filtering", || after("e/refresh !done"));
    gallery("log_without_a_hit", || after("e/nonsense<Enter>"));
    gallery("log_of_one", || after("ejjja"));
    gallery("log_saving", || {
        let mut app = app();
        app.saves = "/home/ana/.local/state/gatepost".into();
        press(&mut app, "es");
        app
    });
}

#[test]
fn the_filter_takes_words_and_leaves_out() {
    let listed = |keys: &str| picture(&mut after(keys), 80, 24);
    assert!(listed("e/refused").contains("Events (1)"));
    assert!(listed("e/refresh !ana").contains("Events (2)"));
    assert!(listed("e/refresh<Enter>").contains("filter: refresh"));
    let mut app = after("e/refused<Enter><Esc>");
    assert!(
        picture(&mut app, 80, 24).contains("Events (6)"),
        "Esc takes the filter back first"
    );
    press(&mut app, "<Esc>");
    assert!(app.modals.is_empty());
}

#[test]
fn a_line_is_copied_whole_and_what_is_listed_is_saved() {
    let mut app = after("ejjj");
    let effects = press(&mut app, "y");
    let line = "2026-11-23T13:58:03Z  old.archive@gmail.com  refresh  refused  invalid_grant  \
                Token has been expired or revoked.";
    assert!(
        matches!(&effects[..], [Effect::CopyText { text, .. }] if text == line),
        "{effects:?}"
    );
    app.saves = "/state".into();
    let effects = press(&mut app, "/refused<Enter>s<Enter>");
    let [Effect::SaveText { path, text }] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(path, "/state/events-20261123-140211.txt");
    assert_eq!(text, &format!("{line}\n"));
    let effects = press(&mut app, "s<Esc>");
    assert!(effects.is_empty() && matches!(app.modals.last(), Some(Modal::Log(_))));
}

#[test]
fn news_pushes_nothing_under_the_readers_eye() {
    let many: Vec<_> = (0..60)
        .map(|i| event(Span::seconds(i), &format!("number {i}")))
        .collect();
    let mut app = with_events(many.clone());
    press(&mut app, "ejjjjjjjjjjjjjjjjjjkkkkk");
    let before = picture(&mut app, 80, 24);
    let line = before.lines().position(|l| l.contains("▸")).unwrap();
    assert!(before.lines().nth(line).unwrap().contains("number 13"));
    let newer: Vec<_> = [event(Span::seconds(-1), "new")]
        .into_iter()
        .chain(many)
        .collect();
    let renewed = |events| {
        Msg::Snapshot(Arc::new(Snapshot {
            events,
            ..snapshot()
        }))
    };
    app.update(renewed(newer.clone()), now());
    let after = picture(&mut app, 80, 24);
    assert!(
        after.lines().nth(line).unwrap().contains("number 13"),
        "{after}"
    );
    press(&mut app, "gg");
    assert!(picture(&mut app, 80, 24).contains("following"));
    let newest = [event(Span::seconds(-2), "newest")]
        .into_iter()
        .chain(newer)
        .collect();
    app.update(renewed(newest), now());
    let seen = picture(&mut app, 80, 24);
    assert!(seen.lines().nth(2).unwrap().contains("newest"), "{seen}");
}

#[test]
fn older_events_come_when_they_are_asked_for() {
    let all: Vec<_> = (0..700)
        .map(|i| event(Span::minutes(i), &format!("number {i}")))
        .collect();
    let mut app = with_events(all[..500].to_vec());
    press(&mut app, "eG");
    assert!(picture(&mut app, 80, 24).contains("fetches older ones"));
    assert!(matches!(press(&mut app, "<Enter>")[..], [Effect::History]));
    assert!(press(&mut app, "<Enter>").is_empty(), "once is enough");
    let stored = all.iter().map(|e| (**e).clone()).collect();
    app.update(Msg::History(Ok(stored)), now());
    let seen = picture(&mut app, 80, 24);
    assert!(
        seen.contains("Events (700)") && seen.contains("number 499"),
        "{seen}"
    );
    // What falls out of the snapshot later on is not lost.
    let newer: Vec<_> = [event(Span::seconds(-1), "new")]
        .into_iter()
        .chain(all[..499].iter().cloned())
        .collect();
    app.update(
        Msg::Snapshot(Arc::new(Snapshot {
            events: newer,
            ..snapshot()
        })),
        now(),
    );
    assert!(picture(&mut app, 80, 24).contains("Events (701)"));
    let failure = Failure {
        message: "the vault is busy".into(),
        hint: None,
    };
    app.update(Msg::History(Err(failure)), now());
    assert!(app.toasts[0].text.contains("older events were not read"));
}

#[test]
fn the_chosen_line_says_what_helps_or_that_it_is_over() {
    let mut app = after("ejjj");
    let seen = picture(&mut app, 120, 32);
    assert!(
        seen.contains("Usual causes: access removed") && seen.contains("press c"),
        "{seen}"
    );
    let mut world = snapshot();
    let mut healed = account(1, "old.archive@gmail.com", 3_590);
    healed.facts.last_refresh_at = Some(now());
    world.accounts[0] = Arc::new(healed);
    let mut app = app_of(world);
    press(&mut app, "ejjj");
    assert!(picture(&mut app, 120, 32).contains("It has worked again since: 14:02:11."));
    let mut world = snapshot();
    world.accounts.remove(0);
    let mut app = app_of(world);
    press(&mut app, "ejjj");
    assert!(picture(&mut app, 120, 32).contains("not on this machine any more"));
}

fn three_clients() -> App {
    let mut world = snapshot();
    let mut spare = client();
    (spare.id, spare.name, spare.kind) = (ClientId(2), "spare".into(), ClientKind::Web);
    spare.publishing = Publishing::Unknown;
    let mut broken = client();
    (broken.id, broken.name) = (ClientId(3), "broken".into());
    broken.fault = Some(Fault {
        diagnosis: Diagnosis::ClientBad,
        code: "invalid_client".into(),
        message: "The OAuth client was not found.".into(),
        at: now(),
        retry_after: None,
    });
    world.clients.extend([spare, broken]);
    let mut app = app_of(world);
    press(&mut app, "o");
    app
}

#[test]
fn client_screens() {
    gallery("clients_in_trouble", || {
        let mut app = three_clients();
        press(&mut app, "G");
        app
    });
    gallery("client_status_menu", || {
        let mut app = three_clients();
        press(&mut app, "s");
        app
    });
    gallery("client_remove_menu", || {
        let mut app = three_clients();
        press(&mut app, "jX");
        app
    });
    gallery("clients_none", || {
        let mut app = app_of(Snapshot {
            clients: Vec::new(),
            ..snapshot()
        });
        press(&mut app, "o");
        app
    });
}

#[test]
fn a_client_is_declared_copied_and_removed() {
    let mut app = three_clients();
    assert!(matches!(
        press(&mut app, "jst")[..],
        [Effect::SetPublishing(ClientId(2), Publishing::Testing)]
    ));
    assert!(matches!(
        &press(&mut app, "y")[..],
        [Effect::CopyText { what: "client ID", text }] if text.ends_with("googleusercontent.com")
    ));
    assert!(press(&mut app, "X<Enter>").is_empty(), "Cancel is first");
    assert!(matches!(
        press(&mut app, "X<Down><Enter>")[..],
        [Effect::RemoveClient(ClientId(2))]
    ));
    assert!(press(&mut app, "ggX<Down><Enter>").is_empty());
    assert!(
        app.toasts[0]
            .text
            .starts_with("client default stays: old.archive@gmail.com")
    );
}

fn failed(account: i64, app: &mut App, op: Op) {
    let keys = if op == Op::Refresh { "r" } else { "v" };
    let effects = press(app, keys);
    let [Effect::Do { work, .. }] = effects[..] else {
        panic!("{effects:?}")
    };
    let failure = Failure {
        message: "503 from the token endpoint".into(),
        hint: None,
    };
    let account = AccountId(account);
    app.update(
        Msg::Did {
            work,
            account,
            result: Err(failure),
        },
        now(),
    );
}

#[test]
fn news_of_a_failure_goes_when_the_account_works_again() {
    let mut app = after("jj");
    failed(3, &mut app, Op::Refresh);
    app.toast(Tone::Error, "something else".into(), now());
    app.update(Msg::Snapshot(Arc::new(snapshot())), now());
    assert_eq!(app.toasts.len(), 2, "nothing is over yet");
    let mut world = snapshot();
    let mut healed = account(3, "shop@example.com", 3_599);
    healed.facts.last_refresh_at = Some(now() + Span::seconds(3));
    world.accounts[2] = Arc::new(healed);
    app.update(Msg::Snapshot(Arc::new(world)), now());
    let left: Vec<&str> = app.toasts.iter().map(|t| t.text.as_str()).collect();
    assert_eq!(left, ["something else"]);
}

#[test]
fn toast_screens() {
    gallery("toasts_many", || {
        let mut app = app();
        for i in 0..5 {
            let text = format!(
                "billing{i}@example.com: Google could not be reached; it is tried again by itself"
            );
            app.toast(Tone::Error, text, now());
        }
        app.toast(Tone::Error, "no browser was opened".into(), now());
        app.toast(Tone::Error, "no browser was opened".into(), now());
        app
    });
    gallery("toasts_over_the_cursor", || {
        let mut app = after("jj");
        app.toast(
            Tone::Error,
            "shop@example.com: 503 from the token endpoint".into(),
            now(),
        );
        app
    });
}

#[test]
fn a_toast_leaves_the_cursor_s_line_in_sight() {
    for (width, height) in [(120, 32), (80, 24), (50, 15), (40, 10)] {
        for down in 0..7 {
            let mut app = after(&"j".repeat(down));
            app.toast(Tone::Error, "x".repeat(40), now());
            let seen = picture(&mut app, width, height);
            let name = app
                .current()
                .unwrap()
                .0
                .email
                .split('@')
                .next()
                .unwrap()
                .to_owned();
            assert!(
                seen.lines().any(|l| l.contains('▸') && l.contains(&name)),
                "{seen}"
            );
        }
    }
}

#[test]
fn a_failure_over_a_page_closes_before_the_page() {
    let mut app = after("e");
    app.toast(Tone::Error, "it failed".into(), now());
    app.toast(Tone::Notice, "by the way".into(), now());
    press(&mut app, "<Esc>");
    assert_eq!(app.toasts.len(), 1, "it says that Esc closes it");
    assert!(matches!(app.modals[..], [Modal::Log(_)]));
    press(&mut app, "<Esc>");
    assert!(app.modals.is_empty());
}

/// Every word of the help can be read whole, on every screen and at every width.
#[test]
fn the_help_cuts_no_word() {
    for width in (20..=130).step_by(5) {
        let mut app = after("?");
        for (context, name) in view::help::SCREENS {
            let wide = picture(&mut app, width, 160);
            let words: Vec<&str> = wide.split([' ', '┃', '\n']).collect();
            for binding in app.keymap.bindings(context) {
                if binding.action == Action::Play {
                    continue;
                }
                for word in binding.does.split(' ') {
                    assert!(
                        words.contains(&word),
                        "{word} at {width} in {name}:\n{wide}"
                    );
                }
            }
            press(&mut app, "<Tab>");
        }
    }
}

#[test]
fn help_screens() {
    gallery("help_of_the_log", || after("e?"));
    gallery("help_of_another_screen", || after("?<Tab><Tab><Tab><Tab>"));
    let mut app = after("?<Tab><Enter>");
    assert!(
        matches!(app.modals[..], [Modal::Help(_)]),
        "only here can it be run"
    );
    assert!(app.toasts[0].text.contains("works elsewhere: details"));
    press(&mut app, "<Esc>e?/wrap<Enter>");
    assert!(picture(&mut app, 80, 24).contains("Enter runs"));
}

/// No part of an address is seen while they are hidden, however narrow the window and wherever the
/// line breaks.
#[test]
fn hidden_addresses_are_hidden_in_every_line_that_wraps() {
    let long = format!("{}@example.com", "secretive".repeat(9));
    let mut world = snapshot();
    world.accounts.push(Arc::new(account(8, &long, 600)));
    let mut last = (*world.accounts[0]).clone();
    last.dies_with = vec![long.clone()];
    world.accounts[0] = Arc::new(last);
    world
        .events
        .insert(0, event(Span::zero(), &format!("it was {long} before")));
    let keys = [
        "ew",
        "o",
        "Xv",
        ":refresh secret<Tab>",
        ":log secret",
        "e/secretive@x",
    ];
    for (width, height) in [(120, 32), (80, 24), (50, 15), (40, 10), (20, 3)] {
        for keys in keys {
            let mut app = app_of(world.clone());
            press(&mut app, &format!(".{keys}"));
            app.toast(Tone::Error, format!("{long} is in trouble"), now());
            let seen = picture(&mut app, width, height);
            let leaks = seen
                .lines()
                .filter(|l| l.contains("ecretivese") || l.contains("secretivesec"));
            assert_eq!(leaks.count(), 0, "{keys} at {width}:\n{seen}");
        }
    }
}

#[test]
fn under_a_page_the_table_wakes_nobody() {
    for keys in ["e", "o", "e:", "o?", "os"] {
        let app = after(keys);
        let wakes = view::wake::next(&app, now());
        assert!(wakes > now() + Span::seconds(2), "{keys} draws each second");
    }
    assert!(view::wake::next(&after(":"), now()) <= now() + Span::seconds(1));
}

#[test]
fn a_toast_leaves_the_first_sentences_of_who_is_new_in_sight() {
    let empty = || {
        app_of(Snapshot {
            vault: snapshot().vault,
            ..Snapshot::default()
        })
    };
    for (width, height) in [(120, 32), (80, 24), (50, 15)] {
        for opens in [false, true] {
            let mut app = empty();
            if opens {
                app.begin();
            }
            app.toast(Tone::Notice, "first the OAuth client".into(), now());
            let seen = picture(&mut app, width, height);
            let first = if opens { "2 ▸" } else { "No account yet." };
            assert!(seen.contains(first), "{seen}");
            assert!(seen.contains("first the OAuth client"), "{seen}");
        }
    }
}

#[test]
fn what_the_domain_dates_in_utc_is_told_in_local_time_everywhere() {
    let mut app = app();
    app.place.offset = FixedOffset::east_opt(2 * 3_600).unwrap();
    app.toast(Tone::Error, "revoked Thu 19 Nov 23:11 UTC".into(), now());
    let seen = picture(&mut app, 200, 50);
    assert!(seen.contains("revoked Fri 20 Nov 01:11"), "{seen}");
    for row in 0..7 {
        let mut app = after(&"j".repeat(row));
        app.place.offset = FixedOffset::east_opt(2 * 3_600).unwrap();
        let seen = picture(&mut app, 200, 50);
        // The access token's end is told in both, for those who read logs beside it.
        let (all, beside) = (seen.matches("UTC").count(), seen.matches(" UTC)").count());
        assert_eq!(all, beside, "{seen}");
    }
    let mut app = after("o");
    app.place.offset = FixedOffset::east_opt(2 * 3_600).unwrap();
    let seen = picture(&mut app, 80, 24);
    assert!(seen.contains("ADDED      Thu 7 May 16:02 "), "{seen}");
}
