//! Files taken in as a work like any other: counted, stopped, listed with what failed, tried again.

use gatepost::domain::account::AccountId;
use gatepost::service::ask::{Imported, TakenIn};
use gatepost::tui::app::App;
use gatepost::tui::message::{Effect, Failure, Msg, Serial};
use gatepost::tui::setup::News;

use super::gallery::gallery;
use super::sample::{app, now, press};

fn import(app: &mut App, files: &str) -> Serial {
    match press(app, &format!(":import {files}<Enter>")).as_slice() {
        [Effect::Import { work, .. }] => *work,
        other => panic!("expected one import, got {other:?}"),
    }
}

fn land(app: &mut App, work: Serial, shown: &str, refused: bool) {
    let result = if refused {
        Err(Failure {
            message: format!("`{shown}`: Google refused the refresh token (invalid_grant)"),
            hint: Some("sign in afresh with `gatepost add`; nothing was stored".into()),
        })
    } else {
        let imported = Imported {
            account: AccountId(1),
            email: "ana@gmail.com".into(),
            verified: true,
            client: "default".into(),
            client_added: false,
        };
        Ok(TakenIn {
            accounts: vec![imported],
            ..TakenIn::default()
        })
    };
    let news = News::Imported {
        work,
        path: shown.into(),
        shown: shown.into(),
        result,
    };
    app.update(Msg::Setup(news), now());
}

fn four() -> (App, Serial) {
    let mut app = app();
    let work = import(&mut app, "~/a.json ~/b.json ~/c.json ~/d.json");
    land(&mut app, work, "~/a.json", false);
    land(&mut app, work, "~/b.json", true);
    (app, work)
}

#[test]
fn pictures() {
    gallery("import_works", || {
        let (mut app, work) = four();
        land(&mut app, work, "~/c.json", true);
        press(&mut app, "<Esc>");
        app.update(Msg::WorkOver(work), now());
        app.toasts.clear();
        press(&mut app, "wj");
        app
    });
}

#[test]
fn an_import_is_stopped_between_files_and_what_failed_is_tried_again() {
    let (mut app, work) = four();
    let effects = press(&mut app, "<Esc>");
    assert!(matches!(effects[..], [Effect::StopWork(stopped)] if stopped == work));
    app.update(Msg::WorkOver(work), now());
    let words = &app.toasts.last().unwrap().text;
    assert_eq!(words, "stopped: 1 of 4 imported, 1 failed, 2 not read");
    press(&mut app, "wj");
    assert_eq!(app.chosen_work().unwrap().1.unwrap().name, "~/b.json");
    let effects = press(&mut app, "r");
    assert!(
        matches!(&effects[..], [Effect::Import { paths, .. }] if paths == &["~/b.json"]),
        "{effects:?}"
    );
}

#[test]
fn a_single_file_is_told_once() {
    for (refused, text) in [
        (false, "ana@gmail.com imported: one refresh went well"),
        (
            true,
            "`~/a.json`: Google refused the refresh token (invalid_grant); sign in afresh with `gatepost add`; nothing was stored",
        ),
    ] {
        let mut app = app();
        let work = import(&mut app, "~/a.json");
        land(&mut app, work, "~/a.json", refused);
        app.update(Msg::WorkOver(work), now());
        let said: Vec<&str> = app.toasts.iter().map(|toast| toast.text.as_str()).collect();
        assert_eq!(said, [text]);
        assert!(app.works.is_empty() && app.past_works.len() == 1);
    }
}
