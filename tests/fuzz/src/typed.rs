//! What is typed on the screen: filters and command lines. Every text is one or the other, or a
//! sentence that says what would be.

use std::sync::Arc;

use gatepost::domain::account::{AccountId, ClientId, GrantId};
use gatepost::domain::grant::{Access, Facts, Grant};
use gatepost::domain::schedule::Policy;
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::snapshot::{AccountView, Snapshot};
use gatepost::domain::time::{Span, Timestamp, from_millis};
use gatepost::tui::filter::{Filter, Sieve, masked};
use gatepost::tui::keymap::Keymap;
use gatepost::tui::palette::{Palette, Scene, line, offers};

use super::marks::assert_sentence;

fn now() -> Timestamp {
    from_millis(1_800_000_000_000)
}

fn account(id: i64, email: &str) -> AccountView {
    AccountView {
        id: AccountId(id),
        email: email.into(),
        sub: String::new(),
        label: Some("Zwei Wörter 東京".into()),
        client: Some("Work-Desktop".into()),
        facts: Facts {
            grant: Some(Grant {
                id: GrantId(id),
                client: ClientId(1),
                requested: Scopes::parse(MAIL),
                granted: Scopes::parse(MAIL).with_identity(),
                token_endpoint: String::new(),
                granted_at: None,
                expires_at: Some(now() + Span::days(2)),
                has_refresh_token: true,
                verified: true,
            }),
            access: Some(Access {
                obtained_at: now() - Span::minutes(20),
                expires_at: now() + Span::minutes(40),
            }),
            ..Facts::default()
        },
        cause: None,
        busy: None,
        next_refresh_at: None,
        recent: Vec::new(),
        handed_out: Vec::new(),
        checked: None,
        dies_with: Vec::new(),
    }
}

pub fn filter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let filter = Filter::parse(&text);
    assert_eq!(
        filter,
        Filter::parse(text.trim()),
        "space around it means something"
    );
    for complaint in &filter.complaints {
        assert!(text.contains(&complaint.term));
        assert_sentence(&complaint.means);
    }
    let hidden = masked(&text, '•');
    assert_eq!(hidden.chars().count(), text.chars().count(), "{hidden}");
    let mut sieve = Sieve::new(&filter);
    for address in ["lab.testing@gmail.com", "ünï.çødé+İ@example.org"] {
        let account = account(1, address);
        let admitted = sieve.admits(&account, account.state(&Policy::default(), now()), now());
        assert!(
            admitted || !filter.is_empty(),
            "an empty filter holds somebody back"
        );
        assert!(
            sieve
                .next_boundary(&account, now())
                .is_none_or(|at| at > now())
        );
        for at in sieve.letters(address) {
            assert!(at < address.len(), "a letter behind the end of {address}");
        }
    }
}

pub fn palette(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let accounts = ["ana@gmail.com", "lab.testing@gmail.com"];
    let accounts = accounts
        .iter()
        .zip(1..)
        .map(|(email, id)| Arc::new(account(id, email)));
    let snapshot = Snapshot {
        accounts: accounts.collect(),
        ..Snapshot::default()
    };
    let scene = Scene {
        snapshot: &snapshot,
        keymap: &Keymap::built_in(),
        whom: vec![AccountId(1)],
    };
    if let Err(said) = line::read(&text, &scene) {
        assert_sentence(&said);
    }
    let mut palette = Palette::default();
    palette.put(&text);
    let _ = line::read(&palette.meant(&scene), &scene);
    let _ = offers::offers(&text, &scene);
}
