//! The conversation without a terminal: lines and news in, sentences and effects out.

use std::sync::Arc;

use super::desk::{Desk, Place};
use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::client::{Client, ClientKind, Publishing};
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::grant::{Access, Backoff, Facts, Grant};
use crate::domain::scope::{MAIL, Scopes};
use crate::domain::secret::Secret;
use crate::domain::snapshot::{AccountView, Snapshot};
use crate::domain::time::{Span, Timestamp, from_millis};
use crate::service::consent::{Opened, Stage};
use crate::tui::PlaygroundEntry;
use crate::tui::message::{ConsentEnd, Effect, Failure, Msg, Op};

const URL: &str = "https://accounts.google.com/o/oauth2/v2/auth?state=x";

pub(super) fn start() -> Timestamp {
    from_millis(1_795_442_460_000)
}

fn after(seconds: i64) -> Timestamp {
    start() + Span::seconds(seconds)
}

fn account(id: i64, email: &str) -> AccountView {
    let obtained_at = start() - Span::minutes(10);
    AccountView {
        id: AccountId(id),
        email: email.into(),
        sub: String::new(),
        label: None,
        client: Some("default".into()),
        facts: Facts {
            grant: Some(Grant {
                id: GrantId(id),
                client: ClientId(1),
                requested: Scopes::parse(MAIL),
                granted: Scopes::parse(MAIL),
                token_endpoint: String::new(),
                granted_at: Some(start() - Span::days(2)),
                expires_at: None,
                has_refresh_token: true,
                verified: true,
            }),
            access: Some(Access {
                obtained_at,
                expires_at: obtained_at + Span::hours(1),
            }),
            last_refresh_at: Some(obtained_at),
            ..Facts::default()
        },
        cause: None,
        busy: None,
        next_refresh_at: Some(obtained_at + Span::minutes(55)),
        recent: Vec::new(),
        handed_out: Vec::new(),
        checked: None,
        dies_with: Vec::new(),
    }
}

fn fails(view: &mut AccountView, at: Timestamp) {
    view.facts.access = None;
    view.facts.fault = Some(Fault {
        diagnosis: Diagnosis::Upstream,
        code: "backend_error".into(),
        message: "503".into(),
        at,
        retry_after: None,
    });
    view.facts.backoff = Some(Backoff {
        failures: 1,
        next_try_at: at + Span::seconds(26),
    });
    view.next_refresh_at = Some(at + Span::seconds(26));
}

fn client(id: i64, name: &str) -> Client {
    Client {
        id: ClientId(id),
        name: name.into(),
        client_id: format!("{name}.apps.googleusercontent.com"),
        kind: ClientKind::Installed,
        project: None,
        publishing: Publishing::Production,
        auth_uri: None,
        token_uri: None,
        redirect_uris: Vec::new(),
        added_at: start(),
        fault: None,
    }
}

pub(super) fn world(views: Vec<AccountView>) -> Snapshot {
    Snapshot {
        accounts: views.into_iter().map(Arc::new).collect(),
        clients: vec![client(1, "default")],
        ..Snapshot::default()
    }
}

pub(super) fn two() -> Vec<AccountView> {
    vec![
        account(1, "ana@example.com"),
        account(2, "shop@example.com"),
    ]
}

/// A desk whose greeting was heard.
pub(super) fn desk_of(snapshot: Snapshot) -> Desk {
    let place = Place {
        offset: chrono::FixedOffset::east_opt(0).unwrap(),
        remote: true,
        login: Some("ana@box".into()),
    };
    let trick = PlaygroundEntry {
        key: 'r',
        label: "revoke it".into(),
        about_account: true,
    };
    let mut desk = Desk::new(Arc::new(snapshot), vec![trick], place, start());
    desk.take_said(start());
    desk
}

fn desk() -> Desk {
    desk_of(world(two()))
}

pub(super) fn type_in(desk: &mut Desk, line: &str) -> Vec<Effect> {
    desk.line(Secret::new(line), start())
}

pub(super) fn said(desk: &mut Desk) -> String {
    desk.take_said(start()).join("\n")
}

fn see(desk: &mut Desk, views: Vec<AccountView>, at: Timestamp) {
    desk.hear(Msg::Snapshot(Arc::new(world(views))), at);
}

#[test]
fn a_state_is_told_once_when_it_stays() {
    let mut desk = desk();
    let mut views = two();
    fails(&mut views[1], after(0));
    see(&mut desk, views.clone(), after(0));
    assert_eq!(said(&mut desk), "", "it may pass");
    assert_eq!(desk.next(after(0)), after(2), "and is looked at again");
    desk.hear(Msg::Tick, after(2));
    assert_eq!(
        said(&mut desk),
        "14:01 shop@example.com: refresh failed, next try in 24 seconds. Google has a temporary problem (503)"
    );
    desk.hear(Msg::Tick, after(20));
    assert_eq!(said(&mut desk), "", "a countdown is no news");
    see(&mut desk, two(), after(30));
    desk.hear(Msg::Tick, after(33));
    assert_eq!(said(&mut desk), "14:01 shop@example.com: ready");
}

#[test]
fn what_passes_within_two_seconds_is_not_told() {
    let mut desk = desk();
    let mut views = two();
    fails(&mut views[0], after(0));
    see(&mut desk, views, after(0));
    see(&mut desk, two(), after(1));
    desk.hear(Msg::Tick, after(10));
    assert_eq!(said(&mut desk), "");
}

#[test]
fn many_changes_are_summed_up() {
    let many = || {
        (1..=12)
            .map(|n| account(n, &format!("a{n}@x.com")))
            .collect::<Vec<_>>()
    };
    let mut desk = desk_of(world(many()));
    let mut views = many();
    for view in &mut views {
        fails(view, after(0));
    }
    see(&mut desk, views, after(0));
    desk.hear(Msg::Tick, after(2));
    assert_eq!(said(&mut desk), "14:01 12 accounts changed: 12 retrying");
}

#[test]
fn the_answer_to_a_command_is_not_repeated_as_news() {
    let mut desk = desk();
    let effects = type_in(&mut desk, "refresh 2");
    let [
        Effect::Do {
            work,
            op: Op::Refresh,
            accounts,
        },
    ] = effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(accounts, &[AccountId(2)]);
    let failure = Failure {
        message: "shop@example.com: Google has a temporary problem (503)".into(),
        hint: None,
    };
    let msg = Msg::Did {
        work: *work,
        account: AccountId(2),
        result: Err(failure),
    };
    desk.hear(msg, after(1));
    assert_eq!(
        said(&mut desk),
        "shop@example.com: Google has a temporary problem (503)"
    );
    let mut views = two();
    fails(&mut views[1], after(1));
    see(&mut desk, views, after(1));
    desk.hear(Msg::Tick, after(4));
    assert_eq!(said(&mut desk), "");
}

#[test]
fn revoking_takes_its_word_and_anything_else_cancels() {
    for word in ["", "y", "yes", "2", "forget", "Revoke it"] {
        let mut desk = desk();
        type_in(&mut desk, "2");
        assert!(type_in(&mut desk, "7").is_empty());
        assert!(said(&mut desk).contains("It cannot be undone"));
        assert!(type_in(&mut desk, word).is_empty(), "{word}");
        assert_eq!(said(&mut desk), "Cancelled; nothing was changed.");
    }
    let mut desk = desk();
    type_in(&mut desk, "revoke shop");
    let effects = type_in(&mut desk, "revoke");
    assert!(
        matches!(effects.as_slice(), [Effect::Do { op: Op::Revoke, accounts, .. }] if accounts == &[AccountId(2)])
    );
    let mut desk = self::desk();
    assert!(type_in(&mut desk, "revoke all").is_empty());
    assert_eq!(said(&mut desk), "That is done for one account at a time.");
}

#[test]
fn an_interrupt_gives_up_the_current_thing_and_the_second_one_ends() {
    let mut desk = desk();
    type_in(&mut desk, "1");
    desk.interrupt(start());
    assert!(!desk.ended);
    let effects = type_in(&mut desk, "refresh all");
    assert_eq!(effects.len(), 1);
    let stop = desk.interrupt(start());
    assert!(matches!(stop.as_slice(), [Effect::StopWork(_)]));
    assert!(desk.interrupt(start()).is_empty() && !desk.ended);
    desk.interrupt(start());
    assert!(desk.ended);
}

#[test]
fn a_typed_line_forgives_the_first_interrupt() {
    let mut desk = desk();
    desk.interrupt(start());
    type_in(&mut desk, "list");
    desk.interrupt(start());
    assert!(!desk.ended);
}

fn open_consent(desk: &mut Desk) -> u64 {
    let effects = type_in(desk, "reauth 2");
    let [Effect::Consent { serial, ask }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(ask.account, Some(AccountId(2)));
    desk.hear(
        Msg::ConsentOpen {
            serial: *serial,
            url: URL.into(),
            port: 4_711,
            deadline: after(300),
        },
        start(),
    );
    *serial
}

#[test]
fn a_sign_in_says_its_link_its_steps_and_the_minutes() {
    let mut desk = desk();
    let serial = open_consent(&mut desk);
    let text = said(&mut desk);
    assert!(text.contains(&format!("\n{URL}\n")), "{text}");
    assert!(
        text.contains("ssh -L 4711:127.0.0.1:4711 ana@box") && text.contains("5 minutes"),
        "{text}"
    );
    let browser = Opened::Not("BROWSER is empty".into());
    let stage = Stage::Waiting { browser };
    desk.hear(Msg::ConsentStage { serial, stage }, start());
    assert_eq!(said(&mut desk), "No browser was opened: BROWSER is empty.");
    desk.hear(Msg::Tick, after(59));
    assert_eq!(said(&mut desk), "");
    assert_eq!(desk.next(after(59)), after(60));
    desk.hear(Msg::Tick, after(60));
    assert_eq!(
        said(&mut desk),
        "14:02 waiting for the sign-in, 4 minutes left"
    );
    let pasted = type_in(&mut desk, "http://127.0.0.1:4711/?code=4/0x&state=x\n");
    assert!(matches!(pasted.as_slice(), [Effect::Redirected(_)]));
    assert_eq!(
        said(&mut desk),
        "",
        "an address has a code in it and is not repeated"
    );
    assert!(
        type_in(&mut desk, "").is_empty(),
        "an empty line changes nothing"
    );
    let cancelled = type_in(&mut desk, "cancel");
    assert!(matches!(cancelled.as_slice(), [Effect::CancelConsent]));
}

#[test]
fn a_sign_in_that_came_to_nothing_can_be_tried_again() {
    let mut desk = desk();
    let serial = open_consent(&mut desk);
    desk.hear(
        Msg::ConsentEnded {
            serial,
            end: ConsentEnd::TimedOut,
        },
        after(300),
    );
    assert!(said(&mut desk).ends_with("1. try again\n2. back"));
    let again = type_in(&mut desk, "1");
    assert!(matches!(again.as_slice(), [Effect::Consent { .. }]));
}

#[test]
fn another_account_is_kept_only_when_asked() {
    for (answer, kept) in [("2", true), ("", false), ("1", false)] {
        let mut desk = desk();
        let serial = open_consent(&mut desk);
        let end = ConsentEnd::Other {
            expected: "shop@example.com".into(),
            got: "mallory@example.com".into(),
        };
        desk.hear(Msg::ConsentEnded { serial, end }, start());
        let effects = type_in(&mut desk, answer);
        assert_eq!(
            matches!(effects.as_slice(), [Effect::KeepOther]),
            kept,
            "{answer}"
        );
    }
}

#[test]
fn with_several_clients_adding_asks_for_one() {
    let mut snapshot = world(two());
    snapshot.clients.push(client(2, "lab"));
    let mut desk = desk_of(snapshot);
    assert!(type_in(&mut desk, "add").is_empty());
    assert_eq!(said(&mut desk), "1. default\n2. lab");
    let effects = type_in(&mut desk, "2");
    assert!(
        matches!(effects.as_slice(), [Effect::Consent { ask, .. }] if ask.client.as_deref() == Some("lab"))
    );
}

#[test]
fn a_trick_of_the_sandbox_asks_whom_it_is_for() {
    let mut desk = desk();
    type_in(&mut desk, "sandbox");
    assert!(type_in(&mut desk, "1").is_empty());
    let effects = type_in(&mut desk, "2");
    assert!(
        matches!(effects.as_slice(), [Effect::Play { entry: 0, email: Some(e) }] if e == "shop@example.com")
    );
}

#[test]
fn foreign_text_cannot_speak_for_us() {
    let mut view = account(1, "ana@example.com");
    view.label = Some("\u{1b}]0;x\u{7}\u{202e}lab".into());
    fails(&mut view, start());
    view.facts.fault.as_mut().unwrap().message = "\u{1b}[31mred\r\n1. gone".into();
    let mut desk = desk_of(world(vec![view]));
    for line in ["list", "1", "", "refresh \u{1b}[31m"] {
        type_in(&mut desk, line);
    }
    let text = said(&mut desk);
    assert!(
        text.chars().all(|c| c == '\n' || !c.is_control()),
        "{text:?}"
    );
    assert!(
        !text.contains('\u{202e}') && !text.contains("\n1. gone"),
        "{text}"
    );
}

#[test]
fn a_number_means_who_was_called_by_it() {
    let mut desk = desk();
    let mut views = two();
    // Now shop@ would be first; until the list is heard again, 1 is still ana@.
    fails(&mut views[1], start());
    see(&mut desk, views, start());
    let effects = type_in(&mut desk, "verify 1");
    assert!(
        matches!(effects.as_slice(), [Effect::Do { accounts, .. }] if accounts == &[AccountId(1)])
    );
    type_in(&mut desk, "list");
    let effects = type_in(&mut desk, "verify 1");
    assert!(
        matches!(effects.as_slice(), [Effect::Do { accounts, .. }] if accounts == &[AccountId(2)])
    );
    assert!(type_in(&mut desk, "verify 9").is_empty());
    assert!(said(&mut desk).ends_with("There is no account 9. Type list to hear the numbers."));
}

#[test]
fn a_word_of_the_main_prompt_is_understood_at_a_menu() {
    let mut desk = desk();
    type_in(&mut desk, "2");
    said(&mut desk);
    type_in(&mut desk, "list");
    assert!(said(&mut desk).starts_with("2 accounts."));
    assert_eq!(desk.prompt(), "Number or word: ", "it led back");
    type_in(&mut desk, "2");
    said(&mut desk);
    let effects = type_in(&mut desk, "refresh all");
    assert!(matches!(
        effects[..],
        [Effect::Do {
            op: Op::Refresh,
            ..
        }]
    ));
    type_in(&mut desk, "2");
    said(&mut desk);
    for none in ["99", "nonsense"] {
        type_in(&mut desk, none);
        assert!(said(&mut desk).contains("none of the choices"), "{none}");
    }
    type_in(&mut desk, "quit");
    assert!(desk.ended);
}

#[test]
fn dates_are_told_in_the_time_of_the_clock_on_the_wall() {
    let mut desk = desk();
    desk.place.offset = chrono::FixedOffset::east_opt(2 * 3_600).unwrap();
    desk.say("until Tue 24 Nov 23:09 UTC.");
    assert_eq!(said(&mut desk), "until Wed 25 Nov 01:09.");
}
