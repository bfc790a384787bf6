//! Several processes at one vault: who sees what, and whose word counts.

use super::*;

#[test]
fn another_connections_write_shows_in_the_data_version() {
    let home = Home::new();
    let mut mine = home.open();
    let id = account(&mut mine, "ana@example.com");
    let mut other = home.open();
    let (before, others_before) = (mine.data_version().unwrap(), other.data_version().unwrap());
    other
        .commit(&[Change::Paused { id, paused: true }])
        .unwrap();
    assert_ne!(mine.data_version().unwrap(), before);
    assert_eq!(
        other.data_version().unwrap(),
        others_before,
        "one's own is no news"
    );
    assert!(facts(&mine, id).paused);
}

#[test]
fn a_group_is_committed_whole_or_not_at_all() {
    let home = Home::new();
    let mut vault = home.open();
    let ana = account(&mut vault, "ana@example.com");
    let bob = account(&mut vault, "bob@example.com");
    let later = noon() + Span::hours(1);
    let both: Vec<_> = [ana, bob]
        .map(|id| renewed(id, &facts(&vault, id), later, "ya29.later"))
        .into();
    vault.commit(&both).unwrap();
    let other = home.open();
    for id in [ana, bob] {
        assert_eq!(access_token(&other, id).unwrap(), "ya29.later");
        assert_eq!(facts(&other, id).last_refresh_at, Some(later));
    }
    let label = |id| Change::Label {
        id,
        label: Some("same".into()),
    };
    vault.commit(&[label(ana), label(bob)]).unwrap_err();
    assert_eq!(other.read_account(ana).unwrap().unwrap().label, None);
}

#[test]
fn news_of_a_replaced_grant_changes_nothing() {
    let home = Home::new();
    let mut slow = home.open();
    let id = account(&mut slow, "ana@example.com");
    let before = facts(&slow, id);
    let mut quick = home.open();
    let client = client(&mut quick);
    let grant = NewGrant {
        refresh_token: Some(Secret::new("1//second")),
        ..new_grant(client, "ana@example.com")
    };
    let grant = quick.store_candidate(&grant).unwrap();
    quick.promote(grant, None, noon()).unwrap();
    let after = facts(&quick, id);

    let dead = fault(Diagnosis::Reauth, noon() + Span::minutes(1));
    let late = renewed(id, &before, noon() + Span::hours(1), "ya29.late");
    let sibling = Change::Refused {
        id,
        grant: before.grant.as_ref().unwrap().id,
        fault: dead.clone(),
    };
    slow.commit(&[late, failed(id, &before, dead), sibling])
        .unwrap();
    assert_eq!(facts(&slow, id), after);
    assert_eq!(refresh_token(&slow, id).unwrap(), "1//second");
}

#[test]
fn a_token_obtained_later_is_kept_whoever_writes_last() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let before = facts(&vault, id);
    let at = |seconds| noon() + Span::hours(1) + Span::seconds(seconds);
    vault
        .commit(&[renewed(id, &before, at(20), "ya29.later")])
        .unwrap();
    vault
        .commit(&[renewed(id, &before, at(10), "ya29.earlier")])
        .unwrap();
    assert_eq!(access_token(&vault, id).unwrap(), "ya29.later");
    let unaware = failed(id, &before, fault(Diagnosis::Network, at(30)));
    vault.commit(&[unaware]).unwrap();
    assert_eq!(
        facts(&vault, id).fault,
        None,
        "it did not know of the success"
    );
    let aware = failed(id, &facts(&vault, id), fault(Diagnosis::Network, at(30)));
    vault.commit(&[aware]).unwrap();
    assert!(facts(&vault, id).fault.is_some());
}

#[test]
fn a_clock_that_was_set_back_does_not_lock_the_door() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let before = facts(&vault, id);
    let tomorrow = noon() + Span::days(1);
    vault
        .commit(&[renewed(id, &before, tomorrow, "ya29.tomorrow")])
        .unwrap();
    let now = noon() + Span::hours(1);
    vault
        .commit(&[renewed(id, &before, now, "ya29.now")])
        .unwrap();
    assert_eq!(access_token(&vault, id).unwrap(), "ya29.now");
}

#[test]
fn what_the_person_decided_is_not_learnt_away() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let before = facts(&vault, id);
    let label = Some("home".to_owned());
    vault
        .commit(&[
            Change::Paused { id, paused: true },
            Change::Label {
                id,
                label: label.clone(),
            },
            renewed(id, &before, noon() + Span::hours(1), "ya29.x"),
        ])
        .unwrap();
    let account = vault.read_account(id).unwrap().unwrap();
    assert!(account.facts.paused);
    assert_eq!(account.label, label);
}

#[test]
fn a_rotated_refresh_token_replaces_the_old_one() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let Change::Learnt {
        facts: after,
        access_token,
        ..
    } = renewed(id, &facts(&vault, id), noon() + Span::hours(1), "ya29.x")
    else {
        unreachable!()
    };
    let rotated = Change::Learnt {
        id,
        facts: after,
        access_token,
        refresh_token: Some(Secret::new("1//rotated")),
    };
    vault.commit(&[rotated]).unwrap();
    assert_eq!(refresh_token(&home.open(), id).unwrap(), "1//rotated");
}

#[test]
fn only_news_about_a_client_touches_its_fault() {
    let home = Home::new();
    let mut vault = home.open();
    let ana = account(&mut vault, "ana@example.com");
    let bob = account(&mut vault, "bob@example.com");
    let unaware = facts(&vault, bob);
    let refused = fault(Diagnosis::ClientBad, noon() + Span::minutes(1));
    vault
        .commit(&[failed(ana, &facts(&vault, ana), refused.clone())])
        .unwrap();
    let network = fault(Diagnosis::Network, noon() + Span::minutes(2));
    vault.commit(&[failed(bob, &unaware, network)]).unwrap();
    assert_eq!(facts(&vault, ana).client.fault, Some(refused));
    let success = renewed(
        ana,
        &facts(&vault, ana),
        noon() + Span::minutes(3),
        "ya29.x",
    );
    vault.commit(&[success]).unwrap();
    assert_eq!(facts(&vault, bob).client.fault, None);
}

#[test]
fn many_writers_lose_nothing() {
    let home = Home::new();
    let mut vault = home.open();
    let client = client(&mut vault);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let home = &home;
            scope.spawn(move || {
                let mut vault = home.open();
                let email = format!("user{n}@example.com");
                let grant = vault.store_candidate(&new_grant(client, &email)).unwrap();
                vault.promote(grant, None, noon()).unwrap();
            });
        }
    });
    let contents = vault.read().unwrap();
    assert_eq!(contents.accounts.len(), 8);
    assert!(contents.accounts.iter().all(|a| a.facts.can_refresh()));
}

/// A writer that is killed in the middle: what it was told is stored is stored, and nothing is
/// half there.
#[test]
fn a_killed_writer_loses_nothing_it_was_promised() {
    let home = Home::new();
    drop(home.open());
    let mut writer = Other::start("vault::sharing::stores_until_killed", &home);
    writer.says("stored user20@");
    let said = writer.kill();
    let stored: Vec<_> = said
        .iter()
        .filter_map(|line| line.strip_prefix("stored "))
        .collect();
    let vault = home.open();
    let accounts = vault.read().unwrap().accounts;
    assert!(accounts.len() > 20);
    for email in stored {
        assert!(accounts.iter().any(|a| a.email == email), "{email}");
    }
    for account in accounts {
        assert_eq!(refresh_token(&vault, account.id).unwrap(), REFRESH);
    }
}

#[test]
#[ignore = "the other process of `a_killed_writer_loses_nothing_it_was_promised`"]
fn stores_until_killed() {
    let mut vault = Vault::open(&shared_paths(), &file_key(), noon()).unwrap();
    for n in 0.. {
        let email = format!("user{n}@example.com");
        account(&mut vault, &email);
        say(&format!("stored {email}"));
    }
}

/// SQLite's locks belong to the process and go when any descriptor of the file is closed. Without
/// them the next process to leave would take the log away under us.
#[test]
fn opening_again_keeps_the_locks_of_the_first() {
    let home = Home::new();
    let mut first = home.open();
    let id = account(&mut first, "ana@example.com");
    drop(home.open());
    let mut passer_by = Other::start("vault::sharing::opens_and_leaves", &home);
    passer_by.says("left");
    assert!(home.paths.db.with_extension("db-wal").exists());
    first
        .commit(&[Change::Paused { id, paused: true }])
        .unwrap();
    assert!(facts(&home.open(), id).paused);
}

#[test]
#[ignore = "the other process of `opening_again_keeps_the_locks_of_the_first`"]
fn opens_and_leaves() {
    drop(Vault::open(&shared_paths(), &file_key(), noon()).unwrap());
    say("left");
}
