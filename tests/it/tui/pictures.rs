//! The screens as pictures, at the sizes of the drawing.

use std::sync::Arc;

use gatepost::domain::snapshot::Snapshot;
use gatepost::domain::time::Span;
use gatepost::service::consent::{Opened, Stage};
use gatepost::tui::PlaygroundEntry;
use gatepost::tui::app::Sandbox;
use gatepost::tui::glyphs;
use gatepost::tui::message::{ConsentEnd, Failure, Msg, Tone};

use super::sample::{app, app_of, now, picture, press, press_at, snapshot};

#[test]
fn main_120x32() {
    insta::assert_snapshot!(picture(&mut app(), 120, 32));
}

#[test]
fn main_160x40() {
    insta::assert_snapshot!(picture(&mut app(), 160, 40));
}

#[test]
fn main_80x24() {
    let mut app = app();
    press(&mut app, "jjj ");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn main_60x20() {
    insta::assert_snapshot!(picture(&mut app(), 60, 20));
}

#[test]
fn main_50x15() {
    insta::assert_snapshot!(picture(&mut app(), 50, 15));
}

#[test]
fn main_40x10() {
    insta::assert_snapshot!(picture(&mut app(), 40, 10));
}

#[test]
fn main_20x3() {
    insta::assert_snapshot!(picture(&mut app(), 20, 3));
}

#[test]
fn main_ascii_80x24() {
    let mut app = app();
    app.look.glyphs = &glyphs::ASCII;
    let picture = picture(&mut app, 80, 24);
    assert!(picture.is_ascii(), "{picture}");
    insta::assert_snapshot!(picture);
}

#[test]
fn empty_80x24() {
    let mut app = app_of(Snapshot::default());
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn empty_40x10() {
    let mut app = app_of(Snapshot::default());
    insta::assert_snapshot!(picture(&mut app, 40, 10));
}

#[test]
fn details_80x24() {
    let mut app = app();
    press(&mut app, "<Enter>");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn log_80x24() {
    let mut app = app();
    press(&mut app, "ejjj");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn clients_80x24() {
    let mut app = app();
    press(&mut app, "o");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn help_80x24() {
    let mut app = app();
    press(&mut app, "?");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn help_searched_120x32() {
    let mut app = app();
    press(&mut app, "?/refr");
    insta::assert_snapshot!(picture(&mut app, 120, 32));
}

#[test]
fn filter_80x24() {
    let mut app = app();
    press(&mut app, "/ana");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn filter_without_a_hit_60x20() {
    let mut app = app();
    press(&mut app, "/invoic<Enter>");
    insta::assert_snapshot!(picture(&mut app, 60, 20));
}

#[test]
fn copy_menu_80x24() {
    let mut app = app();
    press(&mut app, "y");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn remove_menu_and_revoke_80x24() {
    let mut app = app();
    press(&mut app, "/work<Enter>X");
    insta::assert_snapshot!("remove_menu_80x24", picture(&mut app, 80, 24));
    press(&mut app, "v");
    insta::assert_snapshot!("revoke_80x24", picture(&mut app, 80, 24));
}

#[test]
fn revoke_several_80x24() {
    let mut app = app();
    press(&mut app, "*Xv");
    press_at(&mut app, "7<Tab>", now() + Span::seconds(1));
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn forget_50x15() {
    let mut app = app();
    press(&mut app, "Xf");
    insta::assert_snapshot!(picture(&mut app, 50, 15));
}

fn consent(app: &mut gatepost::tui::app::App, stage: Stage) {
    let serial = app.consent().unwrap().serial;
    app.update(
        Msg::ConsentOpen {
            serial,
            url: "https://accounts.google.com/o/oauth2/v2/auth?client_id=849301-8d1k.apps.googleusercontent.com&login_hint=lab.testing%40gmail.com&state=xyz".into(),
            port: 43_117,
            deadline: now() + Span::seconds(271),
        },
        now(),
    );
    app.update(Msg::ConsentStage { serial, stage }, now());
}

fn waiting() -> Stage {
    Stage::Waiting {
        browser: Opened::By("xdg-open".into()),
    }
}

#[test]
fn consent_dialog() {
    let mut app = app();
    press(&mut app, "ac");
    press(&mut app, "<Esc>c");
    consent(&mut app, waiting());
    app.toasts.clear();
    insta::assert_snapshot!("consent_80x24", picture(&mut app, 80, 24));
    insta::assert_snapshot!("consent_120x32", picture(&mut app, 120, 32));
    insta::assert_snapshot!("consent_50x15", picture(&mut app, 50, 15));
    insta::assert_snapshot!("consent_40x10", picture(&mut app, 40, 10));
    insta::assert_snapshot!("consent_20x3", picture(&mut app, 20, 3));
    press(&mut app, "?");
    insta::assert_snapshot!("consent_help_80x24", picture(&mut app, 80, 24));
}

#[test]
fn consent_in_trouble_80x24() {
    let mut app = app();
    app.place.remote = true;
    press(&mut app, "a");
    let why = "the address belongs to another sign-in (its state differs)".into();
    let browser = Opened::Not("this looks like a remote shell".into());
    consent(&mut app, Stage::BadPaste { why, browser });
    press(
        &mut app,
        "http://127.0.0.1:43117/?state=zz&code=4/0AbCdEfGh",
    );
    insta::assert_snapshot!("consent_bad_paste_80x24", picture(&mut app, 80, 24));
    let why = "that is only the code; copy the whole address, since it also proves where the code \
               came from";
    let browser = Opened::Not("this looks like a remote shell".into());
    let serial = app.consent().unwrap().serial;
    let stage = Stage::BadPaste {
        why: why.into(),
        browser,
    };
    app.update(Msg::ConsentStage { serial, stage }, now());
    let drawn = picture(&mut app, 80, 24);
    assert!(drawn.contains("came from"), "{drawn}");
    let end = ConsentEnd::Other {
        expected: "lab.testing@gmail.com".into(),
        got: "ana@gmail.com".into(),
    };
    app.update(Msg::ConsentEnded { serial, end }, now());
    insta::assert_snapshot!("consent_other_80x24", picture(&mut app, 80, 24));
    let end = ConsentEnd::Failed(Failure {
        message: "there is no OAuth client yet".into(),
        hint: Some("download a Desktop client's JSON from the Google console, then `gatepost client add FILE`".into()),
    });
    app.update(Msg::ConsentEnded { serial, end }, now());
    insta::assert_snapshot!("consent_failed_80x24", picture(&mut app, 80, 24));
}

#[test]
fn toasts_and_progress_120x32() {
    let mut world = snapshot();
    let more: Vec<_> = (10..60)
        .map(|i| {
            Arc::new(super::sample::account(
                i,
                &format!("user{i}@example.com"),
                3_000,
            ))
        })
        .collect();
    world.accounts.extend(more);
    let mut app = app_of(world);
    press(&mut app, "R");
    let serial = app.works[0].serial;
    for account in app
        .snapshot
        .accounts
        .iter()
        .take(20)
        .map(|a| a.id)
        .collect::<Vec<_>>()
    {
        let result = Ok(String::new());
        app.update(
            Msg::Did {
                work: serial,
                account,
                result,
            },
            now(),
        );
    }
    app.update(
        Msg::Note(
            Tone::Error,
            "shop@example.com: Google has a temporary problem (503); next try in 24s".into(),
        ),
        now(),
    );
    app.update(
        Msg::Note(
            Tone::Done,
            "address sent to your terminal (OSC 52, unconfirmed)".into(),
        ),
        now(),
    );
    app.update(
        Msg::Note(
            Tone::Done,
            "address sent to your terminal (OSC 52, unconfirmed)".into(),
        ),
        now(),
    );
    insta::assert_snapshot!(picture(&mut app, 120, 32));
}

#[test]
fn sandbox_menu_80x24() {
    let mut app = app();
    app.sandbox = Some(Sandbox {
        title: "Sandbox: make something happen".into(),
        entries: vec![
            PlaygroundEntry {
                key: 'r',
                label: "revoke it behind our back".into(),
                about_account: true,
            },
            PlaygroundEntry {
                key: 't',
                label: "Google limits requests for a minute".into(),
                about_account: false,
            },
        ],
    });
    press(&mut app, "!");
    insta::assert_snapshot!(picture(&mut app, 80, 24));
}

#[test]
fn masked_80x24() {
    let mut app = app();
    press(&mut app, ".");
    let picture = picture(&mut app, 80, 24);
    for name in ["archive", "testing", "billing", "gmail.com", "example.com"] {
        assert!(!picture.contains(name), "{name} is seen:\n{picture}");
    }
    insta::assert_snapshot!(picture);
}
