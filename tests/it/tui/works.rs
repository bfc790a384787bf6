//! Long work: asked for, seen, stopped, looked at, tried again.

use std::sync::Arc;

use gatepost::domain::account::AccountId;
use gatepost::domain::time::Span;
use gatepost::tui::app::App;
use gatepost::tui::glyphs;
use gatepost::tui::message::{Effect, Failure, Msg, Op, Serial};
use gatepost::tui::modal::Modal;
use gatepost::tui::view::wake;

use super::gallery::gallery;
use super::sample::{account, app, app_of, now, picture, press, press_at, snapshot, text};

/// Fifty accounts more, in good health.
fn crowd() -> App {
    let mut world = snapshot();
    let more = (0..50).map(|n| {
        Arc::new(account(
            100 + n,
            &format!("person{n:02}@example.com"),
            1_800,
        ))
    });
    world.accounts.extend(more);
    app_of(world)
}

/// Asks for everyone and says yes; returns the work's number.
fn refresh_all(app: &mut App) -> Serial {
    match press(app, "Ry").as_slice() {
        [
            Effect::Do {
                work,
                op: Op::Refresh,
                accounts,
            },
        ] => {
            assert_eq!(accounts.len(), app.snapshot.accounts.len());
            *work
        }
        other => panic!("expected one refresh of all, got {other:?}"),
    }
}

fn land(app: &mut App, work: Serial, well: i64, failed: &[i64]) {
    let failure = |id: &i64| Failure {
        message: format!(
            "{}: Google has a temporary problem (503)",
            app.email(AccountId(*id))
        ),
        hint: Some("nothing to do, it is tried again by itself; press r to try now".into()),
    };
    let results: Vec<_> = (100..100 + well)
        .map(|id| (id, Ok(String::new())))
        .chain(failed.iter().map(|id| (*id, Err(failure(id)))))
        .collect();
    for (id, result) in results {
        let msg = Msg::Did {
            work,
            account: AccountId(id),
            result,
        };
        app.update(msg, now());
    }
}

/// Twelve of fifty-seven are through, two of them in vain; ten seconds in.
fn halfway() -> App {
    let mut app = crowd();
    let work = refresh_all(&mut app);
    land(&mut app, work, 10, &[3, 1]);
    app.works[0].began_at = now() - Span::seconds(10);
    app
}

#[test]
fn pictures() {
    gallery("work_line", halfway);
    gallery("work_stopping", || {
        let mut app = halfway();
        press(&mut app, "<Esc>");
        app
    });
    gallery("work_question", || {
        let mut app = crowd();
        press(&mut app, "R");
        app
    });
    gallery("works", || {
        let mut app = halfway();
        let work = refresh_all(&mut app);
        land(&mut app, work, 3, &[]);
        press(&mut app, "<Esc>");
        app.update(Msg::WorkOver(work), now());
        app.toasts.clear();
        press(&mut app, "wj");
        app
    });
    gallery("works_empty", || {
        let mut app = app();
        press(&mut app, "w");
        app
    });
}

#[test]
fn in_ascii_it_is_ascii() {
    for size in [(120, 32), (50, 15), (40, 10), (20, 3)] {
        for keys in ["", "w"] {
            let mut app = halfway();
            app.look.glyphs = &glyphs::ASCII;
            press(&mut app, keys);
            let picture = picture(&mut app, size.0, size.1);
            assert!(picture.is_ascii(), "{picture}");
        }
    }
}

#[test]
fn few_are_asked_at_once_and_many_after_a_question() {
    let mut few = app();
    assert!(matches!(
        press(&mut few, "R").as_slice(),
        [Effect::Do { .. }]
    ));
    for keys in ["R", "V", "Rn", "Vn", "R<Esc>"] {
        assert!(press(&mut crowd(), keys).is_empty(), "{keys}");
    }
    let mut many = crowd();
    assert!(matches!(
        press(&mut many, "Vy").as_slice(),
        [Effect::Do { op: Op::Verify, .. }]
    ));
}

#[test]
fn escape_stops_what_was_not_asked_yet() {
    let mut app = crowd();
    press(&mut app, "* ");
    let work = refresh_all(&mut app);
    let marked = app.marks.len();
    assert!(matches!(press(&mut app, "<Esc>").as_slice(), [Effect::StopWork(w)] if *w == work));
    assert_eq!(app.marks.len(), marked, "one layer for each key");
    land(&mut app, work, 20, &[3]);
    assert_eq!(app.works.len(), 1, "those in the air still land");
    app.update(Msg::WorkOver(work), now());
    assert!(app.works.is_empty());
    let said = &app.toasts.last().unwrap().text;
    assert_eq!(said, "stopped: 20 of 57 refreshed, 1 failed, 36 not asked");
    press(&mut app, "<Esc><Esc>");
    assert!(app.marks.is_empty());
}

#[test]
fn a_single_account_is_not_worth_a_line_nor_a_stop() {
    let mut app = app();
    press(&mut app, "r");
    app.update(Msg::Tick, now() + Span::seconds(5));
    assert!(app.plan().work.is_none());
    assert!(press(&mut app, "<Esc>").is_empty());
}

#[test]
fn a_few_get_their_line_when_it_takes_long() {
    let mut app = app();
    press(&mut app, "R");
    assert!(app.plan().work.is_none());
    let at = wake::next(&app, now());
    assert!(at <= now() + Span::seconds(1));
    app.update(Msg::Tick, now() + Span::seconds(1));
    assert!(app.plan().work.is_some());
}

#[test]
fn the_page_leads_to_the_account_and_tries_again() {
    let mut app = halfway();
    let id = |effects: Vec<Effect>| match effects.as_slice() {
        [Effect::Do { accounts, .. }] => accounts.clone(),
        other => panic!("{other:?}"),
    };
    press(&mut app, "w");
    assert_eq!(id(press(&mut app, "r")), [AccountId(3), AccountId(1)]);
    // The new work stands above the old one; the cursor is still on the old one's heading.
    press(&mut app, "Gk");
    press(&mut app, "<Enter>");
    assert!(app.modals.is_empty());
    assert_eq!(app.cursor, Some(AccountId(3)));

    let mut app = halfway();
    press(&mut app, "/person4<Enter>");
    press(&mut app, "wG<Enter>");
    assert_eq!(
        app.cursor,
        Some(AccountId(1)),
        "the filter that hid it is gone"
    );
}

#[test]
fn what_destroys_asks_again_before_it_is_tried_again() {
    let mut app = app();
    press(&mut app, "jj* jXv");
    assert!(matches!(app.modals.last(), Some(Modal::Confirm(_))));
    let n = app.targets().len();
    let late = now() + Span::seconds(1);
    let effects = press_at(&mut app, &format!("{n}<Tab><Enter>"), late);
    let [Effect::Do { work, .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    land(&mut app, *work, 0, &[1]);
    assert!(press_at(&mut app, "w", late).is_empty());
    press_at(&mut app, "r", late);
    assert!(
        matches!(app.modals.last(), Some(Modal::Confirm(_))),
        "nothing is revoked by one key"
    );
}

#[test]
fn addresses_are_hidden_here_too() {
    let mut app = halfway();
    press(&mut app, ".wj");
    for (width, height) in super::gallery::SIZES {
        let shown = text(&super::sample::drawn(&mut app, width, height));
        assert!(
            !shown.contains("shop@example") && !shown.contains("old.archive"),
            "{shown}"
        );
    }
}
