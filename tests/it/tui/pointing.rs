//! Whatever is drawn to be pressed can be pressed: buttons, menus, headings, toasts, lists.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use gatepost::domain::time::{Span, Timestamp};
use gatepost::tui::app::{App, Pane};
use gatepost::tui::message::{Effect, Msg, Op, Tone};
use gatepost::tui::modal::Modal;

use super::gallery::gallery;
use super::sample::{app, now, picture, press};

fn later() -> Timestamp {
    now() + Span::seconds(1)
}

fn mouse(kind: MouseEventKind, (column, row): (u16, u16)) -> Msg {
    Msg::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    })
}

/// Where these words are on the screen, which is drawn for it.
fn place(app: &mut App, words: &str) -> (u16, u16) {
    let (width, height) = app.size;
    let seen = picture(app, width, height);
    for (row, line) in seen.lines().enumerate() {
        if let Some(at) = line.find(words) {
            return (line[..at].chars().count() as u16, row as u16);
        }
    }
    panic!("{words} is not on the screen:\n{seen}");
}

fn click_at(app: &mut App, words: &str, at: Timestamp) -> Vec<Effect> {
    let place = place(app, words);
    app.update(mouse(MouseEventKind::Down(MouseButton::Left), place), at)
}

fn click(app: &mut App, words: &str) -> Vec<Effect> {
    click_at(app, words, later())
}

fn right_click(app: &mut App, words: &str) {
    let place = place(app, words);
    app.update(
        mouse(MouseEventKind::Down(MouseButton::Right), place),
        now(),
    );
}

fn at_size(width: u16, height: u16, keys: &str) -> App {
    let mut app = app();
    app.update(Msg::Resize(width, height), now());
    press(&mut app, keys);
    app
}

#[test]
fn the_right_button_offers_what_can_be_done_with_a_row() {
    gallery("row_menu", || {
        let mut app = at_size(80, 24, "");
        right_click(&mut app, "shop@");
        app
    });
    let mut app = at_size(80, 24, "");
    right_click(&mut app, "shop@");
    assert_eq!(app.cursor.map(|id| id.0), Some(3));
    let effects = press(&mut app, "r");
    assert!(
        matches!(&effects[..], [Effect::Do { op: Op::Refresh, accounts, .. }] if accounts[0].0 == 3)
    );
    right_click(&mut app, "shop@");
    press(&mut app, "<Enter>");
    assert!(matches!(app.modals[..], [Modal::Details(_)]));
    press(&mut app, "<Esc>");
    right_click(&mut app, "shop@");
    let effects = click(&mut app, "verify with Google");
    assert!(matches!(effects[..], [Effect::Do { op: Op::Verify, .. }]));
}

#[test]
fn an_unmarked_row_is_meant_alone_and_a_marked_one_with_its_like() {
    let mut app = at_size(80, 24, "  ");
    right_click(&mut app, "✗ revoked");
    assert!(picture(&mut app, 80, 24).contains("━ 2 accounts ━"));
    press(&mut app, "<Esc>");
    right_click(&mut app, "billing@");
    assert!(app.marks.is_empty());
    assert!(picture(&mut app, 80, 24).contains("━ billing@example.com ━"));
}

#[test]
fn a_click_beside_closes_what_asks_for_no_decision() {
    for keys in ["y", "s", "?", ":", "X"] {
        let mut app = at_size(80, 24, keys);
        // The help and the palette cover most of the screen, never its footer.
        app.update(
            mouse(MouseEventKind::Down(MouseButton::Left), (79, 23)),
            later(),
        );
        assert!(app.modals.is_empty(), "{keys}: {:?}", app.modals);
    }
    let mut app = at_size(80, 24, "Xv");
    app.update(
        mouse(MouseEventKind::Down(MouseButton::Left), (0, 0)),
        later(),
    );
    assert!(
        matches!(app.modals[..], [Modal::Confirm(_)]),
        "a question waits for its answer"
    );
}

#[test]
fn the_buttons_of_a_question_can_be_pressed_once_it_can_have_been_read() {
    for (width, height) in [(120, 32), (80, 24), (50, 15), (40, 10)] {
        let mut app = at_size(width, height, "Xv");
        let soon = now() + Span::milliseconds(200);
        assert!(click_at(&mut app, "[ Revoke ]", soon).is_empty());
        assert!(
            matches!(app.modals[..], [Modal::Confirm(_)]),
            "too early at {width}"
        );
        let effects = click(&mut app, "[ Revoke ]");
        assert!(
            matches!(effects[..], [Effect::Do { op: Op::Revoke, .. }]),
            "at {width}"
        );
        let mut app = at_size(width, height, "Xf");
        assert!(click(&mut app, "[ Cancel ]").is_empty());
        assert!(app.modals.is_empty());
    }
}

#[test]
fn several_need_their_number_before_the_button_does_anything() {
    let mut app = at_size(80, 24, "  Xv");
    assert!(click(&mut app, "[ Revoke 2 accounts ]").is_empty());
    assert!(matches!(app.modals[..], [Modal::Confirm(_)]));
    super::sample::press_at(&mut app, "2", later());
    let effects = click(&mut app, "[ Revoke 2 accounts ]");
    assert!(matches!(effects[..], [Effect::Do { op: Op::Revoke, .. }]));
}

#[test]
fn footer_items_are_buttons_in_dialogs_too() {
    let mut app = at_size(80, 24, "Xv");
    let soon = now() + Span::milliseconds(100);
    click_at(&mut app, "Enter press", soon);
    assert!(matches!(app.modals[..], [Modal::Confirm(_)]));
    click(&mut app, "Esc back");
    assert!(app.modals.is_empty());
    click(&mut app, "? help");
    assert!(matches!(app.modals[..], [Modal::Help(_)]));
    // The title says so too; the button is below.
    let button = mouse(MouseEventKind::Down(MouseButton::Left), (36, 23));
    app.update(button, later());
    assert!(picture(&mut app, 80, 24).contains("Keys: details"));
    click(&mut app, "Esc back");
    let mut app = at_size(80, 24, "e");
    click(&mut app, "/ filter");
    press(&mut app, "refused");
    assert!(picture(&mut app, 80, 24).contains("Events (1)"));
    // What is typed there is no button.
    click(&mut app, "Enter keep");
    assert!(picture(&mut app, 80, 24).contains("/refused"));
}

#[test]
fn help_runs_what_is_clicked_twice() {
    let mut app = at_size(80, 24, "?");
    click(&mut app, "refresh all");
    assert!(matches!(app.modals[..], [Modal::Help(_)]));
    click(&mut app, "refresh all");
    assert!(app.modals.is_empty() && app.works.len() == 1);
}

#[test]
fn an_offer_of_the_palette_runs() {
    let mut app = at_size(80, 24, ":freez");
    click(&mut app, "the list stands still");
    assert!(app.modals.is_empty() && app.frozen.is_some());
}

#[test]
fn lists_follow_the_click_and_the_wheel() {
    let mut app = at_size(80, 24, "e");
    click(&mut app, "13:59:40");
    let seen = picture(&mut app, 80, 24);
    assert!(seen.contains("▸13:59:40"), "{seen}");
    app.update(mouse(MouseEventKind::ScrollDown, (5, 5)), now());
    let seen = picture(&mut app, 80, 24);
    assert!(seen.contains("▸13:28:51"), "{seen}");
    let mut app = at_size(120, 32, "");
    app.update(mouse(MouseEventKind::ScrollDown, (100, 5)), now());
    assert_eq!(
        app.focus,
        Pane::Details,
        "the wheel is for what is under it"
    );
    click(&mut app, "Events");
    assert_eq!(app.focus, Pane::Events);
    click(&mut app, "newsletter@");
    assert_eq!(app.focus, Pane::Accounts);
    let mut app = at_size(80, 24, ":");
    app.update(mouse(MouseEventKind::ScrollDown, (5, 5)), now());
    assert!(picture(&mut app, 80, 24).contains("▸ reauth"));
    app.update(mouse(MouseEventKind::ScrollUp, (5, 5)), now());
    app.update(mouse(MouseEventKind::ScrollUp, (5, 5)), now());
    assert!(matches!(app.modals.last(), Some(Modal::Palette(p)) if p.at.is_none()));
}

#[test]
fn a_toast_goes_when_it_is_clicked() {
    let mut app = at_size(80, 24, "");
    app.toast(Tone::Error, "first".into(), now());
    app.toast(Tone::Error, "second".into(), now());
    click(&mut app, "first");
    let left: Vec<&str> = app.toasts.iter().map(|t| t.text.as_str()).collect();
    assert_eq!(left, ["second"]);
}
