//! State and message to effects.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use gatepost::domain::account::AccountId;
use gatepost::domain::snapshot::Snapshot;
use gatepost::domain::time::{Span, Timestamp};
use gatepost::tui::PlaygroundEntry;
use gatepost::tui::app::{App, Sandbox};
use gatepost::tui::message::{Copied, Effect, Failure, Msg, Op, TokenForm, Tone};
use gatepost::tui::modal::Modal;
use gatepost::tui::view::wake;

use super::sample::{account, app, app_of, client, ctrl, now, press, press_at, snapshot};

fn later() -> Timestamp {
    now() + Span::seconds(1)
}

/// The one piece of work that was asked for.
fn work(effects: &[Effect]) -> (Op, Vec<i64>) {
    match effects {
        [Effect::Do { op, accounts, .. }] => (*op, accounts.iter().map(|a| a.0).collect()),
        other => panic!("expected one piece of work, got {other:?}"),
    }
}

fn email_of(app: &App) -> &str {
    &app.current().unwrap().0.email
}

#[test]
fn refresh_is_for_the_account_under_the_cursor_or_the_marked_ones() {
    let mut app = app();
    assert_eq!(work(&press(&mut app, "r")), (Op::Refresh, vec![1]));
    assert_eq!(work(&press(&mut app, "jv")), (Op::Verify, vec![2]));
    press(&mut app, "  ");
    assert_eq!(work(&press(&mut app, "r")), (Op::Refresh, vec![2, 3]));
    assert_eq!(work(&press(&mut app, "R")).1.len(), 7);
}

#[test]
fn moving_goes_to_the_ends_and_no_further() {
    let mut app = app();
    press(&mut app, "k");
    assert_eq!(app.row(), Some(0));
    press(&mut app, "G");
    assert_eq!(app.row(), Some(6));
    press(&mut app, "j");
    assert_eq!(app.row(), Some(6));
    press(&mut app, "gg");
    assert_eq!(app.row(), Some(0));
}

#[test]
fn the_cursor_stays_on_its_account_when_everyone_moves() {
    let mut app = app();
    press(&mut app, "jj");
    let email = email_of(&app).to_owned();
    let mut world = snapshot();
    world.accounts.reverse();
    let shop = world
        .accounts
        .iter()
        .position(|a| a.email == email)
        .unwrap();
    let mut healed = (*world.accounts[shop]).clone();
    healed.facts.backoff = None;
    healed.facts.fault = None;
    healed.facts.access = account(3, "", 3_590).facts.access;
    world.accounts[shop] = Arc::new(healed);
    let at = now() + Span::seconds(10);
    app.update(Msg::Snapshot(Arc::new(world)), at);
    assert_eq!(email_of(&app), email);
    assert_eq!(app.row(), Some(6), "it is well now, and stands at the end");
}

#[test]
fn nobody_moves_while_a_hand_is_on_the_keys() {
    let mut app = app();
    press(&mut app, "j");
    let before: Vec<_> = rows(&app);
    let mut world = snapshot();
    let mut dead = (*world.accounts[5]).clone();
    dead.facts.grant = None;
    world.accounts[5] = Arc::new(dead);
    app.update(Msg::Snapshot(Arc::new(world)), later());
    assert_eq!(rows(&app), before);
    let wakes = wake::next(&app, later());
    assert!(
        wakes <= now() + Span::seconds(2),
        "it wakes to put things in order"
    );
    app.update(Msg::Tick, now() + Span::seconds(2));
    assert_ne!(rows(&app), before);
    assert_eq!(email_of(&app), "lab.testing@gmail.com");
}

fn rows(app: &App) -> Vec<AccountId> {
    (0..app.rows.len())
        .map(|row| app.rows.get(&app.snapshot, row).unwrap().0.id)
        .collect()
}

#[test]
fn a_frozen_list_stands_still() {
    let mut app = app();
    press(&mut app, "f");
    let before = rows(&app);
    let at = now() + Span::minutes(30);
    app.update(Msg::Tick, at);
    assert_eq!(rows(&app), before);
    let seen = super::sample::text(&super::sample::drawn_at(&mut app, 80, 24, at));
    assert!(seen.contains("FROZEN") && seen.contains("47:12"), "{seen}");
    press_at(&mut app, "f", at);
    let seen = super::sample::text(&super::sample::drawn_at(&mut app, 80, 24, at));
    assert!(seen.contains("17:12"), "{seen}");
}

#[test]
fn states_change_by_the_passing_of_time_alone() {
    let mut app = app();
    let ana = |app: &App| {
        app.rows
            .state_of(&app.snapshot, AccountId(6))
            .unwrap()
            .as_str()
    };
    assert_eq!(ana(&app), "ready");
    app.update(Msg::Tick, now() + Span::minutes(27));
    assert_eq!(ana(&app), "due");
    app.update(Msg::Tick, now() + Span::minutes(32));
    assert_eq!(ana(&app), "expired");
    // The clock goes back: so do the states.
    app.update(Msg::Tick, now());
    assert_eq!(ana(&app), "ready");
}

#[test]
fn the_filter_narrows_as_it_is_typed_and_escape_undoes_it() {
    let mut app = app();
    press(&mut app, "/exam w");
    assert_eq!(rows(&app), [AccountId(5)]);
    press(&mut app, "<Enter>");
    assert!(!app.filtering);
    press(&mut app, "<Esc>");
    assert_eq!(app.rows.len(), 7);
    assert_eq!(app.cursor, Some(AccountId(5)));
    // What was searched is still known: the next hit is found in the whole list.
    press(&mut app, "/ana<Enter><Esc>");
    let first = email_of(&app).to_owned();
    press(&mut app, "n");
    assert!(email_of(&app).starts_with("ana") && email_of(&app) != first);
    press(&mut app, "N");
    assert_eq!(email_of(&app), first);
}

#[test]
fn letters_in_the_filter_are_letters() {
    let mut app = app();
    assert!(press(&mut app, "/Rqr").is_empty());
    assert_eq!(app.filter.text(), "Rqr");
    assert!(matches!(app.update(ctrl('c'), now())[..], [Effect::Quit]));
}

#[test]
fn escape_closes_layer_by_layer_and_never_quits() {
    let mut app = app();
    press(&mut app, " ?");
    app.toast(Tone::Error, "it failed".into(), now());
    for _ in 0..8 {
        assert!(press(&mut app, "<Esc>").is_empty());
    }
    assert!(app.modals.is_empty() && app.toasts.is_empty() && app.marks.is_empty());
    assert!(matches!(press(&mut app, "q")[..], [Effect::Quit]));
}

#[test]
fn escape_closes_an_error_before_the_filter_and_passes_good_news_by() {
    let mut app = app();
    press(&mut app, "/ana<Enter> ");
    app.toast(Tone::Error, "it failed".into(), now());
    app.toast(Tone::Done, "refreshed".into(), now());
    press(&mut app, "<Esc>");
    assert_eq!(app.toasts.len(), 1);
    assert_eq!(app.rows.len(), 2);
    press(&mut app, "<Esc>");
    assert_eq!(
        (app.toasts.len(), app.rows.len(), app.marks.len()),
        (1, 7, 1)
    );
    press(&mut app, "<Esc>");
    assert!(app.marks.is_empty());
}

#[test]
fn sorting_by_a_column_and_back() {
    let mut app = app();
    press(&mut app, "s1");
    assert_eq!(email_of(&app), "old.archive@gmail.com");
    let first = |app: &App| app.rows.get(&app.snapshot, 0).unwrap().0.email.clone();
    assert_eq!(first(&app), "ana.work@example.com");
    press(&mut app, "S");
    assert_eq!(first(&app), "shop@example.com");
    press(&mut app, "s0");
    assert_eq!(first(&app), "old.archive@gmail.com");
}

#[test]
fn the_way_to_who_needs_help() {
    let mut app = app();
    press(&mut app, "Gu");
    assert_eq!(email_of(&app), "old.archive@gmail.com");
    press(&mut app, "u");
    assert_eq!(email_of(&app), "lab.testing@gmail.com");
    press(&mut app, "u");
    assert_eq!(email_of(&app), "old.archive@gmail.com");
}

#[test]
fn removing_starts_on_cancel_and_swallows_what_was_typed_ahead() {
    let mut app = app();
    assert!(press(&mut app, "X<Enter>").is_empty(), "Cancel is first");
    assert!(press(&mut app, "Xv<Tab><Enter>").is_empty(), "typed ahead");
    assert!(matches!(app.modals.last(), Some(Modal::Confirm(_))));
    assert!(
        press_at(&mut app, "<Enter>", later()).is_empty(),
        "it starts on Cancel"
    );
    assert!(app.modals.is_empty());
    press(&mut app, "Xv");
    let effects = press_at(&mut app, "<Tab><Enter>", later());
    assert_eq!(work(&effects), (Op::Revoke, vec![1]));
    press(&mut app, "Xf");
    let effects = press_at(&mut app, "<Tab><Enter>", later());
    assert_eq!(work(&effects), (Op::Forget, vec![1]));
}

#[test]
fn leaving_during_a_revocation_takes_a_second_key() {
    let mut app = app();
    press(&mut app, "Xv");
    press_at(&mut app, "<Tab><Enter>", later());
    assert!(press(&mut app, "q").is_empty());
    assert!(app.toasts.iter().any(|t| t.text.contains("not confirmed")));
    assert!(matches!(press(&mut app, "q")[..], [Effect::Quit]));
}

#[test]
fn several_are_revoked_only_after_their_number_was_typed() {
    let mut app = app();
    press(&mut app, "   Xv");
    for wrong in ["<Tab><Enter>", "4<Enter>", "y<Enter>"] {
        assert!(press_at(&mut app, wrong, later()).is_empty());
        assert!(
            matches!(app.modals.last(), Some(Modal::Confirm(_))),
            "{wrong}"
        );
    }
    app.update(
        super::sample::key(crossterm::event::KeyCode::Backspace),
        later(),
    );
    let effects = press_at(&mut app, "3<Enter>", later());
    assert_eq!(work(&effects), (Op::Revoke, vec![1, 2, 3]));
    assert!(app.marks.is_empty());
}

#[test]
fn a_confirmation_closes_when_its_account_is_gone() {
    let mut app = app();
    press(&mut app, "Xv");
    let mut world = snapshot();
    world.accounts.remove(0);
    app.update(Msg::Snapshot(Arc::new(world)), now());
    assert!(app.modals.is_empty());
}

#[test]
fn pausing_turns_round() {
    let mut app = app();
    assert_eq!(work(&press(&mut app, "p")), (Op::Pause, vec![1]));
    press(&mut app, "/newsletter<Enter>");
    assert_eq!(work(&press(&mut app, "p")), (Op::Resume, vec![7]));
    assert!(matches!(
        press(&mut app, "A")[..],
        [Effect::SuspendAuto(true)]
    ));
    assert!(matches!(
        press(&mut app, "A")[..],
        [Effect::SuspendAuto(false)]
    ));
    // What has become untrue does not stand beside what is true now.
    let told: Vec<_> = app.toasts.iter().map(|t| t.text.as_str()).collect();
    assert_eq!(told, ["automatic refresh goes on"]);
}

#[test]
fn the_copy_menu() {
    let mut app = app();
    let form = |effects: Vec<Effect>| match effects[..] {
        [Effect::CopyToken(AccountId(1), form)] => form,
        _ => panic!("{effects:?}"),
    };
    assert_eq!(form(press(&mut app, "yy")), TokenForm::Bare);
    assert_eq!(form(press(&mut app, "yh")), TokenForm::Header);
    assert_eq!(form(press(&mut app, "yx")), TokenForm::Xoauth2);
    match &press(&mut app, "yk")[..] {
        [Effect::CopyText { text, .. }] => assert_eq!(text, "gatepost token old.archive@gmail.com"),
        other => panic!("{other:?}"),
    }
    let sent = Msg::Copied {
        what: "access token",
        result: Ok(Copied::Sent),
    };
    app.update(sent, now());
    assert!(
        app.toasts
            .iter()
            .any(|t| t.text.contains("unconfirmed") && !t.text.contains("copied"))
    );
    let failed = Msg::Copied {
        what: "access token",
        result: Err(Failure {
            message: "no token".into(),
            hint: Some("sign in again: press c".into()),
        }),
    };
    app.update(failed, now());
    assert!(app.toasts.iter().any(|t| t.text.contains("press c")));
}

#[test]
fn work_on_many_is_counted_and_summed_up() {
    let mut app = app();
    press(&mut app, "R");
    let serial = app.works[0].serial;
    for id in 1..=7 {
        let result = if id == 3 {
            Err(Failure {
                message: "shop@example.com: 503".into(),
                hint: None,
            })
        } else {
            Ok(String::new())
        };
        let account = AccountId(id);
        app.update(
            Msg::Did {
                work: serial,
                account,
                result,
            },
            now(),
        );
    }
    assert!(app.works.is_empty());
    let toast = app.toasts.last().unwrap();
    assert_eq!(toast.tone, Tone::Error);
    assert_eq!(
        toast.text,
        "6 of 7 refreshed; not shop@example.com: shop@example.com: 503"
    );
}

#[test]
fn with_several_clients_adding_asks_for_one() {
    let mut world = snapshot();
    let mut second = client();
    second.name = "work".into();
    world.clients.push(second);
    let mut app = app_of(world);
    assert!(press(&mut app, "a").is_empty());
    match &press(&mut app, "2")[..] {
        [Effect::Consent { ask, .. }] => assert_eq!(ask.client.as_deref(), Some("work")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn help_runs_what_is_chosen() {
    let mut app = app();
    press(&mut app, "?/refresh all<Enter>");
    assert_eq!(work(&press(&mut app, "<Enter>")).1.len(), 7);
    assert!(app.modals.is_empty());
}

#[test]
fn the_playground_names_the_account_under_the_cursor() {
    let mut app = app();
    assert!(press(&mut app, "!").is_empty() && app.modals.is_empty());
    let entry = |key, about_account| PlaygroundEntry {
        key,
        label: "something".into(),
        about_account,
    };
    app.sandbox = Some(Sandbox {
        title: "Sandbox".into(),
        entries: vec![entry('a', true), entry('b', false)],
    });
    match &press(&mut app, "!a")[..] {
        [Effect::Play { entry: 0, email }] => {
            assert_eq!(email.as_deref(), Some("old.archive@gmail.com"));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        &press(&mut app, "!b")[..],
        [Effect::Play {
            entry: 1,
            email: None
        }]
    ));
}

#[test]
fn the_mouse_chooses_opens_sorts_and_looks_around() {
    let mut app = app();
    app.update(Msg::Resize(80, 24), now());
    let at = |kind, column, row| {
        Msg::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    let click = MouseEventKind::Down(MouseButton::Left);
    app.update(at(click, 20, 6), now());
    assert_eq!(app.row(), Some(2));
    app.update(at(click, 20, 6), now() + Span::milliseconds(200));
    assert!(matches!(app.modals.last(), Some(Modal::Details(_))));
    press(&mut app, "<Esc>");
    app.update(at(click, 18, 3), now());
    assert_eq!(app.sort.column, gatepost::tui::rows::Column::Account);
    app.update(Msg::Resize(80, 12), now());
    app.update(at(MouseEventKind::ScrollDown, 20, 6), now());
    assert_eq!(
        app.cursor,
        Some(AccountId(3)),
        "the wheel leaves the cursor alone"
    );
    assert!(app.top > 0);
    let effects = app.update(at(click, 2, 11), now());
    assert!(
        effects.is_empty() && matches!(app.modals.last(), Some(Modal::Help(_))),
        "footer hints are buttons"
    );
}

#[test]
fn the_wheel_in_a_long_text_stops_at_its_end() {
    let mut app = app();
    app.update(Msg::Resize(60, 12), now());
    press(&mut app, "<Enter>");
    let top = |app: &App| match app.modals.last() {
        Some(Modal::Details(scroll)) => scroll.top,
        other => panic!("{other:?}"),
    };
    press(&mut app, "G");
    let end = top(&app);
    assert!(end > 0);
    press(&mut app, "jjj");
    assert_eq!(top(&app), end);
    press(&mut app, "k");
    assert_eq!(top(&app), end - 1);
}

#[test]
fn toasts_go_by_themselves_but_errors_stay() {
    let mut app = app();
    app.toast(Tone::Done, "done".into(), now());
    app.toast(Tone::Error, "failed".into(), now());
    app.toast(Tone::Error, "failed".into(), now());
    app.update(Msg::Tick, now() + Span::minutes(5));
    assert_eq!(app.toasts.len(), 1);
    assert_eq!(app.toasts[0].times, 2);
}

#[test]
fn an_empty_list_takes_every_key() {
    let mut app = app_of(Snapshot::default());
    let effects = press(&mut app, "jkGggrRvVypX cSsnNu*z<Tab><Enter>h");
    assert!(effects.is_empty(), "{effects:?}");
}

#[test]
fn the_screen_wakes_when_something_changes_and_no_sooner() {
    let mut ticking = app();
    assert_eq!(
        wake::next(&ticking, now() + Span::milliseconds(300)),
        now() + Span::seconds(1)
    );
    press(&mut ticking, "f");
    assert!(wake::next(&ticking, now()) > now() + Span::seconds(1));
    let mut world = Snapshot::default();
    let mut calm = account(1, "a@x.com", 3_000);
    let access = calm.facts.access.as_mut().unwrap();
    access.expires_at = now() + Span::hours(2);
    world.accounts.push(Arc::new(calm));
    let app = app_of(world);
    let at = now();
    let next = wake::next(&app, at);
    assert_eq!(next.timestamp() % 60, 0, "{next}");
    // Just before the hour is reached, it wakes for the first second.
    let at = now() + Span::minutes(60) - Span::seconds(2);
    assert_eq!(wake::next(&app, at), now() + Span::minutes(60));
}
