//! The screens as pictures, at the sizes of the drawing.

use std::sync::Arc;

use gatepost::domain::snapshot::Snapshot;
use gatepost::domain::time::Span;
use gatepost::tui::PlaygroundEntry;
use gatepost::tui::app::{App, Sandbox};
use gatepost::tui::glyphs;
use gatepost::tui::message::{Msg, Tone};

use super::gallery::gallery;
use super::sample::{account, app, app_of, now, picture, press, press_at, snapshot};

/// The sample world after these keys.
fn after(keys: &str) -> App {
    let mut app = app();
    press(&mut app, keys);
    app
}

#[test]
fn accounts() {
    gallery("accounts", || after("jjj "));
    gallery("filter", || after("/ana"));
    gallery("filter_without_a_hit", || after("/invoic<Enter>"));
    gallery("empty", || app_of(Snapshot::default()));
}

#[test]
fn accounts_where_there_is_room() {
    insta::assert_snapshot!("accounts_160x40", picture(&mut app(), 160, 40));
    insta::assert_snapshot!("accounts_60x20", picture(&mut app(), 60, 20));
}

#[test]
fn accounts_in_ascii() {
    for size in [(120, 32), (50, 15), (40, 10), (20, 3)] {
        let mut app = app();
        app.look.glyphs = &glyphs::ASCII;
        let picture = picture(&mut app, size.0, size.1);
        assert!(picture.is_ascii(), "{picture}");
    }
    let mut app = app();
    app.look.glyphs = &glyphs::ASCII;
    insta::assert_snapshot!("accounts_ascii_80x24", picture(&mut app, 80, 24));
}

#[test]
fn pages() {
    gallery("details", || after("<Enter>"));
    gallery("log", || after("ejjj"));
    gallery("clients", || after("o"));
    gallery("help", || after("?"));
    gallery("help_searched", || after("?/refr"));
}

#[test]
fn menus() {
    gallery("copy_menu", || after("y"));
    gallery("sort_menu", || after("s"));
    gallery("remove_menu", || after("/work<Enter>X"));
    gallery("sandbox_menu", sandbox_menu);
}

fn sandbox_menu() -> App {
    let mut app = app();
    let entry = |key, label: &str, about_account| PlaygroundEntry {
        key,
        label: label.into(),
        about_account,
    };
    app.sandbox = Some(Sandbox {
        title: "Sandbox: make something happen".into(),
        entries: vec![
            entry('r', "revoke it behind our back", true),
            entry('t', "Google limits requests for a minute", false),
        ],
    });
    press(&mut app, "!");
    app
}

#[test]
fn confirmations() {
    gallery("revoke", || after("/work<Enter>Xv"));
    gallery("forget", || after("Xf"));
    gallery("revoke_several", || {
        let mut app = after("*Xv");
        press_at(&mut app, "7<Tab>", now() + Span::seconds(1));
        app
    });
}

#[test]
fn toasts_and_progress() {
    gallery("toasts_and_progress", || {
        let mut world = snapshot();
        let more = (10..60).map(|i| Arc::new(account(i, &format!("user{i}@example.com"), 3_000)));
        world.accounts.extend(more);
        let mut app = app_of(world);
        press(&mut app, "Ry");
        let work = app.works[0].serial;
        let first: Vec<_> = app
            .snapshot
            .accounts
            .iter()
            .take(20)
            .map(|a| a.id)
            .collect();
        for account in first {
            let result = Ok(String::new());
            app.update(
                Msg::Did {
                    work,
                    account,
                    result,
                },
                now(),
            );
        }
        let failed = "shop@example.com: Google has a temporary problem (503); next try in 24s";
        let sent = "address sent to your terminal (OSC 52, unconfirmed)";
        for (tone, words) in [
            (Tone::Error, failed),
            (Tone::Done, sent),
            (Tone::Done, sent),
        ] {
            app.update(Msg::Note(tone, words.into()), now());
        }
        app
    });
}

#[test]
fn masked() {
    gallery("masked", || after("."));
    for (width, height) in super::gallery::SIZES {
        let picture = picture(&mut after("."), width, height);
        for name in ["archive", "testing", "billing", "gmail.com", "example.com"] {
            assert!(!picture.contains(name), "{name} is seen:\n{picture}");
        }
    }
}
