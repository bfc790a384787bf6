//! A client on its way in, in sentences: what is asked, what answers mean, what is never stored.

use super::tests::{desk_of, said, start, type_in, world};
use crate::domain::client::{ClientKind, Publishing};
use crate::domain::client_check::ClientCheck;
use crate::domain::snapshot::Snapshot;
use crate::service::files::{Found, FoundClient};
use crate::tui::message::{Effect, Msg, Serial};
use crate::tui::plain::desk::Desk;
use crate::tui::setup::{Ask, News, Stored};

fn empty() -> Desk {
    desk_of(Snapshot::default())
}

fn tell(desk: &mut Desk, news: News) -> Vec<Effect> {
    desk.hear(Msg::Setup(news), start())
}

fn trying(effects: &[Effect]) -> Serial {
    match effects {
        [Effect::Setup(Ask::Try { serial, .. })] => *serial,
        other => panic!("nothing was tried: {other:?}"),
    }
}

fn tested(check: ClientCheck) -> (Desk, Serial) {
    let mut desk = empty();
    let serial = trying(&type_in(&mut desk, "client ~/My files/c.json"));
    assert!(desk.is_busy(), "a script waits for the verdict");
    let result = Ok(check);
    tell(&mut desk, News::Tried { serial, result });
    assert!(!desk.is_busy());
    (desk, serial)
}

#[test]
fn a_client_found_by_number_is_tested_asked_about_and_kept() {
    let mut desk = empty();
    let effects = type_in(&mut desk, "client");
    assert!(matches!(effects[..], [Effect::Setup(Ask::Watch)]));
    let found = Found {
        clients: vec![FoundClient {
            path: "/home/ana/Downloads/c.json".into(),
            shown: "~/Downloads/c.json".into(),
            client_id: "c.apps.googleusercontent.com".into(),
            kind: ClientKind::Installed,
            written_at: None,
        }],
        grants: Vec::new(),
    };
    let effects = tell(&mut desk, News::Found(found));
    assert!(matches!(effects[..], [Effect::Setup(Ask::Leave)]));
    assert!(said(&mut desk).contains("1 client file found:\n1. ~/Downloads/c.json"));
    assert!(type_in(&mut desk, "7").is_empty());
    let serial = trying(&type_in(&mut desk, "1"));
    let result = Ok(ClientCheck::Good);
    tell(&mut desk, News::Tried { serial, result });
    let words = said(&mut desk);
    assert!(
        words.contains("Is the app published?") && words.contains("2. Testing: every sign-in"),
        "{words}"
    );
    let effects = type_in(&mut desk, "2");
    assert!(
        matches!(effects[..], [Effect::Setup(Ask::Keep { serial: s, publishing: Some(Publishing::Testing) })] if s == serial)
    );
    assert!(desk.is_busy());
    let stored = Stored {
        name: "default".into(),
        new: true,
        publishing: Publishing::Testing,
    };
    let result = Ok(stored);
    tell(&mut desk, News::Kept { serial, result });
    assert!(said(&mut desk).ends_with("Now type add to sign in your first account."));
    assert!(!desk.is_busy());
}

#[test]
fn a_client_in_doubt_is_kept_only_when_asked() {
    let (mut desk, _) = tested(ClientCheck::WrongSecret);
    let words = said(&mut desk);
    assert!(words.contains("the secret is not.") && words.contains("1. Give another one"));
    let effects = type_in(&mut desk, "");
    assert!(matches!(effects[..], [Effect::Setup(Ask::Leave)]));
    assert_eq!(said(&mut desk), "Cancelled; nothing was stored.");
    let (mut desk, _) = tested(ClientCheck::WrongSecret);
    assert!(
        type_in(&mut desk, "3").is_empty(),
        "asked how it is published"
    );
    let effects = type_in(&mut desk, "4");
    assert!(matches!(
        effects[..],
        [Effect::Setup(Ask::Keep {
            publishing: None,
            ..
        })]
    ));
    let (mut desk, _) = tested(ClientCheck::Good);
    assert!(desk.nobody_types().is_empty());
    assert!(said(&mut desk).ends_with("the client was not stored."));
}

#[test]
fn a_verdict_on_what_was_dropped_asks_nothing() {
    let mut desk = empty();
    let serial = trying(&type_in(&mut desk, "client c.json"));
    type_in(&mut desk, "cancel");
    said(&mut desk);
    let result = Ok(ClientCheck::Good);
    tell(&mut desk, News::Tried { serial, result });
    assert_eq!(said(&mut desk), "");
}

#[test]
fn without_a_client_every_road_leads_to_one() {
    let mut desk = empty();
    for line in ["add", "list", "clients"] {
        assert!(type_in(&mut desk, line).is_empty());
        assert!(
            said(&mut desk).ends_with("type client; guide says how to make one."),
            "{line}"
        );
    }
    type_in(&mut desk, "guide");
    assert!(said(&mut desk).contains("Step 6. "));
}

#[test]
fn a_label_is_given_by_word_or_by_menu_and_taken_away() {
    let mut desk = desk_of(world(super::tests::two()));
    type_in(&mut desk, "list");
    for (lines, expected) in [
        (&["label 1 my desk"][..], Some("my desk")),
        (&["label 1", "lab"][..], Some("lab")),
        (&["1", "8", "-"][..], None),
    ] {
        let effects = lines.iter().flat_map(|line| type_in(&mut desk, line));
        let effects: Vec<_> = effects.collect();
        assert!(
            matches!(&effects[..], [Effect::Label(_, label)] if label.as_deref() == expected),
            "{lines:?}: {effects:?}"
        );
    }
}
