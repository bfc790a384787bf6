//! Every page of the dialog at every size.

use gatepost::domain::scope::MAIL;
use gatepost::domain::time::Span;
use gatepost::service::consent::{Part, Stage, Typed};
use gatepost::tui::app::App;
use gatepost::tui::glyphs;
use gatepost::tui::message::{ConsentEnd, Failure, Msg};

use super::super::gallery::{SIZES, gallery};
use super::super::sample::{now, picture, press};
use super::{by, done, end, opened, remote, serial, stage, update, waiting};

fn after(mut app: App, keys: &str) -> App {
    press(&mut app, keys);
    app
}

fn ended(how: ConsentEnd) -> App {
    let mut app = waiting();
    end(&mut app, how);
    app.toasts.clear();
    app
}

fn refused(mut app: App, why: &str) -> App {
    let browser = app
        .consent()
        .and_then(|d| d.round()?.browser.clone())
        .unwrap();
    let why = why.into();
    stage(&mut app, Stage::BadPaste { why, browser });
    app
}

const BARE: &str =
    "that is only the code; copy the whole address, since it also proves where the code came from";

#[test]
fn the_three_roads() {
    gallery("consent", waiting);
    gallery("consent_remote", remote);
    gallery("consent_tunnel", || after(remote(), "t"));
}

#[test]
fn a_queue_says_whose_turn_it_is() {
    gallery("consent_queue", || {
        let mut app = super::app();
        press(&mut app, "   c");
        opened(&mut app, by("firefox"));
        app
    });
}

#[test]
fn after_a_long_wait_help_is_named() {
    let mut app = waiting();
    let early = picture(&mut app, 80, 24);
    app.update(Msg::Tick, now());
    let later = super::super::sample::drawn_at(&mut app, 80, 24, now() + Span::minutes(1));
    let later = super::super::sample::text(&later);
    assert!(!early.contains("An error page"), "{early}");
    assert!(later.contains("An error page in the browser? ?"), "{later}");
}

#[test]
fn an_answer_is_followed_step_by_step() {
    gallery("consent_exchanging", || {
        let mut app = waiting();
        stage(&mut app, Stage::Exchanging);
        app
    });
}

#[test]
fn what_is_typed_is_told_part_by_part() {
    gallery("consent_typing", || {
        let mut app = remote();
        let text = "http://127.0.0.1:43117/?state=old&code=4/0AbCdEfGh";
        press(&mut app, text);
        let typed = Typed {
            wrong: None,
            state: Part::Wrong,
            code: Part::Right,
            denied: false,
        };
        let (serial, edit) = (serial(&mut app), app.consent().unwrap().edit);
        update(
            &mut app,
            Msg::ConsentChecked {
                serial,
                edit,
                typed,
            },
        );
        app
    });
}

#[test]
fn why_a_paste_was_refused() {
    gallery("consent_bad_paste", || refused(remote(), BARE));
    let told = picture(&mut refused(remote(), BARE), 50, 15);
    assert!(told.contains("came from"), "{told}");
}

#[test]
fn sheets() {
    gallery("consent_help", || after(waiting(), "?"));
    gallery("consent_whole_link", || after(waiting(), "z"));
    gallery("consent_qr_too_small", || after(waiting(), "g"));
}

#[test]
fn how_it_can_end() {
    gallery("consent_incomplete", || ended(done(2, MAIL, false)));
    gallery("consent_without_refresh_token", || {
        ended(done(1, &format!("{MAIL} a/gmail.send"), true))
    });
    gallery("consent_other", || {
        ended(ConsentEnd::Other {
            expected: "lab.testing@gmail.com".into(),
            got: "bob@example.com".into(),
        })
    });
    gallery("consent_denied", || {
        ended(ConsentEnd::Denied("access_denied".into()))
    });
    gallery("consent_timed_out", || ended(ConsentEnd::TimedOut));
    gallery("consent_failed", || {
        ended(ConsentEnd::Failed(Failure {
            message: "there is no OAuth client yet".into(),
            hint: Some("download a Desktop client's JSON from the Google console, then `gatepost client add FILE`".into()),
        }))
    });
}

/// What a person cannot do without, at every size down to three lines.
#[test]
fn link_field_time_and_the_way_out_are_always_there() {
    for make in [waiting, remote, || after(remote(), "t")] {
        for (width, height) in SIZES {
            let seen = picture(&mut make(), width, height);
            for needed in ["https://", "Address", "4:31", "Esc"] {
                assert!(
                    seen.contains(needed),
                    "{needed} at {width}x{height}:\n{seen}"
                );
            }
        }
    }
}

#[test]
fn hidden_addresses_stay_hidden_and_nothing_can_be_scanned_or_opened() {
    for keys in [".", ".z", ".g", ".?"] {
        let mut app = super::app();
        press(&mut app, ".jc");
        opened(&mut app, by("xdg-open"));
        app.links = true;
        press(&mut app, &keys[1..]);
        for (width, height) in SIZES {
            let seen = picture(&mut app, width, height);
            for secret in ["lab.testing", "login_hint", "\u{1b}]8"] {
                assert!(!seen.contains(secret), "{keys} shows {secret}:\n{seen}");
            }
        }
        let large = picture(&mut app, 160, 60);
        assert!(!large.contains('▀'), "no code to scan:\n{large}");
    }
}

#[test]
fn in_ascii_it_is_ascii() {
    for make in [
        waiting,
        remote,
        || ended(done(2, MAIL, true)),
        || ended(ConsentEnd::TimedOut),
    ] {
        for keys in ["", "?", "z", "g", "t"] {
            let mut app = make();
            app.look.glyphs = &glyphs::ASCII;
            press(&mut app, keys);
            for (width, height) in [(240, 120), (80, 24), (40, 10), (20, 3)] {
                let seen = picture(&mut app, width, height);
                assert!(seen.is_ascii(), "{keys}: {seen}");
            }
        }
    }
}

#[test]
fn no_window_is_too_small_for_any_page() {
    let pages: [fn() -> App; 6] = [
        waiting,
        remote,
        || after(remote(), "t"),
        || refused(remote(), BARE),
        || ended(done(2, MAIL, true)),
        || ended(ConsentEnd::TimedOut),
    ];
    for make in pages {
        for keys in ["", "?G", "z", "g"] {
            let mut app = after(make(), keys);
            app.links = true;
            for width in 1..=32 {
                for height in 1..=9 {
                    picture(&mut app, width, height);
                }
            }
        }
    }
}
