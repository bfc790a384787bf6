//! Whatever happens, at whatever size, with whatever text: no panic, nothing out of its place, and
//! the cursor on the account where the person left it.

use std::sync::Arc;

use crate::support::cases;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use gatepost::domain::account::AccountId;
use gatepost::domain::event::{Event, Result as Ended, What};
use gatepost::domain::scope::Scopes;
use gatepost::domain::secret::Secret;
use gatepost::domain::snapshot::Snapshot;
use gatepost::domain::time::{Span, Timestamp};
use gatepost::service::ask::Consented;
use gatepost::service::consent::{Opened, Part, Stage, Typed};
use gatepost::tui::PlaygroundEntry;
use gatepost::tui::app::{App, Sandbox};
use gatepost::tui::glyphs;
use gatepost::tui::message::{CalledOff, ConsentEnd, Effect, Failure, Msg, Op, Tone};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::sample::{account, app_of, drawn_at, now, snapshot};

#[derive(Debug, Clone)]
enum Step {
    Key(KeyCode, bool),
    Click(u16, u16),
    RightClick(u16, u16),
    News(u8),
    Wheel(bool),
    Resize(u16, u16),
    Paste(String),
    Wait(i64),
    World(Vec<(String, i64)>),
    Consent(u8),
    SetUp(u8, String),
    Landed(u8, bool),
}

pub(super) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z.]{1,30}@[a-z]{1,20}\\.com",
        "\\PC{0,40}",
        "[\\x00-\\x1f\\x7f]{0,8}\\PC{0,10}",
        Just("東京の人@例え.jp".to_owned()),
        Just("e\u{301}\u{301}\u{301}lise@x.com".to_owned()),
        Just("שלום@דוגמה.com".to_owned()),
        Just("\u{1b}[31mred\u{1b}]0;x\u{7}@x.com".to_owned()),
        Just("👩‍👩‍👧‍👦@family.com".to_owned()),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let letters = prop::sample::select(
        "jkhlgGrRvVyXpasScnNuzfmTAeo?/q.!*:: 0123456xftWwi<>\""
            .chars()
            .collect::<Vec<_>>(),
    );
    let named = prop::sample::select(vec![
        KeyCode::Esc,
        KeyCode::Enter,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Backspace,
        KeyCode::PageDown,
        KeyCode::End,
    ]);
    prop_oneof![
        6 => letters.prop_map(|c| Step::Key(KeyCode::Char(c), false)),
        3 => named.prop_map(|code| Step::Key(code, false)),
        1 => prop::sample::select(vec!['d', 'u', 'f', 'b', 'l', 'z']).prop_map(|c| Step::Key(KeyCode::Char(c), true)),
        1 => (0u16..240, 0u16..60).prop_map(|(x, y)| Step::Click(x, y)),
        1 => (0u16..120, 0u16..40).prop_map(|(x, y)| Step::RightClick(x, y)),
        1 => (0u8..4).prop_map(Step::News),
        1 => any::<bool>().prop_map(Step::Wheel),
        1 => (1u16..=240, 1u16..=60).prop_map(|(w, h)| Step::Resize(w, h)),
        1 => any_text().prop_map(Step::Paste),
        1 => (-7_200i64..7_200).prop_map(Step::Wait),
        1 => prop::collection::vec((any_text(), -90_000i64..90_000), 0..40).prop_map(Step::World),
        1 => (0u8..12).prop_map(Step::Consent),
        1 => (0u8..10, any_text()).prop_map(|(kind, text)| Step::SetUp(kind, text)),
        2 => (0u8..30, any::<bool>()).prop_map(|(n, well)| Step::Landed(n, well)),
    ]
}

pub(super) fn world(texts: &[(String, i64)]) -> Snapshot {
    let mut world = snapshot();
    let more = texts.iter().enumerate().map(|(i, (email, left))| {
        let mut one = account(100 + i as i64, email, *left);
        one.label = (i % 3 == 0).then(|| email.chars().rev().collect());
        one.client = (i % 2 == 0).then(|| email.clone());
        one.dies_with = vec![email.clone()];
        Arc::new(one)
    });
    let happened = texts.iter().map(|(text, ago)| {
        Arc::new(Event {
            at: now() - Span::seconds(*ago),
            account: None,
            email: Some(text.clone()),
            what: What::Client,
            result: Ended::Refused,
            code: text.clone(),
            detail: text.repeat(3),
        })
    });
    world.events.extend(happened);
    let mut odd = world.clients[0].clone();
    odd.name = texts.first().map_or("odd".into(), |(text, _)| text.clone());
    odd.client_id.clone_from(&odd.name);
    world.clients.push(odd);
    world.accounts.extend(more);
    if texts.len().is_multiple_of(5) {
        world.accounts.drain(..7);
    }
    world
}

/// What comes back from effects, fitting or not.
fn news(app: &App, kind: u8) -> Msg {
    let failure = Failure {
        message: "東京 \u{1b}[31m".repeat(40),
        hint: Some("press r".into()),
    };
    let work = app.works.last().map_or(0, |work| work.serial);
    let account = app.cursor.unwrap_or(AccountId(1));
    match kind {
        0 => Msg::Note(Tone::Error, "word ".repeat(60)),
        1 => Msg::History(Ok(world(&vec![("東京@x".into(), 5); 7])
            .events
            .iter()
            .map(|event| (**event).clone())
            .collect())),
        2 => Msg::History(Err(failure)),
        _ => Msg::Did {
            work,
            account,
            result: Err(failure),
        },
    }
}

fn consent_news(app: &mut App, kind: u8, at: Timestamp) -> Option<Msg> {
    let serial = app.consent()?.serial;
    let browser = Opened::Not("東京 \u{1b}[31m".into());
    Some(match kind {
        0 => Msg::ConsentOpen {
            serial,
            url: "https://例え.jp/?q=東京".repeat(20),
            port: 1,
            deadline: at + Span::seconds(9),
        },
        1 => Msg::ConsentStage {
            serial,
            stage: Stage::Waiting { browser },
        },
        2 => Msg::ConsentStage {
            serial,
            stage: Stage::BadPaste {
                why: "東京".repeat(90),
                browser,
            },
        },
        3 => Msg::ConsentEnded {
            serial,
            end: ConsentEnd::Other {
                expected: "a@x".into(),
                got: "東京@x".into(),
            },
        },
        4 => Msg::ConsentEnded {
            serial,
            end: ConsentEnd::TimedOut,
        },
        6 => Msg::ConsentStage {
            serial,
            stage: Stage::Exchanging,
        },
        7 => Msg::ConsentEnded {
            serial,
            end: ConsentEnd::Done(Box::new(Consented {
                account: AccountId(2),
                email: "東京の人@例え.jp".into(),
                renewed: at.timestamp() % 2 == 0,
                missing: Scopes::parse("https://mail.google.com/ 東京"),
                without_refresh_token: true,
                grant_expires_at: Some(at),
            })),
        },
        8 => Msg::ConsentEnded {
            serial,
            end: ConsentEnd::Denied("\u{1b}[31mno, 東京".into()),
        },
        9 => Msg::ConsentChecked {
            serial,
            edit: app.consent()?.edit,
            typed: Typed {
                wrong: None,
                state: Part::Wrong,
                code: Part::Missing,
                denied: false,
            },
        },
        10 => Msg::ConsentCancelled(CalledOff::Nothing),
        11 => Msg::LinkWritten {
            serial,
            result: Ok("/東京/".repeat(40)),
        },
        _ => Msg::ConsentEnded {
            serial,
            end: ConsentEnd::Failed(Failure {
                message: "\u{202e}x".into(),
                hint: None,
            }),
        },
    })
}

/// One account of the newest work is through, or the work is over.
fn work_news(app: &App, n: u8, well: bool) -> Option<Msg> {
    let work = app.works.last()?.serial;
    let account = app.snapshot.accounts.get(usize::from(n));
    Some(match account {
        None => Msg::WorkOver(work),
        Some(account) => Msg::Did {
            work,
            account: account.id,
            result: if well {
                Ok(String::new())
            } else {
                Err(Failure {
                    message: format!("{}: \u{1b}[31m\u{202e}x", account.email),
                    hint: Some("press r".into()),
                })
            },
        },
    })
}

fn message(app: &mut App, step: Step, at: &mut Timestamp) -> Option<Msg> {
    let mouse = |kind, column, row| {
        Msg::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    Some(match step {
        Step::Key(code, ctrl) => {
            let modifiers = if ctrl {
                KeyModifiers::CONTROL
            } else {
                KeyModifiers::NONE
            };
            Msg::Key(KeyEvent::new(code, modifiers))
        }
        Step::Click(x, y) => mouse(MouseEventKind::Down(MouseButton::Left), x, y),
        Step::RightClick(x, y) => mouse(MouseEventKind::Down(MouseButton::Right), x, y),
        Step::News(kind) => news(app, kind),
        Step::Wheel(true) => mouse(MouseEventKind::ScrollDown, 5, 5),
        Step::Wheel(false) => mouse(MouseEventKind::ScrollUp, 5, 5),
        Step::Resize(width, height) => Msg::Resize(width, height),
        Step::Paste(text) => Msg::Paste(Secret::new(text)),
        Step::Wait(seconds) => {
            *at += Span::seconds(seconds);
            Msg::Tick
        }
        Step::World(texts) => Msg::Snapshot(Arc::new(world(&texts))),
        Step::Consent(kind) => return consent_news(app, kind, *at),
        Step::SetUp(kind, text) => super::setup::any_news(app, kind, &text),
        Step::Landed(n, well) => return work_news(app, n, well),
    })
}

/// Every row of the screen is exactly as wide as the screen.
pub(super) fn check_grid(app: &mut App, at: Timestamp) {
    let (width, height) = app.size;
    let buffer = drawn_at(app, width, height, at);
    for y in 0..height {
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            assert!(
                !symbol.chars().any(char::is_control),
                "a control character at {x},{y}"
            );
            x += (symbol.width() as u16).max(1);
        }
        assert_eq!(x, width, "a wide letter sticks out of row {y}");
    }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn nothing_breaks_the_screen(
        steps in prop::collection::vec(any_step(), 1..40),
        texts in prop::collection::vec((any_text(), -90_000i64..90_000), 0..20),
        size in (20u16..=240, 3u16..=60),
        ascii in any::<bool>(),
    ) {
        let mut app = app_of(world(&texts));
        app.size = size;
        if ascii {
            app.look.glyphs = &glyphs::ASCII;
        }
        app.sandbox = Some(Sandbox {
            title: "Sandbox".into(),
            entries: vec![PlaygroundEntry { key: 'r', label: "revoke".into(), about_account: true }],
        });
        let mut at = now();
        for step in steps {
            let Some(msg) = message(&mut app, step, &mut at) else { continue };
            app.update(msg, at);
            check_grid(&mut app, at);
            let row = app.row();
            assert_eq!(row.is_some(), !app.rows.is_empty(), "a cursor wherever there is a row");
        }
    }

    /// News and time alone never move the cursor off its account, as long as it exists.
    #[test]
    fn the_cursor_is_the_persons(
        down in 0usize..7,
        waits in prop::collection::vec(-4_000i64..4_000, 1..20),
        column in 0u32..7,
    ) {
        let mut app = app_of(snapshot());
        let mut at = now();
        for _ in 0..down {
            app.update(super::sample::key(KeyCode::Down), at);
        }
        let keys = format!("s{column}");
        super::sample::press_at(&mut app, &keys, at);
        let cursor = app.cursor;
        for (i, wait) in waits.into_iter().enumerate() {
            at += Span::seconds(wait);
            let mut world = snapshot();
            world.accounts.rotate_left(i % 7);
            app.update(Msg::Snapshot(Arc::new(world)), at);
            app.update(Msg::Tick, at);
            prop_assert_eq!(app.cursor, cursor);
            let page = usize::from(app.plan().rows.height);
            let row = app.row().unwrap();
            prop_assert!((app.top..app.top + page).contains(&row), "it is in sight");
        }
    }

    /// Whatever is typed into the palette and run: nothing is destroyed without the question, and a
    /// line that is not understood stays.
    #[test]
    fn no_line_of_the_palette_destroys(line in prop_oneof![
        "[a-z -]{0,20}",
        "\\PC{0,30}",
        "(revoke|remove|client remove|label) [a-z.@\"' -]{0,25}",
    ]) {
        let mut app = app_of(snapshot());
        app.sandbox = None;
        let effects = super::sample::press(&mut app, &format!(":{line}"));
        prop_assert!(effects.is_empty(), "typing does nothing");
        let effects = super::sample::press(&mut app, "<Enter>");
        let destroys = |e: &Effect| matches!(
            e,
            Effect::Do { op: Op::Revoke | Op::Forget, .. } | Effect::RemoveClient(_)
        );
        prop_assert!(!effects.iter().any(destroys));
        check_grid(&mut app, now());
    }

    /// Random keys in the revoke confirmation, without the deliberate two, never revoke.
    #[test]
    fn keys_by_accident_revoke_nothing(keys in "[a-z0-9 ]{0,30}") {
        let mut app = app_of(snapshot());
        super::sample::press(&mut app, "  Xv");
        let effects = super::sample::press_at(&mut app, &keys, now() + Span::seconds(1));
        let revokes = |e: &Effect| matches!(e, Effect::Do { op: Op::Revoke | Op::Forget, .. });
        prop_assert!(!effects.iter().any(revokes));
    }
}

#[test]
fn every_dialog_survives_the_smallest_windows() {
    for keys in [
        "Xv", "Xf", " jXv", "y", "s", "?", "c", "e", "o", "!", "/", "T", "W", "Wk", "Ww", "Wj",
        "Wi", "Wm", "w", "Rw", ":", ":re", ":x ", "ew/a", "es", "os", "oX",
    ] {
        let mut app = app_of(world(&[("ana".into(), 600), ("bob".into(), -5)]));
        let mut at = now();
        for key in keys.chars() {
            let step = Step::Key(KeyCode::Char(key), false);
            if let Some(msg) = message(&mut app, step, &mut at) {
                app.update(msg, at);
            }
        }
        for width in 1..=24 {
            for height in 1..=6 {
                if let Some(msg) = message(&mut app, Step::Resize(width, height), &mut at) {
                    app.update(msg, at);
                }
                check_grid(&mut app, at);
            }
        }
    }
}
