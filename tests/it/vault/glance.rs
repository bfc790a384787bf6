//! The fast path: finds by the names people use, writes nothing, and needs no writable disk.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use gatepost::domain::account::NoSuchAccount;
use gatepost::vault::{Glance, VaultErrorKind, glance};

use super::*;

fn look(home: &Home, wanted: &str) -> Result<Glance, VaultError> {
    glance(&home.paths, &file_key(), wanted, &|_| true)
}

fn token(home: &Home, wanted: &str) -> Option<String> {
    let (_, token) = look(home, wanted).unwrap().access?;
    Some(token.expose().to_owned())
}

#[test]
fn finds_by_address_label_and_prefix() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    account(&mut vault, "anton@example.com");
    let label = Some("work".into());
    vault.commit(&[Change::Label { id, label }]).unwrap();
    for wanted in ["ana@example.com", "ANA@Example.com", "work", "ana"] {
        let found = look(&home, wanted).unwrap();
        assert_eq!(found.email, "ana@example.com", "{wanted}");
        assert_eq!(found.access.unwrap().0, access(noon()));
        assert_eq!(
            Scopes::parse(&found.scopes),
            Scopes::parse(MAIL).with_identity()
        );
    }
    let ambiguous = look(&home, "an").unwrap_err();
    assert!(matches!(
        &ambiguous,
        VaultError::NoSuchAccount(NoSuchAccount::Ambiguous { candidates, .. }) if candidates.len() == 2
    ));
    let unknown = look(&home, "wrok").unwrap_err();
    assert_eq!(unknown.kind(), VaultErrorKind::Missing);
    assert!(
        unknown.to_string().contains("did you mean `work`?"),
        "{unknown}"
    );
}

#[test]
fn sees_what_another_process_just_wrote() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    assert_eq!(token(&home, "ana").unwrap(), ACCESS);
    let later = renewed(
        id,
        &facts(&vault, id),
        noon() + Span::hours(1),
        "ya29.later",
    );
    vault.commit(&[later]).unwrap();
    assert_eq!(token(&home, "ana").unwrap(), "ya29.later");
}

#[test]
fn the_dead_and_the_signed_out_serve_nothing() {
    let home = Home::new();
    let mut vault = home.open();
    let ana = account(&mut vault, "ana@example.com");
    let dead = fault(Diagnosis::Reauth, noon());
    vault
        .commit(&[failed(ana, &facts(&vault, ana), dead)])
        .unwrap();
    let found = look(&home, "ana").unwrap();
    assert!(found.dead && !found.signed_out && found.access.is_none());
    vault
        .commit(&[Change::SignedOut {
            id: ana,
            at: noon(),
        }])
        .unwrap();
    let found = look(&home, "ana").unwrap();
    assert!(!found.dead && found.signed_out && found.access.is_none());
}

#[test]
fn a_read_only_disk_is_enough() {
    let home = Home::new();
    let mut vault = home.open();
    account(&mut vault, "ana@example.com");
    drop(vault);
    let data = home.root.path().join("data");
    fs::set_permissions(&home.paths.db, Permissions::from_mode(0o400)).unwrap();
    fs::set_permissions(&data, Permissions::from_mode(0o500)).unwrap();
    let before = home.files();
    let found = token(&home, "ana@example.com");
    let after = home.files();
    fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
    assert_eq!(found.unwrap(), ACCESS);
    assert_eq!(after, before);
}

#[test]
fn refuses_what_the_vault_refuses() {
    let home = Home::new();
    let mut vault = home.open();
    account(&mut vault, "ana@example.com");
    drop(vault);
    home.raw().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(
        look(&home, "ana").unwrap_err().kind(),
        VaultErrorKind::Newer
    );
    fs::write(&home.paths.db, "rubbish ".repeat(99)).unwrap();
    assert_eq!(
        look(&home, "ana").unwrap_err().kind(),
        VaultErrorKind::Corrupt
    );
    fs::remove_file(&home.paths.db).unwrap();
    assert_eq!(
        look(&home, "ana").unwrap_err().kind(),
        VaultErrorKind::Unavailable
    );
}

/// A key command may ask a person, who is not to be asked in vain and then again.
#[test]
fn no_key_is_fetched_for_a_token_that_will_not_do() {
    let home = Home::new();
    account(&mut home.open(), "ana@example.com");
    std::fs::remove_file(&home.paths.key_file).unwrap();
    let look = |will_do| glance(&home.paths, &file_key(), "ana", &|_| will_do);
    assert!(look(false).unwrap().access.is_none());
    assert_eq!(look(true).unwrap_err().kind(), VaultErrorKind::KeySource);
}
