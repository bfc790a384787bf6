//! Grants through their lives: candidates, promotion, sign-out, removal.

use gatepost::domain::event::{Event, Result as Ended, What};
use gatepost::domain::snapshot::Checked;
use gatepost::vault::VaultErrorKind;

use super::*;

#[test]
fn everything_reads_back_after_reopening() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let checked = Checked {
        at: noon(),
        ok: true,
        line: "Gmail answers".into(),
    };
    let trouble = fault(Diagnosis::Upstream, noon() + Span::minutes(1));
    let learnt = failed(id, &facts(&vault, id), trouble.clone());
    let label = Some("home".to_owned());
    vault
        .commit(&[
            learnt,
            Change::Paused { id, paused: true },
            Change::Label {
                id,
                label: label.clone(),
            },
            Change::Checked {
                id,
                checked: checked.clone(),
            },
        ])
        .unwrap();
    let before = vault.read().unwrap();
    drop(vault);

    let vault = home.open();
    assert_eq!(vault.read().unwrap(), before);
    let account = vault.read_account(id).unwrap().unwrap();
    assert_eq!(Some(&account), before.accounts.first());
    assert_eq!((account.label, account.checked), (label, Some(checked)));
    let facts = account.facts;
    assert_eq!(facts.fault, Some(trouble));
    assert_eq!(facts.backoff.unwrap().failures, 1);
    assert_eq!(facts.access, Some(access(noon())));
    assert!(facts.paused && facts.grant.unwrap().has_refresh_token);
    let material = vault.material(id).unwrap().unwrap();
    assert_eq!(material.client_secret.unwrap().expose(), CLIENT_SECRET);
    assert_eq!(material.client, before.clients[0]);
    assert_eq!(access_token(&vault, id).unwrap(), ACCESS);
}

#[test]
fn a_candidate_survives_and_its_predecessor_stays_until_it_is_promoted() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let dead = fault(Diagnosis::Reauth, noon());
    vault
        .commit(&[failed(id, &facts(&vault, id), dead)])
        .unwrap();
    let client = client(&mut vault);
    let renewal = NewGrant {
        refresh_token: Some(Secret::new("1//second")),
        verified: false,
        ..new_grant(client, "ana@example.com")
    };
    let candidate = vault.store_candidate(&renewal).unwrap();
    drop(vault);

    let mut vault = home.open();
    assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);
    assert!(facts(&vault, id).is_dead());
    let left = vault.candidates().unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].account, Some(id));
    assert_eq!(
        (left[0].grant.id, left[0].grant.verified),
        (candidate, false)
    );
    let material = left[0].material.as_ref().unwrap();
    assert_eq!(material.refresh_token.expose(), "1//second");

    assert_eq!(vault.promote(candidate, None, noon()).unwrap(), id);
    assert_eq!(refresh_token(&vault, id).unwrap(), "1//second");
    assert!(!facts(&vault, id).is_dead());
    assert!(vault.candidates().unwrap().is_empty());
    assert_eq!(vault.promote(candidate, None, noon()).unwrap(), id, "again");
    vault.discard(candidate).unwrap();
    assert_eq!(refresh_token(&vault, id).unwrap(), "1//second", "too late");
}

#[test]
fn a_candidate_that_cannot_be_read_back_costs_the_predecessor_nothing() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let client = client(&mut vault);
    let candidate = vault
        .store_candidate(&new_grant(client, "ana@example.com"))
        .unwrap();
    home.raw()
        .execute(
            "UPDATE grant SET refresh_token = zeroblob(80) WHERE id = ?",
            [candidate.0],
        )
        .unwrap();
    assert!(vault.candidates().unwrap().is_empty());
    let error = vault.promote(candidate, None, noon()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Corrupt);
    assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);
}

#[test]
fn whose_grant_it_is() {
    let home = Home::new();
    let mut vault = home.open();
    let client = client(&mut vault);
    let mut promote = |change: &dyn Fn(&mut NewGrant)| {
        let mut grant = new_grant(client, "a.na@gmail.com");
        grant.sub = String::new();
        change(&mut grant);
        let candidate = vault.store_candidate(&grant).unwrap();
        vault.promote(candidate, None, noon())
    };
    let ana = promote(&|_| {}).unwrap();
    let same_mailbox = promote(&|g| {
        g.email = "ana@gmail.com".into();
        g.sub = "1".into();
    });
    assert_eq!(same_mailbox.unwrap(), ana);
    let same_sub = promote(&|g| {
        g.email = "ana.renamed@gmail.com".into();
        g.sub = "1".into();
    });
    assert_eq!(same_sub.unwrap(), ana);
    let unknown_sub = promote(&|g| g.email = "ana.renamed@gmail.com".into());
    assert_eq!(unknown_sub.unwrap(), ana);
    let bob = promote(&|g| {
        g.email = "bob@gmail.com".into();
        g.sub = "2".into();
    })
    .unwrap();
    assert_ne!(bob, ana);

    let stranger = promote(&|g| {
        g.account = Some(ana);
        g.sub = "3".into();
    });
    assert!(
        stranger
            .unwrap_err()
            .to_string()
            .contains("another Google account")
    );
    let same_address_other_person = promote(&|g| {
        g.email = "bob@gmail.com".into();
        g.sub = "3".into();
    });
    assert_eq!(
        same_address_other_person.unwrap_err().to_string(),
        "there is already an account with the address `bob@gmail.com`"
    );
    let accounts = vault.read().unwrap().accounts;
    assert_eq!(accounts.len(), 2);
    assert_eq!(accounts[0].email, "ana.renamed@gmail.com");
    assert_eq!(accounts[0].sub, "1");
}

#[test]
fn an_older_candidate_never_replaces_a_newer_grant() {
    let home = Home::new();
    let mut vault = home.open();
    let client = client(&mut vault);
    let named = |sub: &str| NewGrant {
        sub: sub.into(),
        ..new_grant(client, "ana@example.com")
    };
    let cut_short = vault.store_candidate(&named("")).unwrap();
    let newer = vault.store_candidate(&named("1")).unwrap();
    let id = vault.promote(newer, None, noon()).unwrap();
    let error = vault.promote(cut_short, None, noon()).unwrap_err();
    assert!(error.to_string().contains("newer sign-in"), "{error}");
    assert_eq!(grant_of(&vault, id), newer);

    let left_behind = vault.store_candidate(&named("1")).unwrap();
    let newest = vault.store_candidate(&named("1")).unwrap();
    vault.promote(newest, None, noon()).unwrap();
    let left: Vec<_> = vault
        .candidates()
        .unwrap()
        .iter()
        .map(|c| c.grant.id)
        .collect();
    assert_eq!(left, [cut_short], "{left_behind:?} belonged to the account");
}

#[test]
fn grants_issued_after_the_current_one_are_counted() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let client = client(&mut vault);
    for _ in 0..3 {
        let grant = vault
            .store_candidate(&new_grant(client, "ana@example.com"))
            .unwrap();
        vault.discard(grant).unwrap();
    }
    assert_eq!(vault.read_account(id).unwrap().unwrap().grants_issued, 3);
    let grant = vault
        .store_candidate(&new_grant(client, "ana@example.com"))
        .unwrap();
    vault.promote(grant, None, noon()).unwrap();
    assert_eq!(vault.read_account(id).unwrap().unwrap().grants_issued, 0);
}

#[test]
fn signing_out_drops_the_tokens_and_keeps_the_account() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let at = noon() + Span::hours(2);
    vault.commit(&[Change::SignedOut { id, at }]).unwrap();
    let account = vault.read_account(id).unwrap().unwrap();
    assert_eq!(account.facts.revoked_here_at, Some(at));
    assert_eq!((account.facts.grant, account.facts.access), (None, None));
    assert!(account.client.is_some(), "the client it was last used with");
    assert_eq!(vault.material(id).unwrap(), None);
    assert_eq!(vault.access_token(id).unwrap(), None);
    let sealed: i64 = home
        .raw()
        .query_row(
            "SELECT count(*) FROM grant \
             WHERE refresh_token IS NOT NULL OR access_token IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(sealed, 0);
}

#[test]
fn a_removed_account_is_gone_and_its_number_is_not_used_again() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let grant = grant_of(&vault, id);
    let event = Event {
        at: noon(),
        account: Some(id),
        email: Some("ana@example.com".into()),
        what: What::Remove,
        result: Ended::Done,
        code: String::new(),
        detail: String::new(),
    };
    vault
        .commit(&[Change::Removed { id }, Change::Happened(event.clone())])
        .unwrap();
    assert_eq!(vault.read_account(id).unwrap(), None);
    assert_eq!(vault.read().unwrap().events, [event]);
    let again = account(&mut vault, "ana@example.com");
    assert!(again > id && grant_of(&vault, again) > grant);
}
