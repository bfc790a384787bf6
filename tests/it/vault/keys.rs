//! Kinds of keys: what each asks, what is recorded of it, and the change from any to any.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gatepost::vault::{
    Answer, KeyKind, Passphrases, VaultErrorKind, Verdict, check, overview, rekey,
};

use super::*;

const PRINTED: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

/// Knows a passphrase, and counts how often it was asked for it.
fn knowing(word: &'static str) -> (KeyChoice, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let passphrases = Passphrases::from(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(Answer {
            passphrase: Secret::new(word),
            typed: false,
        })
    });
    let choice = KeyChoice {
        command: vec!["echo".into(), PRINTED.into()],
        passphrases,
        ..KeyChoice::default()
    };
    (choice, asked)
}

/// `auto` on a vault that exists: no keyring is asked, but for a vault that has its key there.
fn as_recorded() -> KeyChoice {
    knowing("correct horse").0
}

fn with_passphrase(home: &Home) -> Vault {
    let (choice, _) = knowing("correct horse");
    let kind = Some(KeyKind::Passphrase);
    home.try_open(&KeyChoice { kind, ..choice }).unwrap()
}

#[test]
fn a_passphrase_opens_the_vault_it_made_and_another_one_does_not() {
    let home = Home::new();
    let mut vault = with_passphrase(&home);
    let id = account(&mut vault, "ana@example.com");
    drop(vault);
    assert!(!home.paths.key_file.exists());
    let vault = home.try_open(&as_recorded()).unwrap();
    assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);
    let error = home.try_open(&knowing("correct house").0).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::WrongKey, "{error}");
    assert!(error.to_string().contains("passphrase"), "{error}");
    let error = home.try_open(&KeyChoice::default()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::KeySource, "{error}");
    assert!(error.remedy().unwrap().contains("GATEPOST_PASSPHRASE_FILE"));
}

#[test]
fn one_run_asks_for_the_passphrase_once() {
    let home = Home::new();
    drop(with_passphrase(&home));
    let (choice, asked) = knowing("correct horse");
    for _ in 0..3 {
        drop(home.try_open(&choice.clone()).unwrap());
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[test]
fn what_is_recorded_of_a_passphrase_is_salt_and_costs() {
    let home = Home::new();
    drop(with_passphrase(&home));
    let source: String = home
        .raw()
        .query_row("SELECT source FROM key_slot", [], |row| row.get(0))
        .unwrap();
    assert!(source.starts_with("argon2id m=65536 t=3 salt="), "{source}");
    for file in home.files() {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"correct"));
    }
    home.raw()
        .execute("UPDATE key_slot SET source = 'argon2id m=1 t=1'", [])
        .unwrap();
    let error = home.try_open(&as_recorded()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Corrupt, "{error}");
}

#[test]
fn the_key_can_be_changed_from_any_kind_to_any() {
    use KeyKind::{Command, File, Passphrase};
    let kinds = [File, Command, Passphrase];
    for from in kinds {
        for to in kinds {
            let home = Home::new();
            let choice = KeyChoice {
                kind: Some(from),
                ..as_recorded()
            };
            let mut vault = home.try_open(&choice).unwrap();
            let id = account(&mut vault, "ana@example.com");
            let key_before = std::fs::read(&home.paths.key_file).ok();
            // With the vault open elsewhere, and the configuration still naming the old kind.
            let done = rekey(&home.paths, &choice, to, noon()).unwrap();
            assert_eq!((done.from, done.to), (from, to));
            assert!(done.left_behind.is_none());
            assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);

            let vault = home.try_open(&as_recorded()).unwrap();
            assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);
            assert_eq!(vault.view().key, to.words());
            let slots = overview(&home.paths, &choice).unwrap().slots;
            assert_eq!(slots.len(), 1, "{from:?} to {to:?}");
            let key_after = std::fs::read(&home.paths.key_file).ok();
            assert_eq!(key_after.is_some(), to == File, "{from:?} to {to:?}");
            if (from, to) == (File, File) {
                assert_ne!(key_before, key_after, "a new key was made");
            }
            if from != to {
                let error = home.try_open(&choice).unwrap_err();
                assert_eq!(error.kind(), VaultErrorKind::Configuration, "{error}");
            }
        }
    }
}

#[test]
fn a_new_key_that_cannot_be_had_leaves_the_old_one() {
    let home = Home::new();
    drop(home.open());
    let nothing = KeyChoice::default();
    for to in [KeyKind::Command, KeyKind::Passphrase] {
        rekey(&home.paths, &nothing, to, noon()).unwrap_err();
    }
    // A command that prints another key each time is found out before the old slot goes.
    let fickle = KeyChoice {
        command: ["sh", "-c", "head -c 32 /dev/urandom | base64"]
            .map(str::to_owned)
            .into(),
        ..KeyChoice::default()
    };
    let error = rekey(&home.paths, &fickle, KeyKind::Command, noon()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::WrongKey, "{error}");
    assert_eq!(overview(&home.paths, &nothing).unwrap().slots.len(), 1);
    drop(home.open());
}

#[test]
fn a_change_that_was_cut_short_opens_with_either_key_and_is_finished_by_the_next() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let old_key = std::fs::read(&home.paths.key_file).unwrap();
    // As a crash between the two slots' coming and going would leave it.
    home.raw()
        .execute_batch("CREATE TABLE kept AS SELECT * FROM key_slot")
        .unwrap();
    rekey(&home.paths, &as_recorded(), KeyKind::Command, noon()).unwrap();
    home.raw()
        .execute_batch("INSERT INTO key_slot SELECT * FROM kept; DROP TABLE kept;")
        .unwrap();
    let verdict = |choice: &KeyChoice| {
        let findings = check(&home.paths, choice, noon());
        let of = |what| findings.iter().find(|f| f.what == what).map(|f| f.verdict);
        (of("slots"), of("key"))
    };
    assert_eq!(
        verdict(&as_recorded()),
        (Some(Verdict::Doubtful), Some(Verdict::Good)),
        "by the command, the key file being gone"
    );
    std::fs::write(&home.paths.key_file, old_key).unwrap();
    assert_eq!(verdict(&KeyChoice::default()).1, Some(Verdict::Good));
    let done = rekey(&home.paths, &as_recorded(), KeyKind::Command, noon()).unwrap();
    assert!(done.left_behind.is_none());
    assert_eq!(
        overview(&home.paths, &as_recorded()).unwrap().slots.len(),
        1
    );
    let vault = home.try_open(&as_recorded()).unwrap();
    assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);
}

#[test]
fn a_vault_of_the_first_layout_is_brought_up_to_date() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    drop(vault);
    home.raw()
        .execute_batch(
            "DROP TABLE service_account; DROP TABLE told; \
             ALTER TABLE key_slot DROP COLUMN source; PRAGMA user_version = 1;",
        )
        .unwrap();
    let seen = overview(&home.paths, &file_key()).unwrap();
    assert_eq!((seen.layout, seen.accounts), (1, 1));
    assert_eq!(refresh_token(&home.open(), id).unwrap(), REFRESH);
    assert_eq!(overview(&home.paths, &file_key()).unwrap().layout, 4);
}

/// Killed at a moment that moves through the whole of it, again and again: some key that is
/// recorded opens the vault each time.
#[test]
fn killed_while_the_key_is_changed_the_vault_opens() {
    const KILLS: u64 = 60;
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    drop(vault);
    let mut cut_short = 0;
    for n in 0..KILLS {
        let mut other = Other::start("vault::keys::changes_the_key_until_killed", &home);
        other.says("begun");
        std::thread::sleep(std::time::Duration::from_micros(n * 400));
        other.kill();
        let seen = overview(&home.paths, &as_recorded()).unwrap();
        cut_short += usize::from(seen.slots.len() > 1);
        let vault = home.try_open(&as_recorded());
        let vault = vault.unwrap_or_else(|error| panic!("kill {n}: {error}; {seen:?}"));
        assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH, "kill {n}");
    }
    println!("killed {KILLS} times, {cut_short} of them between the slots; opened each time");
}

#[test]
#[ignore = "the other process of `killed_while_the_key_is_changed_the_vault_opens`"]
fn changes_the_key_until_killed() {
    let paths = shared_paths();
    say("begun");
    for to in [KeyKind::File, KeyKind::Command, KeyKind::File]
        .iter()
        .cycle()
    {
        rekey(&paths, &as_recorded(), *to, noon()).unwrap();
    }
}

/// Mail programs go on asking while the key is changed, and never notice.
#[test]
fn nobody_is_turned_away_while_the_key_is_changed() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let over = std::sync::atomic::AtomicBool::new(false);
    let open_again_and_again = || {
        let mut opened = 0;
        while !over.load(Ordering::Relaxed) {
            let vault = home.try_open(&as_recorded())?;
            assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);
            opened += 1;
        }
        Ok::<_, VaultError>(opened)
    };
    std::thread::scope(|scope| {
        let others = [(); 3].map(|()| scope.spawn(open_again_and_again));
        let changed = (0..150)
            .try_for_each(|_| rekey(&home.paths, &as_recorded(), KeyKind::File, noon()).map(drop));
        over.store(true, Ordering::Relaxed);
        changed.unwrap();
        for other in others {
            assert!(other.join().unwrap().unwrap() > 20);
        }
    });
}
